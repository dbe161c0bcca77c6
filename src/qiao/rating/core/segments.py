"""What a customer mainly buys, and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.period import Month
from qiao.kernel.trace import Step
from qiao.rulebook.core.article import Policy

from .figures import Spend, measure
from .policy import Segments


@dataclass(frozen=True, slots=True)
class SegmentDecision:
    """Both levels of a customer's segmentation.

    Attributes:
        business_type: Code of the first level; None when the customer bought nothing the article lists.
        segment: Code of the second level.
        step: The whole reasoning.
    """

    business_type: str | None
    segment: str
    step: Step


def decide_segment(
    policy: Policy[Segments],
    *,
    month: Month,
    industry: str | None,
    spend: Spend | Incomplete,
    revenue_by_category: Mapping[str, Decimal],
) -> SegmentDecision | Incomplete:
    """Decide a customer's business type and segment in a month.

    Args:
        policy: Business types and segments.
        month: The month decided.
        industry: Industry code on the customer's file, or None.
        spend: The ledger's sum over the article's window, or why there is none.
        revenue_by_category: Revenue in yuan by product category code over the same window.

    Returns:
        The decision, or Incomplete when the industry is not on file, is in no segment, or a figure that must
        tell segments apart is missing.

    Source: requirement 5.4.
    """
    if industry is None:
        return Incomplete(N_("no industry on file"), code="industry_missing")
    body = policy.body
    rows = [n for n, segment in enumerate(body.segments) if industry in segment.industries]
    if not rows:
        return Incomplete(
            N_("industry “%(industry)s” is in no segment"), {"industry": industry}, "industry_unknown"
        )
    by_figure = len(rows) > 1
    if by_figure and isinstance(spend, Incomplete):
        return spend
    parts: tuple[Step, ...] = (Step(N_("industry on file"), industry),)
    at = rows[0]
    if by_figure and isinstance(spend, Spend):
        measured = measure(body.figure, spend, month, policy.ref("figure"))
        at = next(n for n in rows if body.segments[n].figure.holds(measured.total_yuan, measured.over))
        parts = (*parts, measured.step)
    business = _decide_business_type(policy, revenue_by_category)
    segment = body.segments[at]
    step = Step(
        N_("segment"), segment.title, rule=policy.ref(f"segments[{at}]"), parts=(*parts, *business[1])
    )
    return SegmentDecision(business[0], segment.code, step)


def _decide_business_type(
    policy: Policy[Segments], revenue_by_category: Mapping[str, Decimal]
) -> tuple[str | None, tuple[Step, ...]]:
    """The business type with the largest revenue; the article's order decides between equals."""
    sums = [
        sum((revenue_by_category.get(code, Decimal(0)) for code in business.categories), Decimal(0))
        for business in policy.body.business_types
    ]
    if not sums or max(sums) <= 0:
        return None, ()
    at = sums.index(max(sums))
    business = policy.body.business_types[at]
    bought = Step(N_("revenue of the type, the largest"), sums[at], "yuan")
    step = Step(
        N_("business type"), business.title, rule=policy.ref(f"business_types[{at}]"), parts=(bought,)
    )
    return business.code, (step,)
