"""A throw-away enterprise to measure on: its own home, its own embedded database."""

import contextlib
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@contextlib.contextmanager
def enterprise(kept: str = "") -> Iterator[Path]:
    """A home with a migrated database; Django is ready inside.

    Args:
        kept: A folder that stays and is used again; without it the home is fresh and gone afterwards.
    """
    home = Path(kept).absolute() if kept else Path(tempfile.mkdtemp(prefix="qiao-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    os.environ |= {
        "QIAO_HOME": str(home),
        "QIAO_TODAY": "2026-11-22",
        "DJANGO_SETTINGS_MODULE": "qiao.config.settings",
    }
    os.environ.pop("QIAO_DATABASE_URL", None)
    from qiao.config.house import database_up

    try:
        with database_up():
            from qiao.config.preparation import prepare

            prepare()
            yield home
    finally:
        if not kept:
            shutil.rmtree(home, ignore_errors=True)


@dataclass
class Cost:
    """What a block cost: wall and CPU seconds of this process and its ended children."""

    wall: float = 0.0
    cpu: float = 0.0


@contextlib.contextmanager
def measured() -> Iterator[Cost]:
    """Measure a block."""
    cost = Cost()
    wall, before = time.perf_counter(), _cpu()
    yield cost
    cost.wall, cost.cpu = time.perf_counter() - wall, _cpu() - before


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def server_cpu() -> float:
    """CPU seconds the embedded server and its backends have used so far (Linux)."""
    from qiao.config.environment import read_environment
    from qiao.runtime.database import EmbeddedServer

    data = EmbeddedServer(read_environment().home).place.data
    root = int((data / "postmaster.pid").read_text().splitlines()[0])
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(stat.parent.name) == root or int(fields[1]) == root:
                total += sum(
                    int(fields[i]) for i in ((11, 12, 13, 14) if int(stat.parent.name) == root else (11, 12))
                )
    return total / ticks
