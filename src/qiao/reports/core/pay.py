"""Pay compared by employment kind at equal post and score: unequal pay for equal work must show. Requirement 1.3."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from qiao.kernel.errors import N_, Incomplete


@dataclass(frozen=True, slots=True)
class Paid:
    """A person's pay of a month with what it is compared by."""

    post: str
    score: str
    employment: str
    pay_yuan: Decimal | Incomplete


@dataclass(frozen=True, slots=True)
class KindPay:
    """Mean pay of one employment kind in a group, or why it is not shown; ``to_highest`` is its share of the group's highest mean."""

    employment: str
    people: int
    mean_yuan: Decimal | Incomplete
    to_highest: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PayGroup:
    """People of one post and one score, by employment kind."""

    post: str
    score: str
    kinds: tuple[KindPay, ...]


def compare_pay(people: Iterable[Paid], *, least_people: int) -> list[PayGroup]:
    """Groups of equal post and score with at least two employment kinds.

    Args:
        people: Everybody paid in the month.
        least_people: A mean of fewer would tell one person's pay; it is not shown.
    """
    groups: dict[tuple[str, str], dict[str, list[Decimal | Incomplete]]] = {}
    for one in people:
        groups.setdefault((one.post, one.score), {}).setdefault(one.employment, []).append(one.pay_yuan)
    return [
        PayGroup(post, score, _compare(kinds, least_people))
        for (post, score), kinds in sorted(groups.items())
        if len(kinds) > 1
    ]


def _compare(kinds: dict[str, list[Decimal | Incomplete]], least: int) -> tuple[KindPay, ...]:
    means = {kind: _mean(pays, least) for kind, pays in sorted(kinds.items())}
    highest = max((mean for mean in means.values() if isinstance(mean, Decimal)), default=None)
    return tuple(
        KindPay(
            kind, len(kinds[kind]), mean, mean / highest if isinstance(mean, Decimal) and highest else None
        )
        for kind, mean in means.items()
    )


def _mean(pays: list[Decimal | Incomplete], least: int) -> Decimal | Incomplete:
    if len(pays) < least:
        return Incomplete(
            N_("Fewer than %(least)s people: shown, it would tell one person's pay."),
            {"least": least},
            "too_few",
        )
    known = [pay for pay in pays if isinstance(pay, Decimal)]
    if len(known) < len(pays):
        return Incomplete(
            N_("The pay of %(n)s people is not known."), {"n": len(pays) - len(known)}, "pay_missing"
        )
    return sum(known, Decimal(0)) / len(known)
