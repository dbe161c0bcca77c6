"""Into which tier a customer falls in a month."""

from __future__ import annotations

from dataclasses import dataclass

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.period import Month
from qiao.kernel.table import Band, BandTable, Hit
from qiao.kernel.trace import Step, Value
from qiao.rulebook.core.article import Policy

from .figures import Measured, Spend, measure
from .key_accounts import KeyAccountDecision
from .policy import CustomerTiers, Ladder, Tier


@dataclass(frozen=True, slots=True)
class TierDecision:
    """The tier of a customer and how it came about.

    Attributes:
        tier: Code of the tier.
        ladder, row: Place of the row hit, both counted from 0.
        raised: Whether being a key account lifted the customer above the row's tier.
        step: The whole reasoning.
    """

    tier: str
    ladder: int
    row: int
    raised: bool
    step: Step


def find_ladder(body: CustomerTiers, segment: str | None) -> int | None:
    """The place of the ladder a segment stands on; None when it depends on a segment that is not known."""
    others = next(n for n, ladder in enumerate(body.ladders) if not ladder.segments)
    if segment is None:
        return others if len(body.ladders) == 1 else None
    return next((n for n, ladder in enumerate(body.ladders) if segment in ladder.segments), others)


def tier_rank(body: CustomerTiers, code: str) -> int:
    """A tier's place from the top, counted from 0."""
    return next(n for n, tier in enumerate(body.tiers) if tier.code == code)


def ladder_table(ladder: Ladder) -> BandTable[str]:
    """The rows of a ladder as a table of tier codes."""
    return BandTable(tuple(Band(row.figure, row.tier) for row in ladder.rows))


def decide_tier(
    policy: Policy[CustomerTiers],
    *,
    month: Month,
    segment: str | None,
    spend: Spend | Incomplete,
    key_account: KeyAccountDecision | Incomplete | None,
) -> TierDecision | Incomplete:
    """Decide a customer's tier in a month.

    Args:
        policy: Tiers and ladders.
        month: The month decided.
        segment: The customer's segment code, or None when not known.
        spend: The ledger's sum over the article's window, or why there is none.
        key_account: The decision on being a key account; None when no article makes key accounts.

    Returns:
        The decision, or Incomplete naming the fact that is missing.

    Source: requirement 5.3.
    """
    body = policy.body
    at = find_ladder(body, segment)
    if at is None:
        return Incomplete(N_("the customer's segment is not known"), code="segment_missing")
    if isinstance(spend, Incomplete):
        return spend
    measured = measure(body.figure, spend, month, policy.ref("figure"))
    hit = ladder_table(body.ladders[at]).hit(measured.total_yuan, measured.over)
    by_figure = _row_step(policy, at, hit, measured)
    if body.key_account_tier is None or key_account is None:
        return _decision(policy, hit.band.value, at, hit, (by_figure,))
    if tier_rank(body, hit.band.value) <= tier_rank(body, body.key_account_tier):
        return _decision(policy, hit.band.value, at, hit, (by_figure,))
    if isinstance(key_account, Incomplete):
        return key_account
    if not key_account.is_key_account:
        return _decision(policy, hit.band.value, at, hit, (by_figure, key_account.step))
    return _decision(policy, body.key_account_tier, at, hit, (by_figure, key_account.step))


def _row_step(policy: Policy[CustomerTiers], at: int, hit: Hit[str], measured: Measured) -> Step:
    ladder = policy.body.ladders[at]
    params: dict[str, Value] = {"row": hit.row + 1, "ladder": ladder.title}
    tier = policy.body.tiers[tier_rank(policy.body, hit.band.value)]
    rule = policy.ref(f"ladders[{at}].rows[{hit.row}]")
    return Step(
        N_("row %(row)s of “%(ladder)s”"), tier.title, params=params, rule=rule, parts=(measured.step,)
    )


def _decision(
    policy: Policy[CustomerTiers], code: str, at: int, hit: Hit[str], parts: tuple[Step, ...]
) -> TierDecision:
    rank = tier_rank(policy.body, code)
    tier: Tier = policy.body.tiers[rank]
    raised = code != hit.band.value
    label = N_("tier, raised because it is a key account") if raised else N_("tier")
    rule = policy.ref("key_account_tier") if raised else policy.ref(f"tiers[{rank}]")
    return TierDecision(code, at, hit.row, raised, Step(label, tier.title, rule=rule, parts=parts))
