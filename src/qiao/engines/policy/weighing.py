"""Weighted sums, and what a missing part does to the weights of the others."""

from __future__ import annotations

from decimal import Decimal

from qiao.engines.formula import Value, divide, evaluate, settle
from qiao.engines.formula.evaluate import wrong_kind
from qiao.engines.formula.values import (
    add,
    as_text,
    is_absent,
    is_failure,
    multiply,
)
from qiao.kernel.errors import N_, Incomplete, Undefined

from .contexts import Context
from .model import Part, Weigh
from .nodes import TraceNode
from .scope import ItemScope
from .workings import Workings


def work_out_weigh(engine: Workings, weigh: Weigh, context: Context, node: TraceNode) -> None:
    """Work a weighted sum out into the node, one step a part."""
    node.formula = " + ".join(f"{part.name.zh} × {part.weight.text}" for part in weigh.parts)
    present: list[tuple[Part, Decimal, Decimal, TraceNode]] = []
    absent = Decimal(0)
    for number, part in enumerate(weigh.parts):
        steps: list[TraceNode] = []
        scope = ItemScope(engine, context, steps)
        if part.when is not None:
            applies = evaluate(part.when.tree, scope)
            if applies is False:
                continue
            if applies is not True:
                node.value = applies if is_failure(applies) else wrong_kind(applies, "truth")
                return
        weight = evaluate(part.weight.tree, scope)
        value = evaluate(part.value.tree, scope)
        place = f"{node.place}.weigh.parts[{number}]"
        step = TraceNode(
            "element",
            f"part{number + 1}",
            part.name,
            value,
            context.person or "",
            context.period.label,
            place=place,
            formula=part.value.text,
            parts=steps,
        )
        node.parts.append(step)
        if not isinstance(weight, Decimal):
            node.value = weight if is_failure(weight) else wrong_kind(weight, "number")
            return
        step.detail["weight"] = weight
        if is_absent(value) and weigh.missing != "error":
            absent += weight
            continue
        if not isinstance(value, Decimal):
            node.value = value if is_failure(value) else wrong_kind(value, "number")
            return
        present.append((part, weight, value, step))
    node.value = _total(weigh, present, absent)


def _total(weigh: Weigh, present: list[tuple[Part, Decimal, Decimal, TraceNode]], absent: Decimal) -> Value:
    weights = [weight for _, weight, _, _ in present]
    stated = sum(weights, absent)
    if weigh.total is not None and settle(stated) != weigh.total:
        message = N_("the weights add up to %(total)s, not %(wanted)s")
        return Undefined(message, {"total": as_text(stated), "wanted": as_text(weigh.total)}, "weights")
    if not present:
        return Incomplete(N_("every part of the weighted sum is missing"), code="missing_fact")
    if absent and weigh.missing.startswith("give "):
        to = weigh.missing[5:].strip()
        takers = [n for n, (part, *_) in enumerate(present) if to in (part.name.zh, part.name.en)]
        if not takers:
            return Incomplete(
                N_("“%(part)s”, which takes the weight of missing parts, is missing itself"),
                {"part": to},
                "missing_fact",
            )
        weights[takers[0]] += absent
    total: Value = Decimal(0)
    for (_, _, value, step), weight in zip(present, weights, strict=True):
        step.detail["counted"] = weight
        product = multiply(value, weight)
        if not isinstance(product, Decimal) or not isinstance(total, Decimal):
            return product
        total = add(total, product)
    if absent and weigh.missing == "renormalise" and isinstance(total, Decimal):
        kept = sum(weights, Decimal(0))
        scaled = divide(total, kept)
        return multiply(scaled, stated) if isinstance(scaled, Decimal) else scaled
    return total
