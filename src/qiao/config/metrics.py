"""Figures of the running service for Prometheus: requests counted by every web process, states asked of the database.

Requests are counted in files that all processes of one home share; they are emptied when the service starts.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

FOLDER = Path(settings.QIAO_HOME) / "metrics"
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(FOLDER))  # read once, when the library is imported
FOLDER.mkdir(parents=True, exist_ok=True)

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess  # noqa: E402
from prometheus_client.core import GaugeMetricFamily, Metric  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

from qiao.config.health import home_bytes  # noqa: E402

REQUESTS = Counter("qiao_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "qiao_request_seconds", "Time to answer", ["route"], buckets=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
)

# Each a gauge: name, what it says, label or empty, query of (label, value) or (value).
_ASKED = (
    ("qiao_jobs", "Jobs by state", "state", "SELECT state, count(*) FROM runtime_job GROUP BY state"),
    (
        "qiao_job_wait_seconds", "How long the oldest waiting job has waited", "",
        "SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM runtime_job WHERE state = 'waiting'",
    ),
    (
        "qiao_workers", "Workers alive", "",
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '45 seconds'",
    ),
    ("qiao_database_bytes", "Size of the database", "", "SELECT pg_database_size(current_database())"),
    (
        "qiao_clock_late_seconds", "How late the most overdue promise is to be told", "",
        "SELECT coalesce(greatest(extract(epoch FROM now() - min(next_at)), 0), 0) FROM work_clock WHERE next_at IS NOT NULL",
    ),
    (
        "qiao_deliveries", "Messages by state", "state",
        "SELECT state, count(*) FROM work_delivery GROUP BY state",
    ),
)  # fmt: skip


class _States(Collector):
    """What the database and the disk say when asked."""

    def collect(self) -> Iterable[Metric]:
        with connection.cursor() as cursor:
            for name, text, label, query in _ASKED:
                family = GaugeMetricFamily(name, text, labels=[label] if label else [])
                cursor.execute(query)
                for row in cursor.fetchall():
                    family.add_metric([str(one) for one in row[:-1]], float(row[-1]))
                yield family
        yield GaugeMetricFamily("qiao_lake_bytes", "Size of the lake", value=home_bytes("lake"))
        usage = shutil.disk_usage(settings.QIAO_HOME)
        yield GaugeMetricFamily("qiao_disk_free_bytes", "Room left where the home lies", value=usage.free)


def exposition() -> bytes:
    """Everything in Prometheus' text form."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_States())
    return generate_latest(registry)


def forget() -> None:
    """Empty the shared files: called before the web processes start."""
    for path in _shared_files():
        path.unlink(missing_ok=True)


def _shared_files() -> Iterator[Path]:
    yield from FOLDER.glob("*.db")
