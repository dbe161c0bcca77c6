"""A question of analysis that runs can be stopped by who asked it, whichever process answers it.

The reader's page names its question by a number of its own. Stopping puts a file of that name into the home, which all
processes share; whoever answers looks for it and interrupts the engine. Nobody stops what another person asked.
"""

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import duckdb
from django.conf import settings

from qiao.kernel.errors import N_, RuleBroken

LOOKS_SECONDS = 0.2
OLD_SECONDS = 120
_RUN = re.compile(r"[0-9a-f]{32}")
_asked: ContextVar[Path | None] = ContextVar("asked", default=None)


def _place(user_id: int | None, run: str) -> Path | None:
    if user_id is None or not _RUN.fullmatch(run):
        return None
    name = hashlib.sha256(f"{user_id}:{run}".encode()).hexdigest()[:32]
    return Path(settings.QIAO_HOME) / "stops" / name


@contextmanager
def stoppable(user_id: int | None, run: str) -> Iterator[None]:
    """What is asked within can be stopped by this person under this number (32 hexadecimal digits)."""
    place = _place(user_id, run)
    before = _asked.set(place)
    try:
        yield
    finally:
        _asked.reset(before)
        if place is not None:
            place.unlink(missing_ok=True)


def stop(user_id: int | None, run: str) -> None:
    """Ask for a running question to be stopped; one that has ended, or never was, is not missed."""
    place = _place(user_id, run)
    if place is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    for old in place.parent.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - old.stat().st_mtime > OLD_SECONDS:
                old.unlink()
    place.touch()


def check_not_stopped() -> None:
    """Refuse to go on with what was stopped.

    Raises:
        RuleBroken: It was stopped.
    """
    place = _asked.get()
    if place is not None and place.exists():
        raise RuleBroken(N_("Stopped."), code="stopped")


@contextmanager
def watched(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupt the engine as soon as the reader stops his question."""
    place = _asked.get()
    if place is None:
        yield
        return
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(LOOKS_SECONDS):
            if place.exists():
                con.interrupt()  # again and again: between two statements nothing is there to interrupt

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
