"""Pages of the auditor: changes of all kinds, log-ins."""

from django.http import HttpResponse
from django.shortcuts import render

from qiao.runtime.requests import Request

from . import queries

SHOWN = 200


def changes(request: Request) -> HttpResponse:
    """The newest changes to business rows, whoever made them."""
    request.viewer.check("audit.view")
    what = request.GET.get("what", "")
    who = request.GET.get("who", "").strip()
    context = {
        "events": queries.list_changes(what=what, who=who, limit=SHOWN),
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
