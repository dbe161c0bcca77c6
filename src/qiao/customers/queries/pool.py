"""Reads of the public pool."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from qiao.customers.core.pool import Claims
from qiao.runtime.contributions import RecordFact, list_registered
from qiao.runtime.spans import in_force

from ..models import (
    Assignment,
    ContactNote,
    CurrentStanding,
    Customer,
    PoolClaim,
    PoolWarning,
    StageChange,
)
from .register import all_customers

_CHUNK = 5_000


def pool_customers(unit_ids: Collection[int] | None, on: date) -> QuerySet[Customer]:
    """Customers in business that nobody is account manager of, with ``served_until``: the day the last one ended.

    Args:
        unit_ids: Only of these home units; all when None.
        on: The day.
    """
    rows = all_customers().filter(Q(ends_before__isnull=True) | Q(ends_before__gt=on), primary__isnull=True)
    if unit_ids is not None:
        rows = rows.filter(home_unit_id__in=list(unit_ids))
    ended = Assignment.objects.filter(customer=OuterRef("pk"), role="primary", ends_before__lte=on)
    last = ended.order_by("-ends_before").values("ends_before")[:1]
    return rows.annotate(served_until=Subquery(last))


def count_claimable(ids: Collection[int], unit_ids: Collection[int] | None, on: date) -> int:
    """How many of these customers are in the pool, or were claimed from it on the day."""
    claimed = PoolClaim.objects.filter(on=on).values("customer")
    rows = all_customers().filter(Q(primary__isnull=True) | Q(pk__in=claimed), pk__in=list(ids))
    if unit_ids is not None:
        rows = rows.filter(home_unit_id__in=list(unit_ids))
    return rows.order_by().count()


def claims_of(person_id: int, on: date) -> Claims:
    """What a person has claimed on a day, and what of all he claimed he serves."""
    rows = PoolClaim.objects.filter(person_id=person_id)
    held = rows.filter(customer__primary_id=person_id).values("customer").distinct().count()
    return Claims(rows.filter(on=on).count(), held)


def served_until(customer_id: int, person_id: int, on: date) -> date | None:
    """Since when a person serves a customer no more as account manager; None when he never did."""
    spans = Assignment.objects.filter(
        customer_id=customer_id, person_id=person_id, role="primary", ends_before__lte=on
    )
    last: date | None = spans.aggregate(last=Max("ends_before"))["last"]
    return last


def stream_served(kept_tiers: Collection[str]) -> Iterator[list[tuple[int, int]]]:
    """(customer, account manager) of everybody served, some thousands at a time, by id."""
    after = 0
    while True:
        rows = Customer.objects.filter(primary__isnull=False, merged_into__isnull=True, pk__gt=after)
        if kept_tiers:
            rows = rows.exclude(current__tier__in=list(kept_tiers))
        chunk = list(rows.order_by("pk").values_list("pk", "primary_id")[:_CHUNK])
        if not chunk:
            return
        yield chunk
        after = chunk[-1][0]


def idle_since(served: Sequence[tuple[int, int]], counts: Collection[str], on: date) -> dict[int, date]:
    """Since when nobody is in touch with customers: the last fact that counts, or the account manager's first day."""
    ids = [pk for pk, _person in served]
    spans = Assignment.objects.filter(in_force(on), customer_id__in=ids, role="primary")
    since = dict(spans.values_list("customer_id", "starts_on"))
    for fact in list_registered(RecordFact):
        if fact.kind == "customer" and fact.code in counts:
            for pk, day in fact.last_on(ids).items():
                if day <= on and day > since.get(pk, date.min):
                    since[pk] = day
    return since


def warnings_of(ids: Sequence[int]) -> dict[int, PoolWarning]:
    """Warnings given, by customer."""
    return PoolWarning.objects.in_bulk(list(ids))


def last_notes(ids: Sequence[int]) -> Mapping[int, date]:
    """The newest note on a person at each customer."""
    rows = ContactNote.objects.filter(contact__customer_id__in=ids)
    return dict(rows.values_list(F("contact__customer_id")).annotate(last=Max("on")).order_by())


def last_stages(ids: Sequence[int]) -> Mapping[int, date]:
    """The newest change of stage of each customer."""
    rows = StageChange.objects.filter(customer_id__in=ids)
    return dict(rows.values_list("customer_id").annotate(last=Max("on")).order_by())


def last_orders(ids: Sequence[int]) -> Mapping[int, date]:
    """The last order of each customer, as the newest close found it."""
    rows = CurrentStanding.objects.filter(customer_id__in=ids, last_order_on__isnull=False)
    return {pk: day for pk, day in rows.values_list("customer_id", "last_order_on") if day}
