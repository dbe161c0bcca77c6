"""What is kept of every step, so that a figure can be opened: the engine's own trace, and its form for readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from qiao.engines.formula import Value
from qiao.engines.formula.values import as_text, is_failure
from qiao.kernel.errors import N_, Incomplete, Undefined
from qiao.kernel.text import Text
from qiao.kernel.trace import RuleRef, Step
from qiao.kernel.trace import Value as StepValue

from .contexts import Context


@dataclass(slots=True)
class TraceNode:
    """One step.

    Attributes:
        kind: ``item``, ``measure``, ``parameter``, ``carried``, ``word``, ``table``, ``aggregate``, ``group``, ``stage``.
        code: What it is: an item's or figure's code, a table's, a stage's name.
        title: The same for people.
        person: Whose; empty for all.
        period: When.
        event: Which event, or empty.
        value: What came out.
        place: Path in the policy (``items.pay.value``).
        formula: The text worked out, or empty.
        detail: Further plain values (row hit, rounding step …).
        parts: The steps it rests on, in the order taken.
        key: What the step stands for, so that equal steps are one cell in a workbook.
        context: Where an item was worked out, so that a workbook can write its formula from there.
    """

    kind: str
    code: str
    title: Text
    value: Value
    person: str = ""
    period: str = ""
    event: str = ""
    place: str = ""
    formula: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    parts: list[TraceNode] = field(default_factory=list)
    key: tuple[Any, ...] = ()
    context: Context | None = None

    def walk(self) -> Iterator[TraceNode]:
        """This step and all below, each once, depth first."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            stack.extend(reversed(node.parts))


_LABELS = {
    "item": N_("%(title)s = %(formula)s"),
    "block": N_("%(title)s: %(formula)s"),
    "measure": N_("%(title)s, a fact"),
    "parameter": N_("%(title)s, set by the rules"),
    "carried": N_("%(title)s, carried over"),
    "word": N_("%(title)s"),
    "table": N_("table %(title)s at %(keys)s: row %(row)s"),
    "slice": N_("row %(row)s: %(amount)s at %(cell)s"),
    "element": N_("%(title)s"),
    "gate": N_("gate “%(title)s” holds"),
    "limit": N_("not below or above the limit"),
    "steps": N_("at most %(most)s from the previous %(previous)s"),
    "rounding": N_("rounded to %(step)s (%(mode)s)"),
}


_AGAIN = N_("%(title)s, opened above")


def _label(node: TraceNode) -> str:
    """The sentence of a step; a table read slice by slice has no one row to name, its slices do."""
    if (node.kind == "table" and "keys" not in node.detail) or (node.kind == "item" and not node.formula):
        return _LABELS["word"]
    return _LABELS.get(node.kind, _LABELS["word"])


def to_step(node: TraceNode, code: str, version: int) -> Step:
    """The trace as the kernel's tree of steps, for pages and storage.

    A step met a second time stands there without what lies below it: figures share their grounds, and a tree that spelt
    them out each time would grow without bound.

    Args:
        node: A step of the engine.
        code: The policy's code.
        version: Its version.
    """
    seen: set[int] = set()

    def step_of(at: TraceNode) -> Step:
        again = id(at) in seen and bool(at.parts)
        seen.add(id(at))
        params: dict[str, StepValue] = {"title": at.title, "formula": at.formula}
        params |= {name: value for name, value in at.detail.items() if isinstance(value, StepValue)}
        for name, given in (("person", at.person), ("period", at.period), ("event", at.event)):
            if given:
                params[name] = given
        return Step(
            label=_AGAIN if again else _label(at),
            value=_plain(at.value),
            params=params,
            rule=RuleRef(code, version, at.place) if at.place else None,
            parts=() if again else tuple(step_of(part) for part in at.parts),
        )

    return step_of(node)


def _plain(value: Value) -> StepValue:
    if isinstance(value, Undefined):
        return Incomplete(value.reason, value.params, value.code)
    return value


def said(value: Any) -> str:
    """A detail of a step as plain text; empty for what is no plain value."""
    if isinstance(value, Text):
        return value.zh
    return as_text(value) if isinstance(value, (Decimal, str, bool, date)) else ""


def to_lines(node: TraceNode, say: Any = str, depth: int = 0) -> Iterator[str]:
    """The trace as indented text, one line a step; a step met before is named, not repeated below."""
    seen: set[int] = set()

    def lines(at: TraceNode, deep: int) -> Iterator[str]:
        where = " ".join(filter(None, (at.person, at.period, at.event)))
        head = at.title.zh if at.title.zh == at.code else f"{at.title.zh} [{at.code}]"
        formula = f" = {at.formula}" if at.formula else ""
        detail = "".join(f" · {name} {text}" for name, v in at.detail.items() if (text := said(v)))
        again = id(at) in seen and bool(at.parts)
        yield f"{'  ' * deep}{head}{' (' + where + ')' if where else ''}{formula}{detail} → {as_text(at.value)}{' ↑' if again else ''}"
        if again:
            return
        seen.add(id(at))
        for part in at.parts:
            yield from lines(part, deep + 1)

    yield from lines(node, depth)


def to_json(node: TraceNode) -> dict[str, Any]:
    """The trace as plain JSON values; a step met a second time is only named by the ``id`` of the first."""
    numbers: dict[int, int] = {}

    def json_of(at: TraceNode) -> dict[str, Any]:
        if id(at) in numbers:
            return {"ref": numbers[id(at)]}
        numbers[id(at)] = len(numbers) + 1
        found: dict[str, Any] = {"id": numbers[id(at)], "kind": at.kind, "code": at.code}
        found["title"] = {"zh": at.title.zh, "en": at.title.en}
        for name in ("person", "period", "event", "place", "formula"):
            if getattr(at, name):
                found[name] = getattr(at, name)
        found["value"] = {"error": str(at.value)} if is_failure(at.value) else as_text(at.value)
        detail = {name: text for name, value in at.detail.items() if (text := said(value))}
        if detail:
            found["detail"] = detail
        if at.parts:
            found["parts"] = [json_of(part) for part in at.parts]
        return found

    return json_of(node)
