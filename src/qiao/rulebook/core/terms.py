"""How the fields of an article are named and limited.

An article kind is a frozen dataclass whose fields are made by :func:`term`. Reading, forms, tables on the
page, the diff in words and the reference manual all come from what stands there, so a field is described
once.
"""

from dataclasses import MISSING, Field, dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Term:
    """What is known of a field beside its type.

    Attributes:
        label: Name in tables and forms, English source text.
        unit: Unit code (``money``, ``share``, ``months`` …), or empty.
        at_least, at_most: Bounds of a number, both included.
        above: A bound of a number, not included.
        hint: A sentence for who fills it in.
    """

    label: str
    unit: str = ""
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    above: Decimal | None = None
    hint: str = ""


def term(
    label: str,
    *,
    unit: str = "",
    at_least: int | str | None = None,
    at_most: int | str | None = None,
    above: int | str | None = None,
    hint: str = "",
    default: Any = MISSING,
) -> Any:
    """A described field of an article. Bounds are whole numbers or decimal texts, never floats."""

    def bound(limit: int | str | None) -> Decimal | None:
        return None if limit is None else Decimal(limit)

    described = Term(label, unit, bound(at_least), bound(at_most), bound(above), hint)
    return field(default=default, metadata={"term": described})


def terms_of(cls: Any) -> list[tuple[Field[Any], Term]]:
    """The fields of an article dataclass with their descriptions, in order."""
    return [(f, f.metadata.get("term") or Term(f.name)) for f in fields(cls)]


class Choice(StrEnum):
    """A closed set of words an article chooses from; every member brings its label.

    ``MEAN = "mean", N_("monthly mean")``
    """

    label: str

    def __new__(cls, value: str, label: str) -> "Choice":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
