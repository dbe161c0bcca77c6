"""Customers of a person who leaves go to others, and come back when his departure is taken back (4.4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.org.models import Person
from qiao.runtime.i18n import say
from qiao.runtime.spans import in_force

from ..models import Assignment
from ..policy import deputy_policy
from .current import refresh_current
from .serving import assign

OTHER = {"primary": "deputy", "deputy": "primary"}


def hand_over_customers(
    *, person_id: int, on: date, successor_id: int, reason: str, by: Any, parts: Mapping[str, int], **_: Any
) -> list[list[Any]]:
    """Give every customer a person serves to others from a day on, as account manager or as deputy.

    Who takes over and served the customer in the other role leaves that one: a deputy becomes account manager,
    an account manager whose deputy leaves goes on without one.

    Args:
        person_id: Who leaves.
        on: First day.
        successor_id: Who takes over what ``parts`` does not name.
        reason: Why.
        by: The log-in.
        parts: Person by key ``customer:<id>``.

    Returns:
        Per ended assignment: its id, when it would have ended, the id of what follows it or None.

    Raises:
        RuleBroken: Policy forbids it, or a change on or after the day is planned.
    """
    spans = Assignment.objects.select_for_update().filter(person_id=person_id)
    if spans.filter(starts_on__gte=on).exists():
        raise RuleBroken(
            N_("He begins to serve a customer on or after that day; change that first."), code="later_change", field="on"
        )  # fmt: skip
    serving = list(spans.filter(in_force(on)))
    taker = {s.customer_id: parts.get(f"customer:{s.customer_id}", successor_id) for s in serving}
    ends = {s.pk: s.ends_before for s in serving}
    people = Person.objects.in_bulk(set(taker.values()))
    others = Assignment.objects.filter(in_force(on), customer_id__in=taker).exclude(person_id=person_id)
    freed = [o for o in others if o.person_id == taker[o.customer_id]]
    if any(o.starts_on >= on for o in freed):
        raise RuleBroken(
            N_("Who takes over begins to serve one of his customers on that day; choose another day."),
            code="later_change", field="on",
        )  # fmt: skip
    ends |= {o.pk: o.ends_before for o in freed if o.role == "deputy"}
    stays = {o.customer_id for o in freed if o.role == "primary"}
    policy = deputy_policy(on)

    def give(rows: Iterable[Assignment], role: str, person: Person | None) -> None:
        ids = sorted(row.customer_id for row in rows)
        if ids:
            assign(customer_ids=ids, role=role, person=person, on=on, reason=reason, by=by, policy=policy)

    give([o for o in freed if o.role == "deputy"], "deputy", None)
    give([s for s in serving if s.role == "deputy" and s.customer_id in stays], "deputy", None)
    for role in ("primary", "deputy"):
        groups: dict[int, list[Assignment]] = defaultdict(list)
        for row in serving:
            if row.role == role and not (role == "deputy" and row.customer_id in stays):
                groups[taker[row.customer_id]].append(row)
        for pk, rows in groups.items():
            give(rows, role, people[pk])
    return _moved(ends, on)


def _moved(ends: Mapping[int, date | None], on: date) -> list[list[Any]]:
    """What ended beside what follows it."""
    rows = list(Assignment.objects.filter(pk__in=ends))
    new = Assignment.objects.filter(customer_id__in=[r.customer_id for r in rows], starts_on=on)
    following = {(n.customer_id, n.role): n.pk for n in new}
    return [
        [row.pk, _text(ends[row.pk]), following.get((row.customer_id, row.role))]
        for row in sorted(rows, key=lambda r: r.pk)
    ]


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


@transaction.atomic
def take_customers_back(*, moved: list[list[Any]], on: date, **_: Any) -> None:
    """Customers stand with who served them before a departure.

    Raises:
        RuleBroken: Who serves one of them changed since.
    """
    old = Assignment.objects.select_for_update().in_bulk([pk for pk, _ends, _new in moved])
    new = Assignment.objects.select_for_update().in_bulk([pk for _old, _ends, pk in moved if pk])
    for pk, ends, follows in moved:
        row, next_row = old.get(pk), new.get(follows)
        if row is None or row.ends_before != on:
            raise _changed(row or next_row)
        if follows and (next_row is None or next_row.starts_on != on or next_row.ends_before is not None):
            raise _changed(row)
        row.ends_before = date.fromisoformat(ends) if ends else None
    Assignment.objects.filter(pk__in=new).delete()
    try:
        with transaction.atomic():
            Assignment.objects.bulk_update(old.values(), ["ends_before"], batch_size=2000)
    except IntegrityError:  # somebody serves one of them in that time by now
        raise _changed(None) from None
    refresh_current([row.customer_id for row in old.values()])


def _changed(row: Assignment | None) -> RuleBroken:
    what = row.customer.name if row else say(N_("who serves his customers"))
    return RuleBroken(
        N_("This cannot be taken back any more: %(what)s changed since."), code="changed_since", what=what
    )
