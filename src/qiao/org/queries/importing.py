"""Reads for imports of units and people."""

import re
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from qiao.runtime.spaced import Digits

from ..models import Person, Unit


def unit_codes(ids: Iterable[int]) -> dict[int, str]:
    """Codes of units by id."""
    return dict(Unit.objects.filter(pk__in=list(ids)).values_list("pk", "code"))


def units_bearing(field: str, texts: Sequence[str]) -> list[tuple[int, str, str]]:
    """Units whose field says one of the texts: id, text, code."""
    return list(Unit.objects.filter(**{f"{field}__in": list(texts)}).values_list("pk", field, "code"))


def person_codes(people: QuerySet[Person], ids: Iterable[int]) -> dict[int, str]:
    """Staff numbers of people of a scoped set, by id."""
    return dict(people.order_by().filter(pk__in=list(ids)).values_list("pk", "code"))


def people_bearing(people: QuerySet[Person], field: str, texts: Sequence[str]) -> dict[str, list[str]]:
    """Staff numbers of people of a scoped set by what stands in their file; phones are compared by their digits."""
    rows = people.order_by()
    if field == "phone":
        written: dict[str, list[str]] = {}
        for text in texts:
            if number := re.sub(r"\D", "", text):
                written.setdefault(number, []).append(text)
        pairs = (
            rows.annotate(digits=Digits("phone"))
            .filter(digits__in=list(written))
            .values_list("digits", "code")
        )
        named = [(text, code) for number, code in pairs for text in written[number]]
    else:
        named = list(rows.filter(**{f"{field}__in": list(texts)}).values_list(field, "code"))
    found: dict[str, list[str]] = {}
    for text, code in named:
        found.setdefault(text, []).append(code)
    return found
