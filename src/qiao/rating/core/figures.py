"""A customer's figure as an article measures it: months of revenue as a sum or a monthly mean, kept as a
fraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qiao.kernel.errors import N_
from qiao.kernel.money import CENT
from qiao.kernel.period import Month
from qiao.kernel.trace import RuleRef, Step

from .policy import Figure, TakenAs, YoungCustomers


@dataclass(frozen=True, slots=True)
class Spend:
    """What the ledger says of one customer over an article's window.

    Attributes:
        total_yuan: Sum over the window; 0 when the ledger covers it and holds no line.
        months_since_first: Months from the first revenue ever to the month decided, both counted; None when
            there never was any.
    """

    total_yuan: Decimal
    months_since_first: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure as numerator and denominator, so that comparing it with a boundary divides nothing.

    Attributes:
        over: Months divided by; 1 for a sum.
    """

    total_yuan: Decimal
    over: int
    step: Step

    @property
    def shown_yuan(self) -> Decimal:
        """The figure rounded to cents for showing; never compared with a boundary."""
        return (self.total_yuan / self.over).quantize(CENT, rounding=ROUND_HALF_UP)


def months_divided_by(figure: Figure, months_since_first: int | None) -> int:
    """The denominator an article asks for.

    A customer without any revenue has no young months to leave out: the whole window counts.
    """
    if figure.taken_as is TakenAs.SUM:
        return 1
    if figure.young_customers is YoungCustomers.COUNTED or months_since_first is None:
        return figure.months
    return min(figure.months, max(months_since_first, 1))


def measure(figure: Figure, spend: Spend, month: Month, rule: RuleRef) -> Measured:
    """Take an article's figure of one customer.

    Args:
        figure: Which figure.
        spend: The ledger's sum over the article's window.
        month: The month decided, the window's last.
        rule: For the trace.
    """
    over = months_divided_by(figure, spend.months_since_first)
    total = Step(
        N_("sum from %(first)s to %(last)s"),
        spend.total_yuan,
        "yuan",
        {"first": str(month - (figure.months - 1)), "last": str(month), "indicator": figure.indicator},
    )
    if over == 1:
        return Measured(spend.total_yuan, 1, total)
    months = Step(N_("months counted"), over, N_("months"), rule=rule)
    shown = (spend.total_yuan / over).quantize(CENT, rounding=ROUND_HALF_UP)
    return Measured(
        spend.total_yuan,
        over,
        Step(N_("monthly mean, shown to the cent"), shown, "yuan", parts=(total, months)),
    )
