"""Half-open spans of days as database rows: what is in force on a day, and no two at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class DateRange(Func):
    """``daterange(starts_on, ends_before)``; an open end is NULL."""

    function = "daterange"
    output_field = models.Field()


def in_force(on: date, prefix: str = "") -> Q:
    """Rows whose span holds the day. ``prefix``: path to the row, such as ``postings__``."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_before__isnull": True}) | Q(**{f"{prefix}ends_before__gt": on})
    )


def one_at_a_time(name: str, *fields: str, condition: Q | None = None) -> ExclusionConstraint:
    """No two rows that agree in ``fields`` have overlapping spans."""
    same: Sequence[tuple[Any, str]] = [(field, RangeOperators.EQUAL) for field in fields]
    span = DateRange(F("starts_on"), F("ends_before"))
    return ExclusionConstraint(
        name=name, expressions=[*same, (span, RangeOperators.OVERLAPS)], condition=condition
    )


def ends_later(name: str) -> models.CheckConstraint:
    """A span that ends, ends after its start."""
    return models.CheckConstraint(
        name=name, condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on"))
    )
