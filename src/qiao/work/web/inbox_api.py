"""One's own inbox in the API."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from qiao.runtime.i18n import say
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Id, Instant
from qiao.work import access, actions, queries

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


@router.get("/lines", response=InboxPage, summary="One's own inbox, newest first")
def inbox(request: Request, done: bool = False, cursor: str | None = None, limit: int = 50) -> Any:
    rows = queries.list_inbox(access.person_of(request.viewer), done=done)
    return cut_page(rows, order="id", falling=True, cursor=cursor, limit=limit)


@router.get("/lines/counts", response=dict[str, int], summary="Open lines by kind")
def counts(request: Request) -> Any:
    return queries.count_inbox(access.person_of(request.viewer))


@router.post("/lines/{int:line_id}/read", response=InboxLineOut, summary="Note that a line was read")
def read(request: Request, line_id: Id) -> Any:
    return actions.read(item_id=line_id, person_id=access.person_of(request.viewer))


@router.post("/lines/{int:line_id}/snooze", response=InboxLineOut, summary="Hide a line until later")
def snooze(request: Request, line_id: Id, until: Instant) -> Any:
    return actions.snooze(item_id=line_id, person_id=access.person_of(request.viewer), until=until)


@router.post("/lines/put-away", response=dict[str, int], summary="Put lines away; tasks and approvals stay")
def put_away(request: Request, ids: list[Id]) -> Any:
    return {"count": actions.done(item_ids=ids, person_id=access.person_of(request.viewer))}
