"""Lines in the lake for a page: within the reader's scope, a memory cap and a time limit."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from qiao.customers import queries as customers
from qiao.kernel.errors import N_, RuleBroken
from qiao.kernel.money import yuan_from_cents
from qiao.ledger.lake import Bounds, connect, literal, one, read_files, rows
from qiao.ledger.models import Category, Product, Run
from qiao.ledger.queries.manifest import SalesFiles, find_sales
from qiao.ledger.queries.runs import dimension_path
from qiao.runtime.scope import Scope

PAGE = 100
SECONDS = 5.0
BOUNDS = Bounds(memory_mb=512, threads=2, spill_gb=0)
ScopeRow = tuple[int, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Holder:
    """A manager or unit, with the dimensions a close pinned: lines are attributed exactly as its figures were."""

    kind: str
    id: int
    run: Run

    def condition(self) -> str:
        """SQL over a line: its customer's month is this holder's."""
        if self.kind == "person":
            held = f"SELECT * FROM {self._table('assignments')} WHERE role = 'primary' AND person_id = {self.id:d}"
            month = ""
        else:
            held = f"SELECT * FROM {self._table('homes')}"
            month = (
                f" AND EXISTS (SELECT 1 FROM {self._table('placements')} p WHERE p.ancestor_id = {self.id:d} "
                'AND p.unit_id = h.unit_id AND p.m = year("on") * 12 + month("on") - 1)'
            )
        return (
            f"EXISTS (SELECT 1 FROM ({held}) h WHERE h.customer_id = facts.customer_id "
            f'AND h.starts_on <= last_day("on") AND last_day("on") < h.ends_before{month})'
        )

    def _table(self, kind: str) -> str:
        return read_files([dimension_path(self.run, kind)])


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines.

    Attributes:
        since, until: Months, both included, as ``2021-12``.
        customer_ids: Only these customers; None for all.
        holder: Only months that count for this holder's figures; None for all.
        category_id, product_id: Only these.
        with_product: Only lines that name a product; precedence is then decided among them.
        months: Only these customers' months, as columns customer_id and m; None for all.
        category_ids, product_ids: Only lines of any of these; precedence is decided among all lines before.
        without: ``category``, ``product``: also (or only) lines that name none.
        merged: (merged customer, who stands for it) among these customers, where the caller knows; None to look.
    """

    since: str
    until: str
    customer_ids: Sequence[int] | None = None
    holder: "Holder | None" = None
    category_id: int | None = None
    product_id: int | None = None
    with_product: bool = False
    merged: Sequence[tuple[int, int]] | None = None
    months: pa.Table | None = None
    category_ids: Sequence[int] | None = None
    product_ids: Sequence[int] | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinePage:
    """One page of lines and the sums of all of them."""

    lines: list[dict[str, Any]]
    total: int
    revenue_yuan: Decimal
    refunds_yuan: Decimal


@contextmanager
def bounded() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that a page may use: little memory, no spilling, a few seconds.

    Raises:
        RuleBroken: It took too long or too much.
    """
    con = connect(BOUNDS)
    timer = threading.Timer(SECONDS, con.interrupt)
    timer.start()
    try:
        yield con
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise RuleBroken(
            N_("These are too many lines for a page: choose fewer months or customers."),
            code="too_many_lines",
        ) from None
    finally:
        timer.cancel()
        con.close()


def visible_sql(
    con: duckdb.DuckDBPyConnection, scope: Scope, scope_rows: Iterable[ScopeRow] | None
) -> tuple[str, list[int]]:
    """A predicate over ``customer_id`` for a scope, and its values.

    Args:
        con: Gets the table ``scope_rows`` when the scope needs it.
        scope: Who may see what.
        scope_rows: (customer, home unit, primary, deputy) of the customers in question; None when the caller
            has already checked them.
    """
    if scope_rows is None or scope.everything:
        return ("TRUE", []) if scope_rows is None or scope.everything else ("FALSE", [])
    columns = list(zip(*scope_rows, strict=True)) or [(), (), (), ()]
    names = ("customer_id", "home_unit_id", "primary_id", "deputy_id")
    table = pa.table([pa.array(column, pa.int64()) for column in columns], names=list(names))
    con.register("scope_rows", table)
    predicate, values = scope.as_sql()
    return f"customer_id IN (SELECT customer_id FROM scope_rows WHERE {predicate})", values


def _conditions(con: duckdb.DuckDBPyConnection, chosen: Filter) -> tuple[list[str], list[Any]]:
    terms: list[str] = []
    values: list[Any] = []
    if chosen.customer_ids is not None:
        con.register("chosen", pa.table({"id": pa.array(chosen.customer_ids, pa.int64())}))
        terms.append("customer_id IN (SELECT id FROM chosen)")
    if chosen.holder is not None:
        terms.append(chosen.holder.condition())
    if chosen.months is not None:
        con.register("cell_months", chosen.months)
        month = 'year("on") * 12 + month("on") - 1'
        terms.append(f"(customer_id, {month}) IN (SELECT customer_id, m FROM cell_months)")
    if chosen.with_product or chosen.product_id is not None:
        terms.append("product_id IS NOT NULL")
    for kind, ids in (("category", chosen.category_ids), ("product", chosen.product_ids)):
        if ids is not None or kind in chosen.without:
            con.register(f"chosen_{kind}", pa.table({"id": pa.array(ids or [], pa.int64())}))
            empty = f" OR {kind}_id IS NULL" if kind in chosen.without else ""
            terms.append(f"({kind}_id IN (SELECT id FROM chosen_{kind}){empty})")
    for column, value in (("category_id", chosen.category_id), ("product_id", chosen.product_id)):
        if value is not None:
            terms.append(f"{column} = ?")
            values.append(value)
    return terms, values


def _source(con: duckdb.DuckDBPyConnection, files: SalesFiles, chosen: Filter) -> str:
    """The lines as they came, under the customers that stand for merged ones.

    A holder's lines follow the merges his close knew; all others those of today.
    """
    source = read_files(files.paths)
    if chosen.holder is not None:
        run = chosen.holder.run
        if not run.inputs.get("merged"):
            return source
        pinned = read_files([dimension_path(run, "customers")])
        pairs = (
            f"(SELECT customer_id AS id, canonical_id AS top FROM {pinned} WHERE customer_id <> canonical_id)"
        )
    else:
        merged = customers.list_merged(chosen.customer_ids) if chosen.merged is None else chosen.merged
        if not merged:
            return source
        ids, tops = zip(*merged, strict=True)
        con.register(
            "merged", pa.table([pa.array(ids, pa.int64()), pa.array(tops, pa.int64())], names=["id", "top"])
        )
        pairs = "merged"
    narrow = ""
    if chosen.customer_ids is not None and chosen.holder is None:  # so that files are not read whole
        narrow = " WHERE f.customer_id IN (SELECT id FROM chosen UNION ALL SELECT id FROM merged)"
    return (
        "(SELECT f.* REPLACE (coalesce(m.top, f.customer_id) AS customer_id) "
        f"FROM {source} f LEFT JOIN {pairs} m ON m.id = f.customer_id{narrow})"
    )


def _from(source: str, files: SalesFiles) -> str:
    """The lines of the months, as a table expression; of several precedences only what counts."""
    if len(set(files.ranks.values())) < 2:
        return f"(SELECT * FROM {source} AS facts WHERE {{narrow}})"
    cases = " ".join(f"WHEN {literal(code)} THEN {rank}" for code, rank in files.ranks.items())
    return (
        "(SELECT * EXCLUDE (rank, best) FROM (SELECT *, min(rank) OVER (PARTITION BY customer_id, "
        f'last_day("on")) AS best FROM (SELECT *, CASE source {cases} END AS rank FROM {source} '
        "AS facts WHERE {narrow})) WHERE rank = best)"
    )


def lines_sql(
    con: duckdb.DuckDBPyConnection,
    files: SalesFiles,
    chosen: Filter,
    scope: Scope,
    scope_rows: Iterable[ScopeRow] | None,
) -> tuple[str, list[Any]]:
    """Table expression with all conditions, narrowed to customers before precedence is decided."""
    visible, scope_values = visible_sql(con, scope, scope_rows)
    by_product = chosen.with_product or chosen.product_id is not None
    whose, values = _conditions(
        con,
        replace(
            chosen,
            category_id=None,
            product_id=None,
            with_product=by_product,
            category_ids=None,
            product_ids=None,
            without=(),
        ),
    )
    what, more = _conditions(con, replace(chosen, customer_ids=None, holder=None, months=None))
    narrow = " AND ".join([visible, *whose])
    wanted = " AND ".join(what) or "TRUE"
    return f"{_from(_source(con, files, chosen), files).replace('{narrow}', narrow)} AS l WHERE {wanted}", [
        *scope_values,
        *values,
        *more,
    ]


def read_lines(
    chosen: Filter, *, scope: Scope, scope_rows: Iterable[ScopeRow] | None, page: int = 1
) -> LinePage:
    """A page of lines, newest first, and the sums of all of them.

    Args:
        chosen: Which lines.
        scope: The reader's scope.
        scope_rows: Customers in question with who serves them; None when the caller has checked them already.
        page: From 1.

    Raises:
        RuleBroken: Too many lines for a page's time and memory.
    """
    files = find_sales(chosen.since, chosen.until)
    if not files.paths:
        return LinePage([], 0, Decimal("0.00"), Decimal("0.00"))
    with bounded() as con:
        table, values = lines_sql(con, files, chosen, scope, scope_rows)
        total, revenue, refunds = one(
            con,
            "SELECT count(*), coalesce(sum(revenue_cents), 0)::BIGINT, "
            f"coalesce(sum(revenue_cents) FILTER (revenue_cents < 0), 0)::BIGINT FROM {table}",
            values,
        )
        names = (
            "customer_id", "on", "grain", "product_id", "category_id", "revenue_cents", "quantity", "unit",
            "cost_cents", "source", "batch", "source_key",
        )  # fmt: skip
        listed = ", ".join(f'"{name}"' for name in names)
        found = rows(
            con,
            f'SELECT {listed} FROM {table} ORDER BY "on" DESC, customer_id, source, source_key, product_id, '
            f"category_id, revenue_cents LIMIT {PAGE} OFFSET {(max(page, 1) - 1) * PAGE}",
            values,
        )
    lines = [dict(zip(names, row, strict=True)) for row in found]
    _name_products(lines)
    return LinePage(lines, total, yuan_from_cents(revenue), yuan_from_cents(refunds))


def named(model: type[Any], ids: Iterable[int | None]) -> dict[int | None, Any]:
    """Rows by id; no query when there is nothing to look up."""
    wanted = {i for i in ids if i is not None}
    return {row.pk: row for row in model.objects.filter(pk__in=wanted)} if wanted else {}


def _name_products(lines: list[dict[str, Any]]) -> None:
    products = named(Product, (line["product_id"] for line in lines))
    categories = named(Category, (line["category_id"] for line in lines))
    for line in lines:
        line["product"] = products.get(line["product_id"])
        line["category"] = categories.get(line["category_id"])
        line["revenue_yuan"] = yuan_from_cents(line["revenue_cents"])
        line["cost_yuan"] = None if line["cost_cents"] is None else yuan_from_cents(line["cost_cents"])
