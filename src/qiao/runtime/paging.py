"""Cursor pages for the API: stable under writes, the same cost on every page."""

import base64
import binascii
import json
from typing import Any

from django.db.models import Q, QuerySet
from ninja import Schema

from qiao.kernel.errors import N_, RuleBroken

LARGEST = 200


class Page(Schema):
    """One page of a list. ``next`` is the cursor of the page after it, null on the last."""

    items: list[Any]
    next: str | None


def cut_page(
    rows: QuerySet[Any], *, order: str, cursor: str | None, limit: int, falling: bool = False
) -> dict[str, Any]:
    """One page of a queryset in the order of a column, then id.

    Args:
        rows: In scope and filtered.
        order: An indexed, non-null column.
        cursor: What the page before said is next, or None.
        limit: Rows a page, at most 200.
        falling: Largest first.

    Returns:
        ``items`` and ``next``, as an answer of the API takes them; ``next`` is None on the last page.

    Raises:
        RuleBroken: The cursor is none of ours.
    """
    limit = max(1, min(limit, LARGEST))
    if cursor:
        value, pk = read_cursor(cursor)
        beyond = "lt" if falling else "gt"
        rows = rows.filter(Q(**{f"{order}__{beyond}": value}) | Q(**{order: value, f"pk__{beyond}": pk}))
    sign = "-" if falling else ""
    found = list(rows.order_by(f"{sign}{order}", f"{sign}pk")[: limit + 1])
    if len(found) <= limit:
        return {"items": found, "next": None}
    last = found[limit - 1]
    return {"items": found[:limit], "next": write_cursor(getattr(last, order), last.pk)}


def write_cursor(value: Any, pk: int) -> str:
    """A place in a list, opaque to callers."""
    return base64.urlsafe_b64encode(json.dumps([value, pk], default=str).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[Any, int]:
    """What :func:`write_cursor` was given.

    Raises:
        RuleBroken: The cursor is none of ours.
    """
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return value, int(pk)
    except (ValueError, TypeError, binascii.Error):
        raise RuleBroken(
            N_("This cursor was not given by a page before."), code="cursor", field="cursor"
        ) from None
