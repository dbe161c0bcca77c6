"""Reads of bulletins."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from ..models import Bulletin, BulletinPlan


def list_bulletins(notices: Any, draft_units: frozenset[int]) -> QuerySet[Bulletin]:
    """Published ones whose notice is among those seen, and drafts for the units one may announce in."""
    rows = Bulletin.objects.select_related("unit", "notice", "made_by")
    seen = Q(notice__in=notices.order_by().values("pk")) | Q(notice__isnull=True, unit_id__in=draft_units)
    return rows.filter(seen).order_by("-prepared_at", "-id")


def list_plans(units: frozenset[int]) -> QuerySet[BulletinPlan]:
    """Plans for these units."""
    return BulletinPlan.objects.filter(unit_id__in=units).select_related("unit").order_by("title", "pk")


def list_plans_by_id(ids: Sequence[int]) -> Sequence[BulletinPlan]:
    """Plans by number."""
    return list(BulletinPlan.objects.filter(pk__in=ids))


def list_plans_after_close() -> Sequence[BulletinPlan]:
    """Plans that wait for a close."""
    return list(BulletinPlan.objects.filter(every="close").order_by("pk"))
