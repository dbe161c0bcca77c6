"""Whether the enterprise is well: what ``/healthz``, ``/metrics`` and ``qiao doctor`` ask."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

_SCARCE_BYTES = 1 << 30
_WORKER_SILENT_SECONDS = 45


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``state``: ``ok``, ``warning`` or ``fault``; ``advice``: what to do about it."""

    code: str
    state: str
    found: str
    advice: str = ""


def quick_checks() -> list[Check]:
    """What a load balancer may ask every few seconds: three short queries and one look at the disk."""
    return [check_database(), check_disk(), check_worker()]


def check_database() -> Check:
    """The database answers."""
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version')")
            version = cursor.fetchone()[0]
    except DatabaseError as error:
        return Check(
            "database",
            "fault",
            str(error).strip().splitlines()[0],
            "See postgres.log or the server's own log.",
        )
    return Check("database", "ok", f"PostgreSQL {version}, {(time.monotonic() - began) * 1000:.0f} ms")


def check_disk() -> Check:
    """There is room where the enterprise lies."""
    usage = shutil.disk_usage(settings.QIAO_HOME)
    found = f"{usage.free / 1e9:,.1f} GB of {usage.total / 1e9:,.1f} GB free"
    if usage.free < _SCARCE_BYTES // 16:
        return Check("disk", "fault", found, "Make room at once: the database stops when none is left.")
    if usage.free < _SCARCE_BYTES:
        return Check("disk", "warning", found, "Make room, or move QIAO_HOME to a larger disk.")
    return Check("disk", "ok", found)


def list_live_workers() -> list[int]:
    """Workers that gave a sign of life lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [_WORKER_SILENT_SECONDS],
        )
        return [row[0] for row in cursor.fetchall()]


def check_worker() -> Check:
    """A worker is alive: without one nothing is computed, sent or warned of."""
    try:
        alive = list_live_workers()
    except DatabaseError:
        return Check("worker", "warning", "unknown: the database does not answer")
    if not alive:
        return Check("worker", "warning", "none alive", "Start `qiao worker` (part of `qiao up`).")
    return Check("worker", "ok", f"{len(alive)} alive")


def home_bytes(folder: str) -> int:
    """Bytes of all files below a folder of the home."""
    return sum(
        path.stat().st_size for path in (Path(settings.QIAO_HOME) / folder).rglob("*") if path.is_file()
    )
