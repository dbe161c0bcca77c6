"""The reference engine: every item worked out plainly, once, with every step kept.

An item is worked out in one fixed order – does it apply, its block, gates, limits, largest step, rounding. Whatever it
needs is worked out on the way and remembered; what needs itself is told so. Periods go forward in time, so that what an
earlier period left is there. The fast engine must give the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from qiao.engines.formula import Failure, Value, evaluate, settle
from qiao.engines.formula.evaluate import compare, need_truth, wrong_kind
from qiao.engines.formula.syntax import Call, walk
from qiao.engines.formula.values import (
    NOT_APPLICABLE,
    as_text,
    exact,
    is_failure,
    is_not_applicable,
    subtract,
)
from qiao.kernel.errors import N_, Incomplete, Undefined
from qiao.kernel.money import round_to
from qiao.kernel.text import Text

from .aggregates import work_out_aggregate
from .contexts import Context
from .facts import Facts, Found, missing_fact
from .grouping import work_out_group
from .inputs import Scenario
from .model import Aggregate, Formula, Item, Policy, RoundTo, Weigh
from .needs import formulas_of, order_of_items
from .nodes import TraceNode
from .periods import Period
from .scope import ItemScope
from .weighing import work_out_weigh

_CIRCLE = Undefined(N_("it depends on itself"), code="circle")


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result: ``value`` as plain text, ``ERROR`` with a ``reason`` where there is none; ``node`` opens it."""

    person: str
    period: str
    item: str
    value: str
    node: TraceNode
    reason: Failure | None = None


class Engine:
    """Works a policy out on one scenario."""

    def __init__(self, policy: Policy, scenario: Scenario) -> None:
        self.policy, self.scenario = policy, scenario
        self.facts = Facts(policy, scenario)
        self._done: dict[tuple[Any, ...], TraceNode] = {}
        self._busy: set[tuple[Any, ...]] = set()
        self.groups: dict[tuple[Any, ...], dict[str, TraceNode]] = {}

    # Running

    @exact
    def run(self) -> list[ResultRow]:
        """Every result row, in order of items, then periods, then people or events."""
        self._look_ahead()
        rows = []
        for code in self.policy.output:
            item = self.policy.items[code]
            for context in self.contexts(item):
                row = self._row(item, context)
                if row is not None:
                    rows.append(row)
        return rows

    def _look_ahead(self) -> None:
        """Work items out before they are asked for: those needed first, period by period, so that neither a long chain of
        items nor of periods is walked at once."""
        periods = self.facts.periods
        given = {period.label for period in periods.given}
        order = [item for item in order_of_items(self.policy) if item.per != "event"]
        backward = [item for item in order if _looks_back(item)]
        for grain in sorted({period.grain for period in periods.given} | {item.grain for item in order}):
            for period in periods.line(grain):
                known = period.label in given
                for item in order if known else backward:
                    if not item.grain or item.grain == grain:
                        self._for_everybody(item, period)

    def _for_everybody(self, item: Item, period: Period) -> None:
        for person in self.facts.people if item.per == "person" else (None,):
            if person is None or self.facts.is_there(person, period, leavers=item.leavers):
                self.item(item.code, Context(person, period))

    def contexts(self, item: Item) -> Iterator[Context]:
        """Where an item is worked out for its result rows."""
        if item.per == "event":
            for number, event in enumerate(self.facts.events):
                context = Context(event.person, self._period_of_event(number, item), number)
                if item.events is None or self.holds(item.events, context):
                    yield context
            return
        for period in self.facts.periods.named(item.grain):
            if item.per == "group":
                yield Context(None, period)
                continue
            for person in self.facts.people:
                if self.facts.is_there(person, period, leavers=item.leavers):
                    yield Context(person, period)

    def _period_of_event(self, number: int, item: Item) -> Period:
        period = self.facts.event_period(number)
        return (self.facts.periods.containing(period, item.grain) or period) if item.grain else period

    def holds(self, formula: Formula, context: Context) -> bool:
        """Whether a condition holds; where it has no value it does not."""
        return evaluate(formula.tree, ItemScope(self, context, [])) is True

    def _row(self, item: Item, context: Context) -> ResultRow | None:
        node = self.item(item.code, context)
        value = node.value
        if is_not_applicable(value):
            return None
        if item.show is not None:
            shown = evaluate(item.show.tree, ItemScope(self, context, [], value=value))
            if shown is not True:
                if not is_failure(shown) or (is_not_applicable(shown)):
                    return None
                value = shown
        labels = {
            "person": context.person if context.person is not None else self.policy.group_name,
            "period": self.facts.events[context.event].event
            if context.event is not None
            else context.period.label,
            "item": item.code,
        }
        for name in labels:
            formula = getattr(item.labels, name)
            if formula is not None:
                labels[name] = as_text(evaluate(formula.tree, ItemScope(self, context, [], value=value)))
        if isinstance(value, (Incomplete, Undefined)):
            return ResultRow(labels["person"], labels["period"], labels["item"], "ERROR", node, value)
        return ResultRow(labels["person"], labels["period"], labels["item"], self._said(item, value), node)

    def _said(self, item: Item, value: Value) -> str:
        if not isinstance(value, Decimal):
            return as_text(value)
        rounding = item.shown or item.rounding or self.policy.shown
        return show_number(value, rounding)

    def nodes(self) -> list[TraceNode]:
        """Every item and figure worked out so far, what they rest on before them."""
        return list(self._done.values())

    # One item

    def item(self, code: str, context: Context) -> TraceNode:
        """An item's node in a context, worked out once."""
        item = self.policy.items[code]
        placed = self.place(item, context)
        if not isinstance(placed, Context):
            return TraceNode("item", code, item.title, placed, place=f"items.{code}")
        key = (code, *placed.key)
        if key in self._done:
            return self._done[key]
        if key in self._busy:
            return TraceNode("item", code, item.title, _CIRCLE, place=f"items.{code}")
        self._busy.add(key)
        try:
            node = self._work_out(item, placed)
        finally:
            self._busy.discard(key)
        node.key, node.context = key, placed
        self._done[key] = node
        return node

    def place(self, item: Item, context: Context) -> Context | Failure:
        """The context an item is worked out in, seen from where it is asked for."""
        period = context.period
        if item.grain and period.grain != item.grain:
            around = self.facts.periods.containing(period, item.grain)
            if around is None:
                message = N_(
                    "%(item)s is worked out by %(grain)s; aggregate it over periods to ask it for %(period)s"
                )
                return Undefined(
                    message, {"item": item.title, "grain": item.grain, "period": period.label}, "other_grain"
                )
            period = around
        if item.per == "event":
            if context.event is None:
                return Undefined(
                    N_("%(item)s is worked out for events; aggregate it"), {"item": item.title}, "no_event"
                )
            return replace(context, period=period, own=None, level=0, span=None)
        person = context.person if item.per == "person" else None
        if item.per == "person" and person is None:
            return Undefined(
                N_("%(item)s is worked out for people; aggregate it"), {"item": item.title}, "no_person"
            )
        return replace(context, person=person, period=period, event=None, own=None, level=0, span=None)

    def _work_out(self, item: Item, context: Context) -> TraceNode:
        node = TraceNode(
            "item",
            item.code,
            item.title,
            NOT_APPLICABLE,
            person=context.person or "",
            period=context.period.label,
            event=self.facts.events[context.event].event if context.event is not None else "",
            place=f"items.{item.code}",
        )
        if (left := self._left_before(item, context, node)) is not None:
            node.value = left
            return node
        if item.when is not None:
            applies = evaluate(item.when.tree, ItemScope(self, context, node.parts))
            if applies is not True:
                node.value = NOT_APPLICABLE if applies is False else need_truth(applies)
                return node
            node.parts.clear()
        self._block(item, context, node)
        if is_not_applicable(node.value):
            return node
        self._stages(item, context, node)
        return node

    def _left_before(self, item: Item, context: Context, node: TraceNode) -> Value | None:
        """What an earlier run left for this period: a carried value stands as it is; before the first period the item's
        start, or nothing."""
        if item.per == "event":
            return None
        label = context.period.label
        left = self.facts.carried(item.code, context.person, label)
        if left is None and not self.facts.periods.is_known(context.period):
            left = self.facts.carried(item.code, context.person, None)
            if left is None and item.start is not None:
                left = evaluate(item.start.tree, ItemScope(self, context, node.parts))
            if left is None:
                message = N_("%(item)s has no value before the first period")
                left = Incomplete(message, {"item": item.title}, "no_earlier")
        if left is not None:
            node.kind = "carried"
        return left

    def _block(self, item: Item, context: Context, node: TraceNode) -> None:
        match item.block:
            case Formula() as formula:
                node.formula = formula.text
                node.value = evaluate(formula.tree, ItemScope(self, context, node.parts))
            case Aggregate() as aggregate:
                work_out_aggregate(self, item, aggregate, context, node)
            case Weigh() as weigh:
                work_out_weigh(self, weigh, context, node)
            case _:
                work_out_group(self, item, context, node)

    # Stages

    def _stages(self, item: Item, context: Context, node: TraceNode) -> None:
        """Gates, limits, step and rounding, each kept as a step of its own where it may change the value."""
        if not (item.gates or item.at_least or item.at_most or item.steps or item.rounding):
            return
        block = replace(
            node,
            kind="block",
            place=f"{node.place}.value",
            parts=list(node.parts),
            detail=dict(node.detail),
            key=(),
        )
        node.parts, node.formula, node.detail = [block], "", {}
        for number, gate in enumerate(item.gates):
            self._gate(item, number, gate.name, gate.condition, gate.then, context, node)
        for name, formula, keep in (("at_least", item.at_least, ">="), ("at_most", item.at_most, "<=")):
            if formula is not None:
                self._limit(item, name, formula, keep, context, node)
        if item.steps is not None and isinstance(node.value, Decimal):
            self._step(item, item.steps, context, node)
        if item.rounding is not None and isinstance(node.value, Decimal):
            rounded = round_to(settle(node.value), item.rounding.step, item.rounding.mode)
            detail = {"step": item.rounding.step, "mode": item.rounding.mode.value, "before": node.value}
            self._stage("rounding", item, "round", node, rounded, detail)

    def _stage(
        self,
        kind: str,
        item: Item,
        name: str,
        node: TraceNode,
        value: Value,
        detail: dict[str, Any],
        parts: list[TraceNode] | None = None,
        title: Text | None = None,
        formula: str = "",
    ) -> None:
        stage = TraceNode(
            kind,
            name,
            title or item.title,
            value,
            node.person,
            node.period,
            node.event,
            f"items.{item.code}.{name}",
            formula,
            detail,
            parts or [],
        )
        node.parts.append(stage)
        node.value = value

    def _gate(
        self,
        item: Item,
        number: int,
        title: Text,
        condition: Formula,
        then: Formula,
        context: Context,
        node: TraceNode,
    ) -> None:
        parts: list[TraceNode] = []
        scope = ItemScope(self, context, parts, value=node.value)
        holds = evaluate(condition.tree, scope)
        if holds is False:
            return
        value = evaluate(then.tree, scope) if holds is True else need_truth(holds)
        self._stage(
            "gate", item, f"gates[{number}]", node, value, {"if": condition.text}, parts, title, then.text
        )

    def _limit(
        self, item: Item, name: str, formula: Formula, keep: str, context: Context, node: TraceNode
    ) -> None:
        if not isinstance(node.value, Decimal):
            return
        parts: list[TraceNode] = []
        limit = evaluate(formula.tree, ItemScope(self, context, parts))
        if is_failure(limit):
            self._stage("limit", item, name, node, limit, {}, parts, formula=formula.text)
        elif not isinstance(limit, Decimal):
            self._stage(
                "limit", item, name, node, wrong_kind(limit, "number"), {}, parts, formula=formula.text
            )
        elif compare(keep, node.value, limit) is not True:
            self._stage("limit", item, name, node, limit, {"before": node.value}, parts, formula=formula.text)

    def _step(self, item: Item, steps: Formula, context: Context, node: TraceNode) -> None:
        """No further from the previous period's value than allowed; a first value has nothing to be measured against."""
        parts: list[TraceNode] = []
        previous = self.item(item.code, self.earlier(context))
        parts.append(previous)
        most = evaluate(steps.tree, ItemScope(self, context, parts))
        if isinstance(previous.value, Incomplete) and previous.value.code == "no_earlier":
            return
        value: Value
        if is_failure(previous.value) or is_failure(most):
            value = previous.value if is_failure(previous.value) else most
        elif (
            isinstance(previous.value, Decimal)
            and isinstance(most, Decimal)
            and isinstance(node.value, Decimal)
        ):
            low, high = subtract(previous.value, most), previous.value + most
            value = low if not isinstance(low, Decimal) else min(max(node.value, low), high)
        else:
            value = wrong_kind(previous.value, "number")
        if value != node.value:
            detail = {"previous": previous.value, "most": most, "before": node.value}
            self._stage("steps", item, "steps", node, value, detail, parts)

    def earlier(self, context: Context, periods: int = 1) -> Context:
        """The same place some periods ago; before all that is known, a period without a name."""
        ago = self.facts.periods.ago(context.period, periods)
        return replace(context, period=ago or Period("", context.period.grain))

    # Figures

    def figure(self, code: str, context: Context) -> TraceNode:
        """A declared input's node in a context."""
        figure = self.policy.figures[code]
        key = ("figure", code, *context.key)
        if key in self._done:
            return self._done[key]
        event = self.facts.events[context.event] if context.event is not None else None
        value, place = self._figure_value(code, context)
        node = TraceNode(
            figure.source,
            code,
            figure.title,
            value,
            context.person or "",
            context.period.label,
            event.event if event else "",
            place,
            key=key,
        )
        self._done[key] = node
        return node

    def _figure_value(self, code: str, context: Context) -> tuple[Value, str]:
        figure = self.policy.figures[code]
        event = self.facts.events[context.event] if context.event is not None else None
        place = ""
        found: Any
        if figure.source == "measure":
            found = self.facts.measure(code, context.person, context.period, event)
        elif figure.source == "parameter":
            found = self.facts.parameter(
                figure, context.person, context.period, self.day(figure.at, context), event
            )
        else:
            value = self.facts.carried(code, context.person, context.period.label)
            if value is None:
                value = self.facts.carried(code, context.person, None)
            found = None if value is None else value
            if found is not None:
                return found, ""
        if isinstance(found, (Incomplete, Undefined)):
            return found, ""
        if found is not None:
            place = found.place or (f"parameters.{code}" if figure.source == "parameter" else "")
            return found.value, place
        if figure.missing is not None:
            return figure.missing, f"{figure.source}s.{code}.missing"
        return missing_fact(figure, context.person, context.period, event.event if event else ""), ""

    def origin(self, code: str, context: Context) -> tuple[Any, ...] | None:
        """What tells the row a figure was read from apart from others; None when it was read from none."""
        figure = self.policy.figures[code]
        event = self.facts.events[context.event] if context.event is not None else None
        found: Any = None
        if figure.source == "measure":
            found = self.facts.measure(code, context.person, context.period, event)
        elif figure.source == "parameter":
            day = self.day(figure.at, context)
            found = self.facts.parameter(figure, context.person, context.period, day, event)
        return (found.row, found.place) if isinstance(found, Found) and (found.row or found.place) else None

    def day(self, at: str, context: Context) -> date | None:
        """The day on which dated things are read."""
        if context.day is not None:
            return context.day
        if at == "event" and context.event is not None:
            event = self.facts.events[context.event]
            if event.on:
                return event.on
        return context.period.starts_on if at == "start" else context.period.last_day


def _looks_back(item: Item) -> bool:
    if item.steps is not None:
        return True
    if isinstance(item.block, Aggregate) and item.block.window.kind not in ("period", "inside"):
        return True
    return any(
        isinstance(node, Call) and node.function == "PREVIOUS"
        for formula in formulas_of(item)
        for node in walk(formula.tree)
    )


def show_number(value: Decimal, rounding: RoundTo | None) -> str:
    """A number as plain text: rounded as stated, with the step's places, never -0."""
    if rounding is None:
        return as_text(value)
    rounded = round_to(settle(value), rounding.step, rounding.mode)
    exponent = rounding.step.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    text = f"{rounded + 0:.{places}f}"
    return text[1:] if text.startswith("-") and not rounded else text
