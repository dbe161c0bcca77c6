"""How figures of the catalogue are written, for pages, files, messages alike."""

from typing import Any

from qiao.kernel.errors import Incomplete
from qiao.ledger.core.catalogue import Indicator, Unit
from qiao.ledger.core.pivot import Cell, Table
from qiao.runtime import figures
from qiao.runtime.i18n import pick

SHOWN = 3


def name_of(indicator: Indicator) -> str:
    """The indicator's name in the reader's language."""
    return pick(indicator.name_zh, indicator.name_en)


def meaning_of(indicator: Indicator) -> str:
    """The indicator's definition in the reader's language."""
    return pick(indicator.meaning_zh, indicator.meaning_en)


def write_value(unit: Unit, value: Any) -> str:
    """A value with its unit."""
    if figures.is_missing(value):
        return figures.MISSING
    if unit is Unit.YUAN:
        return figures.amount(value)
    if unit is Unit.SHARE:
        return figures.share(value)
    if unit is Unit.CHANGE:
        return figures.signed(figures.share(value), value)
    places = {Unit.COUNT: 0, Unit.DAYS: 1, Unit.TIMES: 2, Unit.QUANTITY: None}[unit]
    return figures.number(value.normalize() + 0 if places is None else value, places)


def write_cell(indicator: Indicator, cell: Cell) -> str:
    """A figure, and its change where it is compared."""
    text = write_value(indicator.unit, cell.result.incomplete or cell.result.value)
    change = cell.change
    if change is None or isinstance(change, Incomplete):
        return text
    arrow = "▲" if change > 0 else "▼" if change < 0 else "="
    return f"{text} ({arrow} {figures.signed(figures.share(change), change)})"


def summarise(table: Table) -> str:
    """A table in one line: the leading figure of the whole, or of its newest column, and of the first lines."""
    indicator, column = table.indicators[0], _spoken_column(table)
    parts = [f"{name_of(indicator)} {write_cell(indicator, table.cells[(), column][0])}"]
    if column and table.analysis.columns:
        parts[0] = f"{table.label(table.analysis.columns[0], column[0])} {parts[0]}"
    outer = [line for line in table.lines if len(line) == 1 and table.analysis.rows[0] != "period"]
    for line in outer[:SHOWN]:
        label = table.label(table.analysis.rows[0], line[0])
        parts.append(f"{label} {write_cell(indicator, table.cells[line, column][0])}")
    return "; ".join(parts)


def _spoken_column(table: Table) -> tuple[Any, ...]:
    if table.analysis.columns == ("period",) and table.columns:
        return table.columns[-1]
    return ()
