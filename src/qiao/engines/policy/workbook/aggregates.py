"""Sums, counts, means … over a range of element cells; an element that does not count holds a dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from qiao.engines.formula import Value
from qiao.engines.formula.values import NOT_APPLICABLE, is_failure
from qiao.kernel.errors import Incomplete
from qiao.kernel.text import Text

from ..aggregates import elements_of, is_kept, window_periods
from ..contexts import Context
from ..model import Aggregate, Item
from ..nodes import TraceNode
from .parts import LEFT_OUT, NO_VALUE, Expr, build, day, is_absent, literal, number, span, text
from .seen import NotLive, Rows, View

ALL_SHOWN = 200  # elements; of more, only those that count are shown
ONLY_KEPT = Text(
    "只列出计入的项，条件按试算时取定", "only elements that count are listed, as they were found"
)
NOBODY = Text(
    "谁与哪些期间、事件计入，按试算时取定", "who, which periods and events belong is fixed as it was found"
)


def write_aggregate(planner: Rows, item: Item, aggregate: Aggregate, view: View, node: TraceNode) -> Expr:
    """The aggregate as one formula over its elements' cells, which are added here one below the other."""
    engine, writer = planner.engine, planner.writer
    contexts = list(elements_of(engine, aggregate, view.context))
    if len(contexts) > ALL_SHOWN:
        contexts = [context for context in contexts if is_kept(engine, aggregate, context) is True]
        planner.remark(ONLY_KEPT)
    if aggregate.function == "daily_mean":
        return _daily_mean(planner, item, aggregate, view, contexts)
    written: list[tuple[Text, View, Expr, Value]] = []
    for context in contexts:
        inside = view.at(context)
        of = writer.known(aggregate.of.tree, inside)
        kept = is_kept(engine, aggregate, context)
        value = writer.value(aggregate.of.tree, inside)
        found = _counted(planner, aggregate, of, inside, value)
        if aggregate.where is not None:
            test = writer.write(aggregate.where.tree, inside)
            said = test.text
            if test.absent:
                held = planner.aid(Text("条件", "condition"), test, inside, None)
                said = f"IF({is_absent(held.text)},FALSE,{held.text})"
            near = test.near or (kept is True and found.near)
            found = build(f'IF({said},{found.text},"{LEFT_OUT}")', found.kind, [test, found], near=near)
        if isinstance(value, Incomplete) and aggregate.missing != "error":
            value = LEFT_OUT if aggregate.missing == "skip" else Decimal(0)
        shown = value if kept is True else (LEFT_OUT if kept is False else kept)
        if isinstance(shown, type(NOT_APPLICABLE)) and shown.code == NOT_APPLICABLE.code:
            shown = LEFT_OUT
        event = engine.facts.events[context.event].event if context.event is not None else ""
        name = context.person if aggregate.over == "people" else event or context.period.label
        written.append((Text(name or context.period.label or "–"), inside, found, shown))
    first = len(planner.book.steps)
    cells = [
        planner.step("element", title, inside, found, shown, said=aggregate.of.text, place=node.place)
        for title, inside, found, shown in written
    ]
    planner.remark(NOBODY)
    loose = aggregate.where is not None or aggregate.missing == "skip" or any(c.absent for c in cells)
    return _fold(aggregate, cells, first, loose)


def _daily_mean(
    planner: Rows, item: Item, aggregate: Aggregate, view: View, contexts: Sequence[Context]
) -> Expr:
    """Each level times the days it held, over those days; which events count is fixed as it was found."""
    engine, writer = planner.engine, planner.writer
    window = window_periods(engine, aggregate.window, view.context)
    first_day, last_day = (window[0].starts_on, window[-1].last_day) if window else (None, None)
    levels: list[tuple[View, Expr, Expr, Value]] = []
    for context in contexts:
        inside = view.at(context)
        value = writer.value(aggregate.of.tree, inside)
        kept = is_kept(engine, aggregate, context)
        if is_failure(kept) or (kept is True and is_failure(value) and aggregate.missing == "error"):
            return literal(kept if is_failure(kept) else value)
        on = engine.facts.events[context.event].on if context.event is not None else None
        if kept is True and on is not None and isinstance(value, Decimal):
            found = writer.write(aggregate.of.tree, inside)
            levels.append((inside, found, planner.facts.word("event.on", inside), value))
    if not levels or first_day is None or last_day is None:
        return Expr(NO_VALUE, fails=True)
    starts, ends = day(first_day).text, f"{day(last_day).text}+1"
    place = f"items.{item.code}"
    first = len(planner.book.steps)
    for inside, found, _, value in levels:
        event = engine.facts.events[inside.context.event or 0].event
        planner.step("element", Text(event or "–"), inside, found, value, said=aggregate.of.text, place=place)
    values = span(first, len(planner.book.steps) - 1)
    first = len(planner.book.steps)
    for n, (inside, _, begun, _) in enumerate(levels):
        until = f"MIN({levels[n + 1][2].text},{ends})" if n + 1 < len(levels) else ends
        held = build(f"MAX(0,{until}-MAX({begun.text},{starts}))", "number", [begun], exact=True)
        planner.aid(Text("保持天数", "days held"), held, inside, None)
    days = span(first, len(planner.book.steps) - 1)
    planner.remark(NOBODY)
    parts = [found for _, found, _, _ in levels]
    said = f"IF(SUM({days})=0,{NO_VALUE},SUMPRODUCT({values},{days})/SUM({days}))"
    return build(said, "number", parts, fails=True)


def _counted(planner: Rows, aggregate: Aggregate, of: Expr, view: View, value: Value) -> Expr:
    """An element's value, or a dash where it does not apply or may be missing."""
    found = of
    if of.absent:
        held = (
            of if len(of.text) <= 40 else planner.aid(Text("中间值", "intermediate value"), of, view, value)
        )
        found = build(f'IF({is_absent(held.text)},"{LEFT_OUT}",{held.text})', of.kind, [held])
    if aggregate.missing != "error" and of.fails:
        instead = f'"{LEFT_OUT}"' if aggregate.missing == "skip" else "0"
        found = build(f"_xlfn.IFNA({found.text},{instead})", of.kind, [found])
    return found


def _fold(aggregate: Aggregate, cells: Sequence[Expr], first: int, loose: bool) -> Expr:
    function = aggregate.function
    nothing = _of_nothing(aggregate)
    if not cells:
        return nothing
    r = span(first, first + len(cells) - 1)
    kind = next((cell.kind for cell in cells if cell.kind != "any"), "number")
    found, counts, trimmed = _folded(aggregate, r, kind, cells, loose)
    exact = function in ("count", "distinct") or (
        function in ("min", "max", "first", "last") and all(cell.exact for cell in cells)
    )
    if function not in ("count", "distinct") and (loose or trimmed):
        low = sum(aggregate.trim)
        found = f"IF({counts}<={low},{nothing.text},{found})"
    if any(cell.fails for cell in cells):
        found = f"IF(ISERROR(SUM({r})),SUM({r}),{found})"
    fails = any(cell.fails for cell in cells) or (nothing.fails and (loose or trimmed))
    gives = "number" if function in ("count", "distinct") else kind
    made = build(found, gives, cells, exact=exact, fails=fails)
    return replace(made, absent=False, depth=4)


def _of_nothing(aggregate: Aggregate) -> Expr:
    if aggregate.function in ("count", "distinct"):
        return number(0)
    if aggregate.empty is not None:
        return literal(aggregate.empty)
    if aggregate.function in ("sum", "product"):
        return number(0 if aggregate.function == "sum" else 1)
    return Expr(NO_VALUE, "any", fails=True)


def _folded(
    aggregate: Aggregate, r: str, kind: str, cells: Sequence[Expr], loose: bool
) -> tuple[str, str, bool]:
    """The formula, the formula that counts its elements, and whether some are left out at the ends."""
    function, (highest, lowest) = aggregate.function, aggregate.trim
    dash = text(LEFT_OUT).text
    counts = {
        "truth": f"SUMPRODUCT(({r}=TRUE)*1)" if function == "count" else f"SUMPRODUCT(({r}<>{dash})*1)",
        "text": f"SUMPRODUCT(({r}<>{dash})*1)",
    }.get(kind, f"COUNT({r})")
    order = f"(ROW({r})-ROW({cells[0].text})+1)"
    if highest or lowest:
        if kind != "number" or function in ("product", "distinct", "deviation"):
            raise NotLive(
                Text(
                    "去掉最高最低后的这种汇总不能用公式写出",
                    "this aggregate without its extremes has no formula",
                )
            )
        return _trimmed(function, r, highest, lowest), counts, True
    count = len(cells)
    match function:
        case "count":
            return counts, counts, False
        case "distinct":
            # MATCH takes the first place of each text
            said = f"MATCH({r}&{text('').text},{r}&{text('').text},0)={order}"
            return f"SUMPRODUCT(({r}<>{dash})*({said}))", counts, False
        case "first" if loose:
            return (
                f"INDEX({r},{count + 1}-SUMPRODUCT(MAX(({r}<>{dash})*({count + 1}-{order}))))",
                counts,
                False,
            )
        case "last" if loose:
            return f"INDEX({r},SUMPRODUCT(MAX(({r}<>{dash})*{order})))", counts, False
        case "first" | "last":
            return cells[0 if function == "first" else -1].text, counts, False
    name = {"mean": "AVERAGE", "deviation": "STDEVP"}.get(function, function.upper())
    return f"{name}({r})", counts, False


def _trimmed(function: str, r: str, highest: int, lowest: int) -> str:
    """Without the highest and lowest of a range of numbers, which has more than those."""
    left = f"(COUNT({r})-{highest + lowest})"
    ends = [f"LARGE({r},{n + 1})" for n in range(highest)] + [f"SMALL({r},{n + 1})" for n in range(lowest)]
    total = f"(SUM({r})-{'-'.join(ends)})"
    return {
        "count": f"MAX(0,{left})",
        "sum": total,
        "mean": f"{total}/{left}",
        "min": f"SMALL({r},{lowest + 1})",
        "first": f"SMALL({r},{lowest + 1})",
        "max": f"LARGE({r},{highest + 1})",
        "last": f"LARGE({r},{highest + 1})",
        "median": f"(SMALL({r},{lowest}+INT(({left}+1)/2))+SMALL({r},{lowest}+INT(({left}+2)/2)))/2",
    }[function]


__all__ = ["write_aggregate"]
