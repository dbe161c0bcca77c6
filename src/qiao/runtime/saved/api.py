"""Saved lists in the API."""

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from qiao.runtime.requests import Request
from qiao.runtime.typed import Filled, Line

from . import actions, queries

router = Router()


class SavedOut(Schema):
    """A saved list: ``address`` is the page, with what it is narrowed to."""

    id: int
    listing: str
    name: str
    address: str
    shared: bool
    mine: bool
    saved_at: datetime


class SavedIn(Schema):
    """A list as it stands, and its name."""

    listing: Filled = Field(max_length=60)
    path: Filled = Field(max_length=300)
    query: Line = Field("", max_length=2000)
    name: Filled = Field(max_length=60)
    shared: bool = False


def _told(row: Any, viewer: Any) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in ("listing", "name", "address", "shared", "saved_at")}
    return {"id": row.pk, "mine": row.owner_id == viewer.user_id, **kept}


@router.get(
    "", response=list[SavedOut], summary="One's own saved lists and the shared ones of lists one may open"
)
def list_saved(request: Request, listing: Line = "") -> Any:
    return [_told(row, request.viewer) for row in queries.list_offered(request.viewer, listing)]


@router.post("", response={201: SavedOut}, summary="Keep a list under a name; the same name is written over")
def save(request: Request, body: SavedIn) -> Any:
    return Status(201, _told(actions.save(viewer=request.viewer, **body.dict()), request.viewer))


@router.delete("/{int:saved_id}", response={204: None}, summary="Forget one of one's own saved lists")
def remove(request: Request, saved_id: int) -> Any:
    actions.remove(saved_id=saved_id, user_id=request.viewer.user_id)
    return Status(204, None)
