"""From ``raw`` to ``typed``: a view when the file is clean, a table with a bit a failed check when it is not.

Most files are clean. For them every check is one pass that stores nothing, and the facts are written straight from
what was read. Only a file with a fault pays for knowing which row has which.
"""

import duckdb

from qiao.ledger.core.facts import get_field
from qiao.ledger.core.mapping import FeedMapping
from qiao.ledger.feeds.columns import CODE_KINDS, Check, Plan, turned
from qiao.ledger.feeds.sources import Source
from qiao.ledger.lake import one, quoted, run


def parse_clean(con: duckdb.DuckDBPyConnection, mapping: FeedMapping, source: Source, plan: Plan) -> bool:
    """Make ``typed`` a view if no check fails; the caller has looked up the codes and knows no live files.

    Returns:
        Whether the file is clean. When it is not, nothing was made.
    """
    on = mapping.fields["on"]
    if source.fault or not on.column or on.column in source.texts:
        return False  # a day that must be parsed is parsed once, into a table
    if _has_unknown_codes(con, mapping, plan):
        return False
    joined = [f"k_{name}" for name in mapping.fields if _is_code(mapping, name)]
    checked = _flags(tuple(c for c in plan.checks if not any(table in c.condition for table in joined)))
    plain = f"(SELECT {_inner(mapping, source, plan)} FROM raw r) p"
    own = [(column, sql) for column, sql in plan.values if not any(table in sql for table in joined)]
    run(con, f"CREATE OR REPLACE TEMP VIEW plain AS SELECT {_listed(own)}, 0::BIGINT AS flags FROM {plain}")
    if one(con, f"SELECT coalesce(bit_or({checked}), 0) FROM {plain}")[0]:
        return False
    joins = " ".join(plan.joins)
    run(
        con,
        f"CREATE OR REPLACE TEMP VIEW typed AS SELECT p.n, {_listed(plan.values)}, 0::BIGINT AS flags "
        f"FROM {plain} {joins}",
    )
    columns = key_columns(mapping)
    table = "plain" if {quoted(column) for column, _ in own}.issuperset(columns) else "typed"
    return not columns or keys_differ(con, table, columns)


def parse_checked(con: duckdb.DuckDBPyConnection, mapping: FeedMapping, source: Source, plan: Plan) -> None:
    """Fill the table ``typed``: position, values under their lake names, and a bit a failed check."""
    for view in ("typed", "plain"):
        run(con, f"DROP VIEW IF EXISTS {view}")
    number = "p.number, " if source.fault else ""
    run(
        con,
        f"CREATE OR REPLACE TABLE typed AS SELECT p.n, {number}{_listed(plan.values)}, "
        f"({_flags(plan.checks)})::BIGINT AS flags "
        f"FROM (SELECT {_inner(mapping, source, plan)} FROM raw r) p {' '.join(plan.joins)}",
    )
    run(con, "CREATE OR REPLACE TEMP VIEW plain AS FROM typed")


def key_columns(mapping: FeedMapping) -> list[str]:
    """Columns of the lake that make a row's key."""
    return [quoted(get_field(mapping.fact, name).column) for name in mapping.key]


def keys_differ(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> bool:
    """Whether all rows without a fault differ in their key.

    As many distinct keys (or hashes of them) as rows proves it: one cheap pass for files without duplicates.
    """
    counted = columns[0] if len(columns) == 1 else f"hash({', '.join(columns)})"
    total, distinct = one(con, f"SELECT count(*), count(DISTINCT {counted}) FROM {table} WHERE flags = 0")
    return bool(total == distinct)


def _is_code(mapping: FeedMapping, name: str) -> bool:
    return get_field(mapping.fact, name).kind in CODE_KINDS


def _has_unknown_codes(con: duckdb.DuckDBPyConnection, mapping: FeedMapping, plan: Plan) -> bool:
    """Some text of a code column is nobody's code, or an empty one where a code is needed."""
    for name in mapping.fields:
        if _is_code(mapping, name):
            needed = get_field(mapping.fact, name).required
            wrong = "id IS NULL" if needed else "id IS NULL AND clean IS NOT NULL"
            if one(con, f"SELECT count(*) FROM k_{name} WHERE {wrong}")[0]:
                return True
    return False


def _inner(mapping: FeedMapping, source: Source, plan: Plan) -> str:
    front = ["r.rowid AS n", f"{turned(mapping, source)} AS turned"]
    if source.fault:
        front += ["r.number", "r.fault"]
    return ", ".join([*front, *plan.parsed])


def _listed(values: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> str:
    return ", ".join(f"{sql} AS {quoted(column)}" for column, sql in values)


def _flags(checks: tuple[Check, ...]) -> str:
    bits = [
        f"CASE WHEN {check.condition} THEN {1 << bit} ELSE 0 END"
        for bit, check in enumerate(checks)
        if check.condition
    ]
    return " + ".join(bits) or "0"
