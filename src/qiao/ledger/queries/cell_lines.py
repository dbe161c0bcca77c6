"""The ledger lines behind a cell of an analysis: its customers' months, found by the conditions its figure was."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from qiao.kernel.period import Month
from qiao.ledger.core.analysis import Analysis
from qiao.ledger.core.dimensions import find_dimension
from qiao.ledger.indicators.schemas import month_number
from qiao.ledger.lake import arrow, quoted, read_files
from qiao.ledger.queries.cubes import Shelf, find_shelves, newest_closed
from qiao.ledger.queries.pivoting import Asked, Reach, bounded, conditions

_HELD = frozenset({"within", "unit", "manager", "category", "product", "customer"})


def find_cell_months(asked: Analysis, reach: Reach) -> pa.Table:
    """Customers and months (counted) a cell is made of.

    Holders, category and product are judged month by month; tier, segment and the like as the close of the period
    judged them.

    Args:
        asked: The question with the cell's values as filters and its period as the only one.
        reach: What the reader may see.
    """
    newest = newest_closed()
    periods = asked.last_periods(newest)
    shelves = [s for s in find_shelves(periods, asked.by, of_lines=True) if s.missing is None]
    found = [_months_of(asked, reach, shelf) for shelf in shelves]
    schema = pa.schema([("customer_id", pa.int64()), ("m", pa.int64())])
    return pa.concat_tables(found) if found else schema.empty_table()


def _months_of(asked: Analysis, reach: Reach, shelf: Shelf) -> pa.Table:
    held = {code: v for code, v in asked.filters.items() if code in _HELD or code.startswith("unit")}
    traits = {code: v for code, v in asked.filters.items() if code not in held}
    with bounded() as con:
        question = Asked([], asked.by, True, (), held if not asked.of_lines else asked.filters, frozenset())
        where, values = conditions(con, question, reach)
        files = read_files([path for path, _ in shelf.files])
        terms = [where]
        if traits and not asked.of_lines:
            terms.append(_traits_sql(con, traits, shelf, asked))
        cases = " ".join(
            f"WHEN '{month}' THEN {month_number(Month.parse(month)):d}" for _, month in shelf.files
        )
        sql = (
            f"SELECT DISTINCT f.customer_id, (CASE f.period {cases} END)::BIGINT AS m FROM {files} f "
            f"WHERE {' AND '.join(terms)}"
        )
        return arrow(con, sql, values)


def _traits_sql(con: object, traits: Mapping[str, Sequence[str]], shelf: Shelf, asked: Analysis) -> str:
    """Customers the close of the period judged so."""
    (cubes,) = find_shelves([shelf.window.period], asked.by, of_lines=False)
    if cubes.missing is not None:
        return "FALSE"
    path = read_files([cubes.files[0][0]])
    terms = []
    for number, (code, wanted) in enumerate(sorted(traits.items())):
        dimension = find_dimension(code)
        if dimension is None:
            continue
        con.register(f"trait{number}", pa.table({"value": pa.array(list(wanted), pa.string())}))  # type: ignore[attr-defined]
        column = quoted(dimension.column)
        terms.append(
            f"(c.{column} IN (SELECT value FROM trait{number}) OR (c.{column} IS NULL AND '-' IN (SELECT value FROM trait{number})))"
        )
    return f"f.customer_id IN (SELECT c.customer_id FROM {path} c WHERE c.\"window\" = '{asked.by}' AND {' AND '.join(terms)})"


def span_of(asked: Analysis) -> tuple[str, str] | None:
    """First and last month of a question; None where nothing is closed."""
    periods = asked.last_periods(newest_closed())
    return (str(periods[0].months[0]), str(periods[-1].months[-1])) if periods else None


def only_period(asked: Analysis, name: str) -> Analysis:
    """The same question of one of its periods."""
    for period in asked.last_periods(newest_closed()):
        if str(period) == name:
            return replace(asked, since=str(period.months[0]), until=str(period.months[-1]))
    return asked
