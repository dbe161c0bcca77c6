"""A weighted sum over cells of weights, values and – where a part may be missing – whether it is there."""

from __future__ import annotations

from qiao.kernel.text import Text

from ..model import Item, Weigh
from .parts import MISSING, NO_VALUE, PLACES, Expr, build, is_absent, number, span
from .seen import Rows, View


def write_weigh(planner: Rows, item: Item, weigh: Weigh, view: View) -> Expr:
    """The sum, with what a missing part does to the weights of the others."""
    writer = planner.writer
    weights: list[tuple[Expr, Expr, Expr | None]] = []
    for part in weigh.parts:
        test = writer.write(part.when.tree, view) if part.when is not None else None
        if test is not None and len(test.text) > 40:
            test = planner.aid(
                part.name, test, view, writer.value(part.when.tree, view) if part.when else None
            )
        value = writer.write(part.value.tree, view)
        if len(value.text) > 40:
            value = planner.aid(part.name, value, view, writer.value(part.value.tree, view))
        weights.append((writer.write(part.weight.tree, view), value, test))
    lenient = weigh.missing != "error"
    place = f"items.{item.code}.weigh"
    first = len(planner.book.steps)
    for n, (weight, _, test) in enumerate(weights):
        found = build(_if(test, weight.text, "0"), "number", _parts(weight, test))
        part = weigh.parts[n]
        title = Text(f"{part.name.zh}：权重", f"{part.name.en or part.name.zh}: weight")
        engine = writer.value(part.weight.tree, view) if test is None else None
        planner.step(
            "element", title, view, found, engine, said=part.weight.text, place=f"{place}.parts[{n}]"
        )
    w = span(first, first + len(weights) - 1)
    second = len(planner.book.steps)
    for n, (_, value, test) in enumerate(weights):
        part = weigh.parts[n]
        text = f"IF({_gone(value)},0,{value.text})" if lenient and value.fails else value.text
        found = build(_if(test, text, "0"), "number", _parts(value, test))
        engine = writer.value(part.value.tree, view) if test is None and not lenient else None
        title = Text(f"{part.name.zh}：得分", f"{part.name.en or part.name.zh}: value")
        planner.step("element", title, view, found, engine, said=part.value.text, place=f"{place}.parts[{n}]")
    v = span(second, second + len(weights) - 1)
    parts = [part for trio in weights for part in trio if part is not None]
    total = f"SUMPRODUCT({v},{w})"
    conditional = any(test is not None for _, _, test in weights)
    if lenient and any(value.fails for _, value, _ in weights):
        total = _lenient(planner, weigh, view, weights, w, v)
    elif conditional:
        there = ",".join(_if(test, "1", "0") for _, _, test in weights)
        total = f"IF(SUM({there})=0,{MISSING},{total})"
    fails = any(part.fails for part in parts) or conditional
    if weigh.total is not None:
        total = f"IF(ROUND(SUM({w}),{PLACES})<>{number(weigh.total).text},{NO_VALUE},{total})"
    if fails:  # what a part lacks comes before what is wrong with the weights
        lacks = f"SUMPRODUCT({v},{w})"
        total = f"IF(ISERROR({lacks}),{lacks},{total})"
    return build(total, "number", parts, fails=fails)


def _lenient(
    planner: Rows,
    weigh: Weigh,
    view: View,
    weights: list[tuple[Expr, Expr, Expr | None]],
    w: str,
    v: str,
) -> str:
    """The sum where missing parts are passed over."""
    first = len(planner.book.steps)
    for n, (_, value, test) in enumerate(weights):
        there = f"IF({_gone(value)},0,1)" if value.fails else "1"
        part = weigh.parts[n]
        title = Text(f"{part.name.zh}：是否有值", f"{part.name.en or part.name.zh}: is there")
        planner.aid(title, build(_if(test, there, "0"), "number", _parts(value, test)), view, None)
    p = span(first, first + len(weights) - 1)
    total = f"SUMPRODUCT({v},{w})"
    kept = f"SUMPRODUCT({p},{w})"
    if weigh.missing == "renormalise":
        total = f"IF(SUM({w})={kept},{total},{total}/{kept}*SUM({w}))"
    elif weigh.missing.startswith("give "):
        to = weigh.missing[5:].strip()
        takers = [n for n, part in enumerate(weigh.parts) if to in (part.name.zh, part.name.en)]
        if takers:
            here = f"INDEX({p},{takers[0] + 1})"
            given = f"IF({here}=1,{total}+(SUM({w})-{kept})*INDEX({v},{takers[0] + 1}),{MISSING})"
            total = f"IF(SUM({w})={kept},{total},{given})"
        else:
            total = f"IF(SUM({w})={kept},{total},{MISSING})"
    return f"IF(SUM({p})=0,{MISSING},{total})"


def _gone(value: Expr) -> str:
    """Whether a part is missing or does not apply; a part that the rule leaves open still fails the sum."""
    missing = f"ISNA({value.text})"
    return f"OR({missing},{is_absent(value.text)})" if value.absent else missing


def _if(test: Expr | None, then: str, other: str) -> str:
    return then if test is None else f"IF({test.text},{then},{other})"


def _parts(value: Expr, test: Expr | None) -> list[Expr]:
    return [value] if test is None else [value, test]
