"""Asking for a right one lacks, and what was asked for."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qiao.kernel.errors import NotFound
from qiao.org.core.sight import GRANT_REACHES, REACH_WORDS
from qiao.runtime import clock
from qiao.runtime.contributions import Right, find_registered
from qiao.runtime.i18n import say
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request
from qiao.work import access, actions

USUAL_DAYS = 30


class AskForm(forms.Form):
    """What one asks for, how far, until when, and why."""

    scope_kind = forms.ChoiceField(
        label=gettext_lazy("Data scope"),
        choices=[(reach, gettext_lazy(REACH_WORDS[reach])) for reach in GRANT_REACHES],
    )
    ends_before = forms.DateField(
        label=gettext_lazy("Until before"), widget=forms.DateInput({"type": "date"})
    )
    reason = forms.CharField(
        label=gettext_lazy("What you need it for"), max_length=200, widget=forms.Textarea({"rows": 3})
    )


@require_http_methods(["GET", "POST"])
def ask_access(request: Request) -> HttpResponse:
    """Ask whoever may grant a right for it."""
    viewer = request.viewer
    access.person_of(viewer)
    right = find_registered(Right, request.GET.get("right", ""))
    if right is None:
        raise NotFound
    page = request.GET.get("page", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        page = ""
    usual = {"scope_kind": "self", "ends_before": clock.today() + timedelta(days=USUAL_DAYS)}
    form = AskForm(request.POST or None, initial=usual)

    def write(values: dict[str, Any]) -> str:
        row = actions.ask_for_access(viewer=viewer, right=right.code, page=page, by=request.user, **values)
        messages.success(request, _("Asked; you are told as soon as somebody has decided."))
        return reverse("work:approval", args=[row.pk])

    return answer_form(
        request,
        form,
        write,
        title=_("Ask for a right"),
        subtitle=say(right.label),
        cancel=page or "/",
        submit=_("Ask"),
    )


def access_request(request: Request, pk: int) -> HttpResponse:
    """What was asked for, as whoever decides and whoever asked reads it."""
    row = access.get_access_request(request.viewer, pk)
    right = find_registered(Right, row.right)
    context = {
        "row": row,
        "right": say(right.label) if right else row.right,
        "reach": say(REACH_WORDS[row.scope_kind]),
        "last_day": row.ends_before - timedelta(days=1),
    }
    return render(request, "work/access_request.html", context)
