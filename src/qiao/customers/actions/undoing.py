"""What an import of customers wrote, and what is brought in line when it is taken back."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from qiao.runtime.importing.undo import UndoPlan, Written
from qiao.runtime.records.actions import VALUES_TABLE

from ..models import (
    Assignment,
    Contact,
    CurrentStanding,
    Customer,
    DuplicatePair,
    HomeUnit,
    Site,
    StageChange,
)
from .current import refresh_current
from .files import customer_keys

PIECE = 5000


def _bring_in_line(ids: Sequence[int]) -> None:
    """Search keys, and what the file repeats of today's unit and people."""
    for start in range(0, len(ids), PIECE):
        piece = list(ids[start : start + PIECE])
        rows = Customer.objects.filter(pk__in=piece).values_list("pk", "name", "short_name", "code", "phone")
        keys = [
            (pk, customer_keys(name=name, short_name=short, code=code, phone=phone))
            for pk, name, short, code, phone in rows
        ]
        _write_keys([(pk, key["pinyin"], key["search_key"]) for pk, key in keys])
        refresh_current(piece)


def _write_keys(rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer c SET pinyin = k.pinyin, search_key = k.search_key"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS k(id, pinyin, search_key)"
            " WHERE c.id = k.id AND (c.pinyin, c.search_key) IS DISTINCT FROM (k.pinyin, k.search_key)",
            [list(column) for column in zip(*rows, strict=True)],
        )


IMPORT_UNDO = UndoPlan(
    kind="customer",
    tables=(
        Written(Customer, "id"),
        Written(HomeUnit, "customer_id"),
        Written(Assignment, "customer_id"),
        Written(Site, "customer_id"),
        Written(Contact, "customer_id"),
        Written(StageChange, "customer_id"),
        Written(VALUES_TABLE, "object_id", "kind = 'customer'"),
    ),
    name="m.name",
    derived=((CurrentStanding, "customer_id"), (DuplicatePair, "first_id"), (DuplicatePair, "second_id")),
    after=_bring_in_line,
)
