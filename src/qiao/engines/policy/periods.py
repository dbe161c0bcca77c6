"""The periods of a scenario: calendar ones by their text form, others by what the scenario says of them.

``2024-03``, ``2024Q1``, ``2024H1``, ``2024``, ``2024-W05`` and ``2024-03-05`` know their days and what lies inside what. Any other
label is a period too; a row of the table ``periods`` may give its length, its days and the longer period it lies in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from qiao.kernel.period import Half, Month, Quarter, Span, Year, parse_period

GRAINS = ("day", "week", "month", "quarter", "half", "year")
_KINDS: dict[str, type[Month] | type[Quarter] | type[Half] | type[Year]] = {
    "month": Month,
    "quarter": Quarter,
    "half": Half,
    "year": Year,
}
_WEEK = re.compile(r"[0-9]{4}-W[0-9]{2}")
_NAMES = {Month: "month", Quarter: "quarter", Half: "half", Year: "year"}


@dataclass(frozen=True, slots=True)
class Period:
    """One period. Without days it is only a label in an order."""

    label: str
    grain: str = ""
    starts_on: date | None = None
    ends_before: date | None = None
    within: str = ""

    @property
    def last_day(self) -> date | None:
        """Last day, or None without days."""
        return None if self.ends_before is None else self.ends_before - timedelta(days=1)


def calendar_period(label: str) -> Period | None:
    """The calendar period a label names, or None."""
    try:
        if _WEEK.fullmatch(label):
            monday = date.fromisocalendar(int(label[:4]), int(label[6:]), 1)
            return Period(label, "week", monday, monday + timedelta(days=7))
        if len(label) == 10:
            day = date.fromisoformat(label)
            return Period(label, "day", day, day + timedelta(days=1))
        found = parse_period(label)
    except ValueError:
        return None
    return Period(label, _NAMES[type(found)], found.starts_on, found.ends_before)


def _containing(day: date, grain: str) -> Period | None:
    if grain == "day":
        return calendar_period(day.isoformat())
    if grain == "week":
        year, week, _ = day.isocalendar()
        return calendar_period(f"{year:04d}-W{week:02d}")
    kind = _KINDS.get(grain)
    return calendar_period(str(kind.containing(day))) if kind else None


class Periods:
    """All periods of a scenario, in order of time.

    Args:
        rows: Periods described, in the order written.
        labels: Labels met elsewhere, in the order met.
        days: Days of events, which make their calendar periods known.
    """

    def __init__(self, rows: Iterable[Period], labels: Iterable[str], days: Iterable[date] = ()) -> None:
        described = {row.label: row for row in rows}
        given: dict[str, Period] = {}
        for label in [*described, *labels]:
            if label not in given:
                given[label] = self._describe(label, described.get(label))
        self._by_label = given
        self._places = {label: n for n, label in enumerate(given)}
        self.given = tuple(sorted(given.values(), key=self._order))
        self._days = sorted({*days, *(p.starts_on for p in given.values() if p.starts_on)})
        self._lines: dict[str, tuple[Period, ...]] = {}
        self._at: dict[str, dict[str, int]] = {}

    @staticmethod
    def _describe(label: str, row: Period | None) -> Period:
        known = calendar_period(label)
        if row is None:
            return known or Period(label)
        if known is None:
            return row
        return Period(
            label,
            row.grain or known.grain,
            row.starts_on or known.starts_on,
            row.ends_before or known.ends_before,
            row.within,
        )

    def _order(self, period: Period) -> tuple[int, date, int, int]:
        """By end, shorter before longer; labels without days in the order written, before what they lie in."""
        place = self._places.get(period.label, 0)
        if period.ends_before and period.starts_on:
            return (0, period.ends_before, (period.ends_before - period.starts_on).days, place)
        depth = 0
        here: Period | None = period
        while here and here.within and depth < 9:
            here = self._by_label.get(here.within)
            depth += 1
        inside = [n for label, n in self._places.items() if self._by_label[label].within == period.label]
        return (1, date.max, max([place, *inside]), -depth)

    def find(self, label: str) -> Period:
        """The period of a label."""
        return self._by_label.get(label) or calendar_period(label) or Period(label)

    def line(self, grain: str) -> tuple[Period, ...]:
        """All periods of a length, in order: those given, and for the calendar every one between the first and last
        day known. For the empty grain, the given ones without a length."""
        if grain not in self._lines:
            found = {p.label: p for p in self.given if p.grain == grain}
            if grain in GRAINS and self._days and self._covers(grain):
                here = _containing(self._days[0], grain)
                last = max([self._days[-1], *(p.last_day for p in self.given if p.last_day)])
                while here is not None and here.starts_on is not None and here.starts_on <= last:
                    found.setdefault(here.label, here)
                    here = _containing(here.ends_before, grain) if here.ends_before else None
            self._lines[grain] = tuple(sorted(found.values(), key=self._order))
            self._at[grain] = {p.label: n for n, p in enumerate(self._lines[grain])}
        return self._lines[grain]

    def _covers(self, grain: str) -> bool:
        """Whether something of this length or shorter is known: months are not invented inside a lone year."""
        size = GRAINS.index(grain)
        dated = [p for p in self.given if p.grain in GRAINS and p.starts_on]
        return not dated or any(GRAINS.index(p.grain) <= size for p in dated)

    def named(self, grain: str) -> tuple[Period, ...]:
        """The periods an item of this length is worked out for: the given ones, and longer ones around them."""
        if not grain:
            return self.given
        found = {p.label: p for p in self.given if p.grain == grain}
        for period in self.given:
            around = self.containing(period, grain)
            if around is not None:
                found.setdefault(around.label, around)
        return tuple(sorted(found.values(), key=self._order))

    def containing(self, period: Period, grain: str) -> Period | None:
        """The period of a length that this one is or lies in."""
        here: Period | None = period
        for _ in range(9):
            if here is None:
                break
            if here.grain == grain:
                return here
            here = self._by_label.get(here.within) if here.within else None
        if period.starts_on and period.ends_before and grain in GRAINS:
            around = _containing(period.starts_on, grain)
            if around and around.ends_before and around.ends_before >= period.ends_before:
                return around
        return None

    def inside(self, period: Period) -> tuple[Period, ...]:
        """The given periods directly inside: those that name it, or else the longest calendar ones within its days."""
        named = [p for p in self.given if p.within == period.label]
        if named or not (period.starts_on and period.ends_before):
            return tuple(named)
        whole = Span(period.starts_on, period.ends_before)
        for grain in reversed(GRAINS):
            if any(p.grain == grain for p in self.given) and grain != period.grain:
                parts = [
                    p
                    for p in self.line(grain)
                    if p.starts_on
                    and p.ends_before
                    and whole.contains(p.starts_on)
                    and p.ends_before <= whole.ends_before  # type: ignore[operator]
                ]
                if parts:
                    return tuple(parts)
        return ()

    def ago(self, period: Period, periods: int) -> Period | None:
        """The period so many before this one (after it when negative), known to the scenario or not; None at the edge of
        what has no calendar."""
        if periods == 0:
            return period
        kind = _KINDS.get(period.grain)
        if kind and period.starts_on and calendar_period(period.label):
            return calendar_period(str(kind.containing(period.starts_on) - periods))
        if period.grain in ("day", "week") and period.starts_on and calendar_period(period.label):
            days = periods * (1 if period.grain == "day" else 7)
            return _containing(period.starts_on - timedelta(days=days), period.grain)
        line = self.line(period.grain)
        at = self._at[period.grain].get(period.label)
        if at is None or not 0 <= at - periods < len(line):
            return None
        return line[at - periods]

    def is_known(self, period: Period) -> bool:
        """Whether the scenario reaches that far."""
        self.line(period.grain)
        return period.label in self._at[period.grain]

    def at(self, day: date, like: Period) -> Period | None:
        """The period of the same length as ``like`` that a day lies in."""
        if like.grain in GRAINS and calendar_period(like.label):
            return _containing(day, like.grain)
        for period in self.line(like.grain):
            if period.starts_on and period.ends_before and period.starts_on <= day < period.ends_before:
                return period
        return None

    def to_date(self, period: Period, grain: str) -> tuple[Period, ...]:
        """The periods of this length from the start of the longer one up to this one, itself included."""
        around = self.containing(period, grain)
        if around is None:
            return ()
        line = self.line(period.grain)
        mine = self._at[period.grain].get(period.label, len(line))
        return tuple(p for n, p in enumerate(line) if n <= mine and self.containing(p, grain) == around)

    def up_to(self, period: Period) -> tuple[Period, ...]:
        """Every known period of this length up to this one, itself included."""
        line = self.line(period.grain)
        mine = self._at[period.grain].get(period.label)
        return line[: mine + 1] if mine is not None else ()

    def next_label(self, period: Period) -> str:
        """Label of the following period."""
        following = self.ago(period, -1)
        return following.label if following else f"next {period.label}"
