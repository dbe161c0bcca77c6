"""Tables as they stand on their sheet, and how formulas name their cells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qiao.kernel.table import Range
from qiao.kernel.text import Text

from ..tables import Reading, Table
from .parts import ENDLESS, TableBlock
from .parts import TABLES as SHEET

ANY = "*"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a table's columns stand."""

    table: Table
    first: int  # sheet's row of the first table row, from 1
    axes: tuple[tuple[str, ...], ...]  # column letters by axis
    value: str
    named: str

    @property
    def last(self) -> int:
        return self.first + len(self.table.rows) - 1

    def column(self, letter: str, first: int | None = None, last: int | None = None) -> str:
        """A column's cells for some rows (from 0), all unless said."""
        top = self.first if first is None else self.first + first
        end = self.last if last is None else self.first + last
        return f"'{SHEET.zh}'!${letter}${top}:${letter}${end}"

    def at(self, letter: str, row: int) -> str:
        """One cell, row from 0."""
        return f"'{SHEET.zh}'!${letter}${self.first + row}"


def letter(column: int) -> str:
    """A column's letters, from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place_table(table: Table, top: int) -> tuple[TableBlock, Placed]:
    """Lay a table out.

    Args:
        table: A table of the policy.
        top: Sheet row of its title, from 0; headings and rows follow.
    """
    headings = [Text("行", "row")]
    axes: list[tuple[str, ...]] = []
    for axis in table.axes:
        name = axis.name
        if axis.sort == "bands":
            new = [
                Text(f"{name} 自".strip(), f"{name} from".strip()),
                Text("含下限", "owned"),
                Text(f"{name} 至".strip(), f"{name} to".strip()),
                Text("含上限", "owned"),
            ]
        else:
            new = [Text(name or "点", name or "point")]
        axes.append(tuple(letter(len(headings) + n) for n in range(len(new))))
        headings += new
    value, named = letter(len(headings)), letter(len(headings) + 1)
    headings += [Text("值", "value"), Text("指明类别", "named"), Text("名称", "name")]
    rows: list[list[Decimal | str | None]] = []
    for n, row in enumerate(table.rows):
        cells: list[Decimal | str | None] = [Decimal(n + 1)]
        for axis, holds in zip(table.axes, row.holds, strict=True):
            if axis.sort == "bands":
                within = holds if isinstance(holds, Range) else Range()
                low, high = within.lower, within.upper
                cells += [low.at if low else -ENDLESS, Decimal(int(low.included if low else True))]
                cells += [high.at if high else ENDLESS, Decimal(int(high.included if high else True))]
            elif isinstance(holds, Range):
                cells.append(None)
            else:
                cells.append(ANY if holds is None else holds)
        cells += [row.value, Decimal(sum(isinstance(h, str) for h in row.holds)), row.name]
        rows.append(cells)
    note = Text(f"读法：{_READINGS[table.reading].zh}", f"reading: {_READINGS[table.reading].en}")
    block = TableBlock(table.title, table.code, top, headings, rows, note)
    return block, Placed(table, top + 3, tuple(axes), value, named)


_READINGS = {
    Reading.ROW: Text("按行取值", "the cell as it stands"),
    Reading.FLAT: Text("定额", "an amount, whatever the base"),
    Reading.WHOLE: Text("全额累进", "a rate on the whole amount"),
    Reading.PER_UNIT: Text("按单位计", "an amount for each unit"),
    Reading.MARGINAL: Text("超额累进", "each slice at its own row’s rate"),
    Reading.PRO_RATA: Text("按完成部分计", "full rows pay their amount, the last its covered part"),
    Reading.LINEAR: Text("线性插值", "on the straight line between points"),
}
