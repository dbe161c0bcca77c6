"""Cells of a list: written for the page, plain for an export. Built in Python: a page has hundreds of them."""

from collections.abc import Callable
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from qiao.kernel.errors import Incomplete
from qiao.runtime import figures, marks
from qiao.runtime.i18n import say

from .declare import NUMERIC_KINDS, Column, Row
from .state import value_path

CLIPPED_FROM = 16  # names under 12 characters are never cut; Latin letters are narrower

Reader = Callable[[Row], Any]


def reader(column: Column) -> Reader:
    """A function that takes a column's value out of a row."""
    path = value_path(column)
    return (lambda row: row[path]) if path else column.value  # type: ignore[return-value]


def heading(column: Column) -> str:
    """A column's heading with its unit, as exports write it."""
    label, unit = say(str(column.label)), unit_of(column, exact=True)
    return f"{label} ({unit})" if unit else label


def unit_of(column: Column, *, exact: bool = False) -> str:
    """The unit in a column's heading; exports show money in whole currency units."""
    if column.unit:
        return say(str(column.unit))
    if column.kind == "money" or (column.kind == "wan" and exact):
        return figures.money_unit()
    return figures.wan_unit() if column.kind == "wan" else ""


def writer(column: Column, editable: bool = False) -> Callable[[Row], str]:
    """A function that writes a column's table cell for a row; one that can be edited is reached by keyboard."""
    read, show = reader(column), _shower(column)
    numeric = column.kind in NUMERIC_KINDS
    css = " ".join(
        filter(
            None,
            [
                "num" if numeric else "",
                "q-wrap" if column.wraps else "",
                {"": "", "value": "ph-value"}.get(column.phone, "ph"),
            ],
        )
    )
    unit = f" ({named})" if (named := unit_of(column)) else ""
    label = f' data-label="{escape(say(str(column.label)) + unit)}"' if column.phone == "line" else ""
    edit = f' data-edit="{escape(column.code)}" tabindex="0"' if editable else ""
    start = f'<td class="{css}"{label}{edit}>' if css else f"<td{edit}>"
    link, why = column.link, column.why

    def write(row: Row) -> str:
        text = show(read(row), row)
        if link and (url := link(row)):
            text = f'<a href="{escape(url)}">{text}</a>'
        if why and (url := why(row)):
            text += marks.why_link(url, mini=True)
        return f"{start}{text}</td>"

    return write


def _shower(column: Column) -> Callable[[Any, Row], str]:
    kind, nothing = column.kind, marks.nothing(get_language() or "")

    longest = 10**6 if column.wraps else CLIPPED_FROM

    def _missing(value: Any) -> str:
        return nothing if value is None else marks.missing(value)

    def _text(value: Any) -> str:
        if figures.is_missing(value) or value == "":
            return _missing(value or None)
        text = escape(str(value))
        return f'<span class="q-clip" title="{text}">{text}</span>' if len(text) > longest else text

    def _badge(value: Any, tone: str) -> str:
        if figures.is_missing(value) or value == "":
            return _missing(value or None)
        return f'<span class="q-badge q-tone-{tone}">{escape(str(value))}</span>'

    if kind == "badge":
        return lambda value, row: _badge(value, column.tone(row) if column.tone else "neutral")
    if kind == "movement":
        move = marks.movement_writer(column.good)
        return lambda value, _row: _missing(value) if figures.is_missing(value) else move(value)
    if kind == "text":
        return lambda value, _row: _text(value)
    writers: dict[str, Callable[[Any], str]] = {
        "number": lambda v: figures.number(v, column.places),
        "money": figures.money,
        "wan": marks.wan_writer(),
        "share": lambda v: figures.share(v, 1 if column.places is None else column.places),
        "date": figures.day,
        "month": figures.month,
        "period": figures.period,
        "instant": figures.instant,
        "yes_no": figures.yes_no,
    }
    write = writers[kind]
    return lambda value, _row: _missing(value) if figures.is_missing(value) else write(value)


def plain(column: Column) -> Callable[[Row], Any]:
    """A function that gives a column's exact value for an export; None where there is none."""
    read = reader(column)

    def take(row: Row) -> Any:
        value = read(row)
        if value is None or isinstance(value, Incomplete):
            return None
        if column.kind == "instant":
            return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        if column.kind in NUMERIC_KINDS or column.kind == "date":
            return value
        return figures.yes_no(value) if column.kind == "yes_no" else str(value)

    return take
