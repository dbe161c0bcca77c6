"""A list grouped: how many rows each value has, their share, and what a money column adds up to.

One aggregate query. Over a million rows that costs a second of the database; such an answer is kept for a minute and
says when it was counted.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Sum

from qiao.runtime import clock

from .declare import Column, Group, Listing
from .state import State, sort_path

SHOWN = 200
KEPT_SECONDS = 60
DEAR_SECONDS = 0.05  # cheaper answers are counted anew each time
_KEPT_MOST = 500

_kept: "OrderedDict[str, tuple[float, Grouped]]" = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One value: how many rows, the sum over those where it is known, how many those are."""

    value: Any
    name: str
    count: int
    total: Decimal | None
    known: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups, largest first, and when they were counted."""

    rows: tuple[GroupRow, ...]
    counted_at: datetime

    @property
    def count(self) -> int:
        """Rows of all groups."""
        return sum(row.count for row in self.rows)

    @property
    def total(self) -> Decimal | None:
        """Sum of all groups, None where nothing is known."""
        known = [row.total for row in self.rows if row.total is not None]
        return sum(known, Decimal(0)) if known else None


def count_groups(rows: Any, listing: Listing, group: Group) -> Grouped:
    """Count a narrowed queryset by a grouping.

    Args:
        rows: In scope, searched and filtered.
        listing: Its declaration, for the column summed.
        group: What to group by.
    """
    summed = listing.column(listing.summed) if listing.summed else None
    query = rows.order_by().values(_value=F(group.path)).annotate(_count=Count(listing.key))
    if summed is not None:
        query = query.annotate(_total=Sum(sort_path(summed)), _known=Count(sort_path(summed)))
    # The statement with its values: it holds the scope, so nobody is shown what was counted for another's.
    key = f"{connection.settings_dict['NAME']} {query.query}"
    found = _find(key)
    if found is None:
        began = time.perf_counter()
        found = Grouped(tuple(_rows(query, group)), clock.now())
        if time.perf_counter() - began > DEAR_SECONDS:
            _keep(key, found)
    names = group.names([row.value for row in found.rows if row.value not in (None, "")])
    named = (
        GroupRow(row.value, names.get(row.value, str(row.value or "")), row.count, row.total, row.known)
        for row in found.rows
    )
    return Grouped(tuple(named), found.counted_at)


def _rows(query: Any, group: Group) -> Iterable[GroupRow]:
    """The query's answer; nothing entered and an empty text are one group."""
    merged: dict[Any, GroupRow] = {}
    for row in query:
        value = None if row["_value"] == "" else row["_value"]
        before = merged.get(value, GroupRow(value, "", 0, None, 0))
        total = row.get("_total")
        if before.total is not None:
            total = before.total + (total or 0)
        merged[value] = GroupRow(
            value, "", before.count + row["_count"], total, before.known + row.get("_known", 0)
        )
    return sorted(merged.values(), key=lambda row: (-row.count, str(row.value)))


def _find(key: str) -> Grouped | None:
    with _lock:
        kept = _kept.get(key)
        if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
            return None
        return kept[1]


def _keep(key: str, found: Grouped) -> None:
    with _lock:
        _kept[key] = (time.monotonic(), found)
        _kept.move_to_end(key)
        while len(_kept) > _KEPT_MOST:
            _kept.popitem(last=False)


def address_of(row: GroupRow, group: Group, state: State) -> str:
    """The list narrowed to one group, ungrouped; empty where no filter says it."""
    filter_code, value = group.filter, str(row.value)
    if row.value is None:
        if group.none is None:
            return ""
        filter_code, value = group.none
    return state.query(**{filter_code: value, "by": "", "after": "", "before": ""})


def columns_of(listing: Listing, group: Group) -> tuple[Column, ...]:
    """The columns of the grouped list, for its table and its export."""
    from django.utils.translation import gettext_lazy as _

    columns = [
        Column("name", group.label, "name", phone=""),
        Column("count", _("How many"), "count", kind="number", phone="value"),
        Column("share", _("Share of the number"), "share", kind="share", phone="line"),
    ]
    summed = listing.column(listing.summed) if listing.summed else None
    if summed is not None:
        columns += [
            Column("total", summed.label, "total", kind=summed.kind, phone="line", hint=summed.hint),
            Column("total_share", _("Share of the sum"), "total_share", kind="share", phone="line"),
        ]
    return tuple(columns)


def table_rows(grouped: Grouped, group: Group, state: State) -> list[dict[str, Any]]:
    """Groups as rows of :func:`columns_of`, with their addresses."""
    from django.utils.translation import gettext as _

    count, total = grouped.count, grouped.total
    return [
        {
            "name": row.name if row.value is not None else _("none entered"),
            "url": address_of(row, group, state),
            "count": row.count,
            "share": Decimal(row.count) / count,
            "total": row.total,
            "total_share": row.total / total if row.total is not None and total else None,
        }
        for row in grouped.rows
    ]
