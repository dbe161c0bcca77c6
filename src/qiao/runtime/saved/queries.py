"""Reads of saved lists."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse

from qiao.runtime.contributions import NavItem, list_registered
from qiao.runtime.models import SavedList


def right_of(path: str) -> str:
    """The right the navigation asks for a list; empty for a list that stands within another page."""
    for item in list_registered(NavItem):
        try:
            if reverse(item.url_name) == path:
                return item.right
        except NoReverseMatch:
            continue
    return ""


def offered(viewer: Any) -> QuerySet[SavedList]:
    """One's own saved lists, and the shared ones of lists one may open."""
    return SavedList.objects.filter(
        Q(owner_id=viewer.user_id) | Q(shared=True, right__in=viewer.rights)
    ).select_related("owner")


def list_offered(viewer: Any, listing: str = "") -> Sequence[SavedList]:
    """What is offered beside a list (or in all): one's own first, by name."""
    rows = offered(viewer).filter(listing=listing) if listing else offered(viewer)
    return sorted(rows.order_by("name", "pk"), key=lambda row: row.owner_id != viewer.user_id)


def find_offered(viewer: Any, saved_id: str) -> SavedList | None:
    """A saved list by the number its address carries."""
    if not saved_id.isdecimal() or len(saved_id) > 15:
        return None
    return offered(viewer).filter(pk=int(saved_id)).first()
