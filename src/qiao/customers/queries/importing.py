"""Reads for imports of customers."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from ..models import Customer, Digits


def existing_files(codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Stored files by customer number, with the columns an import compares."""
    columns = ("id", "merged_into_id", "code", "name", "short_name", "kind", "segment", "industry", "stage", "phone", "tax_number",
               "home_unit_id", "primary_id", "deputy_id")  # fmt: skip
    return {row["code"]: row for row in Customer.objects.filter(code__in=list(codes)).values(*columns)}


def codes_by_field(customers: QuerySet[Customer], field: str, values: Sequence[str]) -> dict[str, list[str]]:
    """Customer numbers of a scoped set by what stands in a field of the file; phones by their digits."""
    rows = customers.order_by()
    if field == "phone":
        wanted: dict[str, list[str]] = {}
        for text in values:
            if number := re.sub(r"\D", "", text):
                wanted.setdefault(number, []).append(text)
        pairs = (
            rows.annotate(digits=Digits("phone"))
            .filter(digits__in=list(wanted))
            .values_list("digits", "code")
        )
        named = [(text, code) for digits, code in pairs for text in wanted[digits]]
    else:
        named = list(rows.filter(**{f"{field}__in": list(values)}).values_list(field, "code"))
    found: dict[str, list[str]] = {}
    for value, code in named:
        found.setdefault(value, []).append(code)
    return found


def codes_within(customers: QuerySet[Customer], codes: Iterable[str]) -> list[str]:
    """Which of the numbers belong to customers of a scoped set."""
    return list(customers.order_by().filter(code__in=list(codes)).values_list("code", flat=True))


def codes_of(customers: QuerySet[Customer], ids: Sequence[int]) -> dict[int, str]:
    """Customer numbers of those of a scoped set, by id."""
    return dict(customers.order_by().filter(pk__in=list(ids)).values_list("pk", "code"))
