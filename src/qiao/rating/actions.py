"""What a close lets rating decide, and where it is written down."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction

from qiao.customers import actions as customers
from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.money import yuan_from_cents
from qiao.kernel.period import Month
from qiao.kernel.trace import to_json
from qiao.ledger import queries as ledger
from qiao.ledger.core.closing import CloseContext, StepResult
from qiao.org import queries as org
from qiao.rulebook import queries as rulebook
from qiao.rulebook.core.article import Policy, Subject, find_binding

from . import gathering, queries
from .core.bulk import INCOMPLETE, CustomerColumns, Ints, TierColumns, decide_tiers_in_bulk
from .core.bulk_segments import (
    NO_INDUSTRY,
    UNKNOWN_INDUSTRY,
    SegmentInputs,
    decide_segments_in_bulk,
)
from .core.core_customers import Core, decide_core
from .core.figures import Spend
from .core.measures import BUSINESS, PROFIT
from .core.policy import CoreCustomers, CustomerTiers, KeyAccounts, Segments, StaffingRatios
from .core.staffing import Account, decide_load
from .gathering import Customers, Spends
from .models import CoreCurve, ManagerLoad

SEGMENT_MISSING = Incomplete(N_("the customer's segment is not known"), code="segment_missing")


@transaction.atomic
def decide_month(context: CloseContext) -> StepResult:
    """Segments, tiers, core and loads of a month. Doing it again for the same close gives the same.

    Raises:
        NoPolicy: No article says into which tier a customer falls.
    """
    run = ledger.get_run(context.run_id)
    everybody = gathering.gather_customers(run)
    rated = _Rated(context, run, everybody)
    context.progress(0, 4, "segments")
    segments = rated.publish_segments()
    context.progress(1, 4, "tiers")
    tiers = rated.publish_tiers(segments)
    context.progress(2, 4, "core")
    core = rated.publish_core()
    context.progress(3, 4, "load")
    loads = rated.publish_loads(tiers)
    summary = {"customers": len(everybody), **rated.counts, **core, **loads}
    return StepResult(summary, _digest([rated.results, core, loads]))


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Tiers:
    """Each customer's tier code, None where incomplete."""

    codes: tuple[str | None, ...]


class _Rated:
    """One close's customers on their way through the decisions."""

    def __init__(self, context: CloseContext, run: Any, everybody: Customers) -> None:
        self.context, self.run, self.everybody = context, run, everybody
        self.day = context.month.last_day
        self.counts: dict[str, Any] = {}
        self.results: list[Any] = []
        self._spends: dict[int, Spends] = {}
        self._chains = _unit_chains(context.month)

    def spends(self, months: int) -> Spends:
        """Sums over a window, read once per window."""
        if months not in self._spends:
            self._spends[months] = gathering.gather_spends(self.run, self.everybody.ids, months)
        return self._spends[months]

    def bound(self, body_type: type[Any]) -> list[tuple[Policy[Any], Ints]]:
        """The policies in force, each with the places of the customers it binds through their home unit."""
        policies = rulebook.list_policies(body_type, on=self.day)
        places: dict[int, list[int]] = {}
        found: dict[int, int] = {}
        for unit in np.unique(self.everybody.unit_id).tolist():
            subject = Subject(units=self._chains.get(unit, ()))
            policy = find_binding(policies, subject, self.day)
            if policy is not None:
                found[unit] = policies.index(policy)
        for unit, at in found.items():
            places.setdefault(at, []).append(unit)
        return [
            (policies[at], np.flatnonzero(np.isin(self.everybody.unit_id, units)))
            for at, units in sorted(places.items())
        ]

    def publish(self, kind: str, rows: Iterator[tuple[int, str, Any, Any]]) -> None:
        """Write standings of one kind and remember them for the digest."""
        kept = sorted(rows)
        customers.publish_standings(
            kind=kind, month=self.context.month.starts_on, run_id=self.run.pk, rows=kept, by=self.context.by
        )
        self.results.append([kind, kept])

    def publish_segments(self) -> list[str | None]:
        """Segment codes in the order of the customers; what is on file where no article speaks."""
        decided: list[str | None] = [code or None for code in self.everybody.segment]
        rows: list[tuple[int, str, Any, Any]] = []
        for policy, here in self.bound(Segments):
            columns = _decide_segments(policy, self, here)
            for place, at, kind in zip(
                here.tolist(), columns.segment.tolist(), columns.business_type.tolist(), strict=True
            ):
                rows.append(self._segment_row(policy, place, at, kind, decided))
        if rows:
            self.publish("segment", iter(rows))
        return decided

    def _segment_row(
        self, policy: Policy[Segments], place: int, at: int, kind: int, decided: list[str | None]
    ) -> tuple[int, str, Any, Any]:
        who = int(self.everybody.ids[place])
        if at in (NO_INDUSTRY, UNKNOWN_INDUSTRY):
            decided[place] = None
            reason = Incomplete(N_("no industry on file"), code="industry_missing")
            if at == UNKNOWN_INDUSTRY:
                industry = self.everybody.industries[self.everybody.industry[place]]
                message = N_("industry “%(industry)s” is in no segment")
                reason = Incomplete(message, {"industry": industry}, "industry_unknown")
            return who, "", _stored(reason), None
        decided[place] = policy.body.segments[at].code
        facts = {"article": [policy.article.code, policy.version]}
        if kind >= 0:
            facts["business_type"] = [policy.body.business_types[kind].code]
        return who, policy.body.segments[at].code, None, facts

    def publish_tiers(self, segments: Sequence[str | None]) -> Tiers:
        """Tier codes in the order of the customers."""
        codes: list[str | None] = [None] * len(self.everybody)
        rows: list[tuple[int, str, Any, Any]] = []
        keys = self.bound(KeyAccounts)
        for policy, here in self.bound(CustomerTiers):
            for key_policy, among in _paired(here, keys):
                columns, decided = self._decide_tiers(policy, key_policy, among, segments)
                rows += self._tier_rows(policy, key_policy, among, columns, decided, codes)
        bound = {row[0] for row in rows}
        rows += [
            (
                int(who),
                "",
                _stored(Incomplete(N_("no article on tiers binds this customer"), code="no_article")),
                None,
            )
            for who in self.everybody.ids
            if int(who) not in bound
        ]
        self.publish("tier", iter(rows))
        self.counts["tiers"] = {code: codes.count(code) for code in sorted({c for c in codes if c})}
        self.counts["incomplete"] = codes.count(None)
        return Tiers(tuple(codes))

    def _decide_tiers(
        self,
        policy: Policy[CustomerTiers],
        keys: Policy[KeyAccounts] | None,
        here: Ints,
        segments: Sequence[str | None],
    ) -> tuple[CustomerColumns, TierColumns]:
        names = tuple(sorted({s for n in here.tolist() if (s := segments[n])}))
        place = {name: n for n, name in enumerate(names)}
        spends = self.spends(policy.body.figure.months)
        key_spends = self.spends(keys.body.figure.months) if keys else spends
        wanted = [condition.code for condition in keys.body.conditions] if keys else []
        columns = CustomerColumns(
            tier_cents=spends.cents[here],
            key_cents=key_spends.cents[here],
            months_since_first=spends.months_since_first[here],
            segment=np.array([place.get(segments[n] or "", -1) for n in here.tolist()], dtype=np.int64),
            segments=names,
            marked=gathering.has_any([self.everybody.marks[n] for n in here.tolist()], wanted),
        )
        return columns, decide_tiers_in_bulk(policy, keys, columns)

    def _tier_rows(
        self,
        policy: Policy[CustomerTiers],
        keys: Policy[KeyAccounts] | None,
        here: Ints,
        columns: CustomerColumns,
        decided: TierColumns,
        codes: list[str | None],
    ) -> Iterator[tuple[int, str, Any, Any]]:
        """Standings with the facts from which the page decides again, step by step."""
        articles = [[p.article.code, p.version] if p else None for p in (policy, keys)]
        for n, place in enumerate(here.tolist()):
            segment = int(columns.segment[n])
            facts = {
                "articles": articles,
                "tier_cents": int(columns.tier_cents[n]),
                "key_cents": int(columns.key_cents[n]),
                "since": int(columns.months_since_first[n]),
                "segment": columns.segments[segment] if segment >= 0 else None,
                "marks": list(self.everybody.marks[place]),
            }
            tier = int(decided.tier[n])
            if tier == INCOMPLETE:
                yield int(self.everybody.ids[place]), "", _stored(SEGMENT_MISSING), facts
                continue
            codes[place] = policy.body.tiers[tier].code
            yield int(self.everybody.ids[place]), policy.body.tiers[tier].code, None, facts

    def publish_core(self) -> dict[str, Any]:
        """The core of the whole enterprise, both measures."""
        policy = rulebook.find_policy(CoreCustomers, on=self.day)
        CoreCurve.objects.filter(run_id=self.run.pk).delete()
        if policy is None:
            return {"core": None}
        business, profit = _core_amounts(self, policy.body.months)
        decision = decide_core(policy, business_yuan=business, profit_yuan=profit)
        for measure, core in ((BUSINESS, decision.by_business), (PROFIT, decision.by_profit)):
            _write_curve(self, policy, measure, core)
        self.publish("core", _core_rows(decision.by_business, decision.by_profit))
        return {
            "core": {
                measure: {"members": len(core.members), "brought_share": str(round(core.brought_share, 6))}
                if isinstance(core, Core)
                else {"missing": core.code}
                for measure, core in ((BUSINESS, decision.by_business), (PROFIT, decision.by_profit))
            }
        }

    def publish_loads(self, tiers: Tiers) -> dict[str, Any]:
        """How full every primary is."""
        ManagerLoad.objects.filter(run_id=self.run.pk).delete()
        policy = rulebook.find_policy(StaffingRatios, on=self.day)
        if policy is None:
            return {"loads": None}
        spends = self.spends(policy.body.figure.months)
        order = np.argsort(self.everybody.primary_id, kind="stable")
        people, starts = np.unique(self.everybody.primary_id[order], return_index=True)
        units = org.main_units(people.tolist(), self.day)
        rows = []
        for person, places in zip(people.tolist(), np.split(order, starts[1:]), strict=True):
            if person == 0:
                continue
            accounts = [
                Account(
                    int(self.everybody.ids[n]),
                    tiers.codes[n],
                    Spend(yuan_from_cents(int(spends.cents[n])), int(spends.months_since_first[n]) or None),
                )
                for n in places.tolist()
            ]
            rows.append(_load_row(self, policy, person, units.get(person), accounts))
        ManagerLoad.objects.bulk_create(rows, batch_size=2000)
        return {"managers": len(rows), "over": sum(row.is_over for row in rows)}


def _unit_chains(month: Month) -> dict[int, tuple[str, ...]]:
    """Unit id → codes from the unit up to the root, as the tree stood on the month's last day."""
    tree = org.get_tree(month.last_day)
    codes = {pk: code for code, pk in org.units_by_code().items()}
    return {pk: tuple(codes[above] for above in tree.ancestors(pk)) for pk in tree.nodes}


def _paired(
    here: Ints, keys: list[tuple[Policy[KeyAccounts], Ints]]
) -> list[tuple[Policy[KeyAccounts] | None, Ints]]:
    """Split customers by the article on key accounts that binds them; None for those none binds."""
    pairs: list[tuple[Policy[KeyAccounts] | None, Ints]] = []
    left = here
    for policy, bound in keys:
        both = np.intersect1d(here, bound)
        left = np.setdiff1d(left, both)
        if len(both):
            pairs.append((policy, both))
    return [*pairs, (None, left)] if len(left) else list(pairs)


def _decide_segments(policy: Policy[Segments], rated: _Rated, here: Ints) -> Any:
    months = policy.body.figure.months
    spends = rated.spends(months)
    types = [business.categories for business in policy.body.business_types]
    mix = gathering.gather_mix(rated.run, rated.everybody.ids, months)
    bought = gathering.bought_by_type(mix, len(rated.everybody), types)
    return decide_segments_in_bulk(
        policy,
        SegmentInputs(
            industry=rated.everybody.industry[here],
            industries=rated.everybody.industries,
            cents=spends.cents[here],
            months_since_first=spends.months_since_first[here],
            bought_cents=bought[here],
        ),
    )


def _core_amounts(
    rated: _Rated, months: int
) -> tuple[dict[int, Decimal] | Incomplete, dict[int, Decimal] | Incomplete]:
    """Business and profit per customer over the window, or why there is none."""
    gap = queries.find_gap(rated.run, months)
    if gap is not None:
        return gap, gap
    mix = gathering.gather_mix(rated.run, rated.everybody.ids, months)
    count = len(rated.everybody)
    revenue, cost = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    np.add.at(revenue, mix.customer, mix.cents)
    np.add.at(cost, mix.customer, mix.cost_cents)
    ids = rated.everybody.ids.tolist()
    business = {who: yuan_from_cents(cents) for who, cents in zip(ids, revenue.tolist(), strict=True)}
    if mix.uncosted.sum():
        message = N_("%(lines)s lines of these months have no cost")
        return business, Incomplete(message, {"lines": int(mix.uncosted.sum())}, "cost_missing")
    margin = (revenue - cost).tolist()
    return business, {who: yuan_from_cents(cents) for who, cents in zip(ids, margin, strict=True)}


def _write_curve(rated: _Rated, policy: Policy[CoreCustomers], measure: str, core: Core | Incomplete) -> None:
    row = CoreCurve(
        run_id=rated.run.pk,
        month=rated.context.month.starts_on,
        measure=measure,
        code=policy.article.code,
        version=policy.version,
    )
    if isinstance(core, Incomplete):
        row.incomplete = _stored(core)
    else:
        row.members, row.meets_expectation = len(core.members), core.meets_expectation
        row.brought_share = core.brought_share
        row.curve = [
            [p.customers, str(round(p.customers_share, 6)), str(round(p.brought_share, 6))]
            for p in core.curve
        ]
        row.trace = to_json(core.step)
    row.save()


def _core_rows(business: Core | Incomplete, profit: Core | Incomplete) -> Iterator[tuple[int, str, Any, Any]]:
    """Members only: who belongs to the core by which measure."""
    by_business = set(business.members) if isinstance(business, Core) else set()
    by_profit = set(profit.members) if isinstance(profit, Core) else set()
    for who in by_business | by_profit:
        both = who in by_business and who in by_profit
        yield who, "both" if both else BUSINESS if who in by_business else PROFIT, None, None


def _load_row(
    rated: _Rated, policy: Policy[StaffingRatios], person: int, unit: int | None, accounts: list[Account]
) -> ManagerLoad:
    load = decide_load(policy, accounts)
    return ManagerLoad(
        run_id=rated.run.pk,
        month=rated.context.month.starts_on,
        person_id=person,
        unit_id=unit,
        code=policy.article.code,
        version=policy.version,
        load=load.shown,
        is_over=load.is_over,
        accounts=len(accounts),
        unread=len(load.unread),
        trace=to_json(load.step),
    )


def _stored(reason: Incomplete) -> dict[str, Any]:
    return {"reason": reason.reason, "params": reason.params, "code": reason.code}
