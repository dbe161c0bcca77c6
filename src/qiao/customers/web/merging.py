"""Merging two files: side by side, field by field, with what moves; and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.customers import access, actions, policy, queries
from qiao.customers.core.merging import MERGED_FIELDS, differing, suggest_fields
from qiao.kernel.errors import RuleBroken
from qiao.runtime import clock
from qiao.runtime.i18n import say, say_error
from qiao.runtime.protection import shown
from qiao.runtime.requests import Request

from .stages import names_with_usual

TAKE = "other"


@require_http_methods(["GET", "POST"])
def merge(request: Request, pk: int, other: int) -> HttpResponse:
    """Two files side by side: which value stays is chosen field by field, what moves stands with counts."""
    survivor, merged = access.get_two_to_merge(request.viewer, pk, other)
    kept, theirs = queries.fields_of(survivor), queries.fields_of(merged)
    if request.method == "POST":
        take = [name for name in MERGED_FIELDS if request.POST.get(name) == TAKE]
        try:
            done = actions.merge(
                survivor_id=pk,
                merged_id=other,
                take=take,
                reason=request.POST.get("reason", ""),
                by=request.user,
            )
        except RuleBroken as refusal:
            messages.error(request, say_error(refusal))
        else:
            messages.success(request, _("The two are one customer now. It can be taken back."))
            return HttpResponseRedirect(reverse("customers:merge_done", args=[pk, done.pk]))
    else:
        take = suggest_fields(kept, theirs)
    context = {
        "customer": survivor,
        "merged": merged,
        "rows": _rows(request.viewer, kept, theirs, take),
        "moving": actions.count_moving(other),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "customers/merge.html", context, status=422 if request.method == "POST" else 200)


def _rows(viewer: Any, kept: dict[str, Any], theirs: dict[str, Any], take: Any) -> list[dict[str, Any]]:
    """Fields with both values in words; those that agree offer no choice."""
    labels, different = queries.labels_of_fields(), set(differing(kept, theirs))
    words = _words(viewer)
    return [
        {
            "name": name,
            "label": say(labels[name]),
            "kept": words(name, kept[name]),
            "theirs": words(name, theirs[name]),
            "differs": name in different,
            "take": name in take,
        }
        for name in MERGED_FIELDS
    ]


def _words(viewer: Any) -> Any:
    """How a field's value is shown: codes by their names."""
    stages = names_with_usual(policy.stage_norms(clock.today()))
    segments = policy.names_of("segment", clock.today())

    def words(name: str, value: Any) -> Any:
        if name in access.PROTECTED_FIELDS:
            return shown(viewer, access.PROTECTED_FIELDS[name], value)
        if name == "traits":
            return "、".join(value)
        return {"stage": stages, "segment": segments}.get(name, {}).get(value, value)

    return words


def merge_done(request: Request, pk: int, merge_id: int) -> HttpResponse:
    """One merge: what was joined, by whom and why, what moved, and the button that takes it back."""
    customer = access.get_visible(request.viewer, pk)
    row = queries.get_merge(pk, merge_id)
    labels = queries.labels_of_fields()
    words = _words(request.viewer)
    context = {
        "customer": customer,
        "row": row,
        "fields": [
            (say(labels[name]), words(name, row.before[name]), words(name, value))
            for name, value in row.after.items()
        ],
        "standings": queries.list_standings(row.merged_id, "tier", 12),
        "tiers": policy.names_of("tier", clock.today()),
        "can_undo": access.can_change(request.viewer, customer, access.MERGE),
    }
    return render(request, "customers/merge_done.html", context)


@require_POST
def unmerge(request: Request, pk: int, merge_id: int) -> HttpResponse:
    """Make one customer two again."""
    access.get_changeable(request.viewer, pk, access.MERGE)
    row = queries.get_merge(pk, merge_id)
    try:
        actions.unmerge(merge_id=row.pk, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    else:
        messages.success(request, _("The two are two customers again."))
    return HttpResponseRedirect(reverse("customers:merge_done", args=[pk, merge_id]))
