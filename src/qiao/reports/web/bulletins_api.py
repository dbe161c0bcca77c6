"""Bulletins in the API."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.runtime.requests import Request
from qiao.runtime.typed import Clock, Filled, Id, Line, Prose

from .. import access, actions

router = Router()


class BulletinPlaceOut(Schema):
    """A place; ``rank`` null where there is no figure, and ``missing`` why."""

    label: str
    value: Decimal | None
    missing: str
    change: Decimal | None
    rank: int | None
    before: int | None


class BulletinOut(Schema):
    """A bulletin; ``notice_id`` null while it is a draft. It is acknowledged as that notice."""

    id: int
    title: str
    text: str
    unit_id: int
    indicator: str
    ranked: str
    period: str
    notice_id: int | None
    prepared_at: datetime


class BulletinDetail(BulletinOut):
    """A bulletin with its ranking, the best first."""

    rows: list[BulletinPlaceOut]


class BulletinIn(Schema):
    """What a bulletin says, to whom, and what it ranks: a level of units (unit2 …) or ``manager``."""

    title: Filled = Field(max_length=120)
    text: Prose = Field("", max_length=5000)
    unit_id: Id
    indicator: Filled = Field(max_length=40)
    ranked: Filled = Field(max_length=20)
    by: Line = "month"
    acknowledge_days: int = Field(0, ge=0, le=60)


class PlanIn(BulletinIn):
    """The same, prepared every day, week, month or after every close."""

    every: Filled = Field(max_length=5)
    at: Clock


class PlanOut(Schema):
    """A plan."""

    id: int
    title: str
    unit_id: int
    indicator: str
    ranked: str
    by: str
    every: str


class BulletinDraftIn(Schema):
    """Subject and text of a draft."""

    title: Filled = Field(max_length=200)
    text: Prose = Field("", max_length=5000)


@router.get(
    "/bulletins",
    response=list[BulletinOut],
    summary="Bulletins sent to one, and drafts one keeps, newest first",
)
def list_bulletins(request: Request) -> Any:
    return list(access.visible_bulletins(request.viewer)[:200])


@router.post("/bulletins", response={201: BulletinDetail}, summary="Prepare a bulletin: a draft")
def prepare(request: Request, body: BulletinIn) -> Any:
    access.check_bulletins(request.viewer)
    return Status(201, actions.prepare(wish=actions.Wish(**body.dict()), by=request.user))


@router.get("/bulletins/plans", response=list[PlanOut], summary="Plans of bulletins one keeps")
def list_plans(request: Request) -> Any:
    access.check_bulletins(request.viewer)
    return list(access.visible_plans(request.viewer))


@router.post("/bulletins/plans", response={201: PlanOut}, summary="Have a bulletin prepared again and again")
def make_plan(request: Request, body: PlanIn) -> Any:
    access.check_bulletins(request.viewer)
    values = body.dict()
    every, at = values.pop("every"), values.pop("at")
    return Status(
        201, actions.plan_bulletin(wish=actions.Wish(**values), every=every, at=at, by=request.user)
    )


@router.delete("/bulletins/plans/{int:plan_id}", response={204: None}, summary="Prepare it no more")
def end_plan(request: Request, plan_id: Id) -> Any:
    actions.end_plan(plan=access.get_plan(request.viewer, plan_id), by=request.user)
    return Status(204, None)


@router.get("/bulletins/{int:bulletin_id}", response=BulletinDetail, summary="One bulletin with its ranking")
def get_bulletin(request: Request, bulletin_id: Id) -> Any:
    return access.get_bulletin(request.viewer, bulletin_id)


@router.put("/bulletins/{int:bulletin_id}", response=BulletinDetail, summary="Write a draft over")
def change(request: Request, bulletin_id: Id, body: BulletinDraftIn) -> Any:
    row = access.get_draft(request.viewer, bulletin_id)
    return actions.change_draft(bulletin=row, by=request.user, **body.dict())


@router.post(
    "/bulletins/{int:bulletin_id}/publish", response=BulletinDetail, summary="Publish a draft as a notice"
)
def publish(request: Request, bulletin_id: Id) -> Any:
    return actions.publish(bulletin=access.get_draft(request.viewer, bulletin_id), by=request.user)


@router.delete("/bulletins/{int:bulletin_id}", response={204: None}, summary="Throw a draft away")
def drop(request: Request, bulletin_id: Id) -> Any:
    actions.drop_draft(bulletin=access.get_draft(request.viewer, bulletin_id), by=request.user)
    return Status(204, None)
