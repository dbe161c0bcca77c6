"""What of the ledger hinders taking an import of customers, people or units back."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from qiao.ledger.lake import connect, read_files, rows
from qiao.ledger.models import Batch, Run
from qiao.ledger.queries.lines import BOUNDS
from qiao.ledger.queries.manifest import find_sales
from qiao.org import queries as org

PINNED = frozenset({"customer", "person", "unit"})


def closed_since(kind: str, pks: Sequence[int], since: datetime) -> set[int]:
    """Records a close begun since has counted: all of them, for a closed month is never computed from other people."""
    if kind not in PINNED or not Run.objects.filter(is_current=True, started_at__gte=since).exists():
        return set()
    return set(pks)


def costs_closed_since(kind: str, pks: Sequence[int], since: datetime) -> set[int]:
    """Labour costs of months that were closed since they were written."""
    closed = set(Run.objects.filter(is_current=True, started_at__gte=since).values_list("month", flat=True))
    return {pk for pk, month in org.months_of_costs(pks).items() if month.strftime("%Y-%m") in closed}


def with_facts(kind: str, pks: Sequence[int], since: datetime) -> set[int]:
    """Customers facts were written of since."""
    if not Batch.objects.filter(state=Batch.State.WRITTEN, written_at__gte=since).exists():
        return set()
    files = find_sales("0001-01", "9999-12")
    if not files.paths:
        return set()
    with closing(connect(BOUNDS)) as con:
        con.execute("CREATE TEMP TABLE asked AS SELECT unnest($1::BIGINT[]) AS id", [list(pks)])
        facts = read_files(files.paths)
        found = rows(con, f"SELECT DISTINCT customer_id FROM {facts} JOIN asked ON id = customer_id")
        return {int(row[0]) for row in found}
