"""Reads of rating: a customer's tier with its reasoning, the core's curves, movers, loads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from qiao.customers import queries as customers
from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.money import yuan_from_cents
from qiao.kernel.period import Month
from qiao.kernel.trace import Step
from qiao.ledger import queries as ledger
from qiao.org import queries as org
from qiao.rulebook import queries as rulebook
from qiao.rulebook.core.article import Policy
from qiao.runtime.scope import Scope

from .core.figures import Spend
from .core.key_accounts import decide_key_account
from .core.policy import TIER, CustomerTiers
from .core.tiers import decide_tier
from .models import CoreCurve, ManagerLoad


def find_gap(run: Any, months: int) -> Incomplete | None:
    """The first month of a close's window the ledger does not know; None when it knows them all."""
    until, known = Month.parse(run.month), ledger.known_months(run)
    for month in Month.range(until - (months - 1), until):
        if month not in known:
            return Incomplete(N_("no ledger for %(month)s"), {"month": str(month)}, "ledger_gap")
    return None


@dataclass(frozen=True, slots=True)
class TierExplained:
    """A customer's tier in a month, decided again from the facts the close kept.

    Attributes:
        policy: The version that decided.
        place: Place of the row hit inside the article; empty when incomplete.
        step: The reasoning, or None when incomplete.
        incomplete: Why there is no tier, or None.
    """

    month: Month
    policy: Policy[CustomerTiers] | None
    place: str
    step: Step | None
    tier: str
    incomplete: Incomplete | None


def explain_tier(standing: Any) -> TierExplained:
    """How a published tier came about, step by step, by the very versions that decided it."""
    month = Month.containing(standing.month)
    incomplete = _incomplete(standing.incomplete)
    facts = standing.trace
    if not facts:
        return TierExplained(month, None, "", None, standing.value, incomplete)
    tiers, keys = (rulebook.get_exact_policy(*article) if article else None for article in facts["articles"])
    assert tiers is not None
    since = facts["since"] or None
    key = None
    if keys is not None:
        key = decide_key_account(
            keys,
            month=month,
            segment=facts["segment"],
            spend=Spend(yuan_from_cents(facts["key_cents"]), since),
            marks=facts["marks"],
        )
    decision = decide_tier(
        tiers,
        month=month,
        segment=facts["segment"],
        spend=Spend(yuan_from_cents(facts["tier_cents"]), since),
        key_account=key,
    )
    if isinstance(decision, Incomplete):
        return TierExplained(month, tiers, "", None, "", decision)
    place = f"ladders[{decision.ladder}].rows[{decision.row}]"
    return TierExplained(month, tiers, place, decision.step, decision.tier, None)


def _incomplete(stored: Mapping[str, Any] | None) -> Incomplete | None:
    return Incomplete(stored["reason"], stored["params"], stored["code"]) if stored else None


def list_tier_history(customer_id: int, limit: int = 36) -> Sequence[Any]:
    """Tiers month by month, newest first, of each month the newest close."""
    newest = {row.month: row for row in reversed(customers.list_standings(customer_id, "tier", 3 * limit))}
    return sorted(newest.values(), key=lambda row: row.month, reverse=True)[:limit]


def tier_titles(on: date) -> dict[str, Any]:
    """Code → title of every tier of the articles in force on a day."""
    return rulebook.titles_of(TIER, on=on)


def find_tier(code: str, on: date) -> Any:
    """A tier with its serving department and channels, by the articles in force on a day; None when none names it."""
    policies = rulebook.list_policies(CustomerTiers, on=on)
    return next((tier for policy in policies for tier in policy.body.tiers if tier.code == code), None)


def tier_ranks(on: date) -> dict[str, int]:
    """Code → place from the top, by the articles in force on a day."""
    return {
        tier.code: rank
        for policy in rulebook.list_policies(CustomerTiers, on=on)
        for rank, tier in enumerate(policy.body.tiers)
    }


def list_curves(month: date | None = None) -> Sequence[CoreCurve]:
    """Both curves of the newest close of a month, or of the newest month; empty without any."""
    rows = CoreCurve.objects.filter(month=month) if month else CoreCurve.objects.all()
    newest = rows.order_by("-month", "-run_id").first()
    if newest is None:
        return []
    return list(CoreCurve.objects.filter(run_id=newest.run_id).order_by("measure"))


def find_loads_run(month: date | None = None) -> int | None:
    """The close whose loads are the newest, of a month or at all."""
    rows = ManagerLoad.objects.filter(month=month) if month else ManagerLoad.objects.all()
    newest = rows.order_by("-month", "-run_id").values_list("run_id", flat=True).first()
    return newest


def list_loads(scope: Scope, run_id: int | None, *, unit_id: int | None = None) -> QuerySet[ManagerLoad]:
    """Loads of a close, of the managers in scope; of a unit and those below when one is named."""
    rows = ManagerLoad.objects.filter(run_id=run_id or 0)
    if unit_id is not None:
        rows = rows.filter(unit_id__in=org.get_tree().descendants(unit_id))
    return rows.filter(scope.as_q(unit="unit_id", persons=("person_id",)))


def get_load(scope: Scope, pk: int) -> ManagerLoad | None:
    """One manager's load in scope, or None."""
    rows = ManagerLoad.objects.filter(scope.as_q(unit="unit_id", persons=("person_id",)))
    return rows.select_related("person").filter(pk=pk).first()


def list_core_members(visible: Any, run_id: int, value: str, limit: int) -> list[Any]:
    """Customers in sight whose core standing has a value, largest first."""
    return customers.list_by_standing(visible, "core", run_id, value, limit)
