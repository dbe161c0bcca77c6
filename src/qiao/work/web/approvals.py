"""Pages of approvals and delegations."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import BadInput, NotAllowed, QiaoError, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import (
    ApprovalKind,
    find_registered,
)
from qiao.runtime.i18n import say, say_error
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries
from qiao.work.core import words

from . import forms, listings


def approvals(request: Request) -> HttpResponseBase:
    """Approvals one takes part in; those that wait for oneself first."""
    viewer = request.viewer
    rows = access.visible_approvals(viewer)
    if viewer.person_id is not None and not request.GET.get("state") and not request.GET.get("part"):
        count = queries.list_approvals().filter(queries.waiting_for(viewer.person_id, clock.today())).count()
        note = ngettext("%(count)s waits for you", "%(count)s wait for you", count) % {"count": count}
    else:
        note = ""
    delegations = Action(_("Delegations"), reverse("work:delegations"), icon="user-share")
    return render_list(
        request, listings.APPROVALS, rows, title=_("Approvals"), subtitle=note, actions=[delegations]
    )


def approval(request: Request, pk: int) -> HttpResponse:
    """One approval: what is asked, its route, its trail, and what the reader can do."""
    viewer = request.viewer
    row = access.get_approval(viewer, pk)
    kind = find_registered(ApprovalKind, row.kind)
    stages = queries.list_stages(pk)
    may_decide = access.may_decide(viewer, row)
    context = {
        "approval": row,
        "kind": say(kind.label) if kind else row.kind,
        "state": say(words.APPROVAL_STATES[row.state]),
        "tone": words.TONES.get(row.state, "neutral"),
        "subject_url": kind.url_of(row.subject_id) if kind else "",
        "stages": [_stage(row, stage) for stage in stages],
        "trail": [{"entry": e, "step": say(words.STEPS[e.step])} for e in queries.list_trail(pk)],
        "may_decide": may_decide,
        "is_author": row.author_id == viewer.person_id,
        "is_open": row.state == "open",
        "is_returned": row.state == "returned",
    }
    return render(request, "work/approval.html", context)


def _stage(row: Any, stage: Any) -> dict[str, Any]:
    here = row.state == "open" and stage.number == row.stage
    return {
        "number": stage.number,
        "name": stage.name,
        "mode": say(words.MODES[stage.mode]),
        "here": here,
        "signs": [
            {
                "sign": sign,
                "verdict": say(words.VERDICTS[sign.verdict]),
                "tone": words.TONES.get(sign.verdict, "neutral")
                if here or sign.verdict != "waiting"
                else "neutral",
            }
            for sign in stage.signs.all()
        ],
    }


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Agree or refuse."""
    access.get_approval(request.viewer, pk)
    agrees = request.POST.get("verdict") == "agree"
    try:
        actions.decide(
            approval_id=pk, person_id=access.person_of(request.viewer), agrees=agrees,
            comment=request.POST.get("comment", "")[:2000], by=request.user,
        )  # fmt: skip
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    except BadInput as refusal:
        for problem in refusal.problems[:5]:
            messages.error(request, say_error(problem))
    else:
        messages.success(request, _("You agreed.") if agrees else _("You refused."))
    return HttpResponseRedirect(reverse("work:approval", args=[pk]))


@require_POST
def decide_many(request: Request) -> HttpResponse:
    """Agree to the picked approvals; what cannot be decided is said one by one."""
    person = access.person_of(request.viewer)
    picked = [int(text) for text in request.POST.getlist("pick") if text.isdecimal()][:500]
    seen = set(access.visible_approvals(request.viewer).filter(pk__in=picked).values_list("pk", flat=True))
    decided, failed = actions.decide_many(
        approval_ids=[pk for pk in picked if pk in seen],
        person_id=person,
        agrees=True,
        comment="",
        by=request.user,
    )
    if decided:
        text = ngettext("You agreed to %(count)s request.", "You agreed to %(count)s requests.", len(decided))
        messages.success(request, text % {"count": len(decided)})
    titles = dict(
        queries.list_approvals().filter(pk__in=[pk for pk, _e in failed]).values_list("pk", "title")
    )
    for pk, error in failed[:10]:
        messages.error(request, f"{titles.get(pk, pk)}: {_why(error)}")
    return HttpResponseRedirect(reverse("work:approvals"))


def _why(error: QiaoError) -> str:
    if isinstance(error, RuleBroken):
        return say_error(error)
    if isinstance(error, BadInput):
        return say_error(error.problems[0])
    return _("Not possible.")


@require_http_methods(["GET", "POST"])
def send_back(request: Request, pk: int) -> HttpResponse:
    """Return a request to its author or to an earlier stage."""
    row = _to_decide(request, pk)
    earlier = [stage for stage in queries.list_stages(pk) if stage.number < row.stage]
    form = forms.ReturnForm(request.POST or None, stages=earlier)

    def write(values: dict[str, Any]) -> str:
        actions.send_back(
            approval_id=pk, person_id=access.person_of(request.viewer), by=request.user, **values
        )
        messages.success(request, _("Returned."))
        return reverse("work:approvals")

    return answer_form(
        request,
        form,
        write,
        title=_("Return"),
        cancel=reverse("work:approval", args=[pk]),
        submit=_("Return"),
        subtitle=row.title,
    )


def _to_decide(request: Request, pk: int) -> Any:
    row = access.get_approval(request.viewer, pk)
    if not access.may_decide(request.viewer, row):
        raise NotAllowed("work.decide")
    return row


@require_http_methods(["GET", "POST"])
def add_signer(request: Request, pk: int) -> HttpResponse:
    """Ask one more person in the present stage."""
    row = _to_decide(request, pk)
    form = forms.SignerForm(request.POST or None, people=forms.colleagues(request.viewer))

    def write(values: dict[str, Any]) -> str:
        actions.add_signer(
            approval_id=pk, person_id=access.person_of(request.viewer), signer_id=values["signer"],
            comment=values["comment"], by=request.user,
        )  # fmt: skip
        return reverse("work:approval", args=[pk])

    return answer_form(
        request,
        form,
        write,
        title=_("Add a signer"),
        cancel=reverse("work:approval", args=[pk]),
        submit=_("Add"),
        subtitle=row.title,
    )


@require_POST
def author_step(request: Request, pk: int, step: str) -> HttpResponse:
    """What only the author does: withdraw, hand in again, remind."""
    access.get_approval(request.viewer, pk)
    person, comment = access.person_of(request.viewer), request.POST.get("comment", "")[:2000]
    try:
        if step == "withdraw":
            actions.withdraw(approval_id=pk, person_id=person, comment=comment, by=request.user)
        elif step == "again":
            actions.ask_again(approval_id=pk, person_id=person, comment=comment, by=request.user)
        else:
            actions.remind(approval_id=pk, person_id=person, by=request.user)
            messages.success(request, _("Reminded."))
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    return HttpResponseRedirect(reverse("work:approval", args=[pk]))


@require_POST
def comment(request: Request, pk: int) -> HttpResponse:
    """Say something without deciding."""
    access.get_approval(request.viewer, pk)
    text = request.POST.get("comment", "")[:2000]
    try:
        actions.comment(
            approval_id=pk, person_id=access.person_of(request.viewer), text=text, by=request.user
        )
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    return HttpResponseRedirect(reverse("work:approval", args=[pk]))


@require_http_methods(["GET", "POST"])
def delegations(request: Request) -> HttpResponse:
    """Who decides in one's place, and when."""
    viewer = request.viewer
    person = access.person_of(viewer)
    form = forms.DelegationForm(request.POST or None, people=forms.colleagues(viewer))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.delegate(
                person_id=person, delegate_id=values["delegate"], starts_on=values["starts_on"],
                ends_before=values["last_on"] + timedelta(days=1), kind=values["kind"], reason=values["reason"], by=request.user,
            )  # fmt: skip
        except RuleBroken as refusal:
            form.add_error("last_on" if refusal.field == "ends_before" else refusal.field, say_error(refusal))
        else:
            messages.success(request, _("Delegated."))
            return HttpResponseRedirect(reverse("work:delegations"))
    kinds = {kind.code: say(kind.label) for kind in listings.approval_kinds()}
    rows = [
        {
            "row": row,
            "kind": kinds.get(row.kind, _("Every kind")),
            "last_on": row.ends_before - timedelta(days=1),
        }
        for row in queries.list_delegations(person, clock.today())
    ]
    context = {"form": form, "rows": rows}
    return render(request, "work/delegations.html", context, status=422 if form.errors else 200)


@require_POST
def end_delegation(request: Request, pk: int) -> HttpResponse:
    """Take a delegation back."""
    actions.end_delegation(delegation_id=pk, person_id=access.person_of(request.viewer), by=request.user)
    messages.success(request, _("Taken back."))
    return HttpResponseRedirect(reverse("work:delegations"))
