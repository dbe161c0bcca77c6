"""One customer's ledger: revenue by month, by category, by product."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb

from qiao.customers import queries as customers
from qiao.kernel.money import yuan_from_cents
from qiao.ledger.lake import rows
from qiao.ledger.models import Category, Product
from qiao.ledger.queries.lines import Filter, bounded, lines_sql, named
from qiao.ledger.queries.manifest import SalesFiles, find_sales
from qiao.runtime.scope import EVERYTHING

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class CustomerLedger:
    """What a customer brought.

    Attributes:
        revenue_yuan: By month; months without lines are left out.
        known_months: Months of the span anybody imported.
        categories, products: Largest first, each with item, key, revenue_yuan, lines.
    """

    revenue_yuan: dict[str, Decimal]
    known_months: frozenset[str]
    categories: list[dict[str, Any]]
    products: list[dict[str, Any]]


def read_customer(customer_id: int, *, since: str, year: str, until: str) -> CustomerLedger:
    """Read one customer whose visibility the caller has checked.

    Args:
        customer_id: Whose ledger.
        since: First month of the trend.
        year: First month of the break-downs.
        until: Last month of both.

    Raises:
        RuleBroken: Too much for a page's time and memory.
    """
    files = find_sales(since, until)
    if not files.paths:
        return CustomerLedger({}, frozenset(), [], [])
    merged = customers.list_merged([customer_id])
    with bounded() as con:
        mine = Filter(year, until, [customer_id], merged=merged)
        trend = _sum(con, files, replace(mine, since=since), "strftime(\"on\", '%Y-%m')", "1")
        categories = _sum(con, files, mine, "category_id", "2 DESC, 1")
        products = _sum(con, files, replace(mine, with_product=True), "product_id", "2 DESC, 1")
    return CustomerLedger(
        {month: yuan_from_cents(cents) for month, cents, _ in trend},
        files.months,
        _named_parts(Category, categories),
        _named_parts(Product, products),
    )


def _sum(
    con: duckdb.DuckDBPyConnection, files: SalesFiles, chosen: Filter, key: str, order: str
) -> list[tuple[Any, int, int]]:
    table, values = lines_sql(con, files, chosen, EVERYTHING, None)
    limit = "" if order == "1" else f"LIMIT {_SHOWN}"
    return rows(
        con,
        f"SELECT {key}, sum(revenue_cents)::BIGINT, count(*) FROM {table} AND strftime(\"on\", '%Y-%m') >= ? "
        f"GROUP BY 1 ORDER BY {order} {limit}",
        [*values, chosen.since],
    )


def _named_parts(model: type[Any], found: list[tuple[Any, int, int]]) -> list[dict[str, Any]]:
    items = named(model, (key for key, _, _ in found))
    return [
        {"item": items.get(key), "key": key, "revenue_yuan": yuan_from_cents(cents), "lines": count}
        for key, cents, count in found
    ]
