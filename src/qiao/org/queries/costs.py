"""Labour cost of units by month."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from qiao.kernel.period import Month

from ..models import LabourCost


def list_labour_costs(unit_ids: Iterable[int] | None = None) -> QuerySet[LabourCost]:
    """What was entered, of the units (all when None)."""
    rows = LabourCost.objects.select_related("unit")
    return rows if unit_ids is None else rows.filter(unit_id__in=list(unit_ids))


def sum_labour_costs(months: Sequence[Month]) -> dict[int, tuple[Decimal, int]]:
    """Labour cost of every unit itself over some months, and in how many of them it was entered."""
    rows = (
        LabourCost.objects.filter(month__gte=months[0].starts_on, month__lt=(months[-1] + 1).starts_on)
        .order_by()
        .values("unit_id")
        .annotate(total=Sum("yuan"), months=Count("id"))
    )
    return {row["unit_id"]: (row["total"], row["months"]) for row in rows}


def costs_entered(unit_ids: Iterable[int], months: Iterable[date]) -> dict[tuple[int, date], Decimal]:
    """Costs that stand there already, by unit and first day of the month."""
    rows = LabourCost.objects.filter(unit_id__in=list(unit_ids), month__in=list(months))
    return {(unit, month): yuan for unit, month, yuan in rows.values_list("unit_id", "month", "yuan")}


def months_of_costs(ids: Iterable[int]) -> dict[int, date]:
    """First day of the month of each entry."""
    return dict(LabourCost.objects.filter(pk__in=list(ids)).values_list("pk", "month"))
