"""Approvals and delegations in the API."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Day, Filled, Id, Line, Prose
from qiao.work import access, actions

router = Router()


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


@router.get("/approvals", response=ApprovalPage, summary="Approvals one takes part in")
def approvals(request: Request, state: Line = "", cursor: str | None = None, limit: int = 50) -> Any:
    rows = access.visible_approvals(request.viewer)
    return cut_page(
        rows.filter(state=state) if state else rows, order="id", falling=True, cursor=cursor, limit=limit
    )


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


class AccessIn(Schema):
    """A right asked for: self, unit, unit_and_below or all, until before a day, with the reason."""

    right: Filled = Field(max_length=60)
    scope_kind: Literal["self", "unit", "unit_and_below", "all"] = "self"
    ends_before: Day
    reason: Filled = Field(max_length=200)


class AccessOut(Schema):
    """What was asked for, and since when it is granted."""

    person_id: int
    right: str
    scope_kind: str
    unit_id: int | None
    ends_before: date
    reason: str
    granted_on: date | None

    @staticmethod
    def resolve_granted_on(row: Any) -> date | None:
        return row.grant.starts_on if row.grant else None


@router.post("/access", response={201: ApprovalOut}, summary="Ask for a right one lacks, for a time")
def ask_for_access(request: Request, body: AccessIn) -> Any:
    access.person_of(request.viewer)
    return Status(201, actions.ask_for_access(viewer=request.viewer, by=request.user, **body.dict()))


@router.get("/access/{int:request_id}", response=AccessOut, summary="What was asked for")
def access_request(request: Request, request_id: Id) -> Any:
    return access.get_access_request(request.viewer, request_id)


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
