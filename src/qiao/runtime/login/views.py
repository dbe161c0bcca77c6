"""The pages of one's own open sessions and second factors."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from qiao.runtime.requests import Request

from . import actions, factors, queries


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


def security(request: Request) -> HttpResponse:
    """What one's log-in asks for: password, app, passkeys, recovery codes."""
    return render(
        request, "runtime/security.html", {"factors": queries.gather_factors(request.viewer.user_id)}
    )


@login_required
def second_factor(request: Request) -> HttpResponse:
    """Leads who must have a second factor to set one up, or to show it. Stands outside the frame: nothing else is open."""
    after = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure()):
        after = "/"
    if factors.has_shown(request):
        return HttpResponseRedirect(after)
    has_one = queries.gather_factors(request.user.pk).any  # type: ignore[arg-type]
    methods = get_adapter(request).get_reauthentication_methods(request.user) if has_one else []
    ways = {method["id"]: f"{method['url']}?{urlencode({'next': after})}" for method in methods}
    return render(request, "account/second_factor.html", {"has_one": has_one, "ways": ways})


def passkeys(request: Request) -> HttpResponse:
    """Passkeys stand among the other factors."""
    return HttpResponseRedirect(reverse("mfa_index"))
