"""The worker: runs queued jobs and takes over those whose worker died."""

import argparse
import asyncio
import contextlib
import threading

import structlog

NAME = "worker"
HELP = "Run queued jobs (started by `qiao up`)."
REAP_SECONDS = 15
SEND_SECONDS = 3
LONGEST_WAIT = 10  # a clock started meanwhile waits no longer

log = structlog.get_logger("qiao.worker")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=2, help="jobs at once")


def run(args: argparse.Namespace) -> int:
    from procrastinate.contrib.django import app

    stop = threading.Event()
    reaper = threading.Thread(target=_reap, args=(stop,), daemon=True)
    reaper.start()
    for loop in (_tick, _send):
        threading.Thread(target=loop, args=(stop,), daemon=True).start()
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]

    async def work() -> None:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                concurrency=args.concurrency, shutdown_graceful_timeout=10, delete_jobs="successful"
            )

    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(work())
    stop.set()
    return 0


def _tick(stop: threading.Event) -> None:
    """Let clocks speak: asks the due-index when the next is due, never more often than every second."""
    from django.db import close_old_connections

    from qiao.runtime import clock
    from qiao.work.actions import next_due, speak_due

    while not stop.is_set():
        wait = float(LONGEST_WAIT)
        try:
            close_old_connections()
            while speak_due() and not stop.is_set():
                pass
            if due := next_due():
                wait = min(max((due - clock.now()).total_seconds(), 1.0), LONGEST_WAIT)
        except Exception:
            log.exception("clocks failed; trying again")
        stop.wait(wait)


def _send(stop: threading.Event) -> None:
    """Send what waits for channels and webhooks; on a thread of its own, so that a slow receiver holds up no clock."""
    from django.db import close_old_connections

    from qiao.work.actions import send_due, send_hooks_due

    while not stop.is_set():
        tried = 0
        try:
            close_old_connections()
            tried = send_due() + send_hooks_due()
        except Exception:
            log.exception("sending failed; trying again")
        if not tried:
            stop.wait(SEND_SECONDS)


def _reap(stop: threading.Event) -> None:
    from django.db import close_old_connections

    from qiao.runtime.day import ensure_day
    from qiao.runtime.jobs.actions import requeue_silent

    while not stop.is_set():
        try:
            close_old_connections()
            ensure_day()
            requeue_silent()
        except Exception:
            log.exception("reaper failed; trying again")
        stop.wait(REAP_SECONDS)
