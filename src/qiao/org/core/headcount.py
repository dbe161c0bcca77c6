"""Headcount by unit: each unit counted with those below it."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

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
