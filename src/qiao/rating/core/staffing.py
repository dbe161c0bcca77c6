"""How full a manager is by the written ratios."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.table import Band, BandTable
from qiao.kernel.trace import Step, Value
from qiao.rulebook.core.article import Policy

from .figures import Spend, months_divided_by
from .policy import StaffingRatios


@dataclass(frozen=True, slots=True)
class Account:
    """An account a manager serves as primary."""

    customer_id: int
    tier: str | None
    spend: Spend | Incomplete


@dataclass(frozen=True, slots=True)
class Load:
    """How full a manager is; 1 is exactly full.

    Attributes:
        load: Exact.
        unread: Accounts no ratio could be read for (tier or figure missing, or a tier no group names); they
            are shown, not counted as nothing.
    """

    load: Fraction
    unread: tuple[int, ...]
    step: Step

    @property
    def is_over(self) -> bool:
        """Whether the manager carries more than the ratios allow."""
        return self.load > 1

    @property
    def shown(self) -> Decimal:
        """The load to four places, for showing and sorting."""
        exact = Decimal(self.load.numerator) / Decimal(self.load.denominator)
        return exact.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def read_ratio(policy: Policy[StaffingRatios], account: Account) -> tuple[int, int] | None:
    """The group and row that say how many such accounts one manager carries; None when none can be read."""
    for g, group in enumerate(policy.body.groups):
        if account.tier is None or account.tier not in group.tiers:
            continue
        if len(group.rows) == 1:
            return g, 0  # one ratio for every size: no figure is needed
        if isinstance(account.spend, Incomplete):
            return None
        over = months_divided_by(policy.body.figure, account.spend.months_since_first)
        table = BandTable(tuple(Band(row.figure, row) for row in group.rows))
        return g, table.hit(account.spend.total_yuan, over).row
    return None


def decide_load(policy: Policy[StaffingRatios], accounts: Iterable[Account]) -> Load:
    """How full the primary of these accounts is.

    Args:
        policy: The ratios.
        accounts: Everybody he serves as primary.

    Source: requirement 6.1.
    """
    counts: dict[tuple[int, int], int] = {}
    unread = []
    for account in accounts:
        place = read_ratio(policy, account)
        if place is None:
            unread.append(account.customer_id)
        else:
            counts[place] = counts.get(place, 0) + 1
    load, parts = Fraction(0), []
    for (g, r), count in sorted(counts.items()):
        per_manager = policy.body.groups[g].rows[r].accounts_per_manager
        load += Fraction(count, per_manager)
        params: dict[str, Value] = {"per_manager": per_manager}
        label = N_("accounts of which a manager carries %(per_manager)s")
        parts.append(Step(label, count, N_("accounts"), params, policy.ref(f"groups[{g}].rows[{r}]")))
    shown = (Decimal(load.numerator) / Decimal(load.denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return Load(
        load, tuple(unread), Step(N_("load, 1 is full"), shown, rule=policy.ref("groups"), parts=tuple(parts))
    )
