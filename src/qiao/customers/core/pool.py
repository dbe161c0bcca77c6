"""The public pool: customers nobody is account manager of, who may claim them, and when they fall back."""

from dataclasses import dataclass
from datetime import date, timedelta

from qiao.kernel.errors import N_, RuleBroken
from qiao.rulebook.core.kinds import ArticleKind, Name, Reference
from qiao.rulebook.core.terms import Choice, term


class PoolReach(Choice):
    """Whose customers without account manager a person finds in the pool."""

    OWN_UNIT = "own_unit", N_("of his unit and those below")
    UNIT_ABOVE = "unit_above", N_("of the unit above his and all below it")
    ENTERPRISE = "enterprise", N_("of the whole enterprise")


@dataclass(frozen=True, slots=True)
class PoolPolicy:
    """How the public pool works.

    Attributes:
        is_on: Whether there is one.
        reach: Which customers a person finds in it.
        claims_a_day: How many one person may claim on a day.
        claims_held: How many claimed customers one person may serve at once.
        cooling_days: Days before the same person may claim a customer again that he served last.
        returns: Whether customers nobody is in touch with fall back into the pool.
        idle_days: After so many days without a fact that counts.
        warn_days: The account manager is warned so many days before.
        counts: Facts that count as being in touch.
        kept_tiers: Customers of these tiers never fall back.

    Source: article kind ``public_pool``.
    """

    is_on: bool = term(N_("there is a public pool"))
    reach: PoolReach = term(N_("customers found in it"))
    claims_a_day: int = term(N_("claims of one person a day"), at_least=1)
    claims_held: int = term(N_("claimed customers one person serves at most"), at_least=1)
    cooling_days: int = term(N_("days before the same person may claim again"), unit="days", at_least=0)
    returns: bool = term(N_("idle customers fall back"))
    idle_days: int = term(N_("idle after days without a fact"), unit="days", at_least=1)
    warn_days: int = term(N_("warned days before"), unit="days", at_least=1)
    counts: tuple[str, ...] = term(N_("facts that count"), default=())
    kept_tiers: tuple[str, ...] = term(N_("tiers that never fall back"), default=())


def _uses(body: PoolPolicy) -> list[Reference]:
    facts = [Reference(Name("customer_fact", code), f"counts[{n}]") for n, code in enumerate(body.counts)]
    return facts + [
        Reference(Name("tier", code), f"kept_tiers[{n}]") for n, code in enumerate(body.kept_tiers)
    ]


PUBLIC_POOL = ArticleKind(
    code="public_pool",
    label=N_("Public pool"),
    help=N_("Customers without account manager: who may claim them, and when idle ones fall back."),
    body_type=PoolPolicy,
    refers=_uses,
    order=75,
)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a person has claimed: on the day, and what of it he serves now."""

    today: int
    held: int


def check_claim(
    policy: PoolPolicy, claims: Claims, *, has_manager: bool, served_until: date | None, on: date
) -> None:
    """Refuse a claim that policy forbids.

    Args:
        policy: The article in force.
        claims: What the person has claimed.
        has_manager: Whether somebody is account manager of the customer by now.
        served_until: The first day the person himself served the customer no more; None when he never did.
        on: The day.

    Raises:
        RuleBroken: With the limit that is reached.
    """
    if not policy.is_on:
        raise RuleBroken(N_("There is no public pool."), code="pool_off")
    if has_manager:
        raise RuleBroken(N_("Somebody else serves this customer by now."), code="pool_taken")
    if claims.today >= policy.claims_a_day:
        raise RuleBroken(
            N_("At most %(most)s customers a day may be claimed."),
            code="pool_day_limit",
            most=policy.claims_a_day,
        )
    if claims.held >= policy.claims_held:
        raise RuleBroken(
            N_("You serve %(most)s claimed customers already; more may not be claimed."),
            code="pool_held_limit", most=policy.claims_held,
        )  # fmt: skip
    if served_until is not None and on < (free_on := served_until + timedelta(days=policy.cooling_days)):
        raise RuleBroken(
            N_("You served this customer last; you may claim it again from %(day)s."),
            code="pool_cooling", day=free_on.isoformat(),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Idle:
    """What happens to a customer: ``stay``, ``warn`` or ``return``; ``returns_on`` is the day announced."""

    step: str
    returns_on: date


def decide_idle(policy: PoolPolicy, *, since: date, warned_on: date | None, on: date) -> Idle:
    """Whether a customer nobody was in touch with is warned of, or falls back.

    None falls back that was not warned of so many days before, also when an article comes into force late.

    Args:
        policy: The article in force.
        since: The last fact that counts, or the day the account manager took over, whichever is later.
        warned_on: When he was warned of this idle time; None when he was not.
        on: The day.
    """
    due = since + timedelta(days=policy.idle_days)
    if warned_on is not None:
        returns_on = max(due, warned_on + timedelta(days=policy.warn_days))
        return Idle("return" if on >= returns_on else "stay", returns_on)
    returns_on = max(due, on + timedelta(days=policy.warn_days))
    return Idle("warn" if on >= due - timedelta(days=policy.warn_days) else "stay", returns_on)
