"""Facts as they were read: people, events, and a whole scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qiao.engines.formula import Value

from ..model import ParameterRow
from ..periods import Period


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What holds of a person for a span of days."""

    person: str
    joined_on: date | None = None
    left_on: date | None = None
    starts_on: date | None = None
    ends_before: date | None = None
    role: str | None = None
    grade: str | None = None
    unit: str | None = None
    segment: str | None = None
    leader: str | None = None
    mentor: str | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """A dated fact, or one person's part of it."""

    event: str
    kind: str | None = None
    on: date | None = None
    effective_on: date | None = None
    period: str | None = None
    person: str | None = None
    customer: str | None = None
    product: str | None = None
    unit: str | None = None
    currency: str | None = None
    key: str | None = None
    amount: Decimal | None = None
    quantity: Decimal | None = None
    share: Decimal | None = None
    reverses: str | None = None


MeasureKey = tuple[
    str, str | None, str | None, str | None, str | None
]  # name, event, person, period, customer


@dataclass(frozen=True, slots=True)
class Scenario:
    """One set of facts.

    Attributes:
        people: Rows in the order written.
        parameters: Rows by parameter.
        events: Rows in order of their day, then as written.
        measures: Values by (name, event, person, period, customer).
        carried: Values by (name, person, period).
        periods: Periods described.
        labels: The periods something happens in, in the order met: those described and those of events and measures.
        around: Those only parameters and measures of longer periods name; worked out where there is nothing else.
    """

    name: str
    people: tuple[PersonRow, ...] = ()
    parameters: Mapping[str, tuple[ParameterRow, ...]] = field(default_factory=dict)
    events: tuple[EventRow, ...] = ()
    measures: Mapping[MeasureKey, Value] = field(default_factory=dict)
    carried: Mapping[tuple[str, str | None, str | None], Value] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()
    labels: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
