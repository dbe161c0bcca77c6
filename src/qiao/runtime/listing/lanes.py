"""A list in lanes, one a value of a column: how many each holds, and the first cards of it."""

from typing import Any

from django.utils.translation import gettext as _

from qiao.runtime import figures
from qiao.runtime.i18n import say

from .cards import card_writer
from .declare import Column, Group, Kanban, Listing
from .groups import address_of, count_groups
from .page import Order, paths
from .state import State

CARDS = 20
LANES = 24


def describe_lanes(
    rows: Any, listing: Listing, state: State, view: Kanban, *, request: Any, may_move: bool
) -> dict[str, Any]:
    """What the page of lanes shows; a count for all lanes and one short query for each.

    Args:
        rows: In scope, searched and filtered.
        listing: Its declaration.
        state: What the address says.
        view: The lanes.
        request: For the choices of the column.
        may_move: Whether the viewer is offered to move cards.
    """
    group, column = listing.group(view.group), listing.column(view.column)
    assert group is not None
    assert column is not None
    grouped = count_groups(rows, listing, group)
    counts = {row.value: row for row in grouped.rows}
    lanes = _lanes(column, request, [row.value for row in grouped.rows if row.value is not None])
    shown = [column for code in view.card if (column := listing.column(code))]
    write = card_writer(listing, shown)
    lanes_shown = [
        _lane(rows, listing, state, group, value, label, counts.get(value), write, shown)
        for value, label in lanes[:LANES]
    ]
    return {
        "any": bool(grouped.rows),
        "view": "kanban",
        "lanes": lanes_shown,
        "column": view.column,
        "may_move": may_move,
        "count": figures.number(grouped.count),
        "outside": figures.number(counts[None].count) if None in counts else "",
        "outside_label": _("none entered"),
    }


def _lanes(column: Column, request: Any, found: list[Any]) -> list[tuple[Any, str]]:
    """The column's choices in their order, then values that stand there and are offered no longer."""
    edit = column.edit
    offered = edit.choices if edit else ()
    pairs = offered(request) if callable(offered) else [(value, say(str(label))) for value, label in offered]
    known = [(str(value), str(label)) for value, label in pairs]
    codes = {value for value, _label in known}
    return known + [(value, str(value)) for value in found if str(value) not in codes]


def _lane(
    rows: Any,
    listing: Listing,
    state: State,
    group: Group,
    value: Any,
    label: str,
    counted: Any,
    write: Any,
    shown: list[Column],
) -> dict[str, Any]:
    count = counted.count if counted else 0
    cards = []
    if count:
        order = Order(rows.filter(**{group.path: value}), listing, state)
        wanted = paths(listing, [listing.columns[0], *shown])
        cards = [write(row) for row in order.sorted(False).values(*wanted)[:CARDS]]
    return {
        "value": value,
        "label": label,
        "count": figures.number(count),
        "cards": cards,
        "rest": figures.number(count - len(cards)) if count > len(cards) else "",
        "url": address_of(counted, group, state.as_table()) if counted else "",
    }
