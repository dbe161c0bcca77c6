"""Changes of the stage a customer stands in, dated and explained. Requirement 5.2."""

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
