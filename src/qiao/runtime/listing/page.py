"""One page of a list by keyset: a deep page costs what the first one does, and nothing counts all hits."""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BooleanField, F, Func, OrderBy, Q, QuerySet, Value
from django.db.utils import DataError

from qiao.kernel.errors import N_, RuleBroken

from .declare import Column, Listing, Row
from .state import State, apply_filter, sort_path, value_path

COUNTED_TO = 1000
ALIAS = "_order"


@dataclass(frozen=True)
class Page:
    """A page of rows.

    Attributes:
        rows: Rows in order.
        next_cursor, previous_cursor: Cursors of the neighbours, or empty.
        count: Rows of the narrowed list, counted to 1,000.
        more: Whether there are more than counted.
    """

    rows: list[dict[str, Any]]
    next_cursor: str
    previous_cursor: str
    count: int
    more: bool


def narrow(rows: Any, listing: Listing, state: State, viewer: Any) -> Any:
    """Rows searched and filtered, as far as the viewer may read what is searched."""
    if state.q and listing.search_as is not None:
        rows = listing.search_as(rows, state.q, viewer)
    elif state.q and listing.search is not None:
        rows = listing.search(rows, state.q)
    for chosen in state.chosen.values():
        rows = apply_filter(rows, chosen)
    return rows


def load_page(rows: Any, listing: Listing, state: State) -> Page:
    """The page the state asks for, of narrowed rows.

    Raises:
        RuleBroken: The address's cursor is damaged.
    """
    if isinstance(rows, list):
        return _page_of_list(rows, listing, state)
    order = Order(rows, listing, state)
    backwards = bool(state.before)
    cursor = state.before or state.after
    try:
        found: list[dict[str, Any]] = []
        for part in order.parts(_decode(cursor) if cursor else None, backwards):
            wanted = part.values(*paths(listing, state.columns), **order.extra)
            found += wanted[: listing.page_size + 1 - len(found)]
            if len(found) > listing.page_size:
                break
    except (ValueError, TypeError, ValidationError, DataError):
        if cursor:
            raise _damaged() from None
        raise
    more_beyond = len(found) > listing.page_size
    found = found[: listing.page_size]
    if backwards:
        found.reverse()
    has_previous = more_beyond if backwards else bool(state.after)
    has_next = bool(state.before) or more_beyond
    whole = not has_previous and not has_next
    count = len(found) if whole else rows.order_by()[: COUNTED_TO + 1].count()
    return Page(
        rows=found,
        next_cursor=order.cursor(found[-1]) if found and has_next else "",
        previous_cursor=order.cursor(found[0]) if found and has_previous else "",
        count=min(count, COUNTED_TO),
        more=count > COUNTED_TO,
    )


def paths(listing: Listing, columns: Iterable[Column]) -> list[str]:
    """Everything the rows must hold for these columns: nothing more is read."""
    wanted = {listing.key: None}
    for column in columns:
        if path := value_path(column):
            wanted[path] = None
        wanted.update(dict.fromkeys(column.needs))
    return list(wanted)


def fill_in(rows: list[dict[str, Any]], listing: Listing, columns: Iterable[Column], viewer: Any) -> None:
    """Put what columns gather for many rows at once into the rows."""
    for column in columns:
        if column.gather is not None and rows:
            found = column.gather(viewer, [row[listing.key] for row in rows])
            for row in rows:
                row[column.code] = found.get(row[listing.key])


def filled(rows: Iterable[Any], listing: Listing, columns: Sequence[Column], viewer: Any) -> Iterator[Row]:
    """Rows on their way out, a thousand at a time filled in."""
    if not any(column.gather for column in columns):
        yield from rows
        return
    rest = iter(rows)
    while piece := list(islice(rest, 1000)):
        fill_in(piece, listing, columns, viewer)
        yield from piece


def all_rows(rows: Any, listing: Listing, state: State) -> Iterable[Row]:
    """Every narrowed row in order, a few thousand in memory at a time: for exports."""
    if isinstance(rows, list):
        return _sorted_list(rows, state)
    order = Order(rows, listing, state)
    return order.sorted(False).values(*paths(listing, state.columns)).iterator(chunk_size=5000)


class Order:
    """The order of a queryset by the column asked for, the key last, empty values at the end."""

    def __init__(self, rows: QuerySet[Any], listing: Listing, state: State) -> None:
        self.rows, self.falling, self.listing_key = rows, state.falling, listing.key
        self.key = (state.sort.sort_key if state.sort else "") or listing.key
        self.path = sort_path(state.sort) if state.sort else ""
        self.nullable = bool(self.path) and _is_nullable(rows, self.path, state.sort)
        self.extra = {ALIAS: F(self.path)} if self.path else {}

    def sorted(self, backwards: bool) -> QuerySet[Any]:
        down = self.falling != backwards
        terms: list[OrderBy] = []
        if self.path:
            nulls: dict[str, bool] = {}
            if self.nullable:
                nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
            terms.append(OrderBy(F(self.path), descending=down, **nulls))
        terms.append(OrderBy(F(self.key), descending=down))
        return self.rows.order_by(*terms)

    def cursor(self, row: Row) -> str:
        text = json.dumps([row.get(ALIAS), row[self.listing_key]], cls=DjangoJSONEncoder)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def parts(self, cursor: tuple[Any, Any] | None, backwards: bool) -> Iterator[QuerySet[Any]]:
        """Rows after the cursor in reading order (before it when going backwards), in one part or two.

        Rows with a value and rows without are two parts: each is a walk along an index from the very place, where
        one condition for both would read everything before it.
        """
        rows = self.sorted(backwards)
        if cursor is None:
            yield rows
            return
        value, key = cursor
        sign = "<" if self.falling != backwards else ">"
        by_key = Q(**{f"{self.key}__{'lt' if sign == '<' else 'gt'}": key})
        if not self.path:
            yield rows.filter(by_key)
            return
        empty = Q(**{f"{self.path}__isnull": True})
        if value is not None:
            yield rows.filter(_RowCompare(F(self.path), F(self.key), Value(value), Value(key), operator=sign))
            if self.nullable and not backwards:
                yield rows.filter(empty)
            return
        yield rows.filter(empty & by_key)
        if backwards:
            yield rows.filter(~empty)


class _RowCompare(Func):
    """``(a, b) > (x, y)``: PostgreSQL walks an index on (a, b) straight to the place."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, *expressions: Any, operator: str) -> None:
        super().__init__(*expressions)
        self.operator = operator

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> Any:  # type: ignore[override]
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        left, key, value, key_value = (sql for sql, _values in parts)
        sql = f"({left}, {key}) {self.operator} ({value}, {key_value})"
        return sql, [value for _sql, values in parts for value in values]


def _is_nullable(rows: QuerySet[Any], path: str, column: Column | None) -> bool:
    if column is not None and column.nullable is not None:
        return column.nullable
    model: Any = rows.model
    for part in path.split("__"):
        if model is None:
            return True
        try:
            found = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist:
            return True  # an annotation: anything may come out
        if getattr(found, "null", True) or (found.auto_created and not found.concrete):
            return True
        model = getattr(found, "related_model", None)
    return False


def _decode(cursor: str) -> tuple[Any, Any]:
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise _damaged() from None
    if isinstance(value, list | dict) or not isinstance(key, str | int):
        raise _damaged()
    return value, key


def _damaged() -> RuleBroken:
    return RuleBroken(N_("The address of this page is damaged; open the list anew."), code="bad_cursor")


def _sorted_list(rows: list[dict[str, Any]], state: State) -> list[dict[str, Any]]:
    if state.sort is None:
        return rows
    path = sort_path(state.sort)
    known = [row for row in rows if row.get(path) is not None]
    return sorted(known, key=lambda row: row[path], reverse=state.falling) + [
        r for r in rows if r.get(path) is None
    ]


def _page_of_list(rows: list[dict[str, Any]], listing: Listing, state: State) -> Page:
    """A page of rows in memory; the cursor is the number of rows before it."""
    cursor = state.after or state.before
    if cursor and not (cursor.isdecimal() and len(cursor) < 9):
        raise _damaged()
    start, size = int(cursor or 0), listing.page_size
    ordered = _sorted_list(rows, state)
    return Page(
        rows=ordered[start : start + size],
        next_cursor=str(start + size) if start + size < len(rows) else "",
        previous_cursor=str(max(0, start - size)) if start else "",
        count=len(rows),
        more=False,
    )
