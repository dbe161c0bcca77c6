"""Every unit of the kinds an article names, judged by each of its rules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.period import Month
from qiao.kernel.text import Text
from qiao.ledger.queries import last_closed_month
from qiao.org import queries as org
from qiao.org.core.register import years_before
from qiao.rulebook.core.article import Policy

from ..core import staffing as core
from ..core.policy import (
    StaffingWatch,
    WatchedContinuity,
    WatchedGroup,
    WatchedPresence,
    WatchedRatio,
    WatchedShare,
    WatchedSpending,
)
from .staffing import Counted, Served, count_people, count_served, list_counted, roll_up_served, sum_revenue

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a column: ``title`` is the article's own word, or a source text of ours where it has none."""

    code: str
    title: Text | str
    place: str
    counted: Counted | None = None


@dataclass(frozen=True)
class Watch:
    """All verdicts of a day.

    Attributes:
        policy: The article.
        rules: Columns.
        units: Rows, top down.
        verdicts: By unit and rule.
    """

    policy: Policy[StaffingWatch]
    on: date
    rules: tuple[Rule, ...]
    units: tuple[int, ...]
    verdicts: Mapping[tuple[int, str], core.Verdict]

    def rule(self, code: str) -> Rule | None:
        """The rule of a code."""
        return next((rule for rule in self.rules if rule.code == code), None)


def judge_units(
    policy: Policy[StaffingWatch], reach: Iterable[int] | None, on: date, *, section: str = ""
) -> Watch:
    """Judge the units of the article's kinds within reach (all when None), each with all below it.

    ``section``: only the rules of this part of the article, where a page needs no others.

    The number of statements does not depend on the number of units or people.
    """
    body, tree = policy.body, org.get_tree(on)
    seen = set(tree.nodes) if reach is None else set(reach)
    units = tuple(u for u, _d in tree.walk() if u in seen and tree.nodes[u].kind in body.unit_kinds)
    counted = [one for one in list_counted(body, on) if section in ("", one.section)]
    people = count_people(counted, reach, on)
    rules = [Rule(one.code, one.row.title, one.place, one) for one in counted]
    verdicts = {
        (unit, one.code): _judge_counted(one, _counts_of(people, unit, one.code))
        for unit in units
        for one in counted
    }
    for spending in body.spending if section in ("", "spending") else ():
        rules += [
            Rule("spending-per_head", N_("Key-account revenue per head"), "spending[0]"),
            Rule("spending-cost_share", N_("Labour cost to key-account revenue"), "spending[0]"),
        ]
        verdicts |= _judge_spending(spending, units, people, on)
    for continuity in body.continuity if section in ("", "continuity") else ():
        rules += [
            Rule("continuity-changes", N_("Changes of account manager per account"), "continuity[0]"),
            Rule("continuity-vacancy", N_("Days without account manager per account"), "continuity[0]"),
            Rule("continuity-stand_in", N_("Days until somebody follows"), "continuity[0]"),
        ]
        verdicts |= _judge_continuity(continuity, units, on)
    return Watch(policy, on, tuple(rules), units, verdicts)


def _counts_of(people: Mapping[tuple[int, str], int], unit: int, code: str) -> Callable[[str], int]:
    def count(word: str) -> int:
        return people.get((unit, f"{code}/{word}"), 0)

    return count


def _judge_counted(one: Counted, count: Callable[[str], int]) -> core.Verdict:
    if one.missing is not None:
        return core.Verdict(core.UNKNOWN, one.missing)
    row: Any = one.row
    match row:
        case WatchedShare():
            return core.judge_share(
                hits=count("hit"),
                unknown=count("unknown"),
                whole=count("whole"),
                at_least=row.at_least,
                near=row.near,
            )
        case WatchedRatio():
            return core.judge_ratio(
                many=count("many"),
                few=count("few"),
                good_at_most=row.good_at_most,
                failing_from=row.failing_from,
            )
        case WatchedPresence():
            return core.judge_presence(number=count("hit"), unknown=count("unknown"), at_least=row.at_least)
        case WatchedGroup():
            return core.judge_group(
                people=count("hit"),
                whole=count("whole"),
                at_least=row.at_least,
                at_most=row.at_most,
                near=row.near,
            )
    raise TypeError(row)


def _judge_spending(
    rule: WatchedSpending, units: Sequence[int], people: Mapping[tuple[int, str], int], on: date
) -> dict[tuple[int, str], core.Verdict]:
    revenue, cost = _revenue_of(rule, on), _cost_of(people, on)
    found = {}
    for unit in units:
        found[unit, "spending-per_head"] = core.judge_at_least(
            part=revenue(unit), whole=Decimal(people.get((unit, "all"), 0)), at_least=rule.revenue_per_head_at_least,
            near=rule.near, unit="money",
        )  # fmt: skip
        found[unit, "spending-cost_share"] = core.judge_at_most(
            part=cost(unit),
            whole=revenue(unit),
            at_most=rule.cost_share_at_most,
            near=rule.near,
            unit="share",
        )
    return found


def _revenue_of(rule: WatchedSpending, on: date) -> Callable[[int], Decimal | Incomplete]:
    """Twelve months' revenue of the key accounts of a unit and those below, or why it is not known."""
    tree, known = org.get_tree(on), sum_revenue(rule.tiers, on)
    closed = last_closed_month()

    def of(unit: int) -> Decimal | Incomplete:
        if closed is None:
            return Incomplete(N_("No month is closed yet."), {}, "no_close")
        rows = [known[u] for u in tree.descendants(unit) if u in known]
        missing = sum(row[1] for row in rows)
        if missing:
            return Incomplete(
                N_("The revenue of %(n)s key accounts is not known."), {"n": missing}, "revenue_missing"
            )
        return sum((row[0] for row in rows), Decimal(0))

    return of


def _cost_of(people: Mapping[tuple[int, str], int], on: date) -> Callable[[int], Decimal | Incomplete]:
    """Twelve months' labour cost of a unit and those below; every unit with staff must have entered every month."""
    closed = last_closed_month()
    last = Month.parse(closed) if closed else Month.containing(on) - 1
    tree, known = org.get_tree(on), org.sum_labour_costs(list(Month.range(last - (MONTHS - 1), last)))

    def of(unit: int) -> Decimal | Incomplete:
        staffed = [u for u in tree.descendants(unit) if _own(people, tree, u)]
        missing = sum(MONTHS - known.get(u, (Decimal(0), 0))[1] for u in staffed)
        if missing:
            return Incomplete(
                N_("Labour cost is not entered for %(missing)s of %(wanted)s months of units."),
                {"missing": missing, "wanted": MONTHS * len(staffed)},
                "cost_missing",
            )
        return sum((known[u][0] for u in tree.descendants(unit) if u in known), Decimal(0))

    return of


def _own(people: Mapping[tuple[int, str], int], tree: Any, unit: int) -> int:
    """People at the very unit."""
    return people.get((unit, "all"), 0) - sum(people.get((u, "all"), 0) for u in tree.children(unit))


def _judge_continuity(
    rule: WatchedContinuity, units: Sequence[int], on: date
) -> dict[tuple[int, str], core.Verdict]:
    served = roll_up_served(count_served(years_before(on, 1), on), on)
    found = {}
    for unit in units:
        one = served.get(unit, Served())
        accounts = Decimal(one.accounts)
        for code, part, whole, most, kind in (
            ("changes", one.changes, accounts, rule.changes_at_most, "per_account"),
            ("vacancy", one.account_days - one.covered_days, accounts, rule.vacancy_days_at_most, "days"),
            ("stand_in", one.gap_days, Decimal(one.ended), rule.stand_in_days_at_most, "days"),
        ):
            found[unit, f"continuity-{code}"] = core.judge_at_most(
                part=Decimal(part), whole=whole, at_most=most, near=rule.near, unit=kind
            )
    return found
