"""Tables on their sheet, and look-ups that stay live over it: the row hit, the line between points, the slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qiao.engines.formula import Call, Name, Value, settle
from qiao.engines.formula.values import as_text as said
from qiao.engines.formula.values import is_failure
from qiao.kernel.table import Range
from qiao.kernel.text import Text

from ..tables import SLICED, Hit, Reading, Table
from .functions import as_text
from .parts import (
    NO_VALUE,
    PLACES,
    Expr,
    build,
    is_near,
    literal,
    settled,
    span,
)
from .seen import View, Writing
from .sheets import ANY

_MANY = 100_000  # more than a table has rows
FIXED_LINE = Text(
    "其余维度的行按试算时取定", "the rows for the other dimensions are fixed as they were found"
)


def write_table_call(writer: Writing, node: Call, view: View) -> Expr:
    """LOOKUP, APPLY, APPLYFROM, WITHIN."""
    name = node.arguments[0]
    assert isinstance(name, Name)
    engine = writer.planner.engine
    table = engine.policy.tables[engine.policy.names[name.name]]
    parts = [writer.known(argument, view) for argument in node.arguments[1:]]
    values = [writer.value(argument, view) for argument in node.arguments[1:]]
    values = [settle(value) if isinstance(value, Decimal) else value for value in values]
    call = _TableCall(writer, view, table, writer.value(node, view))
    if node.function == "LOOKUP":
        return call.look_up(parts, values)
    if node.function == "WITHIN":
        start = parts[2] if len(parts) > 2 else None
        return call.within(values[0], parts[1], start)
    base, base_value = call.cell(parts.pop(0), "基数", "base"), values.pop(0)
    start = None
    if node.function == "APPLYFROM":
        start = call.cell(parts.pop(0), "起点", "start")
        values.pop(0)
    if table.reading in SLICED:
        return call.sliced(base, start, values)
    found = call.look_up(parts or [base], values or [base_value])
    if table.reading in (Reading.WHOLE, Reading.PER_UNIT):
        return build(f"{base.held}*{found.held}", "number", [base, found], whole=False)
    return found


class _TableCall:
    """One look at a table."""

    def __init__(self, writer: Writing, view: View, table: Table, outcome: Value) -> None:
        self.writer, self.view, self.table, self.outcome = writer, view, table, outcome
        self.placed = writer.planner.table(table)

    def cell(self, x: Expr, zh: str, en: str) -> Expr:
        """A part in a cell of its own, unless it is one."""
        if x.exact and len(x.text) <= 40 and x.whole:
            return x
        return self.aid(f"{self.table.title.zh} {zh}", f"{self.table.title.en or self.table.code} {en}", x)

    def aid(self, zh: str, en: str, x: Expr, engine: Value | None = None) -> Expr:
        return self.writer.planner.aid(Text(zh, en), x, self.view, engine, place=f"tables.{self.table.code}")

    # One cell

    def look_up(self, parts: Sequence[Expr], values: Sequence[Value]) -> Expr:
        keys = [self._key(n, part) for n, part in enumerate(parts)]
        near = any(self._near(n, value) for n, value in enumerate(values))
        if self.table.axes[-1].sort == "points":
            found = self._on_the_line(keys, values)
        else:
            found = self._hit(keys, values)
        return replace(found, near=found.near or near)

    def _key(self, place: int, x: Expr) -> Expr:
        axis = self.table.axes[place]
        if axis.sort == "keys":
            return self.cell(as_text(x), "类别", "key")
        return self.cell(x if x.exact else build(settled(x), "number", [x], exact=True), "键", "key")

    def _near(self, place: int, value: Value) -> bool:
        """Whether a key lies too near a boundary to be told from it."""
        for row in self.table.rows:
            holds = row.holds[place]
            edges = (
                [edge.at for edge in (holds.lower, holds.upper) if edge]
                if isinstance(holds, Range)
                else [holds]
            )
            if any(edge is not None and is_near(value, edge) for edge in edges):
                return True
        return False

    def _fits(self, keys: Sequence[Expr]) -> str:
        """1 for the rows that hold the keys, else 0."""
        tests = []
        for letters, axis, key in zip(self.placed.axes, self.table.axes, keys, strict=False):
            if axis.sort == "bands":
                low, owned, high, closed = (self.placed.column(c) for c in letters)
                x = key.held
                tests.append(f"(({low}<{x})+({low}={x})*{owned})*(({x}<{high})+({x}={high})*{closed})")
            elif axis.sort == "keys":
                column = self.placed.column(letters[0])
                tests.append(f'((EXACT({column},{key.text})+({column}="{ANY}"))>0)')
        return "*".join(tests)

    def _hit(self, keys: Sequence[Expr], values: Sequence[Value]) -> Expr:
        table, placed = self.table, self.placed
        fits, rows = self._fits(keys), placed.column("A")
        levels = {sum(isinstance(h, str) for h in row.holds) for row in table.rows}
        if len(levels) == 1:
            said_row = f"SUMPRODUCT({fits}*{rows})"
        else:  # the row that names most
            named = placed.column(placed.named)
            said_row = f"MOD(SUMPRODUCT(MAX({fits}*({named}*{_MANY}+{rows}))),{_MANY})"
        hit = table.look_up(values) if not any(is_failure(v) for v in values) else None
        found = Decimal(0)  # a nearest row that stands in for a gap is not the row hit
        if isinstance(hit, Hit) and hit.row is not None and _named(table.rows[hit.row].holds, values) >= 0:
            found = Decimal(hit.row + 1)
        title = f"{table.title.zh}：命中行", f"{table.title.en or table.code}: row hit"
        row = self.aid(
            *title, build(said_row, "number", keys, exact=True), found if hit is not None else None
        )
        outside = self._outside(keys)
        picked = f"INDEX({placed.column(placed.value)},{row.text})"
        if table.kind == "text":
            picked += '&""'
        return build(
            f"IF({row.text}=0,{outside.text},{picked})",
            "text" if table.kind == "text" else "number",
            [row, outside],
            exact=True,
            fails=row.fails or outside.fails,
        )

    def _outside(self, keys: Sequence[Expr]) -> Expr:
        """What holds where no row does."""
        table, placed = self.table, self.placed
        gap = self._stated(table.gap if table.gap is not None else "error", 0)
        if len(table.axes) > 1 or table.axes[0].sort != "bands":
            return gap
        below = self._stated(table.below, 0)
        above = self._stated(table.above, len(table.rows) - 1)
        if below.text == above.text == gap.text:
            return gap
        x, low, high = (
            keys[0],
            placed.at(placed.axes[0][0], 0),
            placed.at(placed.axes[0][2], len(table.rows) - 1),
        )
        said_so = f"IF({x.held}<={low},{below.text},IF({x.held}>={high},{above.text},{gap.text}))"
        return build(said_so, gap.kind, [x, below, above, gap], exact=True)

    def _stated(self, what: Decimal | str, row: int) -> Expr:
        """An author's word on what lies outside: an error, the nearest cell, or a value."""
        if what in ("hold", "extend"):
            return Expr(self.placed.at(self.placed.value, row), exact=True)
        if what == "error":
            if self.table.gap is not None and self.table.gap != "error":
                return literal(self.table.gap)
            return Expr(NO_VALUE, "any", fails=True)
        return literal(what)

    # A line

    def _on_the_line(self, keys: Sequence[Expr], values: Sequence[Value]) -> Expr:
        rows = self._line_rows(values[:-1])
        if not rows:
            return _no_row(keys)
        if len(keys) > 1:
            self.writer.planner.remark(FIXED_LINE)
        placed, x = self.placed, keys[-1]
        points = self._together(placed.axes[-1][0], rows, "点", "point")
        cells = self._together(placed.value, rows, "值", "value")
        title = f"{self.table.title.zh}：左侧点", f"{self.table.title.en or self.table.code}: point before"
        at = self.aid(*title, build(f"SUMPRODUCT(({points}<={x.held})*1)", "number", [x], exact=True))

        def line(n: str) -> str:
            a, b = f"INDEX({points},{n})", f"INDEX({cells},{n})"
            c, d = f"INDEX({points},{n}+1)", f"INDEX({cells},{n}+1)"
            return f"{b}+({d}-{b})/({c}-{a})*({x.held}-{a})"

        count = len(rows)
        below = self._end(self.table.below, rows[0], line("1"), count)
        above = self._end(self.table.above, rows[-1], line(str(count - 1)), count)
        on = f"IF(INDEX({points},{at.text})={x.held},INDEX({cells},{at.text}),{line(at.text)})"
        last = f"IF(INDEX({points},{count})={x.held},INDEX({cells},{count}),{above.text})"
        text = f"IF({at.text}=0,{below.text},IF({at.text}={count},{last},{on}))"
        return build(text, "number", [at, below, above])

    def _together(self, letter: str, rows: Sequence[int], zh: str, en: str) -> str:
        """A column's cells of some rows as one range: of the table, or copied below each other where they lie apart."""
        if list(rows) == list(range(rows[0], rows[-1] + 1)):
            return self.placed.column(letter, rows[0], rows[-1])
        first = len(self.writer.planner.book.steps)
        for n in rows:
            title = (
                f"{self.table.title.zh}：第 {n + 1} 行{zh}",
                f"{self.table.title.en or self.table.code}: {en} of row {n + 1}",
            )
            self.aid(*title, Expr(self.placed.at(letter, n), exact=True))
        return span(first, first + len(rows) - 1)

    def _line_rows(self, others: Sequence[Value]) -> list[int]:
        """The rows of the line for the other keys, the most specific ones."""
        best: dict[int, list[int]] = {}
        for number, row in enumerate(self.table.rows):
            named = _named(row.holds[:-1], others)
            if named >= 0:
                best.setdefault(named, []).append(number)
        return best[max(best)] if best else []

    def _end(self, what: Decimal | str, row: int, prolonged: str, count: int) -> Expr:
        if what == "extend" and count > 1:
            return Expr(prolonged, whole=False)
        if what in ("hold", "extend"):
            return Expr(self.placed.at(self.placed.value, row), exact=True)
        return Expr(NO_VALUE, "any", fails=True) if what == "error" else literal(what)

    # Slices

    def within(self, wanted: Value, amount: Expr, start: Expr | None) -> Expr:
        """The part of an amount that falls into the rows of a name."""
        numbers = [n for n, row in enumerate(self.table.rows) if row.name == said(wanted)]
        if not numbers and isinstance(wanted, Decimal) and 1 <= wanted <= len(self.table.rows):
            numbers = [int(wanted) - 1]
        given = [amount, *([start] if start is not None else [])]
        if not numbers:
            return _no_row(given)
        cut = self._cut(self.cell(amount, "数额", "amount"), start and self.cell(start, "起点", "start"), [])
        if cut is None:
            return _no_row(given)
        parts = [cut.width(n) for n in numbers if n in cut.rows]
        parts += [cut.before.text] * (cut.rows[0] in numbers) + [cut.beyond.text] * (cut.rows[-1] in numbers)
        total = f"{cut.sign}*({'+'.join(parts) or '0'})"
        return build(f"IF({cut.fails},{NO_VALUE},{total})", "number", cut.parts, fails=True)

    def sliced(self, amount: Expr, start: Expr | None, others: Sequence[Value]) -> Expr:
        """Each slice at its own row's rate, or rows paid for their covered part."""
        cut = self._cut(amount, start, others)
        if cut is None:
            return _no_row([amount, *([start] if start is not None else [])])
        table, placed, rows = self.table, self.placed, cut.rows
        cells = self._together(placed.value, rows, "值", "value")
        if table.reading is Reading.MARGINAL:
            total = f"SUMPRODUCT({cut.widths},{cells})"
        else:
            low, _, high, _ = placed.axes[table.sliced_axis]
            ends = self._together(high, rows, "至", "to"), self._together(low, rows, "自", "from")
            whole = f"({ends[0]}-{ends[1]})"
            total = f"SUMPRODUCT({cut.widths}*{cells}/{whole})"
        extra = [
            f"{cut.before.text}*{cut.below.text}" if cut.below is not None else "",
            f"{cut.beyond.text}*{cut.above.text}" if cut.above is not None else "",
            f"{cut.holes.text}*{literal(table.gap).text}" if isinstance(table.gap, Decimal) else "",
        ]
        total = "+".join([total, *filter(None, extra)])
        said_so = f"{cut.sign}*({total})"
        if cut.fails != "FALSE":
            said_so = f"IF({cut.fails},{NO_VALUE},{said_so})"
            return build(said_so, "number", cut.parts, fails=True)
        return build(said_so, "number", cut.parts, whole=False)

    def _cut(self, amount: Expr, start: Expr | None, others: Sequence[Value]) -> _Cut | None:
        table, placed = self.table, self.placed
        axis = table.sliced_axis
        rows = self._cut_rows(axis, others)
        if not rows:
            return None
        if others:
            self.writer.planner.remark(FIXED_LINE)
        zh, en = table.title.zh, table.title.en or table.code
        begin = start.held if start is not None else "0"
        end = f"{begin}+{amount.held}" if start is not None else amount.text
        both = [amount, *([start] if start is not None else [])]
        low = self.aid(f"{zh}：自", f"{en}: from", build(f"MIN({begin},{end})", "number", both))
        high = self.aid(f"{zh}：至", f"{en}: to", build(f"MAX({begin},{end})", "number", both))
        lower, _, upper, _ = placed.axes[axis]
        first = last = 0
        for n in rows:
            width = f"MAX(0,MIN({high.text},{placed.at(upper, n)})-MAX({low.text},{placed.at(lower, n)}))"
            title = f"{zh}：第 {n + 1} 行所占", f"{en}: in row {n + 1}"
            self.aid(*title, build(width, "number", [low, high]))
            last = len(self.writer.planner.book.steps) - 1
            first = last if n == rows[0] else first
        begins, ends = placed.at(lower, rows[0]), placed.at(upper, rows[-1])
        before = self.aid(
            f"{zh}：首行之前",
            f"{en}: before the first row",
            build(f"MAX(0,MIN({high.text},{begins})-{low.text})", "number", [low, high]),
        )
        beyond = self.aid(
            f"{zh}：末行之后",
            f"{en}: beyond the last row",
            build(f"MAX(0,{high.text}-MAX({low.text},{ends}))", "number", [low, high]),
        )
        widths = span(first, last)
        rest = f"{high.text}-{low.text}-{before.text}-{beyond.text}-SUM({widths})"
        holes = self.aid(
            f"{zh}：行间空档",
            f"{en}: in gaps between rows",
            build(f"ROUND({rest},{PLACES - 3})", "number", [low, high]),
        )
        below, above = (
            self._rate(what, row) for what, row in ((table.below, rows[0]), (table.above, rows[-1]))
        )
        fails = [f"{part.text}>0" for part, rate in ((before, below), (beyond, above)) if rate is None]
        if not isinstance(table.gap, Decimal):
            fails.append(f"{holes.text}>0")
        if table.reading is Reading.PRO_RATA:
            fails += [f"{span(first + i, first + i)}>0" for i, n in enumerate(rows) if self._is_open(axis, n)]
        sign = f"IF({amount.held}>=0,1,-1)"
        return _Cut(
            rows, first, widths, before, beyond, holes, below, above,
            f"OR({','.join(fails)})" if fails else "FALSE", sign, (amount, low, high, before, beyond, holes),
        )  # fmt: skip

    def _is_open(self, axis: int, row: int) -> bool:
        within = self.table.rows[row].holds[axis]
        return isinstance(within, Range) and (within.lower is None or within.upper is None)

    def _cut_rows(self, axis: int, others: Sequence[Value]) -> list[int]:
        best: dict[int, list[int]] = {}
        for number, row in enumerate(self.table.rows):
            named = _named(row.holds[:axis] + row.holds[axis + 1 :], others)
            if named >= 0 and isinstance(row.holds[axis], Range) and isinstance(row.value, Decimal):
                best.setdefault(named, []).append(number)
        return best[max(best)] if best else []

    def _rate(self, what: Decimal | str, row: int) -> Expr | None:
        """What a stretch outside all rows is paid at; None when it is a fault."""
        if what in ("hold", "extend"):
            return Expr(self.placed.at(self.placed.value, row), exact=True)
        if what == "error":
            return literal(self.table.gap) if isinstance(self.table.gap, Decimal) else None
        return literal(what) if isinstance(what, Decimal) else None


@dataclass(frozen=True, slots=True)
class _Cut:
    """The cells of an amount cut along a table."""

    rows: list[int]
    first: int
    widths: str
    before: Expr
    beyond: Expr
    holes: Expr
    below: Expr | None
    above: Expr | None
    fails: str
    sign: str
    parts: tuple[Expr, ...]

    def width(self, row: int) -> str:
        """The cell of one table row's width."""
        line = self.first + self.rows.index(row)
        return span(line, line).partition(":")[0]


def _no_row(keys: Sequence[Expr]) -> Expr:
    """No value for want of a row; but what a key lacks comes first, as in the engine."""
    said_so = NO_VALUE
    for key in reversed([key for key in keys if key.fails]):
        said_so = f"IF(ISERROR({key.text}),{key.text},{said_so})"
    return build(said_so, "number", keys, fails=True)


def _named(holds: Sequence[object], keys: Sequence[Value]) -> int:
    """How many categories are named among those asked; -1 where the keys are not held."""
    named = 0
    for within, key in zip(holds, keys, strict=False):
        if within is None:
            continue
        if isinstance(within, Range):
            if not isinstance(key, Decimal) or not within.holds(key):
                return -1
        elif isinstance(within, str):
            if said(key) != within:
                return -1
            named += 1
    return named


__all__ = ["write_table_call"]
