"""Headcount: each unit counted with those below it, and month by month."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from qiao.kernel.period import Month

from .tree import UnitTree

K = TypeVar("K", bound=Hashable)


def roll_up(tree: UnitTree, counts: Iterable[tuple[int | None, K, int]]) -> Mapping[tuple[int, K], int]:
    """People per unit and value, each unit with all below it.

    Args:
        tree: The tree of the day.
        counts: (unit, value, people at that very unit); a unit that is not in the tree counts nowhere.

    Returns:
        People by (unit, value); what is absent is 0.
    """
    totals: dict[tuple[int, K], int] = {}
    for unit, value, number in counts:
        for above in tree.ancestors(unit) if unit is not None else ():
            totals[above, value] = totals.get((above, value), 0) + number
    return totals


@dataclass(frozen=True, slots=True)
class MonthOfStaff:
    """A month: who began to work here, who left, and how many were there on its last day."""

    month: Month
    joined: int
    left: int
    headcount: int


@dataclass(frozen=True, slots=True)
class Movement:
    """Main posts that began or ended in a month: all, and those of people who joined or left the enterprise by it."""

    began: int = 0
    joined: int = 0
    ended: int = 0
    left: int = 0


def follow_months(
    before: int, months: Sequence[Month], movements: Mapping[Month, Movement]
) -> list[MonthOfStaff]:
    """Headcount at the end of each month.

    Args:
        before: People on the day before the first month.
        months: Months in order without a gap.
        movements: What began and ended in each; a move from one unit to another counts at both.
    """
    found, now = [], before
    for month in months:
        one = movements.get(month, Movement())
        now += one.began - one.ended
        found.append(MonthOfStaff(month, one.joined, one.left, now))
    return found
