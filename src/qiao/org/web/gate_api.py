"""Log-ins of others in the API: passwords, second factors, user ids elsewhere."""

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.kernel.errors import NotFound
from qiao.org import access, actions, queries
from qiao.runtime.login import actions as log_ins
from qiao.runtime.login.queries import gather_factors
from qiao.runtime.requests import Request
from qiao.runtime.typed import Filled, Line

from .gate import RIGHT
from .schemas import LogInIn, LogInMade

router = Router()


class AccountsIn(Schema):
    """User ids of a person elsewhere; empty takes one away, one left out stays."""

    wecom: Line | None = Field(None, max_length=100)
    dingtalk: Line | None = Field(None, max_length=100)
    feishu: Line | None = Field(None, max_length=100)


class PasswordIn(Schema):
    """A new password."""

    password: str = Field(max_length=200)


class ResetIn(Schema):
    """Why, and how it was made sure who asks."""

    reason: Filled = Field(max_length=150)


class OthersLogInOut(Schema):
    """A person's log-in: what it asks for, what he is called elsewhere."""

    username: str
    app_since: datetime | None
    passkeys: int
    codes_left: int | None
    accounts: dict[str, str]


def _person(request: Request, person_id: int) -> Any:
    request.viewer.check(RIGHT)
    row = access.get_visible_person(request.viewer, person_id)
    if row.user_id is None:
        raise NotFound
    return row


@router.post(
    "/people/{int:person_id}/log-in", response={201: LogInMade}, summary="Make a log-in for a person"
)
def make_log_in(request: Request, person_id: int, body: LogInIn) -> Any:
    request.viewer.check(RIGHT)
    row = access.get_visible_person(request.viewer, person_id)
    user = actions.give_log_in(person=row, username=body.username, password=body.password, by=request.user)
    return Status(201, {"username": user.username})


@router.get(
    "/people/{int:person_id}/log-in",
    response=OthersLogInOut,
    summary="A person's log-in: its second factors, user ids elsewhere",
)
def log_in(request: Request, person_id: int) -> Any:
    row = _person(request, person_id)
    factors = gather_factors(row.user_id)
    return OthersLogInOut(
        username=row.user.username, app_since=factors.app_since, passkeys=len(factors.passkeys),
        codes_left=factors.codes_left, accounts={one.directory: one.account for one in queries.list_accounts(person_id)},
    )  # fmt: skip


@router.patch(
    "/people/{int:person_id}/accounts",
    response={204: None},
    summary="Say what a person is called elsewhere; he logs in with it",
)
def put_accounts(request: Request, person_id: int, body: AccountsIn) -> Any:
    row = _person(request, person_id)
    given = {code: account for code, account in body.dict().items() if account is not None}
    actions.put_accounts(person=row, accounts=given, by=request.user)
    return Status(204, None)


@router.post(
    "/people/{int:person_id}/password",
    response={204: None},
    summary="Give a person a new password; his sessions end",
)
def new_password(request: Request, person_id: int, body: PasswordIn) -> Any:
    row = _person(request, person_id)
    log_ins.set_password(user=row.user, password=body.password, by=request.user, request=request)
    return Status(204, None)


@router.post(
    "/people/{int:person_id}/reset-factors",
    response={204: None},
    summary="Take all second factors from a person who lost them; his sessions end",
)
def reset_factors(request: Request, person_id: int, body: ResetIn) -> Any:
    row = _person(request, person_id)
    log_ins.reset_factors(user=row.user, reason=body.reason, by=request.user, request=request)
    return Status(204, None)
