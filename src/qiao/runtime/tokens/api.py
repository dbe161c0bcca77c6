"""One's own tokens in the API. A token makes only tokens that may do no more than itself."""

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.runtime.requests import Request
from qiao.runtime.typed import Filled, Line

from . import actions, queries

router = Router()


class TokenOut(Schema):
    """A token; its secret is never shown again."""

    id: int
    name: str
    prefix: str
    rights: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(TokenOut):
    """A token just made, with its secret, this once."""

    secret: str


class TokenIn(Schema):
    """What a token is for, may do and how long."""

    name: Filled = Field(max_length=80)
    rights: list[Line] = Field(min_length=1, max_length=200)
    days: int = Field(90, ge=1, le=actions.LONGEST_DAYS)


@router.get("", response=list[TokenOut], summary="One's own tokens, newest first")
def list_tokens(request: Request) -> Any:
    request.viewer.check("tokens.use")
    return queries.list_tokens(request.viewer.user_id)


@router.post("", response={201: TokenMade}, summary="Make a token; its secret is in this answer only")
def issue(request: Request, body: TokenIn) -> Any:
    viewer = request.viewer
    viewer.check("tokens.use")
    token, secret = actions.issue(user=request.user, held=sorted(viewer.rights), **body.dict())
    return Status(201, TokenOut.from_orm(token).dict() | {"secret": secret})


@router.delete("/{int:token_id}", response={204: None}, summary="End one of one's own tokens at once")
def revoke(request: Request, token_id: int) -> Any:
    request.viewer.check("tokens.use")
    actions.revoke(token_id=token_id, user=request.user)
    return Status(204, None)
