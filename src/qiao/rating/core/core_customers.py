"""The core: the few customers that bring most of the business, and those that bring most of the profit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.trace import Step
from qiao.rulebook.core.article import Policy

from .policy import CoreBy, CoreCustomers, HeadCountRounding


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """After the first ``customers`` customers: what share of customers they are and what share they bring."""

    customers: int
    customers_share: Decimal
    brought_share: Decimal


@dataclass(frozen=True, slots=True)
class Core:
    """A core by one measure.

    Attributes:
        members: Customer ids, largest first.
        brought_share: What the members bring together.
        meets_expectation: Whether that reaches the expected share.
        curve: Some hundred points of the whole curve, from nobody to everybody.
        step: The reasoning.
    """

    members: tuple[int, ...]
    brought_share: Decimal
    meets_expectation: bool
    curve: tuple[CurvePoint, ...]
    step: Step


@dataclass(frozen=True, slots=True)
class CoreDecision:
    """Both cores side by side, and where they disagree (empty while one of them is missing)."""

    by_business: Core | Incomplete
    by_profit: Core | Incomplete
    only_business: tuple[int, ...]
    only_profit: tuple[int, ...]


def decide_core(
    policy: Policy[CoreCustomers],
    *,
    business_yuan: Mapping[int, Decimal] | Incomplete,
    profit_yuan: Mapping[int, Decimal] | Incomplete,
) -> CoreDecision:
    """Decide the core by business and by profit.

    Args:
        policy: Shares and how heads are counted.
        business_yuan: Business per customer id over the article's window.
        profit_yuan: Profit per customer id over the same window, or why there is none (costs not known).

    Source: requirement 5.5.
    """
    by_business = _core_of(policy, business_yuan)
    by_profit = _core_of(policy, profit_yuan)
    only_business: tuple[int, ...] = ()
    only_profit: tuple[int, ...] = ()
    if isinstance(by_business, Core) and isinstance(by_profit, Core):
        business, profit = set(by_business.members), set(by_profit.members)
        only_business = tuple(who for who in by_business.members if who not in profit)
        only_profit = tuple(who for who in by_profit.members if who not in business)
    return CoreDecision(by_business, by_profit, only_business, only_profit)


def _core_of(policy: Policy[CoreCustomers], amounts: Mapping[int, Decimal] | Incomplete) -> Core | Incomplete:
    """Only customers who bring something are counted; equal amounts stand in order of their id."""
    if isinstance(amounts, Incomplete):
        return amounts
    ranked = sorted(
        ((amount, who) for who, amount in amounts.items() if amount > 0), key=lambda x: (-x[0], x[1])
    )
    if not ranked:
        return Incomplete(N_("nobody brought anything in these months"), code="nothing_brought")
    running = _running_sums([amount for amount, _ in ranked])
    heads = _head_count(policy.body, running)
    brought = running[heads - 1] / running[-1]
    meets = running[heads - 1] >= policy.body.expected_share * running[-1]
    return Core(
        tuple(who for _, who in ranked[:heads]),
        brought,
        meets,
        _curve(running),
        _core_step(policy, heads, len(ranked), brought),
    )


def _running_sums(amounts: Sequence[Decimal]) -> list[Decimal]:
    running = []
    total = Decimal(0)
    for amount in amounts:
        total += amount
        running.append(total)
    return running


def _head_count(body: CoreCustomers, running: Sequence[Decimal]) -> int:
    if body.chosen_by is CoreBy.CUMULATIVE:
        wanted = body.expected_share * running[-1]
        return next(n for n, total in enumerate(running, start=1) if total >= wanted)
    way = ROUND_CEILING if body.head_count_rounding is HeadCountRounding.UP else ROUND_FLOOR
    return max(1, int((body.customers_share * len(running)).to_integral_value(rounding=way)))


def _curve(running: Sequence[Decimal], points: int = 100) -> tuple[CurvePoint, ...]:
    """The curve thinned to about ``points`` places; first and last are kept."""
    everybody = len(running)
    at = sorted({everybody * n // points for n in range(1, points + 1)} | {1, everybody} - {0})
    shares = (CurvePoint(n, Decimal(n) / everybody, running[n - 1] / running[-1]) for n in at if n)
    return (CurvePoint(0, Decimal(0), Decimal(0)), *shares)


def _core_step(policy: Policy[CoreCustomers], heads: int, everybody: int, brought: Decimal) -> Step:
    place = "expected_share" if policy.body.chosen_by is CoreBy.CUMULATIVE else "customers_share"
    counted = Step(N_("customers who bring something"), everybody, N_("customers"))
    core = Step(N_("of them in the core"), heads, N_("customers"), rule=policy.ref(place))
    shown = brought.quantize(Decimal("0.0001"))
    return Step(
        N_("share the core brings"), shown, "share", rule=policy.ref("expected_share"), parts=(counted, core)
    )
