"""Work in the API: the same scope, the same actions as the pages."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Router, Schema

from qiao.runtime.i18n import say
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries

router = Router()


class LineOut(Schema):
    """A line of the inbox."""

    id: int
    kind: str
    title: str
    url: str
    source_kind: str
    source_id: int | None
    created_at: datetime
    due_at: datetime | None
    read_at: datetime | None
    snoozed_until: datetime | None
    done_at: datetime | None

    @staticmethod
    def resolve_title(row: Any) -> str:
        return say(row.title, row.params)


class LinePage(Page):
    """A page of the inbox."""

    items: list[LineOut]


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

    title: str = Field(min_length=1, max_length=200)
    owner_id: int
    text: str = Field("", max_length=5000)
    due_at: datetime | None = None
    warn_minutes: int = Field(0, ge=0, le=100_000)


class OutcomeIn(Schema):
    """How a task ends."""

    outcome: str = Field(max_length=5000)


class OwnerIn(Schema):
    """A new owner."""

    owner_id: int


class PauseIn(Schema):
    """Why a clock stands still."""

    reason: str = Field(max_length=40)
    note: str = Field("", max_length=300)


class ApprovalOut(Schema):
    """An approval."""

    id: int
    kind: str
    subject_id: int
    title: str
    text: str
    author_id: int
    state: str
    stage: int
    asked_at: datetime
    ended_at: datetime | None


class ApprovalPage(Page):
    """A page of approvals."""

    items: list[ApprovalOut]


class DecisionIn(Schema):
    """A decision."""

    verdict: Literal["agree", "refuse"]
    comment: str = Field("", max_length=2000)


class ReturnIn(Schema):
    """Where a request is returned to: 0 is its author."""

    to_stage: int = Field(ge=0, le=50)
    comment: str = Field(max_length=2000)


class SignerIn(Schema):
    """One more signer."""

    signer_id: int
    comment: str = Field("", max_length=2000)


class CommentIn(Schema):
    """A comment."""

    comment: str = Field("", max_length=2000)


class DelegationIn(Schema):
    """Who decides in one's place."""

    delegate_id: int
    starts_on: date
    ends_before: date
    kind: str = Field("", max_length=60)
    reason: str = Field("", max_length=200)


class DelegationOut(DelegationIn):
    """A delegation."""

    id: int


def _page(rows: Any, cursor: str, limit: int) -> dict[str, Any]:
    items, following = cut_page(rows.order_by(), order="id", falling=True, cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.get("/inbox", response=LinePage, summary="One's own inbox, newest first")
def inbox(request: Request, done: bool = False, cursor: str = "", limit: int = 50) -> Any:
    rows = queries.list_inbox(access.person_of(request.viewer), done=done)
    return _page(rows, cursor, limit)


@router.get("/inbox/counts", response=dict[str, int], summary="Open lines by kind")
def counts(request: Request) -> Any:
    return queries.count_inbox(access.person_of(request.viewer))


@router.post("/inbox/{int:line_id}/read", response=LineOut, summary="Note that a line was read")
def read(request: Request, line_id: int) -> Any:
    return actions.read(item_id=line_id, person_id=access.person_of(request.viewer))


@router.post("/inbox/{int:line_id}/snooze", response=LineOut, summary="Hide a line until later")
def snooze(request: Request, line_id: int, until: datetime) -> Any:
    return actions.snooze(item_id=line_id, person_id=access.person_of(request.viewer), until=until)


@router.post("/inbox/put-away", response=dict[str, int], summary="Put lines away; tasks and approvals stay")
def put_away(request: Request, ids: list[int]) -> Any:
    return {"count": actions.done(item_ids=ids, person_id=access.person_of(request.viewer))}


@router.get("/tasks", response=TaskPage, summary="Tasks in reach")
def tasks(request: Request, state: str = "", cursor: str = "", limit: int = 50) -> Any:
    rows = access.visible_tasks(request.viewer)
    return _page(rows.filter(state=state) if state else rows, cursor, limit)


@router.post(
    "/tasks", response={201: TaskOut}, summary="Give a task to oneself or, with the right, to another"
)
def give(request: Request, task: TaskIn) -> Any:
    access.check_may_give(request.viewer, task.owner_id)
    return 201, actions.give_task(**task.dict(), by=request.user)


@router.get("/tasks/{int:task_id}", response=TaskOut, summary="A task")
def task(request: Request, task_id: int) -> Any:
    return access.get_task(request.viewer, task_id)


def _mine(request: Request, task_id: int) -> None:
    access.check_work_on(request.viewer, access.get_task(request.viewer, task_id))


@router.post("/tasks/{int:task_id}/end", response=TaskOut, summary="A task is done")
def end(request: Request, task_id: int, outcome: OutcomeIn) -> Any:
    _mine(request, task_id)
    return actions.end_task(task_id=task_id, outcome=outcome.outcome, by=request.user)


@router.post("/tasks/{int:task_id}/drop", response=TaskOut, summary="A task is not needed any more")
def drop(request: Request, task_id: int, outcome: OutcomeIn) -> Any:
    _mine(request, task_id)
    return actions.drop_task(task_id=task_id, reason=outcome.outcome, by=request.user)


@router.post("/tasks/{int:task_id}/hand-on", response=TaskOut, summary="Another person takes a task over")
def hand_on(request: Request, task_id: int, owner: OwnerIn) -> Any:
    _mine(request, task_id)
    return actions.hand_on_task(task_id=task_id, owner_id=owner.owner_id, by=request.user)


@router.post(
    "/tasks/{int:task_id}/pause",
    response=TaskOut,
    summary="Let a task's clock stand still for a stated reason",
)
def pause(request: Request, task_id: int, why: PauseIn) -> Any:
    _mine(request, task_id)
    actions.pause_clock(kind=actions.TASK_CLOCK, subject_id=task_id, by=request.user, **why.dict())
    return access.get_task(request.viewer, task_id)


@router.post("/tasks/{int:task_id}/resume", response=TaskOut, summary="Let a task's clock go on")
def resume(request: Request, task_id: int) -> Any:
    _mine(request, task_id)
    return actions.resume_task_clock(task_id=task_id, by=request.user)


@router.get("/approvals", response=ApprovalPage, summary="Approvals one takes part in")
def approvals(request: Request, state: str = "", cursor: str = "", limit: int = 50) -> Any:
    rows = access.visible_approvals(request.viewer)
    return _page(rows.filter(state=state) if state else rows, cursor, limit)


@router.get("/approvals/{int:approval_id}", response=ApprovalOut, summary="An approval")
def approval(request: Request, approval_id: int) -> Any:
    return access.get_approval(request.viewer, approval_id)


def _part(request: Request, approval_id: int) -> dict[str, Any]:
    access.get_approval(request.viewer, approval_id)
    return {"approval_id": approval_id, "person_id": access.person_of(request.viewer), "by": request.user}


@router.post("/approvals/{int:approval_id}/decide", response=ApprovalOut, summary="Agree or refuse")
def decide(request: Request, approval_id: int, decision: DecisionIn) -> Any:
    agrees = decision.verdict == "agree"
    return actions.decide(agrees=agrees, comment=decision.comment, **_part(request, approval_id))


@router.post("/approvals/{int:approval_id}/return", response=ApprovalOut, summary="Return a request")
def send_back(request: Request, approval_id: int, back: ReturnIn) -> Any:
    return actions.send_back(**back.dict(), **_part(request, approval_id))


@router.post("/approvals/{int:approval_id}/signers", response=ApprovalOut, summary="Add a signer")
def add_signer(request: Request, approval_id: int, signer: SignerIn) -> Any:
    actions.add_signer(**signer.dict(), **_part(request, approval_id))
    return access.get_approval(request.viewer, approval_id)


@router.post("/approvals/{int:approval_id}/withdraw", response=ApprovalOut, summary="Take one's request back")
def withdraw(request: Request, approval_id: int, comment: CommentIn) -> Any:
    return actions.withdraw(comment=comment.comment, **_part(request, approval_id))


@router.post(
    "/approvals/{int:approval_id}/again", response=ApprovalOut, summary="Hand a returned request in again"
)
def ask_again(request: Request, approval_id: int, comment: CommentIn) -> Any:
    return actions.ask_again(comment=comment.comment, **_part(request, approval_id))


@router.post(
    "/approvals/{int:approval_id}/remind", response=dict[str, int], summary="Remind who has not decided"
)
def remind(request: Request, approval_id: int) -> Any:
    return {"count": actions.remind(**_part(request, approval_id))}


@router.post(
    "/approvals/{int:approval_id}/comments", response=ApprovalOut, summary="Comment without deciding"
)
def comment(request: Request, approval_id: int, comment: CommentIn) -> Any:
    actions.comment(text=comment.comment, **_part(request, approval_id))
    return access.get_approval(request.viewer, approval_id)


@router.get("/delegations", response=list[DelegationOut], summary="Delegations one gave that have not ended")
def delegations(request: Request) -> Any:
    return access.own_delegations(request.viewer)


@router.post(
    "/delegations", response={201: DelegationOut}, summary="Let another person decide in one's place"
)
def delegate(request: Request, delegation: DelegationIn) -> Any:
    return 201, actions.delegate(
        person_id=access.person_of(request.viewer), by=request.user, **delegation.dict()
    )


@router.post("/delegations/{int:delegation_id}/end", response={204: None}, summary="Take a delegation back")
def end_delegation(request: Request, delegation_id: int) -> Any:
    actions.end_delegation(
        delegation_id=delegation_id, person_id=access.person_of(request.viewer), by=request.user
    )
    return 204, None
