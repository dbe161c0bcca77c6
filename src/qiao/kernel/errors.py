"""Errors and refusals, with a place and a reason a person can act on.

Messages are English source texts for translation with ``%(name)s`` places; the shell translates and fills them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


def N_(message: str) -> str:
    """Mark a source text for translation without translating it here."""
    return message


class QiaoError(Exception):
    """Anything Qiao itself raises on purpose."""


class BadSettings(QiaoError):
    """The surroundings are malformed; all complaints at once."""

    def __init__(self, complaints: Sequence[str]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("Qiao cannot start:\n" + "\n".join(f"  - {c}" for c in complaints))


class RuleBroken(QiaoError):
    """A business rule refuses this action.

    Attributes:
        message: English source text with ``%(name)s`` places, marked with :func:`N_` at the call.
        params: Values for the places.
        code: Stable short name for programs, for example ``assignment_overlap``.
        field: The form field or API key the refusal belongs to, or None.
    """

    def __init__(self, message: str, *, code: str, field: str | None = None, **params: Any) -> None:
        self.message, self.code, self.field, self.params = message, code, field, params
        super().__init__(message % params if params else message)


class NotAllowed(QiaoError):
    """The person lacks a right. Carries the right's code so that the page can say who grants it."""

    def __init__(self, right: str) -> None:
        self.right = right
        super().__init__(f"right needed: {right}")


class NotFound(QiaoError):
    """Nothing of that kind is there, or it is outside the person's scope: the two look the same."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text with places that stands inside another; translated with it."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an input something is: file, sheet, row (as a person counts), column heading, cell (``C7``)."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""

    def __str__(self) -> str:
        parts = [self.file, self.sheet, self.cell or (f"#{self.row}" if self.row else ""), self.column]
        return " · ".join(p for p in parts if p)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input, at a place.

    Attributes:
        message: English source text with ``%(name)s`` places.
        place: Where.
        params: Values for the places.
        code: Stable short name.
    """

    message: str
    place: Place = field(default_factory=Place)
    params: dict[str, Any] = field(default_factory=dict)
    code: str = "invalid"

    def __str__(self) -> str:
        text = self.message % self.params if self.params else self.message
        where = str(self.place)
        return f"{where}: {text}" if where else text


class BadInput(QiaoError):
    """An input was refused as a whole; every problem found is listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems[:20]))


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A result that cannot be given because a fact is missing. Shown by name, never read as 0.

    Attributes:
        reason: English source text with ``%(name)s`` places.
        params: Values for the places.
        code: Stable short name, for example ``cost_missing``.
    """

    reason: str
    params: dict[str, Any] = field(default_factory=dict)
    code: str = "missing"

    def __str__(self) -> str:
        return self.reason % self.params if self.params else self.reason


@dataclass(frozen=True, slots=True)
class Undefined:
    """A result that cannot be given because the rule gives no value: a divisor of 0, a hole in a table.

    Unlike :class:`Incomplete` nothing is missing that somebody could supply; the rule itself must speak.

    Attributes:
        reason: English source text with ``%(name)s`` places.
        params: Values for the places.
        code: Stable short name, for example ``zero_divisor``.
    """

    reason: str
    params: dict[str, Any] = field(default_factory=dict)
    code: str = "undefined"

    def __str__(self) -> str:
        return self.reason % self.params if self.params else self.reason
