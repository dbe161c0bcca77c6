"""Reads of merged files: who stands for whom."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from qiao.customers.core.merging import MERGED_FIELDS, last_of, standing_for
from qiao.kernel.errors import NotFound

from ..models import Customer, Merge

_BELOW_SQL = """
WITH RECURSIVE below AS (
    SELECT id, merged_into_id AS top FROM customers_customer WHERE merged_into_id = ANY(%s)
    UNION ALL
    SELECT c.id, b.top FROM customers_customer c JOIN below b ON c.merged_into_id = b.id
) SELECT id, top FROM below ORDER BY id
"""


def list_merged(survivor_ids: Collection[int] | None = None) -> Sequence[tuple[int, int]]:
    """(merged, who stands for it in the end), through merges of merges.

    Args:
        survivor_ids: Only what these stand for; all when None.
    """
    if survivor_ids is None:
        rows = Customer.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id")
        return standing_for(dict(rows))
    with connection.cursor() as cursor:
        cursor.execute(_BELOW_SQL, [list(survivor_ids)])
        return [(pk, top) for pk, top in cursor.fetchall()]


def find_survivor_id(customer_id: int) -> int | None:
    """Who stands for a merged customer in the end; None when it is not merged."""
    parents: dict[int, int] = {}
    pk: int | None = customer_id
    while pk is not None and pk not in parents:
        above = Customer.objects.filter(pk=pk).values_list("merged_into_id", flat=True).first()
        if above is None:
            break
        parents[pk] = above
        pk = above
    return last_of(parents, customer_id) if parents else None


def list_merges(survivor_id: int) -> Sequence[Merge]:
    """Files merged into a customer, newest first."""
    rows = Merge.objects.filter(survivor_id=survivor_id).select_related("merged", "by", "undone_by")
    return list(rows.order_by("-at", "-pk"))


def get_merge(survivor_id: int, merge_id: int) -> Merge:
    """One merge into a customer. Raises NotFound."""
    rows: QuerySet[Merge] = Merge.objects.select_related("merged", "survivor", "by", "undone_by")
    found = rows.filter(survivor_id=survivor_id, pk=merge_id).first()
    if found is None:
        raise NotFound
    return found


def fields_of(customer: Customer) -> dict[str, Any]:
    """What a merge lets one choose, by field."""
    return {name: getattr(customer, name) for name in MERGED_FIELDS}


def labels_of_fields() -> dict[str, str]:
    """English source texts of the fields a merge lets one choose."""
    fields: dict[str, Any] = {name: Customer._meta.get_field(name) for name in MERGED_FIELDS}
    return {name: str(field.verbose_name) for name, field in fields.items()}
