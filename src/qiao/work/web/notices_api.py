"""Notices in the API."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Day, Filled, Id, Prose
from qiao.work import access, actions, queries

router = Router()


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


@router.get("/notices", response=NoticePage, summary="Notices in reach, newest first")
def notices(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    person = access.person_of(request.viewer)
    return cut_page(
        queries.with_reading(access.visible_notices(request.viewer), person),
        order="id",
        falling=True,
        cursor=cursor,
        limit=limit,
    )


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
