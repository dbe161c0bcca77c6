"""The thresholds that decide who is new, silent, lost, and who belongs to the core; policy, never code."""

from dataclasses import dataclass
from decimal import Decimal

from qiao.kernel.errors import N_, RuleBroken


@dataclass(frozen=True, slots=True)
class ActivityRule:
    """Body of the article kind ``activity``.

    Attributes:
        silent_days: A customer is silent from this many days after its last order.
        lost_days: And lost from this many.
        new_after_months: New is who had no revenue in this many months before the period.
        same_place_days: A number that begins at the same address within so many days of another's last order
            continues it: the other is not lost.
        core_share: The part of customers, by number, that forms the core (0.2 of the 20/80 rule).

    Raises:
        RuleBroken: Values that contradict one another.
    """

    silent_days: int
    lost_days: int
    new_after_months: int
    same_place_days: int
    core_share: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.silent_days < self.lost_days:
            message = N_("Silent begins after at least a day, and lost later than silent.")
            raise RuleBroken(message, code="activity_order", field="lost_days")
        if self.new_after_months < 1 or self.same_place_days < 0:
            raise RuleBroken(
                N_("Months and days are not negative."), code="activity_range", field="new_after_months"
            )
        if not 0 < self.core_share < 1:
            raise RuleBroken(
                N_("The core is a share between 0 and 1."), code="activity_share", field="core_share"
            )
