"""Several people at once: order, places, forced classes, shares that add up, prizes for places.

Pure functions over plain values; who takes part and by what is decided before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cmp_to_key

from qiao.engines.formula import Value, settle
from qiao.engines.formula.values import CARRIED, exact
from qiao.kernel.money import Rounding, round_to

Criteria = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """How many heads a class takes from one end: a share of all, or a number."""

    name: str
    end: str
    share: Decimal | None
    count: Decimal | None
    rounding: Rounding


def tied_groups(criteria: Mapping[str, Criteria], highest_first: Sequence[bool]) -> list[list[str]]:
    """People in order, best first, those equal in every criterion together; within a tie by name.

    Args:
        criteria: What each person is ordered by.
        highest_first: Direction of each criterion.
    """

    def order(a: str, b: str) -> int:
        for x, y, highest in zip(criteria[a], criteria[b], highest_first, strict=True):
            if _same(x, y):
                continue
            return -1 if _less(y, x) == highest else 1
        return 0

    groups: list[list[str]] = []
    for person in sorted(sorted(criteria), key=cmp_to_key(order)):
        if groups and order(groups[-1][0], person) == 0:
            groups[-1].append(person)
        else:
            groups.append([person])
    return groups


def _same(a: Value, b: Value) -> bool:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return settle(a) == settle(b)
    return a == b


def _less(a: Value, b: Value) -> bool:
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return settle(a) < settle(b)
    if isinstance(a, date) and isinstance(b, date):
        return a < b
    return str(a) < str(b)


def rank(groups: Sequence[Sequence[str]], ties: str) -> dict[str, Decimal]:
    """Places from 1. Tied people get the ``best``, ``worst`` or ``mean`` place of their group; ``dense`` counts groups;
    ``apart`` gives everybody his own, by name within a tie."""
    places: dict[str, Decimal] = {}
    before = 0
    for number, group in enumerate(groups, start=1):
        first, last = before + 1, before + len(group)
        for offset, person in enumerate(group):
            place = {
                "best": Decimal(first),
                "worst": Decimal(last),
                "mean": Decimal(first + last) / 2,
                "dense": Decimal(number),
                "apart": Decimal(first + offset),
            }[ties]
            places[person] = place
        before = last
    return places


def distribute(
    groups: Sequence[Sequence[str]], heads: Sequence[Heads], rest: str, ties: str
) -> dict[str, str]:
    """Forced distribution: classes take their heads from the top or from the bottom, in the order given.

    Args:
        groups: Tied groups, best first.
        heads: Classes with their share or number of heads; a share's heads are rounded as stated.
        rest: The class of everybody left over.
        ties: ``whole``: a tied group goes in only when all of it fits, else its places stay empty; ``better`` or ``worse``:
            a group across the cut goes whole to the better or the worse class; ``apart``: ties are cut by name.
    """
    count = sum(len(group) for group in groups)
    line = [list(group) for group in groups] if ties != "apart" else [[p] for group in groups for p in group]
    classes: dict[str, str] = {}
    top, bottom = 0, len(line)
    for head in heads:
        places = _heads(head, count)
        taken = 0
        while top < bottom:
            group = line[top] if head.end == "top" else line[bottom - 1]
            fits = taken + len(group) <= places
            crosses = not fits and taken < places
            goes_in = fits or (crosses and ties == ("better" if head.end == "top" else "worse"))
            if not goes_in:
                break
            taken += len(group)
            classes.update(dict.fromkeys(group, head.name))
            top, bottom = (top + 1, bottom) if head.end == "top" else (top, bottom - 1)
    for group in line[top:bottom]:
        classes.update(dict.fromkeys(group, rest))
    return classes


def _heads(head: Heads, count: int) -> int:
    if head.count is not None:
        return max(0, int(head.count))
    share = head.share if head.share is not None else Decimal(0)
    return max(0, int(round_to(settle(CARRIED.multiply(share, Decimal(count))), Decimal(1), head.rounding)))


@exact
def share_out(
    pool: Decimal, points: Mapping[str, Decimal], step: Decimal, residue: str = "remainder"
) -> dict[str, Decimal]:
    """Divide a pool in proportion to points, in whole steps that add up to the pool exactly.

    Shares are cut down to the step, and the steps left over go one by one to the largest remainders, ties by name (largest
    remainder method). A negative pool is divided as its size and every share negated. What of the pool is itself no whole
    step goes to the first in that order.

    Args:
        pool: What is divided.
        points: Each person's, >= 0, not all 0.
        step: Smallest part, > 0.
        residue: Who gets the steps left over: one each the largest ``remainder``s, or all of them the ``largest`` share, the
            ``first`` or the ``last`` by name.
    """
    total = sum(points.values(), Decimal(0))
    sign = Decimal(-1 if pool < 0 else 1)
    size = abs(settle(pool))
    exact = {
        p: CARRIED.divide(CARRIED.multiply(size, n), CARRIED.multiply(total, step)) for p, n in points.items()
    }
    whole = {p: round_to(settle(x), Decimal(1), Rounding.FLOOR) for p, x in exact.items()}
    order = sorted(points, key=lambda p: (-settle(CARRIED.subtract(exact[p], whole[p])), p))
    if residue != "remainder":
        takers = [p for p in sorted(points) if points[p]]
        best = max(takers, key=lambda p: points[p])
        order = [{"first": takers[0], "last": takers[-1], "largest": best}[residue]]
    left = size / step - sum(whole.values(), Decimal(0))
    shares = {p: whole[p] * step for p in points}
    at = 0
    while left >= 1:
        shares[order[at % len(order)]] += step
        left -= 1
        at += 1
    if left > 0:
        shares[order[at % len(order)]] += left * step
    return {p: sign * share for p, share in shares.items()}


@exact
def award(
    groups: Sequence[Sequence[str]], prizes: Sequence[Decimal], ties: str, step: Decimal
) -> dict[str, Decimal]:
    """Prizes for the first places. ``share``: a tied group shares the prizes of the places it occupies, to the step, adding
    up; ``best``: each of them gets the prize of the best of those places. Places without a prize are worth 0."""
    won: dict[str, Decimal] = {}
    before = 0
    for group in groups:
        places = [prizes[n] if n < len(prizes) else Decimal(0) for n in range(before, before + len(group))]
        if ties == "best":
            won.update(dict.fromkeys(group, places[0]))
        elif any(places):
            won.update(share_out(sum(places, Decimal(0)), dict.fromkeys(group, Decimal(1)), step))
        else:
            won.update(dict.fromkeys(group, Decimal(0)))
        before += len(group)
    return won
