"""A list's page: the tools above it, the table, the foot."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_
from qiao.runtime import clock, figures
from qiao.runtime.exports.actions import count_delivered, note_export
from qiao.runtime.guard import limits
from qiao.runtime.i18n import say
from qiao.runtime.pages import render_part, wants_part
from qiao.runtime.saved.queries import find_offered

from .again import Opened
from .agenda import describe_agenda
from .cells import heading, unit_of, writer
from .declare import NUMERIC_KINDS, Action, Calendar, Column, Kanban, Listing, Row, View
from .export import check_kind, export
from .export_job import is_large, order_export
from .groups import SHOWN, columns_of, count_groups, table_rows
from .lanes import describe_lanes
from .page import COUNTED_TO, Page, all_rows, fill_in, filled, load_page, narrow
from .places import describe_places
from .protected import seen_by
from .state import COOKIE_AGE, State, cookie_name, read_state

BODY_ID = "q-list-body"


def render_list(
    request: HttpRequest,
    listing: Listing,
    rows: Any,
    *,
    title: Any,
    subtitle: Any = "",
    actions: Sequence[Action] = (),
    template: str = "ui/list.html",
    context: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """Answer a request for a list: the page, the part htmx asks for, or the export.

    Args:
        request: Its address holds the list's whole state.
        listing: The declaration.
        rows: A queryset already in the viewer's scope, or a list of dicts.
        title: Of the page.
        subtitle: One line below it.
        actions: Buttons beside it.
        template: Extends ui/list.html where a page adds something around the list.
        context: More for the template.

    Raises:
        NotAllowed: An export without the right.
        RuleBroken: A damaged address.
    """
    listing = seen_by(request.viewer, listing)  # type: ignore[attr-defined]
    state = read_state(request, listing)
    narrowed = narrow(rows, listing, state, request.viewer)  # type: ignore[attr-defined]
    if (asking := getattr(request, "list_asked", None)) is not None:
        asking.opened.append(Opened(listing, rows, narrowed, state, say(str(title)), request))
        return HttpResponse()
    if kind := request.GET.get("export", ""):
        request.viewer.check(listing.export_right)  # type: ignore[attr-defined]
        return _export(request, listing, narrowed, state, title=say(str(title)), kind=kind)
    parts = wants_part(request) and request.htmx.target == BODY_ID  # type: ignore[attr-defined]
    response = render_part(
        request,
        "ui/list_body.html" if parts else template,
        {
            "title": say(str(title)),
            "subtitle": say(str(subtitle)) if subtitle else "",
            "actions": [_action(action) for action in actions],
            "list": _describe(request, listing, state, narrowed),
            **(context or {}),
        },
    )
    if parts:
        response["HX-Push-Url"] = request.path + state.query().rstrip("?")
    if request.GET.getlist("columns"):
        chosen = ".".join(column.code for column in state.columns[1:])
        response.set_cookie(cookie_name(listing), chosen, max_age=COOKIE_AGE, httponly=True, samesite="Lax")
    return response


def _export(
    request: HttpRequest, listing: Listing, narrowed: Any, state: State, *, title: str, kind: str
) -> HttpResponseBase:
    """The list as a file; the audit notes who takes what before it leaves."""
    check_kind(kind)
    limits.check(request, "exports", request.viewer.user_id)  # type: ignore[attr-defined]
    if is_large(narrowed, state):
        ordered = order_export(
            request, listing=listing.code, state=state, title=title, narrowed=_in_words(state), kind=kind
        )
        return HttpResponseRedirect(reverse("lists:export", args=[ordered.pk]))
    rows, columns = _exported(narrowed, listing, state, request.viewer)  # type: ignore[attr-defined]
    record = note_export(
        request,  # type: ignore[arg-type]
        listing=listing.code,
        title=title,
        narrowed=_in_words(state),
        columns=[heading(column) for column in columns],
        kind=kind,
    )
    name = f"{title} {figures.day(clock.today())}"
    return export(count_delivered(record, rows), columns, name=name, kind=kind)


def _in_words(state: State) -> str:
    """What the list is narrowed and grouped by, as the reader sees it."""
    parts = [(_("Search"), state.q)] if state.q else []
    parts += [(say(str(chosen.filter.label)), chosen.text.strip()) for chosen in state.chosen.values()]
    if state.group is not None:
        parts.append((_("Grouped by"), say(str(state.group.label))))
    return "; ".join(f"{label}: {text}" for label, text in parts)


def _exported(
    narrowed: Any, listing: Listing, state: State, viewer: Any
) -> tuple[Iterable[Row], tuple[Column, ...]]:
    """What an export holds: the groups, or every row."""
    if state.group is not None:
        rows = table_rows(count_groups(narrowed, listing, state.group), state.group, state)
        return rows, columns_of(listing, state.group)
    return filled(all_rows(narrowed, listing, state), listing, state.columns, viewer), state.columns


def _action(action: Action) -> dict[str, Any]:
    return {"label": say(str(action.label)), "url": action.url, "icon": action.icon, "primary": action.primary,
            "panel": action.panel}  # fmt: skip


def _describe(request: HttpRequest, listing: Listing, state: State, narrowed: Any) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    may_export = bool(listing.export_right) and viewer is not None and viewer.can(listing.export_right)
    bulk = [
        {"label": say(str(b.label)), "url": reverse(b.url_name, args=b.args)}
        for b in listing.bulk
        if viewer is not None and viewer.can(b.right)
    ]
    editable = edited_columns(listing, viewer) if isinstance(narrowed, QuerySet) else ()
    if editable and any(column.edit and column.edit.many for column in editable):
        bulk.append({"label": _("Edit fields"), "url": reverse("lists:bulk")})
    codes = frozenset(column.code for column in editable)
    view = listing.view(state.view) if isinstance(narrowed, QuerySet) else None
    if view is not None:
        shown = _view(request, listing, state, narrowed, view, codes)
    elif state.group:
        shown = _groups(narrowed, listing, state)
    else:
        shown = _rows(narrowed, listing, state, Marks(bool(bulk), codes), viewer)
    return {
        "code": listing.code,
        "state": state,
        **shown,
        "has_search": listing.search is not None or listing.search_as is not None,
        "search_hint": say(str(listing.search_hint)) if listing.search_hint else _("Search"),
        "filters": [_filter(filter_, state) for filter_ in listing.filters if filter_.shown],
        "kept": [pair for c in state.chosen.values() if not c.filter.shown for pair in c.raw.items()],
        "groups": _options(
            [(g.code, say(str(g.label))) for g in listing.groups], state.group.code if state.group else ""
        ),
        "chips": [
            {"label": say(str(c.filter.label)), "text": c.text, "url": state.without(code).query()}
            for code, c in state.chosen.items()
        ],
        "columns": [
            {"code": column.code, "label": say(str(column.label)), "shown": column in state.columns}
            for column in listing.columns[1:]
        ],
        "exports": [(k.upper(), state.query(after="", before="", export=k)) for k in ("xlsx", "csv")]
        if may_export
        else [],
        "views": _views(listing, state) if isinstance(narrowed, QuerySet) else [],
        "bulk": bulk if state.group is None and view is None else [],
        "address": request.path + state.query(after="", before="").rstrip("?"),
        "cell_url": f"{reverse('lists:cell')}?{urlencode({'address': request.path})}" if codes else "",
        "move_url": f"{reverse('lists:move')}?{urlencode({'address': request.path})}",
        "bulk_url": f"{reverse('lists:bulk')}?{urlencode({'address': request.path + state.query(after='', before='').rstrip('?')})}"
        if editable and state.group is None and view is None
        else "",
        "empty": {
            "title": say(str(listing.empty_title)) if listing.empty_title else _("Nothing here yet"),
            "text": say(str(listing.empty_text)) if listing.empty_text else "",
            "url": listing.empty_action[0] if listing.empty_action else "",
            "label": say(str(listing.empty_action[1])) if listing.empty_action else "",
            "icon": listing.empty_icon,
        },
        "plain_url": request.path,
        "saved": _saved(request, listing),
        "saved_url": reverse("lists:menu")
        + "?"
        + urlencode(
            {"listing": listing.code, "path": request.path, "query": state.query(after="", before="")}
        ),
    }


def _saved(request: HttpRequest, listing: Listing) -> dict[str, Any] | None:
    """The saved list the address names, and what it was narrowed by that is no filter any more."""
    row = find_offered(request.viewer, request.GET["saved"]) if "saved" in request.GET else None  # type: ignore[attr-defined]
    if row is None or row.listing != listing.code:
        return None
    known = {"q", "sort", "by", "columns", "saved", "after", "before", "view", "at"}
    for one in listing.filters:
        known |= {one.code, f"{one.code}.from", f"{one.code}.to"}
    return {"name": row.name, "gone": ", ".join(sorted(set(dict(parse_qsl(row.query))) - known))}


@dataclass(frozen=True, slots=True)
class Marks:
    """What a table's rows carry: boxes to pick them, cells that are edited in place."""

    picking: bool
    editable: frozenset[str]


def edited_columns(listing: Listing, viewer: Any) -> tuple[Column, ...]:
    """Columns whose cells the viewer is offered to edit."""
    if viewer is None:
        return ()
    return tuple(column for column in listing.columns if column.edit and viewer.can(column.edit.right))


def _rows(narrowed: Any, listing: Listing, state: State, marked: Marks, viewer: Any) -> dict[str, Any]:
    """A page of rows."""
    page = load_page(narrowed, listing, state)
    fill_in(page.rows, listing, state.columns, viewer)
    return {
        "any": bool(page.rows),
        "table": _table(listing, state, page.rows, marked),
        "count": _count(page),
        "next_url": state.query(after=page.next_cursor, before="") if page.next_cursor else "",
        "previous_url": state.query(before=page.previous_cursor, after="") if page.previous_cursor else "",
    }


def _groups(narrowed: Any, listing: Listing, state: State) -> dict[str, Any]:
    """The list grouped."""
    assert state.group is not None
    grouped = count_groups(narrowed, listing, state.group)
    rows = table_rows(grouped, state.group, state)
    columns = columns_of(listing, state.group)
    writers = [writer(replace(columns[0], link=lambda row: row["url"])), *map(writer, columns[1:])]
    heads = "".join(_head(replace(column, sort=""), state) for column in columns)
    return {
        "any": bool(rows),
        "table": mark_safe(_html(heads, (([write(row) for write in writers], "") for row in rows[:SHOWN]))),
        "count": figures.number(grouped.count),
        "group_count": figures.number(len(rows)),
        "group_rest": figures.number(len(rows) - SHOWN) if len(rows) > SHOWN else "",
        "counted_at": grouped.counted_at,
    }


VIEW_NAMES = {
    "": (N_("Table"), "table"),
    "kanban": (N_("Lanes"), "layout-kanban"),
    "calendar": (N_("Calendar"), "calendar"),
    "map": (N_("Map"), "map"),
}


def _views(listing: Listing, state: State) -> list[dict[str, Any]]:
    """How else the list can be shown, the way it is shown now among them."""
    if not listing.views:
        return []
    plain = replace(state, at="", after="", before="", group=None)
    return [
        {
            "label": say(VIEW_NAMES[code][0]),
            "icon": VIEW_NAMES[code][1],
            "url": plain.query(view=code),
            "here": code == state.view,
        }
        for code in ("", *(view.code for view in listing.views))
    ]


def _view(
    request: HttpRequest, listing: Listing, state: State, narrowed: Any, view: View, codes: frozenset[str]
) -> dict[str, Any]:
    """The list as lanes, calendar or map."""
    if isinstance(view, Kanban):
        may_move = view.column in codes
        return describe_lanes(narrowed, listing, state, view, request=request, may_move=may_move)
    if isinstance(view, Calendar):
        return describe_agenda(narrowed, listing, state, view)
    return describe_places(narrowed, view, title=say(VIEW_NAMES["map"][0]))


def _count(page: Page) -> str:
    shown = figures.number(page.count)
    return f"{figures.number(COUNTED_TO)}+" if page.more else shown


def _filter(filter_: Any, state: State) -> dict[str, Any]:
    chosen = state.chosen.get(filter_.code)
    raw = chosen.raw if chosen else {}
    return {
        "code": filter_.code,
        "label": say(str(filter_.label)),
        "kind": filter_.kind,
        "options": _options(state.choices.get(filter_.code, []), raw.get(filter_.code, "")),
        "value": raw.get(filter_.code, ""),
        "from": raw.get(f"{filter_.code}.from", ""),
        "to": raw.get(f"{filter_.code}.to", ""),
    }


def _options(choices: list[tuple[str, str]], chosen: str) -> SafeString:
    return _written_options(tuple(choices), chosen)


@lru_cache(maxsize=500)
def _written_options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Written once: the units of an enterprise are a hundred, and the same on every page of a list."""
    return mark_safe(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
            for value, label in choices
        )
    )


def _table(listing: Listing, state: State, rows: Sequence[Row], marked: Marks) -> SafeString:
    """Head and body as one string: templates would cost more than the queries."""
    writers = [writer(column, column.code in marked.editable) for column in state.columns]
    heads = "".join(_head(column, state) for column in state.columns)
    key, pick = listing.key, escape(_("Pick this row"))

    def box(row: Row) -> str:
        return (
            f'<input type="checkbox" class="form-check-input q-pick" name="pick" form="q-picked" '
            f'value="{escape(str(row[key]))}" data-pick x-on:change="count" aria-label="{pick}">'
        )

    lines = (([write(row) for write in writers], box(row) if marked.picking else "") for row in rows)
    keys = [escape(str(row[key])) for row in rows] if marked.editable else None
    return mark_safe(_html(heads, lines, keys))


def _html(heads: str, lines: Iterable[tuple[list[str], str]], keys: Sequence[str] | None = None) -> str:
    """A table of written cells; the first of a line is its heading, with a box before it where rows are picked."""
    body = []
    for place, ((first, *rest), box) in enumerate(lines):
        title = first.replace("<td", '<th scope="row"', 1).removesuffix("</td>")
        if box:
            title = title.replace(">", f">{box}", 1)
        mark = f' data-row="{keys[place]}"' if keys else ""
        body.append(f"<tr{mark}>{title}</th>{''.join(rest)}</tr>")
    return f"<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody>"


def _head(column: Column, state: State) -> str:
    label, unit = escape(say(str(column.label))), unit_of(column)
    if unit:
        label += f'<span class="q-th-unit">({escape(unit)})</span>'
    css = ' class="num"' if column.kind in NUMERIC_KINDS else ""
    hint = f' title="{escape(say(str(column.hint)))}"' if column.hint else ""
    if column.sort == "":
        return f'<th scope="col"{css}{hint}>{label}</th>'
    here = state.sort is column
    aria = f' aria-sort="{"descending" if state.falling else "ascending"}"' if here else ""
    first_down = column.kind in NUMERIC_KINDS  # the largest figure is asked for first
    falling = not state.falling if here else first_down
    code = f"{'-' if falling else ''}{column.code}"
    url = escape(state.query(sort=code, after="", before=""))
    # Asked with what the tools say now: a word typed a moment ago is not lost by a click on a heading.
    return (
        f'<th scope="col"{css}{hint}{aria}><a class="q-th-sort" href="{url}" hx-get="?" hx-include="#q-list-form" '
        f'hx-vals="{escape(json.dumps({"sort": code}))}" hx-target="#{BODY_ID}">{label}</a></th>'
    )
