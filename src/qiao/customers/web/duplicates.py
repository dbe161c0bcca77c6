"""Files that look alike: warned on entry, listed as pairs, called different."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qiao.customers import access, actions, policy, queries
from qiao.customers.core.duplicates import Likeness
from qiao.kernel.errors import RuleBroken
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.jobs.queries import find_newest
from qiao.runtime.jobs.views import panel_of
from qiao.runtime.requests import Request

PAGE = 50
TELLING = ("name", "short_name", "phone", "tax_number")
REASONS = {
    "name": gettext_lazy("names alike"),
    "phone": gettext_lazy("same phone"),
    "tax": gettext_lazy("same tax number"),
    "place": gettext_lazy("places near each other"),
    "other_tax": gettext_lazy("different tax numbers"),
}
STATES = {
    "open": gettext_lazy("To be looked at"),
    "different": gettext_lazy("Not a duplicate"),
}


def words_of(reasons: Any) -> list[str]:
    """What is alike, in words with its points."""
    return [f"{REASONS[code]} {points:+}" for code, points in reasons]


def alike_on_entry(request: Request, values: dict[str, Any], row: Any = None) -> Any:
    """Files that look like the one being entered, as the viewer may see them.

    Of a file that stands already only a change to what tells customers apart is looked at.
    """
    if row is not None and all(values.get(name, "") == getattr(row, name) for name in TELLING):
        return []
    marks = queries.marks_from(
        name=values["name"], short_name=values["short_name"], phones=[values["phone"]],
        tax_number=values["tax_number"], address=values.get("address", ""),
    )  # fmt: skip
    article = policy.duplicate_policy(clock.today())
    return access.look_alikes(request.viewer, marks, article, besides=row.pk if row else None)


def telling_of(row: Any) -> dict[str, Any]:
    """What tells a stored file apart, by field."""
    return {name: getattr(row, name) for name in TELLING}


def as_stored(found: Any) -> list[tuple[int, Likeness]]:
    """Files that look alike, as the action that saves takes them."""
    return [(one.stored_pk, one.likeness) for one in found]


def answer_file(request: Request, form: Any, write: Any, *, row: Any = None, **page: Any) -> HttpResponse:
    """Show a file's form; where others look like it, show them and ask why it is saved all the same.

    Args:
        request: The request.
        form: A ``FileForm``, bound when posted.
        write: (values, alike, reason) → address to go to.
        row: The file changed; None for a new one.
        page: title, subtitle, cancel.
    """
    found: Any = []
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        anyway = values.pop("anyway", "")
        found = alike_on_entry(request, {**telling_of(row), **values} if row else values, row)
        try:
            return HttpResponseRedirect(write(values, as_stored(found), anyway))
        except RuleBroken as refusal:
            form.ask_why(refusal.field)
            form.add_error(refusal.field if refusal.field in form.fields else None, say_error(refusal))
    context = {
        "form": form,
        "alike": shown(found),
        "submit": _("Save anyway") if found else _("Save"),
        **page,
    }
    return render(request, "customers/file_form.html", context, status=422 if form.errors else 200)


def shown(found: Any) -> list[dict[str, Any]]:
    """Files that look alike, for the page: what is alike in words."""
    return [
        {"row": one, "points": one.likeness.points, "reasons": words_of(one.likeness.reasons)}
        for one in found
    ]


def duplicates(request: Request) -> HttpResponse:
    """Suspected pairs in reach, most alike first; who may merge decides on them here."""
    viewer = request.viewer
    viewer.check("customers.view")
    state = request.GET.get("state", "open") if request.GET.get("state") in STATES else "open"
    page = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdecimal() else 1
    rows = access.visible_pairs(viewer).filter(state=state).order_by("-points", "id")
    found = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    job = find_newest(viewer, actions.SEARCH)
    context = {
        "pairs": [_described(viewer, pair) for pair in found[:PAGE]],
        "page": page,
        "more": len(found) > PAGE,
        "state": state,
        "states": STATES.items(),
        "job": panel_of(job) if job else None,
        "can_search": viewer.can(access.MERGE),
        "has_policy": policy.duplicate_policy(clock.today()) is not None,
    }
    return render(request, "customers/duplicates.html", context)


def _described(viewer: Any, pair: Any) -> dict[str, Any]:
    reasons = [(code, Decimal(points)) for code, points in pair.reasons]
    likeness = Likeness(pair.points, tuple(reasons))
    sides = [access.show_masked(viewer, row, likeness) for row in (pair.first, pair.second)]
    reach = all(access.can_change(viewer, row, access.MERGE) for row in (pair.first, pair.second))
    return {"pair": pair, "sides": sides, "reasons": words_of(reasons), "can_decide": reach}


@require_POST
def search(request: Request) -> HttpResponse:
    """Look for pairs over the whole register."""
    request.viewer.check(access.MERGE)
    try:
        actions.start_search(by=request.user)
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    return HttpResponseRedirect(reverse("customers:duplicates"))


@require_POST
def different(request: Request, pair_id: int) -> HttpResponse:
    """The two are not one customer."""
    pair = access.get_decidable_pair(request.viewer, pair_id)
    try:
        actions.call_different(pair_id=pair.pk, reason=request.POST.get("reason", ""), by=request.user)
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    else:
        messages.success(request, _("Noted; no search brings this pair back."))
    return HttpResponseRedirect(reverse("customers:duplicates"))


@require_POST
def again(request: Request, pair_id: int) -> HttpResponse:
    """Look at a pair again that was called different."""
    pair = access.get_decidable_pair(request.viewer, pair_id)
    try:
        actions.look_at_again(pair_id=pair.pk, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    return HttpResponseRedirect(reverse("customers:duplicates"))
