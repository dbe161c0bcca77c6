"""Notices carried on to customers. Source: requirement 10.11."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from qiao.runtime import clock

from ..models import NoticeTold


@transaction.atomic
def note_told(
    *, notice_id: int, customer_ids: Iterable[int], person_id: int | None, acknowledged: bool, by: Any
) -> int:
    """Note that customers were told of a notice, or have acknowledged it; what was noted before stays.

    Returns:
        How many customers are newly told or newly have acknowledged.
    """
    now, ids = clock.now(), sorted(set(customer_ids))
    known = NoticeTold.objects.filter(notice_id=notice_id, customer_id__in=ids)
    changed = known.filter(acknowledged_at__isnull=True).update(acknowledged_at=now) if acknowledged else 0
    told = set(known.values_list("customer_id", flat=True))
    fresh = [
        NoticeTold(
            notice_id=notice_id, customer_id=pk, person_id=person_id, told_at=now,
            acknowledged_at=now if acknowledged else None,
        )
        for pk in ids if pk not in told
    ]  # fmt: skip
    NoticeTold.objects.bulk_create(fresh, ignore_conflicts=True)
    return changed + len(fresh)
