"""Rows of a list as cards: the name that leads to the record, and some columns beside it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from qiao.runtime.i18n import say

from .cells import unit_of, writer
from .declare import NUMERIC_KINDS, Column, Listing, Row
from .state import value_path


def card_writer(listing: Listing, columns: Sequence[Column]) -> Callable[[Row], dict[str, Any]]:
    """A function that makes a row a card: key, name, address, and what the columns say."""
    first = listing.columns[0]
    path = value_path(first)
    writers = [(_label(column), writer(column)) for column in columns]

    def write(row: Row) -> dict[str, Any]:
        name = row[path] if path else first.value(row)  # type: ignore[operator]
        return {
            "key": str(row[listing.key]),
            "name": name,
            "url": first.link(row) if first.link else "",
            "facts": [(label, _inner(write_cell(row))) for label, write_cell in writers],
        }

    return write


def _label(column: Column) -> str:
    """What a figure or a day is, with its unit; words speak for themselves."""
    if column.kind not in NUMERIC_KINDS and column.kind not in ("date", "instant"):
        return ""
    label, unit = say(str(column.label)), unit_of(column)
    return f"{label} ({unit})" if unit else label


def _inner(cell: str) -> SafeString:
    """What stands in a table's cell, written by us."""
    return mark_safe(cell[cell.index(">") + 1 :].removesuffix("</td>"))
