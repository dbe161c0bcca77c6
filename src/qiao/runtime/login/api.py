"""One's own open sessions in the API."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status

from qiao.runtime.requests import Request

from . import actions, queries

router = Router()


class SessionOut(Schema):
    """A browser in which one is logged in."""

    name: str
    began_at: datetime | None
    address: str
    agent: str
    ends_at: datetime
    current: bool


@router.get("", response=list[SessionOut], summary="Where one is logged in")
def list_sessions(request: Request) -> Any:
    return queries.list_sessions(request.viewer.user_id, request.session.session_key)


@router.delete(
    "/{name}", response={204: None}, summary="End one of one's other sessions, or all of them: `others`"
)
def end(request: Request, name: str) -> Any:
    actions.end_session(
        user=request.user, name=name, current_key=request.session.session_key, request=request
    )
    return Status(204, None)
