"""Months, quarters, halves and years of the calendar, and half-open spans of days.

A period knows its first day (``starts_on``) and the day after its last (``ends_before``); spans follow the
same half-open habit, so that neighbours touch without sharing a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Self

_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``starts_on`` up to, not including, ``ends_before``; None means without end."""

    starts_on: date
    ends_before: date | None = None

    def __post_init__(self) -> None:
        if self.ends_before is not None and self.ends_before <= self.starts_on:
            raise ValueError(f"span ends ({self.ends_before}) before it starts ({self.starts_on})")

    def contains(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return self.starts_on <= day and (self.ends_before is None or day < self.ends_before)

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one day."""
        return self.intersect(other) is not None

    def intersect(self, other: Span) -> Span | None:
        """The days the two share, or None."""
        starts_on = max(self.starts_on, other.starts_on)
        ends = [end for end in (self.ends_before, other.ends_before) if end is not None]
        ends_before = min(ends) if ends else None
        if ends_before is not None and ends_before <= starts_on:
            return None
        return Span(starts_on, ends_before)

    @property
    def days(self) -> int | None:
        """Number of days, or None when the span has no end."""
        return None if self.ends_before is None else (self.ends_before - self.starts_on).days

    def __str__(self) -> str:
        return f"{self.starts_on} .. {self.ends_before or ''}".rstrip()


class _CalendarPart:
    """What the four grains share. A period is counted as ``year × parts_per_year + number - 1``."""

    __slots__ = ()
    parts_per_year: ClassVar[int]
    _text: ClassVar[re.Pattern[str]]

    @property
    def _ordinal(self) -> int:
        raise NotImplementedError

    @classmethod
    def _from_ordinal(cls, ordinal: int) -> Self:
        raise NotImplementedError

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the period's text form (``2021-12``, ``2021Q4``, ``2021H2``, ``2021``).

        Raises:
            ValueError: The text has another form or names no such period.
        """
        found = cls._text.fullmatch(text)
        if not found:
            raise ValueError(f"not a {cls.__name__.lower()}: {text!r}")
        number = int(found[2]) if cls.parts_per_year > 1 else 1
        if not 1 <= number <= cls.parts_per_year:
            raise ValueError(f"not a {cls.__name__.lower()}: {text!r}")
        return cls._from_ordinal(int(found[1]) * cls.parts_per_year + number - 1)

    @classmethod
    def containing(cls, day: date) -> Self:
        """The period a day lies in."""
        months_each = 12 // cls.parts_per_year
        return cls._from_ordinal(day.year * cls.parts_per_year + (day.month - 1) // months_each)

    @classmethod
    def range(cls, first: Self, last: Self) -> Iterator[Self]:
        """Every period from ``first`` to ``last``, both included; nothing when ``last`` is earlier."""
        return (cls._from_ordinal(n) for n in range(first._ordinal, last._ordinal + 1))

    @property
    def months(self) -> tuple[Month, ...]:
        """The months inside, in order."""
        each = 12 // self.parts_per_year
        first = self._ordinal * each
        return tuple(Month._from_ordinal(first + n) for n in range(each))

    @property
    def starts_on(self) -> date:
        """First day."""
        month = self.months[0]
        return date(month.year, month.month, 1)

    @property
    def ends_before(self) -> date:
        """First day after the period."""
        return (self + 1).starts_on

    @property
    def last_day(self) -> date:
        """Last day."""
        return self.ends_before - timedelta(days=1)

    @property
    def span(self) -> Span:
        """The period as days."""
        return Span(self.starts_on, self.ends_before)

    def __add__(self, periods: int) -> Self:
        return self._from_ordinal(self._ordinal + periods)

    def __sub__(self, periods: int) -> Self:
        return self._from_ordinal(self._ordinal - periods)

    def distance_to(self, later: Self) -> int:
        """How many periods ``later`` comes after this one; negative when it comes before."""
        return later._ordinal - self._ordinal


def _check(year: int, number: int = 1, parts: int = 1) -> None:
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= number <= parts):
        raise ValueError(f"no such period: year {year}, number {number} of {parts}")


@dataclass(frozen=True, slots=True, order=True)
class Month(_CalendarPart):
    """A calendar month, written ``2021-12``."""

    year: int
    month: int
    parts_per_year: ClassVar[int] = 12
    _text: ClassVar[re.Pattern[str]] = re.compile(r"([0-9]{4})-([0-9]{2})")

    def __post_init__(self) -> None:
        _check(self.year, self.month, 12)

    @property
    def _ordinal(self) -> int:
        return self.year * 12 + self.month - 1

    @classmethod
    def _from_ordinal(cls, ordinal: int) -> Month:
        return cls(ordinal // 12, ordinal % 12 + 1)

    @property
    def quarter(self) -> Quarter:
        """The quarter this month lies in."""
        return Quarter(self.year, (self.month + 2) // 3)

    @property
    def half(self) -> Half:
        """The half-year this month lies in."""
        return Half(self.year, (self.month + 5) // 6)

    @property
    def year_(self) -> Year:
        """The year this month lies in, as a period."""
        return Year(self.year)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Quarter(_CalendarPart):
    """A quarter, written ``2021Q4``."""

    year: int
    number: int
    parts_per_year: ClassVar[int] = 4
    _text: ClassVar[re.Pattern[str]] = re.compile(r"([0-9]{4})Q([0-9])")

    def __post_init__(self) -> None:
        _check(self.year, self.number, 4)

    @property
    def _ordinal(self) -> int:
        return self.year * 4 + self.number - 1

    @classmethod
    def _from_ordinal(cls, ordinal: int) -> Quarter:
        return cls(ordinal // 4, ordinal % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}Q{self.number}"


@dataclass(frozen=True, slots=True, order=True)
class Half(_CalendarPart):
    """A half-year, written ``2021H2``."""

    year: int
    number: int
    parts_per_year: ClassVar[int] = 2
    _text: ClassVar[re.Pattern[str]] = re.compile(r"([0-9]{4})H([0-9])")

    def __post_init__(self) -> None:
        _check(self.year, self.number, 2)

    @property
    def _ordinal(self) -> int:
        return self.year * 2 + self.number - 1

    @classmethod
    def _from_ordinal(cls, ordinal: int) -> Half:
        return cls(ordinal // 2, ordinal % 2 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}H{self.number}"


@dataclass(frozen=True, slots=True, order=True)
class Year(_CalendarPart):
    """A calendar year, written ``2021``."""

    year: int
    parts_per_year: ClassVar[int] = 1
    _text: ClassVar[re.Pattern[str]] = re.compile(r"([0-9]{4})")

    def __post_init__(self) -> None:
        _check(self.year)

    @property
    def _ordinal(self) -> int:
        return self.year

    @classmethod
    def _from_ordinal(cls, ordinal: int) -> Year:
        return cls(ordinal)

    def __str__(self) -> str:
        return f"{self.year:04d}"


Period = Month | Quarter | Half | Year


def parse_period(text: str) -> Period:
    """Read any of the four text forms.

    Raises:
        ValueError: The text is none of them.
    """
    for kind in (Month, Quarter, Half, Year):
        if kind._text.fullmatch(text):
            return kind.parse(text)
    raise ValueError(f"not a period: {text!r}")
