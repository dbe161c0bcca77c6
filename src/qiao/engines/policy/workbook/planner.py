"""From the engine's results to the rows of a workbook: each distinct step once, what it rests on above it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from qiao.engines.formula import Name, Value, settle
from qiao.engines.formula.values import is_failure, kind_of
from qiao.kernel.errors import Undefined
from qiao.kernel.text import Text

from ..contexts import Context
from ..nodes import TraceNode
from ..tables import Table
from .facts import FactCells
from .formulas import TRIED, FormulaWriter
from .items import write_item
from .parts import (
    MISSING,
    NO_VALUE,
    SORTS,
    Book,
    Expr,
    Line,
    ResultLine,
    cell,
    failure,
    is_near_tie,
    literal,
    rounded,
    seen_outside,
)
from .seen import View
from .sheets import Placed, place_table

if TYPE_CHECKING:
    from ..engine import Engine, ResultRow

MOST_STEPS = 500_000  # a worksheet holds 1,048,576 rows

LONGEST_FORMULA = 8000  # characters; Excel takes 8192
LONG = Text("公式太长，此处为引擎的值", "too long a formula; the engine’s value stands here")
DEEP = Text("层层引用过深，此处为引擎的值", "too deep a chain; the engine’s value stands here")


class TooManySteps(ValueError):
    """The results rest on more steps than a worksheet holds."""


class _Circle(Exception):
    """What was asked for is being written."""

    def __init__(self, key: Hashable) -> None:
        self.key = key
        super().__init__(key)


class Planner:
    """Plans the rows of one scenario into a book.

    Args:
        book: Rows are added here; other scenarios may stand in it already.
        engine: Has worked the scenario out.
        scenario: Its name, as rows say it.
        tables: Tables of the policies in the book, placed so far.
    """

    def __init__(self, book: Book, engine: Engine, scenario: str, tables: dict[int, Placed]) -> None:
        self.book, self.engine, self.scenario = book, engine, scenario
        self.writer = FormulaWriter(self)
        self.groups: dict[Hashable, Expr] = {}
        self.facts = FactCells(book, engine, scenario)
        self._tables = tables
        self._cells: dict[Hashable, Expr] = {}

        self._stack: list[Hashable] = []
        self._notes: list[Text] = []

    # Results

    def add(self, rows: Sequence[ResultRow]) -> None:
        """Plan result rows and everything they rest on."""
        wanted = {id(node) for row in rows for node in row.node.walk()}
        for node in self.engine.nodes():
            # in the order they were worked out, so that no long chain is walked at once
            if id(node) in wanted and node.context is not None and not node.context.overlay:
                self._item_or_value(node)
        for row in rows:
            self._result(row)

    def _item_or_value(self, node: TraceNode) -> Expr:
        assert node.context is not None
        try:
            return self.item(node.code, View(node.context))
        except RecursionError:
            return self.step(
                "item",
                node.title,
                View(node.context),
                literal(node.value),
                node.value,
                place=node.place,
                why=DEEP,
            )

    def _result(self, row: ResultRow) -> None:
        node = row.node
        item = self.engine.policy.items[node.code]
        found = self._item_or_value(node) if node.context is not None else failure(row.reason or NO_ROW)
        found = seen_outside(found)
        engine: Value
        near, live, places = found.near, True, None
        text = found.text
        if row.reason is not None:
            engine, live = row.reason, is_failure(node.value)
            text = f"IF(ISERROR({found.text}),{MISSING},{found.text})" if live else MISSING
        elif isinstance(node.value, Decimal):
            rounding = item.shown or item.rounding or self.engine.policy.shown
            engine = Decimal(row.value)
            if rounding is not None:
                near = near or (is_near_tie(settle(node.value), rounding) and rounding != item.rounding)
                text = rounded(found, rounding).text
                places = max(0, -int(rounding.step.normalize().as_tuple().exponent))
        else:
            engine = node.value
        self.book.results.append(
            ResultLine(
                self.scenario,
                row.person,
                row.period,
                row.item,
                item.title,
                engine,
                text,
                found.kind if is_failure(engine) else kind_of(engine),
                near,
                live,
                row.reason,
                places,
            )
        )

    # Items

    def item(self, code: str, view: View) -> Expr:
        """An item's cell, its rows added when it is new."""
        engine, item = self.engine, self.engine.policy.items[code]
        placed = engine.place(item, view.context)
        if not isinstance(placed, Context):
            return failure(placed)
        overlay = tuple((name, found.text) for name, found in view.overlay)
        key = (code, *placed.key, overlay)
        if key in self._cells:
            return self._cells[key]
        if key in self._stack:
            raise _Circle(key)
        self._stack.append(key)
        notes, self._notes = self._notes, []
        try:
            found = write_item(self, item, View(placed, view.overlay))
        finally:
            self._stack.pop()
            self._notes = notes
        self._cells[key] = found
        return found

    def name(self, node: Name, view: View) -> Expr:
        """The cell of a name: what it is as it were, an item, a figure or a word."""
        name = node.name
        if name.startswith("own."):
            own = view.context.own
            if own is None:
                return Expr(NO_VALUE, "any", fails=True)
            return self.name(Name(name[4:], node.at), view.at(own))
        policy = self.engine.policy
        code = policy.names.get(name, name)
        for overlaid, found in view.overlay:
            if overlaid == code:
                return found
        if code in policy.items:
            return self.asked_item(code, view)
        if code in policy.figures:
            return self.facts.figure(code, view)
        if name == "value":
            return view.value if view.value is not None else Expr(NO_VALUE, "any", fails=True)
        return self.facts.word(name, view)

    def asked_item(self, code: str, view: View) -> Expr:
        """An item asked for by another. A circle, which the engine avoids by not taking every branch, is cut here."""
        mark = (len(self.book.steps), len(self._cells), len(self.groups))
        asker = self._stack[-1] if self._stack else None
        try:
            return self.item(code, view)
        except _Circle as circle:
            if circle.key != asker:
                raise  # what lies between is not kept, so that it is written whole when asked for itself
            self._undo(*mark)
            node = self.engine.item(code, view.context)
            return self.aid(node.title, literal(node.value), view, node.value, TRIED)

    def _undo(self, steps: int, cells: int, groups: int) -> None:
        """Forget the rows added since."""
        del self.book.steps[steps:]
        for key in list(self._cells)[cells:]:
            del self._cells[key]
        for key in list(self.groups)[groups:]:
            del self.groups[key]

    # Rows

    def step(
        self,
        sort: str,
        title: Text,
        view: View,
        found: Expr,
        engine: Value | None,
        *,
        said: str = "",
        place: str = "",
        why: Text | None = None,
        person: str | None = None,
    ) -> Expr:
        """Add a row.

        Args:
            sort: A key of :data:`SORTS`.
            found: What its cell holds.
            engine: What the engine found.
            why: Why it is not live.

        Returns:
            The cell.
        """
        if len(self.book.steps) >= MOST_STEPS:
            raise TooManySteps(MOST_STEPS)
        if len(found.text) > LONGEST_FORMULA and engine is not None:
            found, why = replace(found, text=literal(engine).text), LONG
        context = view.context
        notes = [why] if why is not None else list(dict.fromkeys(self._notes))
        note = Text("；".join(n.zh for n in notes), "; ".join(n.en for n in notes)) if notes else None
        self._notes = []
        event = self.engine.facts.events[context.event].event if context.event is not None else ""
        self.book.steps.append(
            Line(
                self.scenario,
                SORTS[sort],
                title,
                (context.person or "") if person is None else person,
                context.period.label,
                event,
                said,
                formula=found.text,
                kind=found.kind if engine is None or is_failure(engine) else kind_of(engine),
                engine=engine,
                place=place,
                note=note,
                live=why is None,
                near=found.near,
            )
        )
        return Expr(
            cell("steps", len(self.book.steps) - 1),
            found.kind,
            exact=found.exact,
            fails=found.fails,
            absent=found.absent,
            near=found.near,
        )

    def aid(
        self,
        title: Text,
        found: Expr,
        view: View,
        engine: Value | None,
        why: Text | None = None,
        *,
        place: str = "",
        person: str | None = None,
    ) -> Expr:
        """Add a row that only helps Excel, or stands for what is not live."""
        notes, self._notes = self._notes, []
        made = self.step("aid", title, view, found, engine, place=place, why=why, person=person)
        self._notes = notes
        return made

    def remark(self, note: Text) -> None:
        """Note something for the step being written."""
        self._notes.append(note)

    def table(self, table: Table) -> Placed:
        """Where a table stands, laid out when it is new."""
        key = id(table)  # which the place holds on to
        if key not in self._tables:
            blocks = self.book.tables
            top = blocks[-1].top + len(blocks[-1].rows) + 3 if blocks else 2
            block, placed = place_table(table, top)
            blocks.append(block)
            self._tables[key] = placed
        return self._tables[key]


NO_ROW = Undefined("there is no such place", code="no_place")


__all__ = ["Planner", "TooManySteps"]
