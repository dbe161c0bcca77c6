"""Tasks in the API."""

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Filled, Id, Instant, Line, Prose
from qiao.work import access, actions

router = Router()


class TaskOut(Schema):
    """A task."""

    id: int
    title: str
    text: str
    owner_id: int
    unit_id: int | None
    source_kind: str
    source_id: int | None
    state: str
    due_at: datetime | None
    outcome: str
    made_at: datetime
    ended_at: datetime | None


class TaskPage(Page):
    """A page of tasks."""

    items: list[TaskOut]


class TaskIn(Schema):
    """A new task."""

    title: Filled = Field(max_length=200)
    owner_id: Id
    text: Prose = Field("", max_length=5000)
    due_at: Instant | None = None
    warn_minutes: int = Field(0, ge=0, le=100_000)


class TaskEndIn(Schema):
    """How a task ends."""

    outcome: Prose = Field(max_length=5000)


class TaskOwnerIn(Schema):
    """A new owner."""

    owner_id: Id


class ClockPauseIn(Schema):
    """Why a clock stands still."""

    reason: Line = Field(max_length=40)
    note: Line = Field("", max_length=300)


@router.get("/tasks", response=TaskPage, summary="Tasks in reach")
def tasks(
    request: Request,
    state: Line = "",
    source_kind: Line = "",
    source_id: Id | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    rows = access.visible_tasks(request.viewer)
    if source_kind and source_id is not None:
        rows = rows.filter(source_kind=source_kind, source_id=source_id)
    return cut_page(
        rows.filter(state=state) if state else rows, order="id", falling=True, cursor=cursor, limit=limit
    )


@router.post(
    "/tasks", response={201: TaskOut}, summary="Give a task to oneself or, with the right, to another"
)
def give(request: Request, task: TaskIn) -> Any:
    access.check_may_give(request.viewer, task.owner_id)
    return Status(201, actions.give_task(**task.dict(), by=request.user))


@router.get("/tasks/{int:task_id}", response=TaskOut, summary="A task")
def task(request: Request, task_id: Id) -> Any:
    return access.get_task(request.viewer, task_id)


def _mine(request: Request, task_id: Id) -> None:
    access.check_work_on(request.viewer, access.get_task(request.viewer, task_id))


@router.post("/tasks/{int:task_id}/end", response=TaskOut, summary="A task is done")
def end(request: Request, task_id: Id, outcome: TaskEndIn) -> Any:
    _mine(request, task_id)
    return actions.end_task(task_id=task_id, outcome=outcome.outcome, by=request.user)


@router.post("/tasks/{int:task_id}/drop", response=TaskOut, summary="A task is not needed any more")
def drop(request: Request, task_id: Id, outcome: TaskEndIn) -> Any:
    _mine(request, task_id)
    return actions.drop_task(task_id=task_id, reason=outcome.outcome, by=request.user)


@router.post("/tasks/{int:task_id}/hand-on", response=TaskOut, summary="Another person takes a task over")
def hand_on(request: Request, task_id: Id, owner: TaskOwnerIn) -> Any:
    _mine(request, task_id)
    return actions.hand_on_task(task_id=task_id, owner_id=owner.owner_id, by=request.user)


@router.post(
    "/tasks/{int:task_id}/pause",
    response=TaskOut,
    summary="Let a task's clock stand still for a stated reason",
)
def pause(request: Request, task_id: Id, why: ClockPauseIn) -> Any:
    _mine(request, task_id)
    actions.pause_clock(kind=actions.TASK_CLOCK, subject_id=task_id, by=request.user, **why.dict())
    return access.get_task(request.viewer, task_id)


@router.post("/tasks/{int:task_id}/resume", response=TaskOut, summary="Let a task's clock go on")
def resume(request: Request, task_id: Id) -> Any:
    _mine(request, task_id)
    return actions.resume_task_clock(task_id=task_id, by=request.user)
