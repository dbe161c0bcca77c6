"""Headcount by unit and by what people are described by, and the movement of staff by month: counted in the database."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Least, TruncMonth

from qiao.kernel.period import Month

from ..core.headcount import MonthOfStaff, Movement, follow_months
from ..models import Person, Posting
from .register import age_bands

STAFF_BY = {
    "role": "post__role_type_id",
    "employment": "employment__word_id",
    "education": "education__word_id",
    "grade": "grade_then__grade",
    "age": "_age",
}
"""What staff is counted by, and where that stands at people of :func:`list_staff`."""


def count_staff(staff: QuerySet[Person], by: str, on: date) -> list[tuple[int | None, Any, int]]:
    """(unit of the main post, value, people); None where it is not noted.

    Args:
        staff: People of :func:`list_staff` in scope.
        by: A key of ``STAFF_BY``.
        on: The day ages are counted on.
    """
    if by == "age":
        staff = staff.annotate(_age=_age_case(on))
    rows = staff.order_by().values(_unit=F("post__unit_id"), _value=F(STAFF_BY[by])).annotate(_n=Count("id"))
    return list(rows.values_list("_unit", "_value", "_n"))


def _age_case(on: date) -> Case:
    bands = [
        When(
            Q(personal__born_on__lte=band.born_until)
            & (Q(personal__born_on__gt=band.born_after) if band.born_after else Q()),
            then=Value(band.word_id),
        )
        for band in age_bands(on)
    ]
    return Case(*bands, default=None, output_field=IntegerField())


def follow_staff(unit_ids: Iterable[int], months: Sequence[Month]) -> list[MonthOfStaff]:
    """Joiners, leavers and headcount of units month by month, by main posts; the month of who leaves is that of his first day away."""
    posts = Posting.objects.filter(is_main=True, unit_id__in=list(unit_ids)).annotate(
        _end=Least("ends_before", "person__ends_before")
    )
    first, after = months[0].starts_on, (months[-1] + 1).starts_on
    began = _by_month(
        posts.filter(starts_on__gte=first, starts_on__lt=after),
        "starts_on",
        Q(starts_on=F("person__starts_on")),
    )
    ended = _by_month(posts.filter(_end__gte=first, _end__lt=after), "_end", Q(_end=F("person__ends_before")))
    before = posts.filter(starts_on__lt=first).filter(Q(_end__isnull=True) | Q(_end__gte=first)).count()
    movements = {month: Movement(*began.get(month, (0, 0)), *ended.get(month, (0, 0))) for month in months}
    return follow_months(before, months, movements)


def _by_month(posts: QuerySet[Posting], path: str, of_service: Q) -> dict[Month, tuple[int, int]]:
    """All posts, and those with which service itself began or ended, by month."""
    rows = (
        posts.order_by()
        .annotate(_month=TruncMonth(path))
        .values("_month")
        .annotate(_all=Count("id"), _service=Count("id", filter=of_service))
    )
    return {
        Month.containing(month): (every, service)
        for month, every, service in rows.values_list("_month", "_all", "_service")
    }
