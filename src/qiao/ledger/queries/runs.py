"""Reads of closes and of what they left in the lake."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from django.db.models import QuerySet

from qiao.kernel.errors import NotFound
from qiao.kernel.period import Month
from qiao.ledger.core.decide import Coverage
from qiao.ledger.indicators import spend
from qiao.ledger.lake import Bounds, arrow, connect, read_files
from qiao.ledger.models import Run
from qiao.ledger.queries.manifest import lake


def list_runs() -> QuerySet[Run]:
    """All closes, newest first."""
    return Run.objects.select_related("by").order_by("-started_at", "-id")


def get_run(run_id: int) -> Run:
    """One close.

    Raises:
        NotFound: There is none.
    """
    run = Run.objects.select_related("by", "job").filter(pk=run_id).first()
    if run is None:
        raise NotFound
    return run


def find_current_run(month: str | None = None) -> Run | None:
    """The close that speaks for a month, or for the newest closed month."""
    rows = Run.objects.filter(is_current=True)
    return rows.filter(month=month).first() if month else rows.order_by("-month").first()


def find_open_run(month: str) -> Run | None:
    """The newest unfinished close of a month, to be resumed."""
    return Run.objects.filter(month=month).exclude(state=Run.State.DONE).order_by("-id").first()


def last_closed_month() -> str | None:
    """The newest closed month."""
    run = find_current_run()
    return run.month if run else None


def fact_paths(run: Run, fact: str) -> list[Path]:
    """The very files a close read."""
    root = lake()
    return [root.path_of(fact, f"month={m}", d) for m, d in run.inputs.get("facts", {}).get(fact, [])]


def _dated_paths(run: Run) -> list[tuple[str, Path]]:
    root = lake()
    files = run.inputs.get("facts", {}).get("sales", [])
    return [(m, root.path_of("sales", f"month={m}", d)) for m, d in files]


def dimension_path(run: Run, kind: str) -> Path:
    """A dimension as the close pinned it."""
    return lake().path_of("dimensions", kind, run.inputs["dimensions"][kind])


def customers_path(run: Run) -> Path:
    """The wide rows of all customers a close computed."""
    return lake().path_of("results", f"month={run.month}", run.inputs["results"]["customers"])


def read_customers(run: Run, window: str, columns: Sequence[str]) -> pa.Table:
    """Measures of all customers in one window of a close, by customer.

    Args:
        run: A close whose indicators are done.
        window: month, quarter, half or year.
        columns: Measures of the catalogue (money in cents), ``first_on``, ``last_on``; ``customer_id`` comes first.
    """
    listed = ", ".join(["customer_id", *(f'"{name}"' for name in columns)])
    con = connect(Bounds(memory_mb=1024))
    try:
        sql = f'SELECT {listed} FROM {read_files([customers_path(run)])} WHERE "window" = ? ORDER BY customer_id'
        return arrow(con, sql, [window])
    finally:
        con.close()


def read_spend(run: Run, months: int) -> pa.Table:
    """Revenue of every customer over the last months of a close, from the facts it pinned.

    Args:
        run: A close whose dimensions are pinned.
        months: How many months, ending with the run's.

    Returns:
        customer_id, cents, months_since_first (1 for a first revenue in the run's month), for customers with any
        line; sorted by customer.
    """
    return read_spend_until(run, Month.parse(run.month), months)


def read_mix(run: Run, months: int) -> pa.Table:
    """What every customer bought over the last months of a close, by category, from the facts it pinned.

    Returns:
        customer_id, category_id, cents, cost_cents, uncosted; sorted by customer and category.
    """
    until = Month.parse(run.month)
    first = str(until - (months - 1))
    paths = [path for month, path in _dated_paths(run) if first <= month]
    con = connect(Bounds(memory_mb=2048))
    try:
        merged = dimension_path(run, "customers") if run.inputs.get("merged") else None
        return spend.customer_mix(con, paths, run.inputs["ranks"], until, months, merged)
    finally:
        con.close()


def coverage_of(run: Run) -> Coverage:
    """Months known to the very files a close pinned."""
    known = {fact: frozenset(Month.parse(m) for m, _ in files) for fact, files in run.inputs["facts"].items()}
    return Coverage(known["sales"], known["receivables"], known["payments"])


def list_unprepared() -> list[Run]:
    """Closes that speak for their month and that analysis cannot read yet, newest first."""
    rows = Run.objects.filter(is_current=True, state=Run.State.DONE, cube__isnull=True)
    return [run for run in rows.order_by("-month") if run.inputs.get("dimensions")]


def known_months(run: Run) -> frozenset[Month]:
    """Months of sales a close read."""
    return frozenset(Month.parse(month) for month, _ in _dated_paths(run))


def read_spend_until(run: Run, until: Month, months: int) -> pa.Table:
    """As :func:`read_spend`, for months that end earlier than the run's."""
    paths = [path for month, path in _dated_paths(run) if month <= str(until)]
    con = connect(Bounds(memory_mb=2048))
    try:
        ranks = run.inputs["ranks"]
        merged = dimension_path(run, "customers") if run.inputs.get("merged") else None
        return spend.customer_spend(con, paths, ranks, until, months, merged)
    finally:
        con.close()
