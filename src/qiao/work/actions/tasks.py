"""Writes of tasks: give, do, drop, hand on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from qiao.kernel.errors import N_, RuleBroken
from qiao.org.queries import in_service, main_units
from qiao.runtime import clock
from qiao.runtime.contributions import Spoken

from ..core import clocks as core
from ..core.inbox import TASK, WARNING, Line
from ..models import Clock, Task
from .clocks import resume_clock, start_clock, stop_clock
from .hooks import emit
from .inbox import settle, tell

TASK_CLOCK = "work.task"


@transaction.atomic
def give_task(
    *,
    title: str,
    owner_id: int,
    by: Any,
    text: str = "",
    minutes: int | None = None,
    counts: str = core.WORKING,
    warn_minutes: int = 0,
    due_at: datetime | None = None,
    source: tuple[str, int] | None = None,
    key: str = "",
) -> Task:
    """Give a person something to do.

    Args:
        title: What to do.
        owner_id: Who does it.
        by: Who gives it; None for the system.
        text: More about it.
        minutes: Time to do it; None without a clock, or with ``due_at``.
        counts: How the minutes count, ``working`` or ``round``.
        warn_minutes: How long before the end the clock warns.
        due_at: A fixed instant instead of minutes.
        source: Record it belongs to, (kind, id).
        key: What makes it; a task of this key is given once, and the first is returned again.

    Raises:
        RuleBroken: Nothing to do is named, the owner is not in service, or the time has passed.
    """
    if not title.strip():
        raise RuleBroken(N_("Say what is to be done."), code="title_missing", field="title")
    if key and (known := Task.objects.filter(key=key).first()):
        return known
    if not in_service([owner_id], clock.today()):
        raise RuleBroken(N_("The owner is not in service."), code="owner_left", field="owner")
    now = clock.now()
    if due_at is not None:
        minutes, counts = core.round_between(now, due_at), core.ROUND
        if minutes <= 0:
            raise RuleBroken(N_("Choose a later time."), code="due_past", field="due_at")
    kind, pk = source or ("", None)
    try:
        with transaction.atomic():
            task = Task.objects.create(
                title=title.strip()[:200], text=text, owner_id=owner_id, unit_id=main_units([owner_id], clock.today()).get(owner_id),
                source_kind=kind, source_id=pk, key=key, made_by=by, made_at=now,
            )  # fmt: skip
    except IntegrityError:  # another process gave it at the same moment
        return Task.objects.get(key=key)
    if minutes is not None:
        row = start_clock(
            kind=TASK_CLOCK,
            subject_id=task.pk,
            minutes=minutes,
            counts=counts,
            person_id=owner_id,
            warn_minutes=warn_minutes,
        )
        task.due_at = row.due_at
        task.save(update_fields=["due_at"])
    tell(people=[owner_id], line=_line(task))
    emit("task.given", _facts(task))
    return task


def _facts(task: Task) -> dict[str, Any]:
    """What other systems are told of a task."""
    return {
        "id": task.pk, "title": task.title, "owner_id": task.owner_id, "state": task.state, "due_at": task.due_at,
        "source_kind": task.source_kind, "source_id": task.source_id, "outcome": task.outcome,
    }  # fmt: skip


def _line(task: Task, event: str = "") -> Line:
    return Line(
        TASK, event or f"task:{task.pk}", N_("Task: %(title)s"), {"title": task.title}, reverse("work:task", args=[task.pk]),
        "task", task.pk, task.due_at,
    )  # fmt: skip


def _open(task_id: int) -> Task:
    task = Task.objects.select_for_update().get(pk=task_id)
    if task.state != Task.State.OPEN:
        raise RuleBroken(N_("This task has ended already."), code="task_ended")
    return task


def _end(task: Task, state: str, outcome: str, by: Any) -> Task:
    task.state, task.outcome, task.ended_at, task.ended_by = state, outcome.strip(), clock.now(), by
    task.save(update_fields=["state", "outcome", "ended_at", "ended_by"])
    stop_clock(kind=TASK_CLOCK, subject_id=task.pk)
    settle(source_kind="task", source_id=task.pk)
    emit("task.ended", _facts(task))
    return task


@transaction.atomic
def end_task(*, task_id: int, outcome: str, by: Any) -> Task:
    """The task is done.

    Raises:
        RuleBroken: It has ended already, or nothing is said of what came of it.
    """
    if not outcome.strip():
        raise RuleBroken(N_("Say what came of it."), code="outcome_missing", field="outcome")
    return _end(_open(task_id), Task.State.DONE, outcome, by)


@transaction.atomic
def drop_task(*, task_id: int, reason: str, by: Any) -> Task:
    """The task is not needed any more.

    Raises:
        RuleBroken: It has ended already, or no reason is given.
    """
    if not reason.strip():
        raise RuleBroken(N_("Say why the task is dropped."), code="reason_missing", field="reason")
    return _end(_open(task_id), Task.State.DROPPED, reason, by)


@transaction.atomic
def hand_on_task(*, task_id: int, owner_id: int, by: Any) -> Task:
    """Give an open task, with its clock, to another person.

    Raises:
        RuleBroken: It has ended, or the new owner is not in service.
    """
    task = _open(task_id)
    if not in_service([owner_id], clock.today()):
        raise RuleBroken(N_("The owner is not in service."), code="owner_left", field="owner")
    old = task.owner_id
    task.owner_id, task.unit_id = owner_id, main_units([owner_id], clock.today()).get(owner_id)
    task.save(update_fields=["owner", "unit"])
    Clock.objects.filter(kind=TASK_CLOCK, subject_id=task.pk).exclude(state="stopped").update(
        person_id=owner_id
    )
    settle(source_kind="task", source_id=task.pk, people=[old])
    # Coming to another hand is an event of its own: whoever had the task before hears of it again.
    tell(people=[owner_id], line=_line(task, f"task:{task.pk}:{clock.now():%Y%m%d%H%M%S%f}"))
    return task


@transaction.atomic
def resume_task_clock(*, task_id: int, by: Any) -> Task:
    """Let a task's clock go on; the task is due later by the standstill.

    Raises:
        RuleBroken: The task has ended, or its clock does not stand still.
    """
    task = _open(task_id)
    task.due_at = resume_clock(kind=TASK_CLOCK, subject_id=task_id, by=by).due_at
    task.save(update_fields=["due_at"])
    return task


def warn_of_tasks(spoken: Sequence[Spoken]) -> None:
    """Clocks of tasks speak: tell the owners, and those who gave the task once it is overdue."""
    tasks = Task.objects.select_related("made_by__person").in_bulk([s.subject_id for s in spoken])
    for one in spoken:
        task = tasks.get(one.subject_id)
        if task is None or task.state != Task.State.OPEN:
            continue
        overdue = one.stage == core.DUE
        title = N_("Overdue: %(title)s") if overdue else N_("Due soon: %(title)s")
        line = Line(
            WARNING, f"task:{task.pk}:{one.stage}:{one.due_at:%Y%m%d%H%M}", title, {"title": task.title},
            reverse("work:task", args=[task.pk]), "task", task.pk, one.due_at,
        )  # fmt: skip
        giver = getattr(task.made_by, "person", None) if overdue and task.made_by_id else None
        tell(people={task.owner_id, *([giver.pk] if giver else [])}, line=line)
