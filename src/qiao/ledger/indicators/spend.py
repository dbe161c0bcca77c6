"""Revenue of each customer over the last months: what tier articles ask for, for any number of months."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from qiao.kernel.period import Month
from qiao.ledger.indicators import counted_months as build
from qiao.ledger.indicators import schemas
from qiao.ledger.indicators.engines import DuckEngine, compile_sql
from qiao.ledger.lake import arrow

_SPAN = ibis.schema({"first": "int64", "until": "int64"})


@lru_cache(maxsize=8)
def spend_sql(dialect: str, several: bool, merged: bool) -> str:
    """The compiled expression; the months come in as the one-row table ``span``."""
    customers = ibis.table(schemas.CUSTOMERS, name="customers")
    sales = ibis.table(schemas.SALES, name="sales")
    facts = build.canonical(sales, customers) if merged else sales
    lines = build.rank_lines(facts, several)
    if several:
        sums = lines.group_by(*build.month_keys(several)).agg(
            revenue_cents=_.revenue_cents.sum(), paying=_.count(where=_.revenue_cents > 0).fill_null(0)
        )
        lines = build.pick_precedence(sums)
    else:
        lines = lines.mutate(paying=_.revenue_cents)
    return compile_sql(_sum_span(lines), dialect)


def _sum_span(months: ir.Table) -> ir.Table:
    span = ibis.table(_SPAN, name="span")
    dated = months.cross_join(span)
    return (
        dated.group_by("customer_id")
        .agg(
            cents=_.revenue_cents.sum(where=_.m >= _["first"]).fill_null(0),
            months_since_first=(_.until.max() - _.m.min(where=_.paying > 0) + 1),
        )
        .order_by("customer_id")
    )


@lru_cache(maxsize=8)
def mix_sql(dialect: str, several: bool, merged: bool) -> str:
    """Revenue and cost by customer and category of the window ``span``, by the precedence that counts."""
    customers = ibis.table(schemas.CUSTOMERS, name="customers")
    sales = ibis.table(schemas.SALES, name="sales")
    facts = build.canonical(sales, customers) if merged else sales
    lines = build.rank_lines(facts, several)
    span = ibis.table(_SPAN, name="span")
    inside = lines.cross_join(span).filter((_.m >= _["first"]) & (_.m <= _.until))
    sums = inside.group_by(*build.month_keys(several), "category_id").agg(
        revenue=_.revenue_cents.sum(),
        cost=_.cost_cents.sum().fill_null(0),
        uncosted=_.count(where=_.cost_cents.isnull()).fill_null(0),
    )
    counted = build.pick_precedence(sums) if several else sums
    mix = counted.group_by("customer_id", "category_id").agg(
        cents=_.revenue.sum(), cost_cents=_.cost.sum(), uncosted=_.uncosted.sum()
    )
    return compile_sql(mix.order_by("customer_id", "category_id"), dialect)


def customer_mix(
    con: duckdb.DuckDBPyConnection,
    sales: Sequence[Path],
    ranks: Mapping[str, int],
    until: Month,
    months: int,
    customers: Path | None = None,
) -> pa.Table:
    """What customers bought over the last months, by category. Arguments as :func:`customer_spend`.

    Returns:
        customer_id, category_id (null where a line names none), cents, cost_cents of the lines with a cost, uncosted
        (lines without one).
    """
    engine = _window_engine(con, sales, ranks, until, months, customers)
    sql = mix_sql(engine.dialect, len(set(ranks.values())) > 1, customers is not None)
    return arrow(con, sql)


def _window_engine(
    con: duckdb.DuckDBPyConnection,
    sales: Sequence[Path],
    ranks: Mapping[str, int],
    until: Month,
    months: int,
    customers: Path | None,
) -> DuckEngine:
    """The tables every expression over a window of months reads."""
    engine = DuckEngine(con)
    engine.read("sales", sales, schemas.SALES)
    engine.read("customers", [customers] if customers else [], schemas.CUSTOMERS)
    rows = [{"source": source, "rank": rank} for source, rank in ranks.items()]
    engine.load("ranks", pa.Table.from_pylist(rows, schema=schemas.RANKS.to_pyarrow()))
    last = schemas.month_number(until)
    span = [{"first": last - months + 1, "until": last}]
    engine.load("span", pa.Table.from_pylist(span, schema=_SPAN.to_pyarrow()))
    return engine


def customer_spend(
    con: duckdb.DuckDBPyConnection,
    sales: Sequence[Path],
    ranks: Mapping[str, int],
    until: Month,
    months: int,
    customers: Path | None = None,
) -> pa.Table:
    """Revenue over the last months, and how long ago the first revenue was.

    Args:
        con: A connection to compute on.
        sales: Files up to ``until``.
        ranks: Precedence of every source.
        until: The last month counted.
        months: How many months.
        customers: Pinned customers when some stand for others, else None.

    Returns:
        customer_id, cents, months_since_first (null without any revenue).
    """
    engine = _window_engine(con, sales, ranks, until, months, customers)
    sql = spend_sql(engine.dialect, len(set(ranks.values())) > 1, customers is not None)
    return arrow(con, sql)
