"""Pages of the auditor: changes of all kinds, log-ins, exports, opened fields."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from qiao.runtime.contributions import RecordKind, find_registered
from qiao.runtime.exports import queries as exported
from qiao.runtime.i18n import say
from qiao.runtime.listing import Column, Filter, Listing, render_list
from qiao.runtime.protection import find_protected, list_protected
from qiao.runtime.protection import queries as opened
from qiao.runtime.requests import Request

from . import queries

SHOWN = 200
EXPORT_STATES = {
    "streamed": _("Streamed"),
    "waiting": _("Under way"),
    "ready": _("As a job"),
    "failed": _("Not written"),
}
EXPORTS = Listing(
    code="exports",
    columns=(
        Column("at", _("When"), "at", kind="instant", phone="line"),
        Column("who", _("Log-in name"), "username", phone="line"),
        Column("list", _("List"), "title", link=lambda row: row["address"], needs=("address",), phone="line", sort=""),
        Column("narrowed", _("Filtered by"), "narrowed", sort="", phone="line"),
        Column("rows", _("Rows"), "rows", kind="number", phone="value", hint=_("Empty where the download broke off")),
        Column("kind", _("Format"), "kind", sort=""),
        Column("how", _("How"), lambda row: str(EXPORT_STATES[row["state"]]), needs=("state",), kind="badge"),
        Column("fetched", _("Fetched at"), "fetched_at", kind="instant", sort="", shown=False),
        Column("columns", _("Columns"), "columns", sort="", shown=False),
        Column("network", _("From where"), "network", sort=""),
    ),
    filters=(Filter("at", _("When"), kind="dates", path="at"),),
    search=exported.search_exports,
    search_hint=_("Log-in name, list or filter"),
    sort="-at",
    empty_title=_("Nothing was exported yet"),
    empty_text=_("Every list that somebody takes away as a file is noted here: who, what, filtered by what, how many rows."),
    empty_icon="file-export",
)  # fmt: skip


def changes(request: Request) -> HttpResponse:
    """The newest changes to business rows, whoever made them."""
    request.viewer.check("audit.view")
    what = request.GET.get("what", "")
    who = request.GET.get("who", "").strip()
    context = {
        "events": queries.as_seen(request.viewer, queries.list_changes(what=what, who=who, limit=SHOWN)),
        "kinds": queries.list_tracked_kinds(),
        "what": what,
        "who": who,
        "shown": SHOWN,
    }
    return render(request, "runtime/changes.html", context)


def log_ins(request: Request) -> HttpResponse:
    """Who logged in, who failed to, from where."""
    request.viewer.check("log_ins.view")
    who = request.GET.get("who", "").strip()
    return render(
        request,
        "runtime/log_ins.html",
        {"records": queries.list_log_ins(who=who, limit=SHOWN), "who": who, "shown": SHOWN},
    )


def exports(request: Request) -> HttpResponseBase:
    """Which lists were taken away as files."""
    request.viewer.check("audit.view")
    return render_list(
        request, EXPORTS, exported.list_exports(), title=_("Exports"), subtitle=_("Lists taken away as files")
    )


def _field_name(row: Mapping[str, Any]) -> str:
    field = find_protected(row["field"])
    return say(field.label) if field else str(row["field"])


def _record_name(row: Mapping[str, Any]) -> str:
    kind = find_registered(RecordKind, row["kind"])
    return f"{say(kind.label) if kind else row['kind']} {row['record_id']}"


def _record_link(row: Mapping[str, Any]) -> str:
    kind = find_registered(RecordKind, row["kind"])
    return kind.url(row["record_id"]) if kind else ""


READS = Listing(
    code="field_reads",
    columns=(
        Column("at", _("When"), "at", kind="instant", phone="line"),
        Column("who", _("Log-in name"), "user__username", sort="", phone="value"),
        Column("field", _("Field"), _field_name, needs=("field",), phone="line"),
        Column("record", _("Record"), _record_name, needs=("kind", "record_id"), link=_record_link, phone="line"),
        Column("network", _("From where"), "network", sort="", phone="line"),
    ),
    filters=(
        Filter("at", _("When"), kind="dates", path="at"),
        Filter("field", _("Field"), path="field", choices=lambda request: [(f.code, say(f.label)) for f in list_protected()]),
    ),
    search=lambda rows, text: rows.filter(user__username__icontains=text),
    search_hint=_("Log-in name"),
    sort="-at",
    empty_title=_("No masked value was opened yet"),
    empty_text=_("Whoever sees a field masked and opens it stands here: who, which field of which record, when, from where."),
    empty_icon="eye",
)  # fmt: skip


def reads(request: Request) -> HttpResponseBase:
    """Which masked values were opened, by whom."""
    request.viewer.check("audit.view")
    return render_list(
        request,
        READS,
        opened.list_reads(),
        title=_("Opened fields"),
        subtitle=_("Masked values somebody asked to see"),
    )
