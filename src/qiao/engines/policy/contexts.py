"""Where a formula is worked out: for whom, when, for which event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qiao.engines.formula import Value

from .periods import Period


@dataclass(frozen=True, slots=True)
class Context:
    """One place of working out.

    Attributes:
        person: For whom; None for all.
        period: When.
        event: Number of the event, or None.
        day: Day on which dated things are read instead of the period's or event's.
        overlay: Figures that are as it were otherwise (WITH), by code.
        own: The context an aggregate is for, seen from its elements.
        level: How far below the person an aggregate is for, in a team.
        span: First and last day of the row, over spans.
    """

    person: str | None
    period: Period
    event: int | None = None
    day: date | None = None
    overlay: tuple[tuple[str, Value], ...] = ()
    own: Context | None = None
    level: int = 0
    span: tuple[date, date] | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells two contexts apart for an item or figure."""
        return (self.person, self.period.label, self.period.grain, self.event, self.day, self.overlay)
