"""Pages of work: the inbox, tasks, approvals, delegations."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import BadInput, NotAllowed, NotFound, QiaoError, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import (
    ApprovalKind,
    ClockKind,
    RecordKind,
    find_registered,
    get_record_kind,
    list_registered,
)
from qiao.runtime.i18n import say, say_error
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import render_tab
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries
from qiao.work.core import words
from qiao.work.core.delivery import MORNING

from . import forms, listings

INBOX_PAGE = 50


def inbox(request: Request) -> HttpResponse:
    """Everything that waits for this person, by kind; what he put off; what is done."""
    person = access.person_of(request.viewer)
    kind, shelf = request.GET.get("kind", ""), request.GET.get("shelf", "open")
    rows = queries.list_inbox(person, done=shelf == "done", snoozed=shelf == "snoozed")
    if kind in words.KINDS:
        rows = rows.filter(kind=kind)
    offset = _offset(request)
    found = list(rows[offset : offset + INBOX_PAGE + 1])
    counts = queries.count_inbox(person)
    kinds = [{"code": "", "label": _("All"), "count": counts["all"], "here": kind == "" and shelf == "open"}]
    kinds += [
        {
            "code": code,
            "label": say(label),
            "count": counts.get(code, 0),
            "here": kind == code and shelf == "open",
        }
        for code, label in words.KINDS.items()
    ]
    lines = [_line(item) for item in found[:INBOX_PAGE]]
    context = {
        "lines": lines,
        "may_put_away": any(line["can_be_done"] for line in lines),
        "kinds": kinds,
        "kind": kind,
        "shelf": shelf if shelf in ("done", "snoozed") else "open",
        "next": offset + INBOX_PAGE if len(found) > INBOX_PAGE else None,
        "here": request.get_full_path(),
    }
    return render(request, "work/inbox.html", context)


def _offset(request: Request) -> int:
    text = request.GET.get("from", "0")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _line(item: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": item.pk,
        "kind": item.kind,
        "kind_label": say(words.KINDS[item.kind]),
        "icon": {
            "task": "checkbox",
            "approval": "checks",
            "warning": "alert-triangle",
            "mention": "message",
            "notice": "bell",
        }[item.kind],
        "title": say(item.title, item.params),
        "created_at": item.created_at,
        "due_at": item.due_at,
        "overdue": item.due_at is not None and item.due_at <= now and item.done_at is None,
        "is_new": item.read_at is None and item.done_at is None,
        "snoozed_until": item.snoozed_until,
        "can_be_done": item.done_at is None and item.kind not in ("task", "approval"),
        "is_open": item.done_at is None,
    }


def open_line(request: Request, pk: int) -> HttpResponse:
    """Follow a line to its page; it is read from then on."""
    item = actions.read(item_id=pk, person_id=access.person_of(request.viewer))
    safe = url_has_allowed_host_and_scheme(item.url, allowed_hosts=None)
    return HttpResponseRedirect(item.url if item.url and safe else reverse("work:inbox"))


@require_POST
def put_away(request: Request) -> HttpResponse:
    """Put the picked lines away."""
    picked = [int(text) for text in request.POST.getlist("pick") if text.isdecimal()]
    count = actions.done(item_ids=picked, person_id=access.person_of(request.viewer))
    text = ngettext("%(count)s line put away.", "%(count)s lines put away.", count) % {"count": count}
    messages.success(request, text)
    return _back(request)


@require_POST
def snooze(request: Request, pk: int) -> HttpResponse:
    """Hide a line for an hour, until tomorrow morning or until next Monday."""
    person = access.person_of(request.viewer)
    until = _snooze_until(request.POST.get("until", "hour"))
    actions.snooze(item_id=pk, person_id=person, until=until)
    return _back(request)


def _snooze_until(choice: str) -> datetime:
    now, today = clock.now(), clock.today()
    if choice == "tomorrow":
        return timezone.make_aware(datetime.combine(today + timedelta(days=1), MORNING))
    if choice == "week":
        return timezone.make_aware(datetime.combine(today + timedelta(days=7 - today.weekday()), MORNING))
    return now + timedelta(hours=1)


def _back(request: Request) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return HttpResponseRedirect(target if target and safe else reverse("work:inbox"))


def tasks(request: Request) -> HttpResponseBase:
    """Tasks in reach."""
    viewer = request.viewer
    access.person_of(viewer)
    rows = queries.with_urgency(access.visible_tasks(viewer))
    new = Action(_("New task"), reverse("work:new_task"), icon="plus", primary=True)
    return render_list(request, listings.TASKS, rows, title=_("Tasks"), actions=[new])


def task(request: Request, pk: int) -> HttpResponse:
    """One task with its clock and what can be done about it."""
    row = access.get_task(request.viewer, pk)
    kind = find_registered(ClockKind, actions.TASK_CLOCK)
    clock_row = queries.find_clock(actions.TASK_CLOCK, pk)
    reasons = dict(kind.pauses) if kind else {}
    context = {
        "task": row,
        "state": say(words.TASK_STATES[row.state]),
        "tone": words.TONES.get(row.state, "neutral"),
        "overdue": row.state == "open" and row.due_at is not None and row.due_at <= clock.now(),
        "clock": clock_row,
        "pauses": [(say(reasons.get(p.reason, p.reason)), p) for p in clock_row.pauses.all()]
        if clock_row
        else [],
        "can_work": row.state == "open" and access.can_work_on(request.viewer, row),
        "source": _source(request, row),
        "outcome_form": forms.OutcomeForm(),
    }
    return render(request, "work/task.html", context)


def _source(request: Request, row: Any) -> dict[str, str] | None:
    kind = next((k for k in list_registered(RecordKind) if k.kind == row.source_kind), None)
    if kind is None or row.source_id is None:
        return None
    label = kind.find_label(request.viewer, row.source_id)
    return {"label": label, "url": reverse(kind.url_name, args=[row.source_id])} if label else None


RECORD_TASKS = 100


def customer_tasks(request: Request, pk: int) -> HttpResponse:
    """Tab of a customer: tasks about him that the viewer may see."""
    if get_record_kind("customer").find_label(request.viewer, pk) is None:
        raise NotFound
    rows = queries.list_tasks_of(access.visible_tasks(request.viewer), "customer", pk)[:RECORD_TASKS]
    now = clock.now()
    shown = [
        {
            "task": row,
            "state": say(words.TASK_STATES[row.state]),
            "tone": words.TONES.get(row.state, "neutral"),
            "overdue": row.state == "open" and row.due_at is not None and row.due_at <= now,
        }
        for row in rows
    ]
    return render_tab(
        request,
        "customer",
        pk,
        "tasks",
        "work/record_tasks.html",
        {"rows": shown, "kind": "customer", "pk": pk},
    )


@require_http_methods(["GET", "POST"])
def new_task(request: Request) -> HttpResponse:
    """Give oneself, or with the right somebody else, something to do."""
    viewer = request.viewer
    me = access.person_of(viewer)
    form = forms.TaskForm(
        request.POST or None, people=access.people_for_tasks(viewer), initial={"owner": me, "warn_hours": 2}
    )

    source = _asked_source(request)

    def write(values: dict[str, Any]) -> str:
        row = actions.give_task(
            source=source,
            title=values["title"], text=values["text"], owner_id=values["owner"], due_at=values["due_at"],
            warn_minutes=60 * (values["warn_hours"] or 0), by=request.user,
        )  # fmt: skip
        return reverse("work:task", args=[row.pk])

    return _answer(request, form, write, _("New task"), reverse("work:tasks"), _("Give"))


def _asked_source(request: Request) -> tuple[str, int] | None:
    """The record a new task belongs to, when the address names one the viewer sees."""
    kind, _colon, pk = request.GET.get("of", "").partition(":")
    known = {k.kind: k for k in list_registered(RecordKind)}
    if kind not in known or not pk.isdecimal() or len(pk) > 18:
        return None
    if known[kind].find_label(request.viewer, int(pk)) is None:
        raise NotFound
    return kind, int(pk)


def _answer(
    request: Request, form: Any, write: Any, title: str, back: str, submit: str, subtitle: str = ""
) -> HttpResponse:
    """A form's page; a refusal of the action stands at its field."""
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(write(form.cleaned_data))
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say_error(refusal))
    context = {"form": form, "title": title, "subtitle": subtitle, "submit": submit, "cancel": back}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


def _task_to_change(request: Request, pk: int) -> Any:
    row = access.get_task(request.viewer, pk)
    access.check_work_on(request.viewer, row)
    return row


@require_http_methods(["GET", "POST"])
def end_task(request: Request, pk: int) -> HttpResponse:
    """The task is done: what came of it."""
    row = _task_to_change(request, pk)

    def write(values: dict[str, Any]) -> str:
        actions.end_task(task_id=pk, outcome=values["outcome"], by=request.user)
        messages.success(request, _("Done."))
        return reverse("work:task", args=[pk])

    form = forms.OutcomeForm(request.POST or None)
    return _answer(request, form, write, _("Done"), reverse("work:task", args=[pk]), _("Done"), row.title)


@require_http_methods(["GET", "POST"])
def drop_task(request: Request, pk: int) -> HttpResponse:
    """The task is not needed any more."""
    row = _task_to_change(request, pk)

    def write(values: dict[str, Any]) -> str:
        actions.drop_task(task_id=pk, reason=values["reason"], by=request.user)
        return reverse("work:task", args=[pk])

    form = forms.ReasonForm(request.POST or None)
    return _answer(
        request, form, write, _("Drop the task"), reverse("work:task", args=[pk]), _("Drop"), row.title
    )


@require_http_methods(["GET", "POST"])
def hand_on_task(request: Request, pk: int) -> HttpResponse:
    """Another person takes the task over."""
    row = _task_to_change(request, pk)

    def write(values: dict[str, Any]) -> str:
        actions.hand_on_task(task_id=pk, owner_id=values["owner"], by=request.user)
        messages.success(request, _("Handed on."))
        return reverse("work:tasks")

    form = forms.HandOnForm(request.POST or None, people=forms.colleagues(request.viewer))
    return _answer(
        request, form, write, _("Hand on"), reverse("work:task", args=[pk]), _("Hand on"), row.title
    )


@require_http_methods(["GET", "POST"])
def pause_task(request: Request, pk: int) -> HttpResponse:
    """Let a task's clock stand still, for a stated reason."""
    row = _task_to_change(request, pk)
    kind = find_registered(ClockKind, actions.TASK_CLOCK)

    def write(values: dict[str, Any]) -> str:
        actions.pause_clock(kind=actions.TASK_CLOCK, subject_id=pk, by=request.user, **values)
        return reverse("work:task", args=[pk])

    form = forms.PauseForm(request.POST or None, reasons=kind.pauses if kind else ())
    return _answer(
        request,
        form,
        write,
        _("Stop the clock"),
        reverse("work:task", args=[pk]),
        _("Stop the clock"),
        row.title,
    )


@require_POST
def resume_task(request: Request, pk: int) -> HttpResponse:
    """Let the clock go on."""
    _task_to_change(request, pk)
    actions.resume_task_clock(task_id=pk, by=request.user)
    return HttpResponseRedirect(reverse("work:task", args=[pk]))


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

    return _answer(
        request, form, write, _("Return"), reverse("work:approval", args=[pk]), _("Return"), row.title
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

    return _answer(
        request, form, write, _("Add a signer"), reverse("work:approval", args=[pk]), _("Add"), row.title
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


def inbox_card(request: Request) -> HttpResponse:
    """Home card: what waits, newest first."""
    person = access.person_of(request.viewer)
    lines = [_line(item) for item in queries.list_inbox(person)[:6]]
    return render(request, "work/inbox_card.html", {"lines": lines, "counts": queries.count_inbox(person)})
