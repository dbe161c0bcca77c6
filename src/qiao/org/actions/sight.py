"""Writes of rights granted for a time, and of looks as somebody else."""

from datetime import date
from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import Right, find_registered

from .. import queries
from ..core.sight import OF_A_UNIT, check_grant_span
from ..models import AccessRequest, Grant, Look, Person, Unit


def check_grantable(right: str, scope_kind: str, unit: Unit | None) -> None:
    """Refuse an unknown right, and a reach without the unit it starts at.

    Raises:
        RuleBroken: See above.
    """
    if find_registered(Right, right) is None:
        raise RuleBroken(N_("There is no right “%(text)s”."), code="unknown_right", field="right", text=right)
    if (scope_kind in OF_A_UNIT) != (unit is not None):
        raise RuleBroken(N_("Name the unit for a reach that starts at one."), code="grant_unit", field="unit")


@transaction.atomic
def grant(
    *, person: Person, right: str, scope_kind: str, ends_before: date, reason: str, by: Any,
    unit: Unit | None = None, granted_by: Person | None = None,
) -> Grant:  # fmt: skip
    """Give a person a right from today until before a day, besides what his posts give him.

    Args:
        person: Who gets it.
        right: Code of the right.
        scope_kind: self, unit, unit_and_below or all.
        ends_before: First day it is gone again.
        reason: What it is needed for.
        by: The log-in that grants.
        unit: For the reaches that start at a unit.
        granted_by: The person who grants.

    Raises:
        RuleBroken: The right is unknown, the unit is missing, or the span is none.
    """
    check_grantable(right, scope_kind, unit)
    today = clock.today()
    check_grant_span(today, ends_before, queries.longest_grant_days(today))
    return Grant.objects.create(
        person=person, right=right, scope_kind=scope_kind, unit=unit, starts_on=today, ends_before=ends_before,
        reason=reason, granted_by=granted_by,
    )  # fmt: skip


@transaction.atomic
def end_grant(*, grant_id: int, by: Any) -> None:
    """End a granted right today; one that began today never was."""
    row = Grant.objects.select_for_update().get(pk=grant_id)
    today = clock.today()
    if row.ends_before <= today:
        return
    if row.starts_on >= today:
        row.delete()
        return
    row.ends_before = today
    row.save()


@transaction.atomic
def begin_look(*, person: Person, reason: str, by: Any, network: str | None) -> Look:
    """Note that somebody begins to look at Qiao as a colleague sees it; a look still open ends."""
    Look.objects.filter(by=by, ended_at__isnull=True).update(ended_at=clock.now())
    return Look.objects.create(by=by, person=person, reason=reason, started_at=clock.now(), network=network)


@transaction.atomic
def end_look(*, by: Any) -> None:
    """Note that the looks somebody has begun are over."""
    Look.objects.filter(by=by, ended_at__isnull=True).update(ended_at=clock.now())


@transaction.atomic
def ask_for_access(
    *, person: Person, right: str, scope_kind: str, ends_before: date, reason: str, by: Any,
    unit: Unit | None = None, page: str = "",
) -> AccessRequest:  # fmt: skip
    """Note that a person asks for a right he lacks; arguments as for :func:`grant`, ``page``: what refused him.

    Raises:
        RuleBroken: As :func:`grant`.
    """
    check_grantable(right, scope_kind, unit)
    check_grant_span(clock.today(), ends_before, queries.longest_grant_days(clock.today()))
    return AccessRequest.objects.create(
        person=person, right=right, scope_kind=scope_kind, unit=unit, ends_before=ends_before, reason=reason,
        page=page[:300], asked_at=clock.now(),
    )  # fmt: skip


@transaction.atomic
def grant_asked(*, request_id: int, by: Any) -> Grant:
    """Grant what was asked for; asked twice, it is granted once.

    Raises:
        RuleBroken: The days asked for are over.
    """
    row = AccessRequest.objects.select_for_update().get(pk=request_id)
    if row.grant is not None:
        return row.grant
    row.grant = grant(
        person=row.person, right=row.right, scope_kind=row.scope_kind, unit=row.unit,
        ends_before=row.ends_before, reason=row.reason, granted_by=queries.find_person_of(by.pk), by=by,
    )  # fmt: skip
    row.save()
    return row.grant
