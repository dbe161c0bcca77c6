"""Writes about who serves a customer and which unit he belongs to; all effective-dated."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from qiao.customers import queries
from qiao.customers.core.assignment import DeputyPolicy, check_assignment
from qiao.customers.models import Assignment, HomeUnit
from qiao.kernel.errors import N_, RuleBroken
from qiao.org.models import Person, Unit
from qiao.runtime.spans import in_force

from .current import refresh_current


@transaction.atomic
def move_home(*, customer_ids: Sequence[int], unit: Unit, on: date, reason: str, by: Any) -> int:
    """Give customers another home unit from a day on. Returns how many moved.

    Raises:
        RuleBroken: A later move is planned for one of them.
    """
    spans = HomeUnit.objects.select_for_update().filter(customer_id__in=customer_ids)
    if spans.filter(starts_on__gt=on).exists():
        raise RuleBroken(
            N_("A later move of the customer is planned already."), code="later_move", field="on"
        )
    moving = [s for s in spans.filter(in_force(on)) if s.unit_id != unit.pk]
    for span in moving:
        _end_or_remove(span, on)
    known = {s.customer_id for s in spans.filter(in_force(on))}
    HomeUnit.objects.bulk_create(
        HomeUnit(customer_id=pk, unit=unit, starts_on=on, reason=reason)
        for pk in customer_ids
        if pk not in known
    )
    refresh_current(customer_ids)
    return len(moving)


def _end_or_remove(row: Any, on: date) -> None:
    if row.starts_on >= on:
        row.delete()
    else:
        row.ends_before = on
        row.save(update_fields=["ends_before"])


@transaction.atomic
def assign(
    *, customer_ids: Sequence[int], role: str, person: Person | None, on: date, reason: str, by: Any,
    policy: DeputyPolicy,
) -> int:  # fmt: skip
    """Give customers another account manager or deputy from a day on, or none.

    Args:
        customer_ids: One or many; all change or none.
        role: primary or deputy.
        person: Who is to serve; None ends the present assignment.
        on: First day.
        reason: Why; asked for, since changes are to be rare and explained (6.4).
        policy: The article in force on that day.

    Returns:
        How many customers changed.

    Raises:
        RuleBroken: Policy forbids it, the reason is missing, or a later change is planned.
    """
    if not reason.strip():
        raise RuleBroken(
            N_("Say why: changes of who serves a customer are explained."),
            code="reason_missing",
            field="reason",
        )
    spans = Assignment.objects.select_for_update().filter(customer_id__in=customer_ids)
    if spans.filter(role=role, starts_on__gt=on).exists():
        raise RuleBroken(
            N_("A later change of this assignment is planned already."), code="later_change", field="on"
        )
    in_charge = {s.customer_id: s for s in spans.filter(in_force(on), role=role)}
    changing = [
        pk
        for pk in customer_ids
        if person is None or pk not in in_charge or in_charge[pk].person_id != person.pk
    ]
    if person is not None:
        others = spans.filter(in_force(on), customer_id__in=changing).exclude(role=role)
        check_assignment(
            role=role,
            person_id=person.pk,
            other_role_person_ids=set(others.values_list("person_id", flat=True)),
            is_primary_elsewhere=queries.is_primary_somewhere(person.pk, on, besides=changing),
            policy=policy,
        )
    for pk in changing:
        if pk in in_charge:
            _end_or_remove(in_charge[pk], on)
    if person is not None:
        _create_assignments(changing, role, person, on, reason)
    refresh_current(changing)
    return len(changing)


def _create_assignments(
    customer_ids: Iterable[int], role: str, person: Person, on: date, reason: str
) -> None:
    rows = [
        Assignment(customer_id=pk, person=person, role=role, starts_on=on, reason=reason)
        for pk in customer_ids
    ]
    try:
        with transaction.atomic():
            Assignment.objects.bulk_create(rows, batch_size=5000)
    except IntegrityError as error:
        raise _overlap(error) from None


def _overlap(error: IntegrityError) -> RuleBroken:
    if "one_role_per_person" in str(error):
        return RuleBroken(
            N_("One person cannot be both account manager and deputy of a customer."),
            code="same_person",
            field="person",
        )
    return RuleBroken(
        N_("Somebody else serves the customer in that time."), code="assignment_overlap", field="on"
    )


@transaction.atomic
def close_unit_homes(*, unit_id: int, into_id: int | None, on: date, reason: str, by: Any, **_: Any) -> None:
    """Hook: when a unit closes, its customers go to the unit that takes over.

    Raises:
        RuleBroken: Customers are still in it and no unit takes them.
    """
    homes = HomeUnit.objects.filter(unit_id=unit_id).exclude(ends_before__lte=on)
    ids = list(homes.values_list("customer_id", flat=True))
    if ids and into_id is None:
        raise RuleBroken(
            N_("%(count)s customers are still in this unit; say which unit takes them over."),
            code="unit_has_customers", field="merge_into", count=len(ids),
        )  # fmt: skip
    if ids and into_id is not None:
        move_home(customer_ids=ids, unit=Unit.objects.get(pk=into_id), on=on, reason=reason, by=by)
