"""The thresholds that decide who is new, silent, lost, and who belongs to the core; policy, never code."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from qiao.kernel.errors import N_
from qiao.rulebook.core.faults import Fault
from qiao.rulebook.core.kinds import ArticleKind
from qiao.rulebook.core.terms import term


@dataclass(frozen=True, slots=True)
class ActivityRule:
    """Body of the article kind ``activity``.

    Attributes:
        silent_days: A customer is silent from this many days after its last order.
        lost_days: And lost from this many.
        new_after_months: New is who had no revenue in this many months before the period.
        same_place_days: A number that begins at the same address within so many days of another's last order
            continues it: the other is not lost.
        core_share: The part of active customers, by number, that forms the core of the 20/80 indicators.
    """

    silent_days: int = term(N_("silent from, days after the last order"), unit="days", at_least=1)
    lost_days: int = term(N_("lost from, days after the last order"), unit="days", at_least=2)
    new_after_months: int = term(
        N_("new after so many months without revenue"), unit="months", at_least=1, at_most=36
    )
    same_place_days: int = term(
        N_("a new number at the same address continues the old one within, days"), unit="days", at_least=0
    )
    core_share: Decimal = term(N_("share of customers in the core"), unit="share", above=0, at_most=1)


def check_activity(body: ActivityRule) -> Iterable[Fault]:
    """What the types cannot say."""
    if body.lost_days <= body.silent_days:
        yield Fault("lost_days", N_("a customer is silent before it is lost"))


ACTIVITY = ArticleKind(
    code="activity",
    label=N_("Activity of customers"),
    help=N_("When a customer counts as new, silent or lost, and how many form the core."),
    body_type=ActivityRule,
    check=check_activity,
    order=5,
)
