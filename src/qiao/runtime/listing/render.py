"""A list's page: the tools above it, the table, the foot."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from qiao.runtime import clock, figures
from qiao.runtime.exports.actions import count_delivered, note_export
from qiao.runtime.guard import limits
from qiao.runtime.i18n import say
from qiao.runtime.pages import render_part, wants_part
from qiao.runtime.saved.queries import find_offered

from .cells import heading, unit_of, writer
from .declare import NUMERIC_KINDS, Action, Column, Listing, Row
from .export import check_kind, export
from .groups import SHOWN, columns_of, count_groups, table_rows
from .page import COUNTED_TO, Page, all_rows, load_page, narrow
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
    narrowed = narrow(rows, listing, state)
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
    rows, columns = _exported(narrowed, listing, state)
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


def _exported(narrowed: Any, listing: Listing, state: State) -> tuple[Iterable[Row], tuple[Column, ...]]:
    """What an export holds: the groups, or every row."""
    if state.group is not None:
        rows = table_rows(count_groups(narrowed, listing, state.group), state.group, state)
        return rows, columns_of(listing, state.group)
    return all_rows(narrowed, listing, state), state.columns


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
    shown = _groups(narrowed, listing, state) if state.group else _rows(narrowed, listing, state, bool(bulk))
    return {
        "code": listing.code,
        "state": state,
        **shown,
        "has_search": listing.search is not None,
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
        "bulk": bulk if state.group is None else [],
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
    known = {"q", "sort", "by", "columns", "saved", "after", "before"}
    for one in listing.filters:
        known |= {one.code, f"{one.code}.from", f"{one.code}.to"}
    return {"name": row.name, "gone": ", ".join(sorted(set(dict(parse_qsl(row.query))) - known))}


def _rows(narrowed: Any, listing: Listing, state: State, picking: bool) -> dict[str, Any]:
    """A page of rows."""
    page = load_page(narrowed, listing, state)
    return {
        "any": bool(page.rows),
        "table": _table(listing, state, page.rows, picking=picking),
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


def _table(listing: Listing, state: State, rows: Sequence[Row], *, picking: bool) -> SafeString:
    """Head and body as one string: templates would cost more than the queries."""
    writers = [writer(column) for column in state.columns]
    heads = "".join(_head(column, state) for column in state.columns)
    key, pick = listing.key, escape(_("Pick this row"))

    def box(row: Row) -> str:
        return (
            f'<input type="checkbox" class="form-check-input q-pick" name="pick" form="q-picked" '
            f'value="{escape(str(row[key]))}" data-pick x-on:change="count" aria-label="{pick}">'
        )

    lines = (([write(row) for write in writers], box(row) if picking else "") for row in rows)
    return mark_safe(_html(heads, lines))


def _html(heads: str, lines: Iterable[tuple[list[str], str]]) -> str:
    """A table of written cells; the first of a line is its heading, with a box before it where rows are picked."""
    body = []
    for (first, *rest), box in lines:
        title = first.replace("<td", '<th scope="row"', 1).removesuffix("</td>")
        if box:
            title = title.replace(">", f">{box}", 1)
        body.append(f"<tr>{title}</th>{''.join(rest)}</tr>")
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
