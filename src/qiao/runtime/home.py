"""The first page after logging in, the page about oneself, and the sign of life."""

from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from qiao.runtime.requests import Request

from .contributions import HomeCard, Right, list_for, list_registered
from .i18n import say
from .scope import Scope


def home(request: Request) -> HttpResponse:
    """The cards contexts contribute for this person's profile; each loads itself."""
    return render(request, "ui/home.html", {"cards": list_for(HomeCard, request.viewer)})


def me(request: Request) -> HttpResponse:
    """Who one is here, what one may do, language, password, tokens."""
    viewer = request.viewer
    rights = [
        {"label": say(right.label), "reach": _reach(viewer.scope(right.code)) if right.scoped else "—"}
        for right in list_registered(Right)
        if viewer.can(right.code)
    ]
    return render(request, "runtime/me.html", {"rights": rights, "may_use_tokens": viewer.can("tokens.use")})


def _reach(scope: Scope) -> str:
    if scope.everything:
        return _("everything")
    if scope.unit_ids:
        return _("%(count)s units and what you serve") % {"count": len(scope.unit_ids)}
    return _("what you serve") if scope.person_id else _("nothing")


def service_worker(request: Request) -> HttpResponse:
    """The script that shows notifications; it must stand at the root to cover every page."""
    return HttpResponse(_service_worker(), content_type="text/javascript; charset=utf-8")


@cache
def _service_worker() -> bytes:
    return (Path(__file__).parent / "static" / "qiao" / "sw.js").read_bytes()
