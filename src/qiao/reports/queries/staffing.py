"""What the article on staffing counts: people by unit in one statement, revenue of key accounts, cost, changes of who serves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Least

from qiao.customers.models import Assignment, Customer
from qiao.kernel.errors import N_, Incomplete
from qiao.org import queries as org
from qiao.org.core.headcount import roll_up
from qiao.org.core.register import EDUCATION, FIELD, years_before
from qiao.rulebook.core.article import Policy
from qiao.rulebook.queries import find_policy

from ..core.policy import StaffingWatch, WatchedGroup, WatchedPresence, WatchedRatio, WatchedShare

EVERYBODY = Q(id__isnull=False)
NOBODY = Q(id__isnull=True)


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule that counts people.

    Attributes:
        section: Part of the article: shares, ratios, presence, groups.
        place: Where it stands in the article's body.
        row: The row itself.
        counts: Whom it counts, by word: hit, unknown, whole, many, few.
        missing: A word the rule names and no list knows, or None.
    """

    section: str
    place: str
    row: WatchedShare | WatchedRatio | WatchedPresence | WatchedGroup
    counts: Mapping[str, Q]
    missing: Incomplete | None = None

    @property
    def code(self) -> str:
        """Name in addresses."""
        return f"{self.section}-{self.row.code}"


def find_watch(on: date) -> Policy[StaffingWatch] | None:
    """The article on staffing in force on a day."""
    return find_policy(StaffingWatch, on=on)


def list_counted(body: StaffingWatch, on: date) -> list[Counted]:
    """The rules of an article that count people, with whom each counts on a day."""
    return [
        *(_share(row, n, on) for n, row in enumerate(body.shares)),
        *(
            Counted("ratios", f"ratios[{n}]", row, {"many": _in(row.many_roles), "few": _in(row.few_roles)})
            for n, row in enumerate(body.ratios)
        ),
        *(_presence(row, n) for n, row in enumerate(body.presence)),
        *(
            Counted("groups", f"groups[{n}]", row, {"hit": _in(row.roles), "whole": EVERYBODY})
            for n, row in enumerate(body.groups)
        ),
    ]


def _in(roles: Sequence[str]) -> Q:
    return Q(post__role_type__code__in=list(roles))


def _share(row: WatchedShare, n: int, on: date) -> Counted:
    met: list[Q] = []
    unknown: list[Q] = []
    missing = None
    if row.education_at_least is not None:
        rank = {word.code: word.rank for word in org.list_words(EDUCATION, all_of_them=True)}.get(
            row.education_at_least
        )
        if rank is None:
            missing = _no_word(row.education_at_least)
        met.append(Q(education__word__rank__gte=rank or 0))
        unknown.append(Q(education__id__isnull=True))
    if row.age_at_most is not None:
        met.append(Q(personal__born_on__gt=years_before(on, row.age_at_most + 1)))
        unknown.append(Q(personal__born_on__isnull=True))
    if row.fields:
        known = {word.code: word.pk for word in org.list_words(FIELD, all_of_them=True)}
        if lost := [code for code in row.fields if code not in known]:
            missing = _no_word(lost[0])
        met.append(Q(org.holds_any([known[c] for c in row.fields if c in known], on)))
        unknown.append(NOBODY)  # who has no field noted has none
    whole = _in(row.among_roles) if row.among_roles else EVERYBODY
    hit = reduce(and_, met)
    possible = reduce(and_, (yes | open_ for yes, open_ in zip(met, unknown, strict=True)))
    not_known = possible & reduce(or_, unknown)
    return Counted(
        "shares",
        f"shares[{n}]",
        row,
        {"hit": whole & hit, "unknown": whole & not_known, "whole": whole},
        missing,
    )


def _no_word(code: str) -> Incomplete:
    return Incomplete(
        N_("No list of the register has the word %(code)s the article names."), {"code": code}, "no_word"
    )


def _presence(row: WatchedPresence, n: int) -> Counted:
    there, barred = _in(row.roles), Q(employment__word__code__in=list(row.not_employed_as))
    noted = Q(employment__id__isnull=False)
    counts = (
        {"hit": there & noted & ~barred, "unknown": there & ~noted} if row.not_employed_as else {"hit": there}
    )
    return Counted("presence", f"presence[{n}]", row, counts)


def count_people(
    rules: Sequence[Counted], unit_ids: Iterable[int] | None, on: date
) -> Mapping[tuple[int, str], int]:
    """People by unit (each with those below it) and count, ``code/word``; ``all`` is everybody. One statement."""
    wanted = {f"{rule.code}/{word}": condition for rule in rules for word, condition in rule.counts.items()}
    names = {f"n{n}": key for n, key in enumerate(wanted)}
    staff: Any = org.list_staff(on, unit_ids=unit_ids)
    rows = (
        staff.order_by()
        .values(_unit=F("post__unit_id"))
        .annotate(_all=Count("id"), **{name: Count("id", filter=wanted[key]) for name, key in names.items()})
    )
    counts = [
        (row["_unit"], key, row[name]) for row in rows for name, key in [("_all", "all"), *names.items()]
    ]
    return roll_up(org.get_tree(on), counts)


def list_behind(condition: Q, unit_id: int, on: date, most: int) -> list[dict[str, Any]]:
    """People of a unit and those below it a count holds, by name."""
    below = org.get_tree(on).descendants(unit_id)
    rows: QuerySet[Any] = org.list_staff(on)
    rows = rows.filter(condition, Q(post__unit_id__in=below)).order_by("pinyin", "id")
    columns = ("id", "name", "code", "post__unit__name_zh", "post__unit__name_en", "post__role_type__name_zh", "post__role_type__name_en")  # fmt: skip
    return list(rows.values(*columns)[:most])


def sum_revenue(tiers: Sequence[str], on: date) -> dict[int, tuple[Decimal, int]]:
    """Twelve months' revenue of the customers of some tiers by home unit, and how many of them have none known."""
    rows = (
        Customer.objects.filter(current__tier__in=list(tiers), home_unit__isnull=False)
        .order_by()
        .values("home_unit_id")
        .annotate(
            total=Sum("current__revenue_12_yuan"),
            missing=Count("id", filter=Q(current__revenue_12_yuan__isnull=True)),
        )
    )
    return {row["home_unit_id"]: (row["total"] or Decimal(0), row["missing"]) for row in rows}


@dataclass(frozen=True, slots=True)
class Served:
    """How steadily the accounts of a unit were served in a window.

    Attributes:
        accounts: Customers at its end.
        account_days: Days of the window all of them were customers.
        covered_days: Of these, days with an account manager.
        changes: Times another account manager began.
        ended: Times one ended while the customer stayed.
        gap_days: Days from each such end until the next began, or until today.
    """

    accounts: int = 0
    account_days: int = 0
    covered_days: int = 0
    changes: int = 0
    ended: int = 0
    gap_days: int = 0

    def __add__(self, other: "Served") -> "Served":
        return Served(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def count_served(starts_on: date, ends_before: date) -> dict[int, Served]:
    """Changes, days without account manager and days until somebody followed, by home unit; four statements."""
    start, end = (Value(day, output_field=DateField()) for day in (starts_on, ends_before))
    served: dict[int, Served] = {}

    def note(rows: QuerySet[Any], path: str, names: Mapping[str, Any]) -> None:
        for row in rows.order_by().values(_unit=F(path)).annotate(**names):
            values = {name: _days(row[name]) for name in names}
            served[row["_unit"]] = served.get(row["_unit"], Served()) + Served(**values)

    there = Customer.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=starts_on),
        starts_on__lt=ends_before,
        home_unit__isnull=False,
    )
    note(
        there,
        "home_unit_id",
        {
            "accounts": Count("id", filter=Q(ends_before__isnull=True) | Q(ends_before__gte=ends_before)),
            "account_days": Sum(_between(Greatest("starts_on", start), Least("ends_before", end))),
        },
    )
    primary = Assignment.objects.filter(
        role="primary", customer__home_unit__isnull=False, starts_on__lt=ends_before
    )
    lasting = primary.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=starts_on))
    until = Least("ends_before", "customer__ends_before", end)
    note(
        lasting,
        "customer__home_unit_id",
        {"covered_days": Sum(_between(Greatest("starts_on", "customer__starts_on", start), until))},
    )
    earlier = Assignment.objects.filter(
        role="primary", customer=OuterRef("customer"), starts_on__lt=OuterRef("starts_on")
    ).exclude(person=OuterRef("person"))
    began = primary.filter(starts_on__gte=starts_on)
    note(began.filter(Exists(earlier)), "customer__home_unit_id", {"changes": Count("id")})
    later = Assignment.objects.filter(
        role="primary", customer=OuterRef("customer"), starts_on__gte=OuterRef("ends_before")
    ).order_by()
    next_on = Subquery(later.values("customer").annotate(first=Min("starts_on")).values("first"))
    stopped = primary.filter(ends_before__gte=starts_on, ends_before__lt=ends_before).filter(
        Q(customer__ends_before__isnull=True) | Q(customer__ends_before__gt=F("ends_before"))
    )
    gap = _between("ends_before", Least(Coalesce(next_on, end), end))
    note(stopped, "customer__home_unit_id", {"ended": Count("id"), "gap_days": Sum(gap)})
    return served


def _between(begin: Any, end: Any) -> Any:
    begin = F(begin) if isinstance(begin, str) else begin
    return ExpressionWrapper(end - begin, output_field=DurationField())


def _days(value: Any) -> int:
    return int(value.days) if isinstance(value, timedelta) else int(value or 0)


def roll_up_served(served: Mapping[int, Served], on: date) -> dict[int, Served]:
    """Each unit with those below it."""
    tree, totals = org.get_tree(on), dict[int, Served]()
    for unit, one in served.items():
        for above in tree.ancestors(unit):
            totals[above] = totals.get(above, Served()) + one
    return totals
