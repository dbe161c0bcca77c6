"""Running jobs: the one task of the queue, and the handle a handler holds."""

import threading
import time
import traceback
from dataclasses import dataclass, field
from typing import Any

import pghistory
import psycopg
import structlog
from django.db import connection, transaction

from qiao.kernel.errors import BadInput, QiaoError, RuleBroken
from qiao.runtime.disk import find_full_disk
from qiao.runtime.i18n import say_error

from . import actions
from .handlers import Cancelled, Outcome, get_handler

log = structlog.get_logger("qiao.jobs")
SIGN_SECONDS = 10


@dataclass
class RunningJob:
    """A handle with a connection of its own, so that progress shows while the handler's transaction is open."""

    id: int
    by_id: int | None
    _connection: Any
    _noted_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        if time.monotonic() - self._noted_at < 0.2 and done != total:
            return
        self._write("done = %s, total = coalesce(%s, total), message = %s", [done, total, message[:300]])

    def check_cancelled(self) -> None:
        if time.monotonic() - self._noted_at >= 1:
            self._write("done = done", [])

    def sign(self) -> None:
        """Note a sign of life, from the watching thread."""
        with self._lock:
            self._connection.execute("UPDATE runtime_job SET seen_at = now() WHERE id = %s", [self.id])

    def _write(self, assignments: str, values: list[Any]) -> None:
        with self._lock:
            row = self._connection.execute(
                f"UPDATE runtime_job SET {assignments}, seen_at = now() WHERE id = %s RETURNING state",
                [*values, self.id],
            ).fetchone()
        self._noted_at = time.monotonic()
        if row is None or row[0] != "running":
            raise Cancelled


def run_job(job_id: int) -> None:
    """Claim and run one job; every end is noted on its row, also an unexpected error."""
    job = actions.claim(job_id)
    if job is None:
        return
    connection.ensure_connection()
    parameters = connection.get_connection_params()
    for name in ("pool", "cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters, autocommit=True) as own:
        handle = RunningJob(id=job.pk, by_id=job.by_id, _connection=own)
        stop = threading.Event()
        watch = threading.Thread(target=_keep_signing, args=(handle, stop), daemon=True)
        watch.start()
        try:
            _run(handle, job.name, job.args)
        finally:
            stop.set()
            watch.join()


def _keep_signing(handle: RunningJob, stop: threading.Event) -> None:
    while not stop.wait(SIGN_SECONDS):
        handle.sign()


def _run(handle: Any, name: str, args: dict[str, Any]) -> None:
    try:
        with pghistory.context(user=handle.by_id, path=f"job:{name}", job=handle.id):
            outcome = get_handler(name).call(handle, **args) or Outcome()
    except Cancelled:
        actions.finish(handle.id, state="cancelled")
    except BadInput as error:
        actions.finish(handle.id, state="failed", error="\n".join(_line(p) for p in error.problems[:200]))
    except QiaoError as error:
        actions.finish(
            handle.id, state="failed", error=say_error(error) if isinstance(error, RuleBroken) else str(error)
        )
    except Exception as error:
        log.exception("job failed", job=handle.id, name=name)
        if refusal := find_full_disk(error):
            actions.finish(handle.id, state="failed", error=say_error(refusal))
            return
        last = traceback.extract_tb(error.__traceback__)[-1]
        actions.finish(handle.id, state="failed", error=f"{type(error).__name__}: {error} ({last.name})")
    else:
        actions.finish(handle.id, state="done", message=outcome.message, url=outcome.url)


def _line(problem: Any) -> str:
    where = str(problem.place)
    return f"{where}: {say_error(problem)}" if where else say_error(problem)


@dataclass
class InlineJob:
    """A handle without a connection of its own: for the command line and tests, where the caller waits."""

    id: int = 0
    by_id: int | None = None
    report: Any = None

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        if self.report:
            self.report(done, total, message)

    def check_cancelled(self) -> None:
        """Nobody can cancel but the caller himself."""


def run_inline(job_id: int) -> None:
    """Claim and run a job in this thread and transaction, as tests do."""
    job = actions.claim(job_id)
    if job is not None:
        with transaction.atomic():
            _run(InlineJob(id=job.pk, by_id=job.by_id), job.name, job.args)
