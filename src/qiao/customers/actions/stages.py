"""Changes of the stage a customer stands in, dated and explained. Requirement 5.2."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from qiao.customers.core.life_cycle import check_change
from qiao.runtime import clock

from ..models import Customer, StageChange


@transaction.atomic
def change_stage(
    *, customer: Customer, stage: str, on: date, reason: str, person_id: int | None, by: Any
) -> StageChange:
    """Let a customer enter a stage on a day.

    Raises:
        RuleBroken: It stands there already, the day lies ahead, or a later change is noted.
    """
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    last = StageChange.objects.filter(customer=row).order_by("-on", "-id").first()
    check_change(now=row.stage, to=stage, on=on, last_on=last.on if last else None, today=clock.today())
    row.stage = stage
    row.save(update_fields=["stage"])
    return StageChange.objects.create(customer=row, stage=stage, on=on, reason=reason, person_id=person_id)


@transaction.atomic
def change_stages(*, values: Mapping[int, str], reason: str, person_id: int | None, by: Any) -> None:
    """Let many customers enter a stage today.

    Raises:
        RuleBroken: One of them stands there already, or a later change is noted.
    """
    today = clock.today()
    rows = list(Customer.objects.select_for_update().filter(pk__in=list(values)).order_by("pk"))
    last = _last_changes(values)
    for row in rows:
        found = last.get(row.pk)
        check_change(
            now=row.stage, to=values[row.pk], on=today, last_on=found.on if found else None, today=today
        )
        row.stage = values[row.pk]
    Customer.objects.bulk_update(rows, ["stage"], batch_size=2000)
    StageChange.objects.bulk_create(
        [
            StageChange(customer=row, stage=row.stage, on=today, reason=reason, person_id=person_id)
            for row in rows
        ],
        batch_size=2000,
    )


@transaction.atomic
def take_stages_back(*, values: Mapping[int, str], by: Any) -> None:
    """Let many customers stand again where they stood before their last change, as if it had not been noted.

    Args:
        values: Customer → the stage before.
        by: Who takes it back.
    """
    rows = list(Customer.objects.select_for_update().filter(pk__in=list(values)).order_by("pk"))
    last = _last_changes(values)
    StageChange.objects.filter(
        pk__in=[last[row.pk].pk for row in rows if row.pk in last and last[row.pk].stage == row.stage]
    ).delete()
    for row in rows:
        row.stage = values[row.pk]
    Customer.objects.bulk_update(rows, ["stage"], batch_size=2000)


def _last_changes(ids: Mapping[int, str]) -> dict[int, StageChange]:
    """The newest noted change of each customer."""
    rows = StageChange.objects.filter(customer_id__in=list(ids)).order_by("customer_id", "-on", "-id")
    return {row.customer_id: row for row in rows.distinct("customer_id")}
