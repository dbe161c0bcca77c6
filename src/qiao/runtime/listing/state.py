"""What the address of a list says: text searched, filters, order, place, columns."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import get_language

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime.i18n import say

from .declare import Column, Filter, Group, Listing

COOKIE_AGE = 60 * 60 * 24 * 365


@dataclass(frozen=True)
class Chosen:
    """A filter in use: the values as they stand in the address, the value it filters by, its words."""

    filter: Filter
    raw: dict[str, str]
    value: Any
    text: str


@dataclass(frozen=True)
class State:
    """The state of a list in one request.

    Attributes:
        q: Text searched.
        chosen: Filters in use by code.
        choices: What each choice filter offers.
        sort: Column ordered by, or None for the rows' own order.
        falling: Whether the order falls.
        after, before: Cursor of the page, or empty.
        columns: Columns shown.
        group: What the list is grouped by, or None.
        view: How it is shown besides as a table: code of one of its views, or empty.
        at: Month or week a calendar shows, or empty for today's.
    """

    q: str = ""
    chosen: dict[str, Chosen] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    sort: Column | None = None
    falling: bool = False
    after: str = ""
    before: str = ""
    columns: tuple[Column, ...] = ()
    default_sort: str = ""
    group: Group | None = None
    view: str = ""
    at: str = ""

    @property
    def sort_code(self) -> str:
        """The order as the address says it."""
        return f"{'-' if self.falling else ''}{self.sort.code}" if self.sort else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is searched or filtered."""
        return bool(self.q or self.chosen)

    def query(self, **changes: str) -> str:
        """The address's query of this state, with changes; only what differs from the plain list."""
        pairs: dict[str, str] = {"q": self.q}
        for chosen in self.chosen.values():
            pairs |= chosen.raw
        pairs["sort"] = "" if self.sort_code == self.default_sort else self.sort_code
        pairs["by"] = self.group.code if self.group else ""
        pairs |= {"view": self.view, "at": self.at if self.view else ""}
        pairs |= {"after": self.after, "before": self.before, **changes}
        kept = {name: value for name, value in pairs.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"

    def as_table(self) -> "State":
        """The same as a plain table, on its first page."""
        return replace(self, view="", at="", group=None, after="", before="")

    def without(self, code: str) -> "State":
        """The state with one filter taken away, on its first page."""
        rest = {key: chosen for key, chosen in self.chosen.items() if key != code}
        return replace(self, chosen=rest, after="", before="")


def read_state(request: HttpRequest, listing: Listing) -> State:
    """Read and check the address.

    Raises:
        RuleBroken: A value that the filter does not know.
    """
    get = request.GET
    choices = {
        f.code: _offered(request, f)
        for f in listing.filters
        if f.kind in {"choice", "yes_no"} and (f.shown or get.get(f.code))
    }
    chosen = {f.code: c for f in listing.filters if (c := _read_filter(get, f, choices.get(f.code, [])))}
    sort_code = get.get("sort", "") or listing.sort
    column = listing.column(sort_code.lstrip("-"))
    sortable = column is not None and column.sort != ""
    return State(
        q=get.get("q", "").replace("\x00", "").strip()[:100],
        chosen=chosen,
        choices=choices,
        sort=column if sortable else None,
        falling=sortable and sort_code.startswith("-"),
        after=get.get("after", ""),
        before=get.get("before", ""),
        columns=_columns(request, listing),
        default_sort=listing.sort,
        group=listing.group(get.get("by", "")),
        view=get.get("view", "") if listing.view(get.get("view", "")) else "",
        at=get.get("at", "")[:10],
    )


def cookie_name(listing: Listing) -> str:
    """Where this device remembers the columns chosen."""
    return f"columns_{listing.code}"


def sort_path(column: Column) -> str:
    """The path a column is ordered by, in the reader's language."""
    return column.sort if column.sort is not None else value_path(column)


def value_path(column: Column) -> str:
    """The path of a column's value in the reader's language; empty for a function."""
    if isinstance(column.value, tuple):
        return column.value[0 if (get_language() or "zh").startswith("zh") else 1]
    return column.value if isinstance(column.value, str) else ""


def _columns(request: HttpRequest, listing: Listing) -> tuple[Column, ...]:
    asked = request.GET.getlist("columns") or request.COOKIES.get(cookie_name(listing), "").split(".")
    first, *rest = listing.columns
    kept = [column for column in rest if column.code in asked]
    return (first, *(kept or [column for column in rest if column.shown]))


def _offered(request: HttpRequest, filter_: Filter) -> list[tuple[str, str]]:
    if filter_.kind == "yes_no":
        return [("1", say(N_("Yes"))), ("0", say(N_("No")))]
    if callable(filter_.choices):  # from rows: already in the reader's language
        return [(str(value), str(label)) for value, label in filter_.choices(request) if str(value) != ""]
    return [
        (str(value), say(str(label)) if label else "") for value, label in filter_.choices if str(value) != ""
    ]


def _read_filter(get: Any, filter_: Filter, offered: list[tuple[str, str]]) -> Chosen | None:
    if filter_.kind in {"range", "dates"}:
        return _read_span(get, filter_)
    raw = get.get(filter_.code, "").strip()
    if not raw:
        return None
    if filter_.kind == "month":
        _date(f"{raw}-01", filter_)
        return Chosen(filter_, {filter_.code: raw}, raw, raw)
    label = next((label for value, label in offered if value == raw), None)
    if label is None:
        raise _unknown(filter_, raw)
    value = raw == "1" if filter_.kind == "yes_no" else filter_.convert(raw)
    return Chosen(filter_, {filter_.code: raw}, value, label)


def _read_span(get: Any, filter_: Filter) -> Chosen | None:
    read = _number if filter_.kind == "range" else _date
    raw = {f"{filter_.code}.{end}": get.get(f"{filter_.code}.{end}", "").strip() for end in ("from", "to")}
    low, high = (read(text, filter_) if text else None for text in raw.values())
    if low is None and high is None:
        return None
    words = " – ".join(text or "…" for text in raw.values())
    return Chosen(filter_, {name: text for name, text in raw.items() if text}, (low, high), words)


def _number(text: str, filter_: Filter) -> Decimal:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise _unknown(filter_, text) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 18:
        raise _unknown(filter_, text)
    return value


def _date(text: str, filter_: Filter) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unknown(filter_, text) from None


def _unknown(filter_: Filter, text: str) -> RuleBroken:
    return RuleBroken(
        N_("“%(text)s” is no value of the filter “%(filter)s”."),
        code="bad_filter",
        field=filter_.code,
        text=text[:40],
        filter=say(str(filter_.label)),
    )


def apply_filter(rows: Any, chosen: Chosen) -> Any:
    """Narrow rows (a queryset or a list of dicts) by a filter in use."""
    filter_, value = chosen.filter, chosen.value
    if filter_.apply is not None:
        return filter_.apply(rows, value)
    if filter_.kind in {"range", "dates"}:
        return _between(rows, filter_, *value)
    if isinstance(rows, list):
        return [row for row in rows if row[filter_.path] == value]
    return rows.filter(**{filter_.path: value})


def _between(rows: Any, filter_: Filter, low: Any, high: Any) -> Any:
    if isinstance(rows, list):
        return [
            row
            for row in rows
            if row[filter_.path] is not None
            and (low is None or row[filter_.path] >= low)
            and (high is None or row[filter_.path] <= high)
        ]
    if low is not None:
        rows = rows.filter(**{f"{filter_.path}__gte": low})
    if high is None:
        return rows
    if filter_.kind == "dates":  # also right for instants: up to the end of the day
        return rows.filter(**{f"{filter_.path}__lt": high + timedelta(days=1)})
    return rows.filter(**{f"{filter_.path}__lte": high})
