"""An item's rows: whether it applies, its block, gates, limits, largest step and rounding, each a cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from qiao.engines.formula import Value, settle
from qiao.kernel.errors import Incomplete, Undefined
from qiao.kernel.text import Text

from ..model import Aggregate, Formula, Item, Weigh
from ..nodes import TraceNode
from .aggregates import write_aggregate
from .groups import write_group
from .parts import ABSENT, Expr, build, is_absent, is_near_tie, literal, rounded
from .seen import NotLive, Rows, View
from .weights import write_weigh

LARGE = Text("数值过大，Excel 不判为无值", "too large for a figure; Excel would not say so")
MIXED = Text("多种货币", "several currencies")


def write_item(rows: Rows, item: Item, view: View) -> Expr:
    """Add an item's rows; the cell of its value."""
    return _ItemWriter(rows, item, view).write()


class _ItemWriter:
    """Writes one item in one place."""

    def __init__(self, rows: Rows, item: Item, view: View) -> None:
        self.rows, self.item, self.view = rows, item, view

    def write(self) -> Expr:
        """The item's rows; the cell of the last one."""
        item, view = self.item, self.view
        node = self.rows.engine.item(item.code, view.context)
        if node.kind == "carried":
            return self._left(node)
        if isinstance(node.value, Undefined) and node.value.code in ("too_large", "mixed_currencies"):
            why = LARGE if node.value.code == "too_large" else MIXED
            return self.rows.step(
                "item", item.title, view, literal(node.value), node.value, place=node.place, why=why
            )
        applies = self._applies()
        block = node.parts[0] if node.parts and node.parts[0].kind == "block" else node
        stages = item.gates or item.at_least or item.at_most or item.steps or item.rounding
        found = self._block(block)
        if applies is not None:
            found = build(
                f"IF({applies.text},{found.text},{ABSENT})", found.kind, [applies, found], fails=True
            )
            found = replace(found, absent=True)
        place = f"{node.place}.value" if stages else node.place
        said = self._said()
        sort = "block" if stages else "item"
        cell = self.rows.step(sort, item.title, view, found, block.value, said=said, place=place)
        return self._stages(node, cell, block.value) if stages else cell

    def _left(self, node: TraceNode) -> Expr:
        """What an earlier run left, or what stands before the first period."""
        item, view = self.item, self.view
        context, facts = view.context, self.rows.engine.facts
        left = facts.carried(item.code, context.person, context.period.label)
        if left is None:
            left = facts.carried(item.code, context.person, None)
            if left is None and item.start is not None:
                found = self.rows.writer.write(item.start.tree, view)
                return self.rows.step(
                    "item",
                    item.title,
                    view,
                    found,
                    node.value,
                    said=item.start.text,
                    place=f"{node.place}.start",
                )
        value = left if left is not None else node.value
        key = ("carried", item.code, *context.key)
        return self.rows.facts.add(key, "carried", item.title, value, node, node.place)

    def _applies(self) -> Expr | None:
        item, view = self.item, self.view
        if item.when is None:
            return None
        found = self.rows.writer.write(item.when.tree, view)
        value = self.rows.writer.value(item.when.tree, view)
        place = f"items.{item.code}.when"
        return self.rows.step("when", item.title, view, found, value, said=item.when.text, place=place)

    def _block(self, node: TraceNode) -> Expr:
        item, view = self.item, self.view
        try:
            match item.block:
                case Formula() as formula:
                    return self.rows.writer.write(formula.tree, view)
                case Aggregate() as aggregate:
                    return write_aggregate(self.rows, item, aggregate, view, node)
                case Weigh() as weigh:
                    return write_weigh(self.rows, item, weigh, view)
            return write_group(self.rows, item, view)
        except NotLive as reason:
            return self.rows.aid(item.title, literal(node.value), view, node.value, reason.why)

    def _said(self) -> str:
        node = self.item.block
        match node:
            case Formula():
                return node.text
            case Aggregate():
                where = f" where {node.where.text}" if node.where else ""
                return f"{node.function}({node.of.text}) over {node.over}{where}"
            case Weigh():
                return " + ".join(f"{part.value.text} × {part.weight.text}" for part in node.parts)
        return type(node).__name__.lower()

    def _stages(self, node: TraceNode, cell: Expr, before: Value) -> Expr:
        item, view = self.item, self.view
        done = {part.place: part for part in node.parts}
        absent = cell.absent
        for number, gate in enumerate(item.gates):
            place = f"items.{item.code}.gates[{number}]"
            after = done[place].value if place in done else before
            inside = View(view.context, view.overlay, cell, before)
            test, then = (
                self.rows.writer.write(gate.condition.tree, inside),
                self.rows.writer.write(gate.then.tree, inside),
            )
            holds = self.rows.writer.value(gate.condition.tree, inside)
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
            limit = self.rows.writer.write(formula.tree, view)
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
        return self.rows.step(sort, title, view, found, after, said=said, place=place)

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
        earlier = self.rows.engine.earlier(view.context)
        previous = self.rows.engine.item(item.code, earlier)
        if isinstance(previous.value, Incomplete) and previous.value.code == "no_earlier":
            return cell, before
        place = f"items.{item.code}.steps"
        after = done[place].value if place in done else before
        last = self.rows.asked_item(item.code, view.at(earlier))
        most = self.rows.writer.write(steps.tree, view)
        text = f"MIN(MAX({cell.text},{last.held}-{most.held}),{last.held}+{most.held})"
        found = build(text, "number", [cell, last, most])
        return self._stage("steps", item.title, view, found, cell, after, steps.text, place, absent), after
