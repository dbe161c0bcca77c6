"""The tree of steps behind a number.

A step says in one sentence what was done (an English source text with places, translated by the shell), the
value that came out, the rule it followed and the steps it rests on. Trees are stored as JSON and read back as
equal trees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import Incomplete
from qiao.kernel.text import Text

Value = Decimal | int | str | bool | date | Text | Incomplete | None
"""What a step can yield. Float is left out on purpose: a figure that judges or pays a person is exact."""


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Which rule a step followed: article, its version, and the place inside its body (``tiers[2]``)."""

    code: str
    version: int
    place: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        label: English source text with ``%(name)s`` places, marked with ``N_`` where it is written.
        value: What came out.
        unit: Unit code of the value (``yuan``, ``share``, ``customers``, ``days``), or empty.
        params: Values for the places of the label.
        rule: The rule followed, or None for a plain fact or sum.
        parts: The steps this one rests on, in the order taken.
    """

    label: str
    value: Value = None
    unit: str = ""
    params: Mapping[str, Value] = field(default_factory=dict)
    rule: RuleRef | None = None
    parts: tuple[Step, ...] = ()

    def walk(self) -> Iterator[Step]:
        """This step and every step below, depth first."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def rules(self) -> tuple[RuleRef, ...]:
        """Every rule met in the tree, each once, in the order met."""
        return tuple(dict.fromkeys(step.rule for step in self.walk() if step.rule))


def to_json(step: Step) -> dict[str, Any]:
    """The tree as plain JSON values; empty fields are left out."""
    stored: dict[str, Any] = {"label": step.label}
    if step.value is not None:
        stored["value"] = _encode(step.value)
    if step.unit:
        stored["unit"] = step.unit
    if step.params:
        stored["params"] = {name: _encode(value) for name, value in step.params.items()}
    if step.rule:
        stored["rule"] = {"code": step.rule.code, "version": step.rule.version, "place": step.rule.place}
    if step.parts:
        stored["parts"] = [to_json(part) for part in step.parts]
    return stored


def from_json(stored: Mapping[str, Any]) -> Step:
    """Read a stored tree.

    Raises:
        ValueError: A value of an unknown kind.
    """
    rule = stored.get("rule")
    return Step(
        label=stored["label"],
        value=_decode(stored.get("value")),
        unit=stored.get("unit", ""),
        params={name: _decode(value) for name, value in stored.get("params", {}).items()},
        rule=RuleRef(rule["code"], rule["version"], rule["place"]) if rule else None,
        parts=tuple(from_json(part) for part in stored.get("parts", ())),
    )


def _encode(value: Value) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case date():
            return {"date": value.isoformat()}
        case Text():
            return {"zh": value.zh, "en": value.en}
        case Incomplete():
            return {
                "missing": value.reason,
                "code": value.code,
                "params": {name: _encode(inner) for name, inner in value.params.items()},
            }
    raise TypeError(f"a trace holds exact values only, not {type(value).__name__}")


def _decode(stored: Any) -> Value:
    match stored:
        case None | bool() | int() | str():
            return stored
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"zh": str(zh), "en": str(en)}:
            return Text(zh, en)
        case {"missing": str(reason), "code": str(code), "params": dict(params)}:
            return Incomplete(reason, {name: _decode(inner) for name, inner in params.items()}, code)
    raise ValueError(f"not a stored trace value: {stored!r}")
