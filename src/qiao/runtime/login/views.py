"""The page of one's own open sessions."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiao.runtime.requests import Request

from . import actions, queries


def sessions(request: Request) -> HttpResponse:
    """Where one is logged in."""
    rows = queries.list_sessions(request.viewer.user_id, request.session.session_key)
    return render(request, "runtime/sessions.html", {"rows": rows, "others": len(rows) > 1})


@require_POST
def end(request: Request, name: str) -> HttpResponse:
    """End one of the others, or all of them (``others``)."""
    actions.end_session(
        user=request.user, name=name, current_key=request.session.session_key, request=request
    )
    return HttpResponseRedirect(reverse("sessions:sessions"))
