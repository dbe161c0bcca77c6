"""One's own open sessions and second factors in the API."""

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


class PasskeyOut(Schema):
    """A key kept by a device; ``alone``: it logs in without the password."""

    name: str
    alone: bool
    added_at: datetime
    used_at: datetime | None


class FactorsOut(Schema):
    """What a log-in asks for besides the password. ``codes_left``: recovery codes not used yet."""

    app_since: datetime | None
    passkeys: list[PasskeyOut]
    codes_left: int | None
    must_have: bool


@router.get(
    "/factors", response=FactorsOut, summary="One's own second factors; they are set up in a browser only"
)
def factors(request: Request) -> Any:
    found = queries.gather_factors(request.viewer.user_id)
    return FactorsOut(
        app_since=found.app_since, passkeys=[PasskeyOut.from_orm(one) for one in found.passkeys],
        codes_left=found.codes_left, must_have=request.viewer.needs_second_factor,
    )  # fmt: skip


@router.delete(
    "/{name}", response={204: None}, summary="End one of one's other sessions, or all of them: `others`"
)
def end(request: Request, name: str) -> Any:
    actions.end_session(
        user=request.user, name=name, current_key=request.session.session_key, request=request
    )
    return Status(204, None)
