"""Who sees what, looks as a colleague and granted rights in the API."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status

from qiao.kernel.errors import NotFound
from qiao.org import access, actions
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id, Line

from .sight import explain

router = Router()
MOST = 500


class SeeingOut(Schema):
    """A reason why a person sees a record; several may hold for one person. ``fields``: a sight and the protected
    fields it holds for."""

    person_id: int
    name: str
    role: str
    unit: str
    why: str
    changes: bool
    fields: list[tuple[str, str]]


class GrantOut(Schema):
    """A right granted for a time."""

    id: int
    person_id: int
    right: str
    scope_kind: str
    unit_id: int | None
    starts_on: date
    ends_before: date
    reason: str


class LookOut(Schema):
    """A look at Qiao as a colleague sees it."""

    username: str
    person_id: int
    reason: str
    started_at: datetime
    ended_at: datetime | None

    @staticmethod
    def resolve_username(row: Any) -> str:
        return str(row.by.get_username())


Limit = Annotated[int, Query(ge=1, le=MOST, description="How many, the newest first.")]


@router.get("/sees/{kind}/{int:pk}", response=list[SeeingOut], summary="Who sees a record, and why")
def who_sees(request: Request, kind: Line, pk: Id) -> Any:
    return explain(access.get_explained(request.viewer, kind, pk), kind)


@router.get("/grants", response=list[GrantOut], summary="Rights granted for a time")
def list_grants(request: Request, limit: Limit = 200) -> Any:
    return access.visible_grants(request.viewer).order_by("-starts_on", "-pk")[:limit]


@router.post("/grants/{int:grant_id}/end", response={204: None}, summary="End a granted right today")
def end_grant(request: Request, grant_id: Id) -> Any:
    row = access.visible_grants(request.viewer).filter(pk=grant_id).first()
    if row is None:
        raise NotFound
    actions.end_grant(grant_id=row.pk, by=request.user)
    return Status(204, None)


@router.get("/looks", response=list[LookOut], summary="Who looked as whom, newest first")
def list_looks(request: Request, limit: Limit = 200) -> Any:
    return access.visible_looks(request.viewer).order_by("-started_at", "-pk")[:limit]
