"""A list as one reader may see it: protected columns masked or left out."""

from dataclasses import replace
from typing import Any

from qiao.runtime.protection import Sight, shown

from .cells import reader
from .declare import Column, Listing, Row
from .state import value_path


def seen_by(viewer: Any, listing: Listing) -> Listing:
    """The declaration without what the viewer does not see, and with what he sees masked."""
    if not any([*(column.protected for column in listing.columns), *(f.protected for f in listing.filters)]):
        return listing
    columns = tuple(
        _column(viewer, column) for column in listing.columns if _may_stand(viewer, column.protected)
    )
    filters = tuple(f for f in listing.filters if not f.protected or viewer.sight(f.protected) is Sight.OPEN)
    order = listing.column(listing.sort.lstrip("-"))
    sort = "" if order is not None and order not in columns else listing.sort
    plain = {
        column.code
        for column in columns
        if not column.protected or viewer.sight(column.protected) is Sight.OPEN
    }
    views = tuple(view for view in listing.views if getattr(view, "column", "") in {"", *plain})
    return replace(listing, columns=columns, filters=filters, sort=sort, views=views)


def _may_stand(viewer: Any, code: str) -> bool:
    return not code or viewer.sight(code) is not Sight.HIDDEN


def _column(viewer: Any, column: Column) -> Column:
    code = column.protected
    if not code or viewer.sight(code) is Sight.OPEN:
        return column
    read, path = reader(column), value_path(column)

    def value(row: Row) -> Any:
        return shown(viewer, code, read(row))

    return replace(
        column, value=value, needs=(*column.needs, *([path] if path else [])), sort="", link=None, edit=None
    )
