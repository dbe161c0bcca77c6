"""Reads over what the contexts below give. Customers come as a set already in scope."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from qiao.ledger import queries as ledger
from qiao.runtime.audit import queries as audit

STALE = ("silent", "lost")
_LARGEST = F("current__revenue_12_yuan").desc(nulls_last=True)


def list_risers(customers: QuerySet[Any], limit: int) -> list[Any]:
    """Customers whose revenue grew most against a year before."""
    rows = customers.filter(current__change_share__gt=0)
    return list(rows.order_by("-current__change_share", _LARGEST, "id")[:limit])


def list_fallers(customers: QuerySet[Any], limit: int) -> list[Any]:
    """Customers that still order and whose revenue fell most; those who stopped are listed apart."""
    rows = customers.filter(current__change_share__lt=0).exclude(current__activity__in=STALE)
    return list(rows.order_by("current__change_share", _LARGEST, "id")[:limit])


def list_stale(customers: QuerySet[Any], limit: int) -> list[Any]:
    """Customers that went silent or were lost, the largest first."""
    rows = customers.filter(current__activity__in=STALE)
    return list(rows.order_by(_LARGEST, "id")[:limit])


def count_stale(customers: QuerySet[Any]) -> dict[str, int]:
    """How many customers are silent, and how many lost."""
    counts = {code: Count("id", filter=Q(current__activity=code)) for code in STALE}
    return dict(customers.order_by().aggregate(**counts))


def count_unserved(customers: QuerySet[Any]) -> dict[str, int]:
    """How many customers there are, without account manager, without deputy."""
    return dict(
        customers.order_by().aggregate(
            all=Count("id"),
            primary=Count("id", filter=Q(primary__isnull=True)),
            deputy=Count("id", filter=Q(deputy__isnull=True)),
        )
    )


def list_unserved(customers: QuerySet[Any], limit: int) -> list[Any]:
    """Customers without account manager, the largest first."""
    rows = customers.filter(primary__isnull=True)
    return list(rows.order_by(_LARGEST, "id")[:limit])


def list_newest_batches(limit: int) -> Sequence[Any]:
    """The newest imports of facts."""
    return list(ledger.list_batches().order_by("-at", "-id")[:limit])


def list_failed_log_ins(among: int, limit: int) -> tuple[int, list[Any]]:
    """Failed attempts among the newest records of log-ins: how many, and the newest of them."""
    failed = [record for record in audit.list_log_ins(limit=among) if record.outcome == "failed"]
    return len(failed), failed[:limit]
