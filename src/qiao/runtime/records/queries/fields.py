"""Reads of custom fields and their values."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import DecimalField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from ... import clock
from ...stamps import kept
from ..models import CustomField, CustomValues
from ..typed_values import OwnField, Stored


def fields_of_kind(kind: str) -> QuerySet[CustomField]:
    """Custom fields of a kind of record, those that ended too, in order."""
    return CustomField.objects.filter(kind=kind).order_by("order", "id")


def find_field(kind: str, field_id: int) -> CustomField | None:
    """A custom field of a kind."""
    return CustomField.objects.filter(kind=kind, pk=field_id).first()


def own_fields(kind: str) -> tuple[OwnField, ...]:
    """Custom fields of a kind as they are in force today, in order; read once as long as nothing changes."""
    return _own_fields(kind, clock.today())


@kept(most=200)
def _own_fields(kind: str, today: date) -> tuple[OwnField, ...]:
    return tuple(
        OwnField(
            pk=row.pk, code=row.code, label_zh=row.label_zh, label_en=row.label_en, type=row.type,
            choices=tuple((code, zh, en) for code, zh, en in row.choices), is_required=row.is_required,
            segments=tuple(row.segments), seen_by=tuple(row.seen_by), changed_by=tuple(row.changed_by),
            ended=row.ends_on is not None and row.ends_on <= today,
        )
        for row in fields_of_kind(kind)
    )  # fmt: skip


def values_of(kind: str, pk: int) -> dict[str, Stored]:
    """What a record's custom fields say, by code."""
    found = CustomValues.objects.filter(kind=kind, object_id=pk).values_list("values", flat=True).first()
    return dict(found or {})


def field_values(kind: str, code: str, pks: Sequence[int]) -> dict[int, Stored | None]:
    """What one custom field says of many records, by record; None for nothing. Locked where a transaction is open."""
    rows = CustomValues.objects.filter(kind=kind, object_id__in=pks)
    if connection.in_atomic_block:
        rows = rows.select_for_update()
    found: dict[int, Stored | None] = dict.fromkeys(pks)
    found |= {pk: values.get(code) for pk, values in rows.values_list("object_id", "values")}
    return found


def values_of_many(kind: str, pks: Sequence[int]) -> dict[int, dict[str, Stored]]:
    """What the custom fields of many records say, by record and code; records without any are left out."""
    rows = CustomValues.objects.filter(kind=kind, object_id__in=pks)
    return dict(rows.values_list("object_id", "values"))


def bearers(kind: str, code: str, values: Collection[Stored]) -> dict[Stored, list[int]]:
    """Records whose custom field holds one of the values, by value."""
    found: dict[Stored, list[int]] = {}
    rows = CustomValues.objects.filter(kind=kind).annotate(text=KeyTextTransform(code, "values"))
    for pk, text in rows.filter(text__in=list(values)).values_list("object_id", "text"):
        found.setdefault(text, []).append(pk)
    return found


def count_filled(kind: str, code: str) -> int:
    """How many records say something in a field."""
    return CustomValues.objects.filter(kind=kind, values__has_key=code).count()


def with_own_fields(rows: QuerySet[Any], kind: str, fields: Sequence[OwnField]) -> QuerySet[Any]:
    """Rows of a list with the stored text of each field; read only where a column shows it."""
    of_row = CustomValues.objects.filter(kind=kind, object_id=OuterRef("pk"))
    texts = {
        field.name: Subquery(of_row.annotate(text=KeyTextTransform(field.code, "values")).values("text")[:1])
        for field in fields
    }
    found: QuerySet[Any] = rows.annotate(**texts)
    return found


def holding(rows: QuerySet[Any], kind: str, code: str, value: Stored) -> QuerySet[Any]:
    """Rows of a list whose field holds a value."""
    held = CustomValues.objects.filter(kind=kind, values__contains={code: value})
    return rows.filter(pk__in=held.values("object_id"))


def between(
    rows: QuerySet[Any], kind: str, field: OwnField, low: Decimal | date | None, high: Decimal | date | None
) -> QuerySet[Any]:
    """Rows of a list whose number or date lies between two, both included."""
    held: Any = CustomValues.objects.filter(kind=kind, values__has_key=field.code)
    text = KeyTextTransform(field.code, "values")
    held = held.annotate(
        held=text if field.type == "date" else Cast(text, DecimalField(max_digits=30, decimal_places=6))
    )
    for bound, sign in ((low, "gte"), (high, "lte")):
        if bound is not None:
            held = held.filter(**{f"held__{sign}": bound.isoformat() if isinstance(bound, date) else bound})
    return rows.filter(pk__in=held.values("object_id"))
