"""Values in force on a day: rows with a half-open span each, of which at most one holds on any day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar

from qiao.kernel.period import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value and the days it is in force."""

    span: Span
    value: T


class OverlappingSpans(ValueError):
    """Two values claim the same day.

    Attributes:
        first: The earlier row's span.
        second: The span that overlaps it.
    """

    def __init__(self, first: Span, second: Span) -> None:
        self.first, self.second = first, second
        super().__init__(f"two values in force at once: {first} and {second}")


class Timeline(Generic[T]):
    """Dated values in order, without overlap; days between them have no value, which is not the same as 0.

    Raises:
        OverlappingSpans: Two rows share a day.
    """

    __slots__ = ("_rows", "_starts")

    def __init__(self, rows: Iterable[Dated[T]]) -> None:
        self._rows = tuple(sorted(rows, key=lambda row: row.span.starts_on))
        self._starts = [row.span.starts_on for row in self._rows]
        for earlier, later in pairwise(self._rows):
            if earlier.span.overlaps(later.span):
                raise OverlappingSpans(earlier.span, later.span)

    def __iter__(self) -> Iterator[Dated[T]]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def find_row(self, day: date) -> Dated[T] | None:
        """The row in force on the day, with its span, or None."""
        at = bisect_right(self._starts, day) - 1
        if at < 0 or not self._rows[at].span.contains(day):
            return None
        return self._rows[at]

    def value_on(self, day: date) -> T | None:
        """The value in force on the day, or None when none is."""
        row = self.find_row(day)
        return None if row is None else row.value

    def gaps(self, within: Span) -> tuple[Span, ...]:
        """The days of ``within`` on which nothing is in force, as spans in order."""
        gaps = []
        free_from: date | None = within.starts_on
        for row in self._rows:
            shared = row.span.intersect(within)
            if shared is None or free_from is None:
                continue
            if shared.starts_on > free_from:
                gaps.append(Span(free_from, shared.starts_on))
            free_from = shared.ends_before
        if free_from is not None and (within.ends_before is None or free_from < within.ends_before):
            gaps.append(Span(free_from, within.ends_before))
        return tuple(gaps)


def value_on(rows: Iterable[Dated[T]], day: date) -> T | None:
    """The value in force on the day among unsorted rows, or None; for one look-up, else build a Timeline."""
    return next((row.value for row in rows if row.span.contains(day)), None)
