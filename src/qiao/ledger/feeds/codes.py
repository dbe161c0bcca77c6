"""Codes in a file against those of the house: looked up once a text, created where a mapping says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from qiao.ledger.core.facts import FIELDS
from qiao.ledger.core.mapping import FeedMapping, Unknown
from qiao.ledger.feeds.columns import CODE_KINDS, clean_code, text_of
from qiao.ledger.feeds.sources import Source
from qiao.ledger.lake import rows, run


@dataclass(frozen=True, slots=True)
class Directory:
    """What the house knows by code.

    Attributes:
        customers: Columns ``code`` (text), ``id`` (int64).
        products: Columns ``code``, ``id``, ``category_id`` (int64 or null).
        categories: Columns ``code``, ``id``.
        reserve: (kind, count) → as many fresh ids; they are used only if the import is committed.
    """

    customers: pa.Table
    products: pa.Table
    categories: pa.Table
    reserve: Callable[[str, int], Sequence[int]]


@dataclass(slots=True)
class NewCodes:
    """Products and categories to create when the import is committed."""

    categories: list[tuple[int, str]] = field(default_factory=list)  # id, code
    products: list[tuple[int, str, int | None]] = field(default_factory=list)  # id, code, category


def look_up(
    con: duckdb.DuckDBPyConnection, mapping: FeedMapping, source: Source, known: Directory
) -> NewCodes:
    """Fill the tables ``k_<field>`` (raw, clean, id, for products also category_id)."""
    new = NewCodes()
    tables = {"customer": known.customers, "product": known.products, "category": known.categories}
    for spec in FIELDS[mapping.fact]:
        rule = mapping.fields.get(spec.name)
        if spec.kind not in CODE_KINDS or rule is None:
            continue
        con.register("known", tables[spec.name])
        text = text_of(rule, source)
        extra = ", known.category_id" if spec.name == "product" else ""
        run(
            con,
            f"CREATE OR REPLACE TABLE k_{spec.name} AS SELECT d.raw, d.clean, known.id{extra} "
            f"FROM (SELECT {text} AS raw, {clean_code(rule, 'raw')} AS clean FROM raw r GROUP BY 1) d "
            "LEFT JOIN known ON known.code = d.clean",
        )
        con.unregister("known")
    if "category" in mapping.fields and mapping.unknown.get("category") is Unknown.CREATE:
        _create_categories(con, known, new)
    if "product" in mapping.fields and mapping.unknown.get("product") is Unknown.CREATE:
        _create_products(con, mapping, source, known, new)
    return new


def _unknown(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    rows = con.execute(
        f"SELECT DISTINCT clean FROM {table} WHERE id IS NULL AND clean IS NOT NULL ORDER BY 1"
    )
    return [row[0] for row in rows.fetchall()]


def _create_categories(con: duckdb.DuckDBPyConnection, known: Directory, new: NewCodes) -> None:
    codes = _unknown(con, "k_category")
    new.categories += list(zip(known.reserve("category", len(codes)), codes, strict=True))
    _assign(con, "k_category", [(code, id_) for id_, code in new.categories])


def _create_products(
    con: duckdb.DuckDBPyConnection, mapping: FeedMapping, source: Source, known: Directory, new: NewCodes
) -> None:
    codes = _unknown(con, "k_product")
    ids = known.reserve("product", len(codes))
    if "category" in mapping.fields:
        product, category = (source.columns[mapping.fields[name].column] for name in ("product", "category"))
        found = rows(
            con,
            f"SELECT p.clean, min(c.id) FROM raw r JOIN k_product p ON p.raw = r.{product}::VARCHAR "
            f"JOIN k_category c ON c.raw = r.{category}::VARCHAR WHERE p.id IS NULL GROUP BY 1",
        )
        categories: dict[str, int | None] = dict(found)
    else:
        fallback = _fallback_category(mapping, known, new)
        categories = dict.fromkeys(codes, fallback)
    new.products += [(id_, code, categories.get(code)) for id_, code in zip(ids, codes, strict=True)]
    _assign(con, "k_product", [(code, id_) for id_, code, _ in new.products])
    listed = [(code, category) for _, code, category in new.products if category is not None]
    if listed:
        con.execute("CREATE OR REPLACE TEMP TABLE fresh (code VARCHAR, id BIGINT)")
        con.executemany("INSERT INTO fresh VALUES (?, ?)", listed)
        con.execute(
            "UPDATE k_product SET category_id = fresh.id FROM fresh WHERE fresh.code = k_product.clean"
        )


def _fallback_category(mapping: FeedMapping, known: Directory, new: NewCodes) -> int | None:
    """The category the mapping names for products nobody listed; created when it is not there."""
    if not mapping.unknown_category:
        return None
    codes, ids = known.categories["code"].to_pylist(), known.categories["id"].to_pylist()
    for code, id_ in [*zip(codes, ids, strict=True), *((c, i) for i, c in new.categories)]:
        if code == mapping.unknown_category:
            return int(id_)
    fresh = known.reserve("category", 1)[0]
    new.categories.append((fresh, mapping.unknown_category))
    return fresh


def _assign(con: duckdb.DuckDBPyConnection, table: str, pairs: Sequence[tuple[str, int]]) -> None:
    if not pairs:
        return
    fresh = pa.table({"code": [p[0] for p in pairs], "id": pa.array([p[1] for p in pairs], pa.int64())})
    con.register("fresh_codes", fresh)
    con.execute(
        f"UPDATE {table} SET id = f.id FROM fresh_codes f WHERE f.code = {table}.clean AND {table}.id IS NULL"
    )
    con.unregister("fresh_codes")
