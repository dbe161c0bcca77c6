"""The working calendar: which days are worked, at which hours, and how working time is counted.

Instants are naive and local to the enterprise; the shell converts. Source: requirement 7.4 (clocks), design 4.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from qiao.kernel.errors import N_, RuleBroken

LOOK_AHEAD_DAYS = 800  # no promise runs longer; without it a calendar of holidays would be searched for ever


@dataclass(frozen=True, slots=True)
class Hours:
    """Usual working hours from a day on.

    Attributes:
        starts_on: First day they hold.
        weekdays: Days usually worked, Monday is 0.
        spans: Hours of a working day, in order, without overlap.
    """

    starts_on: date
    weekdays: frozenset[int]
    spans: tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Usual hours, and the days that differ from them.

    Attributes:
        hours: By first day, oldest first.
        days: Whether a day is worked: holidays and make-up days.
    """

    hours: Sequence[Hours]
    days: Mapping[date, bool]

    def hours_on(self, on: date) -> Hours | None:
        """The hours that hold on a day, None before the first."""
        return next((hours for hours in reversed(self.hours) if hours.starts_on <= on), None)

    def works_on(self, on: date) -> bool:
        """Whether the day is worked."""
        hours = self.hours_on(on)
        return hours is not None and self.days.get(on, on.weekday() in hours.weekdays)

    def spans_on(self, on: date) -> Iterator[tuple[datetime, datetime]]:
        """Working spans of a day, in order; none on a day off."""
        hours = self.hours_on(on)
        if hours is not None and self.works_on(on):
            for begin, end in hours.spans:
                yield datetime.combine(on, begin), datetime.combine(on, end)

    def add(self, start: datetime, minutes: int) -> datetime:
        """The instant at which so many working minutes have passed.

        Args:
            start: Local instant; outside working time the count begins with the next working span.
            minutes: Working minutes, 0 or more; 0 gives the first working instant.

        Raises:
            RuleBroken: The calendar has too few working hours to ever get there.
        """
        left = timedelta(minutes=minutes)
        for days in range(LOOK_AHEAD_DAYS):
            for begin, end in self.spans_on(start.date() + timedelta(days=days)):
                begin = max(begin, start)
                if end <= begin:
                    continue
                if end - begin >= left:
                    return begin + left
                left -= end - begin
        raise RuleBroken(
            N_("The working calendar has too few working hours after %(day)s; enter working hours first."),
            code="calendar_empty", day=start.date(),
        )  # fmt: skip

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from one instant to another; 0 when the end is not later."""
        total = timedelta()
        for days in range((end.date() - start.date()).days + 1):
            for begin, until in self.spans_on(start.date() + timedelta(days=days)):
                total += max(min(until, end) - max(begin, start), timedelta())
        return int(total.total_seconds() // 60)


def check_spans(spans: Sequence[tuple[time, time]]) -> None:
    """Refuse hours that overlap, run backwards or are none.

    Raises:
        RuleBroken: Says which.
    """
    if not spans:
        raise RuleBroken(N_("Enter at least one span of working hours."), code="hours_missing", field="spans")
    for begin, end in spans:
        if end <= begin:
            raise RuleBroken(
                N_("Working hours must end after they begin: %(begin)s–%(end)s."),
                code="hours_backwards", field="spans", begin=f"{begin:%H:%M}", end=f"{end:%H:%M}",
            )  # fmt: skip
    for (_, end), (begin, _until) in itertools.pairwise(spans):
        if begin < end:
            raise RuleBroken(
                N_("Working hours overlap at %(begin)s."), code="hours_overlap", field="spans",
                begin=f"{begin:%H:%M}",
            )  # fmt: skip
