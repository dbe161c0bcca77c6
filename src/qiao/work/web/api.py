"""Work in the API: the same scope, the same actions as the pages."""

from datetime import date, datetime, time
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime.channels import CHANNELS, find_channel
from qiao.runtime.i18n import say
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Clock, Day, Filled, Id, Instant, Line, Prose
from qiao.work import access, actions, queries

from . import forms

router = Router()


class InboxLineOut(Schema):
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


class InboxPage(Page):
    """A page of the inbox."""

    items: list[InboxLineOut]


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


class ApprovalDecisionIn(Schema):
    """A decision."""

    verdict: Literal["agree", "refuse"]
    comment: Prose = Field("", max_length=2000)


class ApprovalReturnIn(Schema):
    """Where a request is returned to: 0 is its author."""

    to_stage: int = Field(ge=0, le=50)
    comment: Prose = Field(max_length=2000)


class ApprovalSignerIn(Schema):
    """One more signer."""

    signer_id: Id
    comment: Prose = Field("", max_length=2000)


class ApprovalCommentIn(Schema):
    """A comment."""

    comment: Prose = Field("", max_length=2000)


class DelegationIn(Schema):
    """Who decides in one's place."""

    delegate_id: Id
    starts_on: Day
    ends_before: Day
    kind: Line = Field("", max_length=60)
    reason: Line = Field("", max_length=200)


class DelegationOut(DelegationIn):
    """A delegation."""

    id: int


def _page(rows: Any, cursor: str | None, limit: int) -> dict[str, Any]:
    items, following = cut_page(rows.order_by(), order="id", falling=True, cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.get("/inbox", response=InboxPage, summary="One's own inbox, newest first")
def inbox(request: Request, done: bool = False, cursor: str | None = None, limit: int = 50) -> Any:
    rows = queries.list_inbox(access.person_of(request.viewer), done=done)
    return _page(rows, cursor, limit)


@router.get("/inbox/counts", response=dict[str, int], summary="Open lines by kind")
def counts(request: Request) -> Any:
    return queries.count_inbox(access.person_of(request.viewer))


@router.post("/inbox/{int:line_id}/read", response=InboxLineOut, summary="Note that a line was read")
def read(request: Request, line_id: Id) -> Any:
    return actions.read(item_id=line_id, person_id=access.person_of(request.viewer))


@router.post("/inbox/{int:line_id}/snooze", response=InboxLineOut, summary="Hide a line until later")
def snooze(request: Request, line_id: Id, until: Instant) -> Any:
    return actions.snooze(item_id=line_id, person_id=access.person_of(request.viewer), until=until)


@router.post("/inbox/put-away", response=dict[str, int], summary="Put lines away; tasks and approvals stay")
def put_away(request: Request, ids: list[Id]) -> Any:
    return {"count": actions.done(item_ids=ids, person_id=access.person_of(request.viewer))}


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
    return _page(rows.filter(state=state) if state else rows, cursor, limit)


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


@router.get("/approvals", response=ApprovalPage, summary="Approvals one takes part in")
def approvals(request: Request, state: Line = "", cursor: str | None = None, limit: int = 50) -> Any:
    rows = access.visible_approvals(request.viewer)
    return _page(rows.filter(state=state) if state else rows, cursor, limit)


@router.get("/approvals/{int:approval_id}", response=ApprovalOut, summary="An approval")
def approval(request: Request, approval_id: Id) -> Any:
    return access.get_approval(request.viewer, approval_id)


def _part(request: Request, approval_id: Id) -> dict[str, Any]:
    access.get_approval(request.viewer, approval_id)
    return {"approval_id": approval_id, "person_id": access.person_of(request.viewer), "by": request.user}


@router.post("/approvals/{int:approval_id}/decide", response=ApprovalOut, summary="Agree or refuse")
def decide(request: Request, approval_id: Id, decision: ApprovalDecisionIn) -> Any:
    agrees = decision.verdict == "agree"
    return actions.decide(agrees=agrees, comment=decision.comment, **_part(request, approval_id))


@router.post("/approvals/{int:approval_id}/return", response=ApprovalOut, summary="Return a request")
def send_back(request: Request, approval_id: Id, back: ApprovalReturnIn) -> Any:
    return actions.send_back(**back.dict(), **_part(request, approval_id))


@router.post("/approvals/{int:approval_id}/signers", response=ApprovalOut, summary="Add a signer")
def add_signer(request: Request, approval_id: Id, signer: ApprovalSignerIn) -> Any:
    actions.add_signer(**signer.dict(), **_part(request, approval_id))
    return access.get_approval(request.viewer, approval_id)


@router.post("/approvals/{int:approval_id}/withdraw", response=ApprovalOut, summary="Take one's request back")
def withdraw(request: Request, approval_id: Id, comment: ApprovalCommentIn) -> Any:
    return actions.withdraw(comment=comment.comment, **_part(request, approval_id))


@router.post(
    "/approvals/{int:approval_id}/again", response=ApprovalOut, summary="Hand a returned request in again"
)
def ask_again(request: Request, approval_id: Id, comment: ApprovalCommentIn) -> Any:
    return actions.ask_again(comment=comment.comment, **_part(request, approval_id))


@router.post(
    "/approvals/{int:approval_id}/remind", response=dict[str, int], summary="Remind who has not decided"
)
def remind(request: Request, approval_id: Id) -> Any:
    return {"count": actions.remind(**_part(request, approval_id))}


@router.post(
    "/approvals/{int:approval_id}/comments", response=ApprovalOut, summary="Comment without deciding"
)
def comment(request: Request, approval_id: Id, comment: ApprovalCommentIn) -> Any:
    actions.comment(text=comment.comment, **_part(request, approval_id))
    return access.get_approval(request.viewer, approval_id)


@router.get("/delegations", response=list[DelegationOut], summary="Delegations one gave that have not ended")
def delegations(request: Request) -> Any:
    return access.own_delegations(request.viewer)


@router.post(
    "/delegations", response={201: DelegationOut}, summary="Let another person decide in one's place"
)
def delegate(request: Request, delegation: DelegationIn) -> Any:
    made = actions.delegate(person_id=access.person_of(request.viewer), by=request.user, **delegation.dict())
    return Status(201, made)


@router.post("/delegations/{int:delegation_id}/end", response={204: None}, summary="Take a delegation back")
def end_delegation(request: Request, delegation_id: Id) -> Any:
    actions.end_delegation(
        delegation_id=delegation_id, person_id=access.person_of(request.viewer), by=request.user
    )
    return Status(204, None)


class NoticeOut(Schema):
    """A notice."""

    id: int
    title: str
    text: str
    kind: str
    unit_id: int
    author_id: int
    for_customers: bool
    acknowledge_by: date | None
    published_at: datetime
    to_acknowledge: bool = False


class NoticePage(Page):
    """A page of notices."""

    items: list[NoticeOut]


class NoticeIn(Schema):
    """A notice to publish to a unit and everything below."""

    title: Filled = Field(max_length=200)
    text: Prose = Field(min_length=1, max_length=20_000)
    kind: Filled = Field(max_length=40)
    unit_id: Id
    for_customers: bool = False
    acknowledge_by: Day | None = None


class NoticeReadersOut(Schema):
    """Readers of a notice in a unit."""

    unit_id: int | None
    readers: int
    acknowledged: int


class TellingOut(Schema):
    """How a person is told: channel → at_once, digest, off; quiet hours."""

    modes: dict[str, str]
    begins: time | None
    ends: time | None
    digest_at: time | None


class TellingIn(Schema):
    """How one wants to be told."""

    modes: dict[Line, Literal["at_once", "digest", "off"]] = {}
    begins: Clock | None = None
    ends: Clock | None = None
    digest_at: Clock | None = None


class ChannelOut(Schema):
    """A channel; its settings stay with the server."""

    code: str
    is_on: bool


class ChannelIn(Schema):
    """Settings of a channel; an empty secret keeps the one entered before."""

    is_on: bool
    settings: dict[Line, Line] = {}


class WebhookOut(Schema):
    """A system that is told."""

    id: int
    name: str
    url: str
    topics: list[str]
    is_on: bool


class WebhookMade(WebhookOut):
    """A new one, with its secret, shown only now."""

    secret: str


class WebhookIn(Schema):
    """A system to tell."""

    name: Filled = Field(max_length=80)
    url: Filled = Field(max_length=500)
    topics: list[Line]
    is_on: bool = True


class HookDeliveryOut(Schema):
    """An event on its way to a system."""

    id: int
    event: str
    state: str
    attempts: int
    status: int | None
    answer: str
    made_at: datetime
    sent_at: datetime | None
    next_at: datetime | None


class HookDeliveryPage(Page):
    """A page of a webhook's log."""

    items: list[HookDeliveryOut]


@router.get("/notices", response=NoticePage, summary="Notices in reach, newest first")
def notices(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    person = access.person_of(request.viewer)
    return _page(queries.with_reading(access.visible_notices(request.viewer), person), cursor, limit)


@router.post("/notices", response={201: NoticeOut}, summary="Publish a notice to a unit and everything below")
def publish(request: Request, notice: NoticeIn) -> Any:
    request.viewer.check(access.ANNOUNCE)
    author = access.person_of(request.viewer)
    below = access.units_below(request.viewer, notice.unit_id)
    return Status(201, actions.publish(**notice.dict(), unit_ids=below, author_id=author, by=request.user))


@router.get("/notices/{int:notice_id}", response=NoticeOut, summary="A notice")
def get_notice(request: Request, notice_id: Id) -> Any:
    return access.get_notice(request.viewer, notice_id)


@router.get(
    "/notices/{int:notice_id}/readers",
    response=list[NoticeReadersOut],
    summary="Who has acknowledged, by unit",
)
def readers(request: Request, notice_id: Id) -> Any:
    row = access.get_notice(request.viewer, notice_id)
    counted = queries.count_readers(notice_id, access.reading_scope(request.viewer, row))
    return [{"unit_id": unit, "readers": n, "acknowledged": done} for unit, n, done in counted]


@router.post("/notices/{int:notice_id}/acknowledge", response={204: None}, summary="Acknowledge a notice")
def acknowledge(request: Request, notice_id: Id) -> Any:
    access.get_notice(request.viewer, notice_id)
    actions.acknowledge(notice_id=notice_id, person_id=access.person_of(request.viewer), by=request.user)
    return Status(204, None)


@router.post(
    "/notices/{int:notice_id}/remind", response=dict[str, int], summary="Remind who has not acknowledged"
)
def remind_readers(request: Request, notice_id: Id) -> Any:
    access.check_author(request.viewer, access.get_notice(request.viewer, notice_id))
    return {"count": actions.remind_of_notice(notice_id=notice_id, by=request.user)}


@router.get("/telling", response=TellingOut, summary="How one is told")
def telling(request: Request) -> Any:
    return access.telling_of(request.viewer)


@router.put("/telling", response=TellingOut, summary="Say how one wants to be told")
def set_telling(request: Request, telling: TellingIn) -> Any:
    actions.set_preferences(person_id=access.person_of(request.viewer), by=request.user, **telling.dict())
    return access.telling_of(request.viewer)


@router.post("/telling/browsers", response={204: None}, summary="Notify a browser from now on")
def add_browser(request: Request, subscription: Line) -> Any:
    form = forms.BrowserForm({"subscription": subscription})
    if not form.is_valid():
        raise RuleBroken(N_("This is no browser subscription."), code="browser", field="subscription")
    actions.put_address(
        person_id=access.person_of(request.viewer), channel="push", address=form.cleaned_data["subscription"], label="",
        by=request.user,
    )  # fmt: skip
    return Status(204, None)


@router.delete(
    "/telling/addresses/{int:address_id}", response={204: None}, summary="Do not use an own address any more"
)
def remove_address(request: Request, address_id: Id) -> Any:
    actions.forget_address(person_id=access.person_of(request.viewer), address_id=address_id, by=request.user)
    return Status(204, None)


@router.get("/channels", response=list[ChannelOut], summary="Channels and whether they are switched on")
def channels(request: Request) -> Any:
    request.viewer.check("work.channels")
    known = queries.list_channels()
    return [{"code": c.code, "is_on": c.code in known and known[c.code].is_on} for c in CHANNELS]


@router.put("/channels/{slug:code}", response=ChannelOut, summary="Set a channel up")
def set_channel(request: Request, code: str, channel: ChannelIn) -> Any:
    request.viewer.check("work.channels")
    if find_channel(code) is None:
        raise NotFound
    return actions.set_channel(code=code, is_on=channel.is_on, values=channel.settings, by=request.user)


def _hook(request: Request, hook_id: int) -> Any:
    request.viewer.check("work.channels")
    hook = queries.find_webhook(hook_id)
    if hook is None:
        raise NotFound
    return hook


@router.get("/webhooks", response=list[WebhookOut], summary="Systems that are told")
def webhooks(request: Request) -> Any:
    request.viewer.check("work.channels")
    return queries.list_webhooks()


@router.post(
    "/webhooks", response={201: WebhookMade}, summary="Tell one more system; its secret is shown only now"
)
def new_webhook(request: Request, hook: WebhookIn) -> Any:
    request.viewer.check("work.channels")
    made = actions.put_webhook(
        hook=None, name=hook.name, url=hook.url, events=list(hook.topics), is_on=hook.is_on, by=request.user
    )
    return Status(201, made)


@router.put("/webhooks/{int:hook_id}", response=WebhookOut, summary="Change what a system is told")
def edit_webhook(request: Request, hook_id: Id, hook: WebhookIn) -> Any:
    row = _hook(request, hook_id)
    return actions.put_webhook(
        hook=row, name=hook.name, url=hook.url, events=list(hook.topics), is_on=hook.is_on, by=request.user
    )


@router.delete("/webhooks/{int:hook_id}", response={204: None}, summary="Tell a system no more")
def remove_webhook(request: Request, hook_id: Id) -> Any:
    actions.remove_webhook(hook=_hook(request, hook_id), by=request.user)
    return Status(204, None)


@router.get("/webhooks/{int:hook_id}/deliveries", response=HookDeliveryPage, summary="What a system was told")
def hook_deliveries(request: Request, hook_id: Id, cursor: str | None = None, limit: int = 50) -> Any:
    _hook(request, hook_id)
    return _page(queries.list_hook_deliveries(hook_id), cursor, limit)


@router.post(
    "/webhooks/{int:hook_id}/deliveries/{int:delivery_id}/replay",
    response=HookDeliveryOut,
    summary="Send an event once more",
)
def replay(request: Request, hook_id: Id, delivery_id: Id) -> Any:
    _hook(request, hook_id)
    row = queries.find_hook_delivery(hook_id, delivery_id)
    if row is None:
        raise NotFound
    return actions.replay(delivery=row, by=request.user)
