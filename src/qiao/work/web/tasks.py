"""Pages of tasks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import NotFound
from qiao.runtime import clock
from qiao.runtime.contributions import (
    ClockKind,
    RecordKind,
    find_registered,
    get_record_kind,
    list_registered,
)
from qiao.runtime.i18n import say
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import answer_form, render_record_part, render_tab
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries
from qiao.work.core import words

from . import forms, listings


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
    kind = find_registered(RecordKind, row.source_kind)
    if kind is None or row.source_id is None:
        return None
    label = kind.find_label(request.viewer, row.source_id)
    return {"label": label, "url": kind.url(row.source_id)} if label else None


RECORD_TASKS = 100


def _about_customer(request: Request, pk: int) -> list[dict[str, Any]]:
    """Tasks about a customer that the viewer may see. Raises NotFound when he may not see the customer."""
    if get_record_kind("customer").find_label(request.viewer, pk) is None:
        raise NotFound
    rows = queries.list_tasks_of(access.visible_tasks(request.viewer), "customer", pk)[:RECORD_TASKS]
    now = clock.now()
    return [
        {
            "task": row,
            "state": say(words.TASK_STATES[row.state]),
            "tone": words.TONES.get(row.state, "neutral"),
            "overdue": row.state == "open" and row.due_at is not None and row.due_at <= now,
        }
        for row in rows
    ]


def customer_open_tasks(request: Request, pk: int) -> HttpResponse:
    """Part of the page before a visit: what is still to be done about the customer."""
    rows = [one for one in _about_customer(request, pk) if one["task"].state == "open"]
    return render_record_part(
        request, "customers:before_visit", pk, "work/customer_open_tasks.html", {"rows": rows}
    )


def customer_tasks(request: Request, pk: int) -> HttpResponse:
    """Tab of a customer: tasks about him that the viewer may see."""
    shown = _about_customer(request, pk)
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

    return answer_form(
        request, form, write, title=_("New task"), cancel=reverse("work:tasks"), submit=_("Give")
    )


def _asked_source(request: Request) -> tuple[str, int] | None:
    """The record a new task belongs to, when the address names one the viewer sees."""
    kind, _colon, pk = request.GET.get("of", "").partition(":")
    known = {k.kind: k for k in list_registered(RecordKind)}
    if kind not in known or not pk.isdecimal() or len(pk) > 18:
        return None
    if known[kind].find_label(request.viewer, int(pk)) is None:
        raise NotFound
    return kind, int(pk)


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
    return answer_form(
        request,
        form,
        write,
        title=_("Done"),
        cancel=reverse("work:task", args=[pk]),
        submit=_("Done"),
        subtitle=row.title,
    )


@require_http_methods(["GET", "POST"])
def drop_task(request: Request, pk: int) -> HttpResponse:
    """The task is not needed any more."""
    row = _task_to_change(request, pk)

    def write(values: dict[str, Any]) -> str:
        actions.drop_task(task_id=pk, reason=values["reason"], by=request.user)
        return reverse("work:task", args=[pk])

    form = forms.ReasonForm(request.POST or None)
    return answer_form(
        request,
        form,
        write,
        title=_("Drop the task"),
        cancel=reverse("work:task", args=[pk]),
        submit=_("Drop"),
        subtitle=row.title,
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
    return answer_form(
        request,
        form,
        write,
        title=_("Hand on"),
        cancel=reverse("work:task", args=[pk]),
        submit=_("Hand on"),
        subtitle=row.title,
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
    return answer_form(
        request,
        form,
        write,
        title=_("Stop the clock"),
        cancel=reverse("work:task", args=[pk]),
        submit=_("Stop the clock"),
        subtitle=row.title,
    )


@require_POST
def resume_task(request: Request, pk: int) -> HttpResponse:
    """Let the clock go on."""
    _task_to_change(request, pk)
    actions.resume_task_clock(task_id=pk, by=request.user)
    return HttpResponseRedirect(reverse("work:task", args=[pk]))
