"""Writes about labour cost of units."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock

from ..models import LabourCost, Unit


@transaction.atomic
def put_labour_cost(*, unit: Unit, month: date, yuan: Decimal, by: Any) -> LabourCost:
    """Enter what a unit itself spent on its staff in a month, or correct it.

    Raises:
        RuleBroken: The month has not begun, or the unit did not exist then.
    """
    first = month.replace(day=1)
    if first > clock.today():
        raise RuleBroken(N_("This month has not begun."), code="month_ahead", field="month")
    if unit.ends_before is not None and unit.ends_before <= first:
        raise RuleBroken(N_("The unit did not exist in this month."), code="unit_absent", field="month")
    row, _made = LabourCost.objects.update_or_create(unit=unit, month=first, defaults={"yuan": yuan})
    return row


@transaction.atomic
def load_labour_costs(*, rows: Sequence[tuple[int, date, Decimal | None]], by: Any) -> None:
    """Many at once, checked by the caller: unit, first day of the month, yuan; without yuan the entry is taken out."""
    for unit, month, yuan in rows:
        if yuan is None:
            LabourCost.objects.filter(unit_id=unit, month=month).delete()
    LabourCost.objects.bulk_create(
        (LabourCost(unit_id=unit, month=month, yuan=yuan) for unit, month, yuan in rows if yuan is not None),
        batch_size=5000, update_conflicts=True, unique_fields=["unit", "month"], update_fields=["yuan"],
    )  # fmt: skip
