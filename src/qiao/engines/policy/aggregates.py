"""Sums, counts, means … over events, periods, people and a person's dated rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from qiao.engines.formula import Value, evaluate, names_in, settle
from qiao.engines.formula.evaluate import wrong_kind
from qiao.engines.formula.functions import FUNCTIONS, deviation, mean, median
from qiao.engines.formula.values import (
    as_text,
    divide,
    is_failure,
    is_not_applicable,
)
from qiao.kernel.errors import N_, Incomplete, Undefined
from qiao.kernel.text import Text

from .contexts import Context
from .model import Aggregate, Item, Window
from .nodes import TraceNode
from .periods import Period
from .scope import ItemScope
from .workings import Workings


def work_out_aggregate(
    engine: Workings, item: Item, aggregate: Aggregate, context: Context, node: TraceNode
) -> None:
    """Work an aggregate out into the node, one step an element."""
    node.formula = f"{aggregate.function}({aggregate.of.text})"
    node.detail["over"] = aggregate.over
    values: list[Value] = []
    elements: list[Context] = []
    currencies: set[str] = set()
    for element in elements_of(engine, aggregate, context):
        kept = is_kept(engine, aggregate, element)
        if is_failure(kept):
            node.value = kept
            return
        if kept is not True:
            continue
        steps: list[TraceNode] = []
        value = evaluate(aggregate.of.tree, ItemScope(engine, element, steps))
        if is_not_applicable(value):
            continue
        step = _step(engine, aggregate, element, value, steps)
        if isinstance(value, Incomplete) and aggregate.missing != "error":
            if aggregate.missing == "skip":
                continue
            value = Decimal(0)
        node.parts.append(step)
        if is_failure(value):
            node.value = value
            return
        values.append(value)
        elements.append(element)
        if element.event is not None:
            currencies.add(engine.facts.events[element.event].currency or "")
    if len(currencies) > 1 and aggregate.function not in ("count", "distinct") and _mixes_money(aggregate):
        said = ", ".join(sorted(currencies))
        node.value = Undefined(
            N_("amounts of several currencies (%(currencies)s) are not added"),
            {"currencies": said},
            "mixed_currencies",
        )
        return
    if aggregate.function == "daily_mean":
        node.value = _daily_mean(engine, aggregate, context, list(zip(elements, values, strict=True)))
        return
    node.value = fold(aggregate, values)


def _daily_mean(
    engine: Workings, aggregate: Aggregate, context: Context, levels: list[tuple[Context, Value]]
) -> Value:
    """Mean over the days of the window, each event's value holding from its day until the next one's.

    Days before the first value are not counted; the value in force when the window begins comes from an earlier event.
    """
    window = window_periods(engine, aggregate.window, context)
    first, last = window[0].starts_on if window else None, window[-1].last_day if window else None
    if first is None or last is None:
        return Undefined(N_("a daily mean needs periods of the calendar"), code="no_calendar")
    dated = [(engine.facts.events[e.event].on, v) for e, v in levels if e.event is not None]
    steps = [(on, value) for on, value in dated if on is not None and isinstance(value, Decimal)]
    total, days = Decimal(0), 0
    for number, (on, value) in enumerate(steps):
        until = steps[number + 1][0] if number + 1 < len(steps) else last + timedelta(days=1)
        held = (min(until, last + timedelta(days=1)) - max(on, first)).days
        if held > 0:
            total += value * held
            days += held
    if not days:
        return Undefined(N_("the %(function)s of nothing"), {"function": "daily_mean"}, "empty")
    return divide(total, Decimal(days))


def is_kept(engine: Workings, aggregate: Aggregate, element: Context) -> Value:
    """Whether an element counts; a failure where that cannot be said."""
    if aggregate.where is None:
        return True
    kept = evaluate(aggregate.where.tree, ItemScope(engine, element, []))
    if is_not_applicable(kept):
        return False
    return kept if isinstance(kept, bool) or is_failure(kept) else wrong_kind(kept, "truth")


def _mixes_money(aggregate: Aggregate) -> bool:
    """Whether plain event amounts are added without a look at their currency."""
    names = {name.name for name in names_in(aggregate.of.tree)}
    if aggregate.where is not None:
        names |= {name.name for name in names_in(aggregate.where.tree)}
    return "event.amount" in names and "event.currency" not in names


def _step(
    engine: Workings, aggregate: Aggregate, element: Context, value: Value, steps: list[TraceNode]
) -> TraceNode:
    event = engine.facts.events[element.event].event if element.event is not None else ""
    title = Text(
        event or element.period.label
        if aggregate.over != "people"
        else element.person or element.period.label
    )
    return TraceNode(
        "element",
        aggregate.of.text,
        title,
        value,
        element.person or "",
        element.period.label,
        event,
        formula=aggregate.of.text,
        parts=steps,
    )


# Elements


def elements_of(engine: Workings, aggregate: Aggregate, context: Context) -> Iterator[Context]:
    """Where an aggregate's formula is worked out, before its condition is asked."""
    if aggregate.over == "events":
        yield from _events(engine, aggregate, context)
        return
    if aggregate.over == "spans":
        yield from _spans(engine, context)
        return
    for period in window_periods(engine, aggregate.window, context):
        day = context.day or period.last_day
        for person, level in _members(engine, aggregate, context, day, period):
            if (
                person is not None
                and aggregate.window.kind != "back"
                and not _had_joined(engine, person, period)
            ):
                continue
            yield replace(
                context, person=person, period=period, event=None, own=context, level=level, span=None
            )


def _members(
    engine: Workings, aggregate: Aggregate, context: Context, day: date | None, period: Period
) -> list[tuple[str | None, int]]:
    if aggregate.over == "periods" and aggregate.whose == "everyone" and context.person is None:
        return [(None, 0)]  # an item for all over its own periods
    if context.person is None and aggregate.whose != "everyone":
        return [(None, 0)]
    return list(engine.facts.members(context.person or "", aggregate.whose, day, period, aggregate.levels))


def _had_joined(engine: Workings, person: str, period: Period) -> bool:
    joined, _ = engine.facts.employed(person)
    return not (joined and period.ends_before and joined >= period.ends_before)


def _events(engine: Workings, aggregate: Aggregate, context: Context) -> Iterator[Context]:
    facts = engine.facts
    everyone = aggregate.whose == "everyone"
    numbers: dict[int, Period] = {}
    window = window_periods(engine, aggregate.window, context)
    if aggregate.function == "daily_mean" and window:  # the level at the start comes from before
        window = [*(p for p in facts.periods.up_to(window[0]) if p.label != window[0].label), *window]
    for period in window:
        if aggregate.whose == "self":
            found = facts.events_in(context.person, period)
        else:
            found = facts.events_in(None, period, everyone=True)
        for number in found:
            numbers.setdefault(number, period)
    for number in sorted(numbers):
        if _is_later(aggregate, number, context.event):
            continue
        event = facts.events[number]
        level = 0
        if aggregate.whose not in ("self",) and not everyone:
            day = event.on or numbers[number].last_day
            levels = dict(
                facts.members(context.person or "", aggregate.whose, day, numbers[number], aggregate.levels)
            )
            if event.person is None or event.person not in levels:
                continue
            level = levels[event.person]
        yield replace(
            context,
            person=event.person,
            period=numbers[number],
            event=number,
            own=context,
            level=level,
            span=None,
        )


def _is_later(aggregate: Aggregate, number: int, this: int | None) -> bool:
    """Whether an event lies after the one an aggregate looks back from."""
    if aggregate.until == "all" or this is None:
        return False
    return number > this or (number == this and aggregate.until == "before")


def _spans(engine: Workings, context: Context) -> Iterator[Context]:
    """A person's dated rows within the period, each with its days; days not employed are left out."""
    period = context.period
    if context.person is None or period.starts_on is None or period.last_day is None:
        return
    joined, left = engine.facts.employed(context.person)
    first, last = max(period.starts_on, joined or date.min), min(period.last_day, left or date.max)
    for row in engine.facts.rows.get(context.person, ()):
        starts = max(first, row.starts_on or date.min)
        ends = min(last, (row.ends_before - timedelta(days=1)) if row.ends_before else date.max)
        if starts <= ends:
            yield replace(context, day=ends, own=context, span=(starts, ends))


def window_periods(engine: Workings, window: Window, context: Context) -> list[Period]:
    """The periods of a window, in order, only those the scenario reaches."""
    periods, here = engine.facts.periods, context.period
    found: list[Period]
    match window.kind:
        case "period":
            return [here]
        case "inside":
            return list(periods.inside(here))
        case "back":
            earlier = periods.ago(here, window.length)
            return [earlier or Period("", here.grain)]
        case "to_date":
            found = list(periods.to_date(here, window.grain))
        case "last":
            first = 0 if window.current else 1
            ago = [periods.ago(here, n) for n in range(window.length - 1 + first, first - 1, -1)]
            return [p for p in ago if p is not None and periods.is_known(p)]
        case "all":
            found = list(periods.line(here.grain))
        case _:
            found = list(periods.up_to(here))
    return found if window.current else [p for p in found if p.label != here.label]


# Folding


def fold(aggregate: Aggregate, values: list[Value]) -> Value:
    """One value from many, after the highest and lowest are left out."""
    if any(aggregate.trim):
        values = _trimmed(values, *aggregate.trim)
    function = aggregate.function
    if function == "count":
        return Decimal(sum(value is not False for value in values))
    if function == "distinct":
        return Decimal(len({as_text(value) for value in values}))
    if not values:
        if aggregate.empty is not None:
            return aggregate.empty
        if function in ("sum", "product"):
            return Decimal(0) if function == "sum" else Decimal(1)
        return Undefined(N_("the %(function)s of nothing"), {"function": function}, "empty")
    if function in ("first", "last"):
        return values[0] if function == "first" else values[-1]
    if function in ("min", "max"):
        work = FUNCTIONS[function.upper()].work
        assert work is not None
        return work(*values)
    numbers = [value for value in values if isinstance(value, Decimal)]
    if len(numbers) < len(values):
        return wrong_kind(next(value for value in values if not isinstance(value, Decimal)), "number")
    if function == "mean":
        return mean(numbers)
    if function in ("median", "deviation"):
        return median(numbers) if function == "median" else deviation(numbers)
    work = FUNCTIONS[function.upper()].work
    assert work is not None
    return work(*numbers)


def _trimmed(values: list[Value], highest: int, lowest: int) -> list[Value]:
    numbers = sorted((value for value in values if isinstance(value, Decimal)), key=settle)
    if highest + lowest >= len(numbers):
        return []
    return list(numbers[lowest : len(numbers) - highest])
