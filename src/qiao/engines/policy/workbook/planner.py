"""From the engine's results to the rows of a workbook: each distinct step once, what it rests on above it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qiao.engines.formula import Name, Value, settle
from qiao.engines.formula.values import as_text, is_failure, kind_of
from qiao.kernel.errors import Incomplete, Undefined
from qiao.kernel.text import Text

from ..contexts import Context
from ..model import Aggregate, Formula, Item, Policy, Weigh
from ..nodes import TraceNode
from ..scope import ItemScope
from ..tables import Table
from .aggregates import write_aggregate
from .formulas import TRIED, FormulaWriter
from .groups import write_group
from .parts import (
    ABSENT,
    MISSING,
    NO_VALUE,
    Book,
    Expr,
    Line,
    ResultLine,
    build,
    cell,
    failure,
    is_absent,
    is_near_tie,
    literal,
    rounded,
    seen_outside,
)
from .seen import NotLive, View
from .sheets import Placed, place_table
from .weights import write_weigh

if TYPE_CHECKING:
    from ..engine import Engine, ResultRow

MOST_STEPS = 500_000  # a worksheet holds 1,048,576 rows

SORTS = {
    "measure": Text("指标", "measure"),
    "parameter": Text("参数", "parameter"),
    "carried": Text("结转", "carried over"),
    "word": Text("资料", "record"),
    "item": Text("项目", "item"),
    "block": Text("计算", "worked out"),
    "when": Text("是否适用", "applies"),
    "gate": Text("条件", "gate"),
    "limit": Text("限额", "limit"),
    "steps": Text("升降限幅", "largest step"),
    "rounding": Text("取整", "rounding"),
    "element": Text("逐项", "element"),
    "group": Text("分组", "group"),
    "aid": Text("辅助", "aid"),
}
LONGEST_FORMULA = 8000  # characters; Excel takes 8192
LONG = Text("公式太长，此处为引擎的值", "too long a formula; the engine’s value stands here")
DEEP = Text("层层引用过深，此处为引擎的值", "too deep a chain; the engine’s value stands here")
LARGE = Text("数值过大，Excel 不判为无值", "too large for a figure; Excel would not say so")


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

    def __init__(
        self, book: Book, engine: Engine, scenario: str, tables: dict[tuple[int, str], Placed]
    ) -> None:
        self.book, self.engine, self.scenario = book, engine, scenario
        self.writer = FormulaWriter(self)
        self.groups: dict[Hashable, Expr] = {}
        self._tables = tables
        self._cells: dict[Hashable, Expr] = {}
        self._facts: dict[Hashable, Expr] = {}
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
            found = self._item(item, View(placed, view.overlay))
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
            return self._asked_item(code, view)
        if code in policy.figures:
            return self.figure(code, view)
        if name == "value":
            return view.value if view.value is not None else Expr(NO_VALUE, "any", fails=True)
        return self.word(name, view)

    def _asked_item(self, code: str, view: View) -> Expr:
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

    def _item(self, item: Item, view: View) -> Expr:
        engine, context = self.engine, view.context
        node = engine.item(item.code, context)
        if node.kind == "carried":
            return self._left(item, view, node)
        if isinstance(node.value, Undefined) and node.value.code in ("too_large", "mixed_currencies"):
            why = LARGE if node.value.code == "too_large" else Text("多种货币", "several currencies")
            return self.step(
                "item", item.title, view, literal(node.value), node.value, place=node.place, why=why
            )
        applies = self._applies(item, view)
        block = node.parts[0] if node.parts and node.parts[0].kind == "block" else node
        stages = item.gates or item.at_least or item.at_most or item.steps or item.rounding
        found = self._block(item, view, block)
        if applies is not None:
            found = build(
                f"IF({applies.text},{found.text},{ABSENT})", found.kind, [applies, found], fails=True
            )
            found = replace(found, absent=True)
        place = f"{node.place}.value" if stages else node.place
        said = self._said(item)
        sort = "block" if stages else "item"
        cell = self.step(sort, item.title, view, found, block.value, said=said, place=place)
        return self._stages(item, view, node, cell, block.value) if stages else cell

    def _left(self, item: Item, view: View, node: TraceNode) -> Expr:
        """What an earlier run left, or what stands before the first period."""
        context, facts = view.context, self.engine.facts
        left = facts.carried(item.code, context.person, context.period.label)
        if left is None:
            left = facts.carried(item.code, context.person, None)
            if left is None and item.start is not None:
                found = self.writer.write(item.start.tree, view)
                return self.step(
                    "item",
                    item.title,
                    view,
                    found,
                    node.value,
                    said=item.start.text,
                    place=f"{node.place}.start",
                )
        value = left if left is not None else node.value
        return self._fact(
            ("carried", item.code, *context.key), "carried", item.title, value, node, node.place
        )

    def _applies(self, item: Item, view: View) -> Expr | None:
        if item.when is None:
            return None
        found = self.writer.write(item.when.tree, view)
        value = self.writer.value(item.when.tree, view)
        place = f"items.{item.code}.when"
        return self.step("when", item.title, view, found, value, said=item.when.text, place=place)

    def _block(self, item: Item, view: View, node: TraceNode) -> Expr:
        try:
            match item.block:
                case Formula() as formula:
                    return self.writer.write(formula.tree, view)
                case Aggregate() as aggregate:
                    return write_aggregate(self, item, aggregate, view, node)
                case Weigh() as weigh:
                    return write_weigh(self, item, weigh, view)
            return write_group(self, item, view)
        except NotLive as reason:
            return self.aid(item.title, literal(node.value), view, node.value, reason.why)

    def _said(self, item: Item) -> str:
        node = item.block
        match node:
            case Formula():
                return node.text
            case Aggregate():
                where = f" where {node.where.text}" if node.where else ""
                return f"{node.function}({node.of.text}) over {node.over}{where}"
            case Weigh():
                return " + ".join(f"{part.value.text} × {part.weight.text}" for part in node.parts)
        return type(node).__name__.lower()

    # Stages

    def _stages(self, item: Item, view: View, node: TraceNode, cell: Expr, before: Value) -> Expr:
        done = {part.place: part for part in node.parts}
        absent = cell.absent
        for number, gate in enumerate(item.gates):
            place = f"items.{item.code}.gates[{number}]"
            after = done[place].value if place in done else before
            inside = View(view.context, view.overlay, cell, before)
            test, then = (
                self.writer.write(gate.condition.tree, inside),
                self.writer.write(gate.then.tree, inside),
            )
            holds = self.writer.value(gate.condition.tree, inside)
            near = test.near or (then.near if holds is True else cell.near)
            found = build(
                f"IF({test.text},{then.text},{cell.text})", cell.kind, [test, then, cell], near=near
            )
            said = f"{gate.condition.text} → {gate.then.text}"
            cell = self._stage("gate", gate.name, view, found, cell, after, said, place, absent)
            before = after
        for name, formula, function in (("at_least", item.at_least, "MAX"), ("at_most", item.at_most, "MIN")):
            if formula is None:
                continue
            place = f"items.{item.code}.{name}"
            after = done[place].value if place in done else before
            limit = self.writer.write(formula.tree, view)
            exact = cell.exact and limit.exact
            found = build(f"{function}({cell.text},{limit.text})", "number", [cell, limit], exact=exact)
            cell = self._stage("limit", item.title, view, found, cell, after, formula.text, place, absent)
            before = after
        if item.steps is not None:
            cell, before = self._largest_step(item, item.steps, view, cell, before, done, absent)
        if item.rounding is not None:
            place = f"items.{item.code}.round"
            after = done[place].value if place in done else before
            found = rounded(cell, item.rounding)
            if isinstance(before, Decimal) and is_near_tie(settle(before), item.rounding):
                found = replace(found, near=True)
            said = f"{item.rounding.step} {item.rounding.mode.value}"
            cell = self._stage("rounding", item.title, view, found, cell, after, said, place, absent=False)
        return cell

    def _stage(
        self,
        sort: str,
        title: Text,
        view: View,
        found: Expr,
        before: Expr,
        after: Value,
        said: str,
        place: str,
        absent: bool,
    ) -> Expr:
        if absent:  # what does not apply has no gates
            found = replace(
                found, text=f"IF({is_absent(before.text)},{before.text},{found.text})", absent=True
            )
        return self.step(sort, title, view, found, after, said=said, place=place)

    def _largest_step(
        self,
        item: Item,
        steps: Formula,
        view: View,
        cell: Expr,
        before: Value,
        done: dict[str, TraceNode],
        absent: bool,
    ) -> tuple[Expr, Value]:
        earlier = self.engine.earlier(view.context)
        previous = self.engine.item(item.code, earlier)
        if isinstance(previous.value, Incomplete) and previous.value.code == "no_earlier":
            return cell, before
        place = f"items.{item.code}.steps"
        after = done[place].value if place in done else before
        last = self._asked_item(item.code, view.at(earlier))
        most = self.writer.write(steps.tree, view)
        text = f"MIN(MAX({cell.text},{last.held}-{most.held}),{last.held}+{most.held})"
        found = build(text, "number", [cell, last, most])
        return self._stage("steps", item.title, view, found, cell, after, steps.text, place, absent), after

    # Facts

    def figure(self, code: str, view: View) -> Expr:
        """The input cell of a declared figure."""
        engine, context = self.engine, view.context
        figure = engine.policy.figures[code]
        node = engine.figure(code, context)
        origin = engine.origin(code, context)
        key = ("figure", code, *(origin if origin is not None else context.key))
        return self._fact(key, figure.source, figure.title, node.value, node, node.place, code)

    def given(self, name: Name, view: View, given: bool) -> Expr:
        """Whether a figure has a value; a default does not count."""
        code = self.engine.policy.names[name.name]
        if any(overlaid == code for overlaid, _ in view.context.overlay):
            return literal(True)
        found = self.figure(code, view)
        if self.engine.figure(code, view.context).place.endswith(".missing"):
            return literal(False)
        return build(f"NOT(ISNA({found.text}))", "truth", [found], exact=True, fails=False)

    def keyed(self, name: Name, key: Value, view: View, value: Value) -> Expr:
        """A parameter's cell for a key."""
        code = self.engine.policy.names[name.name]
        figure = self.engine.policy.figures[code]
        node = TraceNode(
            "parameter", code, figure.title, value, view.context.person or "", view.context.period.label
        )
        at = ("keyed", code, as_text(key), *view.context.key)
        return self._fact(
            at, "parameter", figure.title, value, node, f"parameters.{code}", f"{code} {as_text(key)}"
        )

    def word(self, name: str, view: View) -> Expr:
        """The input cell of a word: what is on record of a person, a period, an event."""
        context = view.context
        value = ItemScope(self.engine, context, [], value=view.engine_value).word_value(name)
        root = name.partition(".")[0]
        where: tuple[Any, ...]
        match root:
            case "person":
                where = (context.person, as_text(value))
            case "event":
                where = (context.event,)
            case "period":
                where = (context.period.label, context.period.grain)
            case _:
                where = (context.person, context.period.label, context.span, context.level)
        event = self.engine.facts.events[context.event].event if context.event is not None else ""
        node = TraceNode(
            "word",
            name,
            Text(name),
            value,
            (context.person or "") if root != "period" else "",
            context.period.label,
            event if root == "event" else "",
        )
        return self._fact(("word", name, *where), "word", Text(name), value, node, "")

    def _fact(
        self, key: Hashable, sort: str, title: Text, value: Value, node: TraceNode, place: str, said: str = ""
    ) -> Expr:
        if key in self._facts:
            return self._facts[key]
        line = Line(
            self.scenario,
            SORTS.get(sort, SORTS["word"]),
            title,
            node.person,
            node.period,
            node.event,
            said or node.code,
            entered=value,
            kind=kind_of(value),
            place=place,
        )
        self.book.facts.append(line)
        kind = self._kind(sort, node.code, value)
        digits = len(value.as_tuple().digits) if isinstance(value, Decimal) else 0
        found = Expr(
            cell("facts", len(self.book.facts) - 1), kind, exact=digits <= 15, fails=is_failure(value)
        )
        self._facts[key] = found
        return found

    def _kind(self, sort: str, code: str, value: Value) -> str:
        if not is_failure(value):
            return kind_of(value)
        figure = self.engine.policy.figures.get(code)
        return figure.kind if figure is not None else "any"

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
        policy: Policy = self.engine.policy
        key = (id(policy), table.code)
        if key not in self._tables:
            blocks = self.book.tables
            top = blocks[-1].top + len(blocks[-1].rows) + 3 if blocks else 2
            block, placed = place_table(table, top)
            blocks.append(block)
            self._tables[key] = placed
        return self._tables[key]


NO_ROW = Undefined("there is no such place", code="no_place")


__all__ = ["SORTS", "Planner", "TooManySteps"]
