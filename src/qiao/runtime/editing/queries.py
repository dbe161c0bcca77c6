"""Reads of changes made in lists."""

from typing import Any

from django.db.models import QuerySet

from qiao.kernel.errors import NotFound
from qiao.runtime.models import ListChange, ListChangeRow

ROWS_SHOWN = 100


def visible_changes(viewer: Any) -> QuerySet[ListChange]:
    """One's own changes in lists; everybody's for auditors."""
    changes = ListChange.objects.select_related("by", "job", "job__by")
    return changes if viewer.can("audit.view") else changes.filter(by_id=viewer.user_id)


def get_change(viewer: Any, change_id: int) -> ListChange:
    """One change in sight. Raises NotFound."""
    change = visible_changes(viewer).filter(pk=change_id).first()
    if change is None:
        raise NotFound
    return change


def list_rows(change: ListChange, *, kept: bool = False) -> list[ListChangeRow]:
    """The first rows of a change, or those its undo left alone."""
    rows = change.rows.exclude(kept="") if kept else change.rows.all()
    return list(rows.order_by("pk")[:ROWS_SHOWN])
