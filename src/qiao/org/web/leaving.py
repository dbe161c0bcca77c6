"""Pages of departures: what a person who leaves has in hand, who takes over, and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import RuleBroken
from qiao.org import access, actions, queries
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.listing import render_list
from qiao.runtime.requests import Request

from . import forms, listings

# Beyond this a page of choices cannot be filled in; the API takes any number.
MOST_PARTS = 100
MOST_MISSED = 50


@require_http_methods(["GET", "POST"])
def leave(request: Request, pk: int) -> HttpResponse:
    """The check-list of what a person has in hand, and the form that hands it over."""
    viewer = request.viewer
    row = access.get_editable_person(viewer, pk)
    parts = access.list_parts(viewer, pk, clock.today())
    people = access.successors(viewer, pk)
    shown = parts if len(parts) <= MOST_PARTS else []
    form = forms.LeaveForm(request.POST or None, people=people, parts=shown)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.leave(person=row, by=request.user, **form.cleaned_data)
            return HttpResponseRedirect(reverse("org:departure", args=[made.pk]))
        except RuleBroken as error:
            form.add_error(error.field if error.field in form.fields else None, say_error(error))
    context: dict[str, Any] = {
        "form": form, "title": _("Leaves"), "subtitle": row.name, "cancel": reverse("org:person", args=[pk]),
        "submit": _("Hand over"), "checklist": queries.list_in_hand(pk, clock.today()),
        "people": form.people.values() if shown else [], "too_many": len(shown) != len(parts),
    }  # fmt: skip
    return render(request, "org/leave.html", context, status=422 if form.errors else 200)


def departures(request: Request) -> HttpResponseBase:
    """Who left or leaves, newest first; above them whom a directory misses and nobody has handed over yet."""
    missed = list(access.visible_missed(request.viewer)[:MOST_MISSED])
    return render_list(
        request, listings.DEPARTURES, access.visible_departures(request.viewer), title=_("Departures"),
        template="org/departures.html", context={"missed": missed},
    )  # fmt: skip


def departure(request: Request, pk: int) -> HttpResponse:
    """One departure: the check-list as it was, who took over, and whether it was taken back."""
    return render(request, "org/departure.html", {"row": access.get_departure(request.viewer, pk)})


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Take a departure back as one step."""
    row = access.get_departure(request.viewer, pk)
    try:
        actions.undo_departure(departure_id=row.pk, by=request.user)
    except RuleBroken as error:
        messages.error(request, say_error(error))
    else:
        messages.success(request, _("The departure was taken back; everything stands as before."))
    return HttpResponseRedirect(reverse("org:departure", args=[pk]))
