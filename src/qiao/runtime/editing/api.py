"""Edits of lists in the API: one cell, many rows with their preview, and taking either back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict
from ninja import Field, Router, Schema, Status

from qiao.kernel.errors import BadInput, Place, Problem
from qiao.runtime.i18n import say
from qiao.runtime.listing import Column
from qiao.runtime.listing.again import Opened, open_list
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Filled, Line

from . import actions, queries
from .values import ValueForm

router = Router()


class ListCellIn(Schema):
    """A cell: the list's page, its column, the row, the value that was read and the one to stand there.

    Values are texts, days as 2026-11-22, ``1`` and ``0`` for yes and no, ids of tags as a list; empty for nothing.
    """

    address: Filled = Field(max_length=4000)
    column: Filled = Field(max_length=60)
    row: int = Field(ge=1, lt=2**63)
    was: str | bool | list[int] | None = None
    value: str | list[int] = ""
    reason: Line = Field("", max_length=200)


class ManyIn(Schema):
    """A column of many rows: ``rows`` names them; without it all the address is narrowed to.

    Of tags ``add`` and ``remove`` are given instead of a value.
    """

    address: Filled = Field(max_length=4000)
    column: Filled = Field(max_length=60)
    rows: list[int] | None = Field(None, max_length=5000)
    value: str = Field("", max_length=600)
    add: list[int] = Field([], max_length=100)
    remove: list[int] = Field([], max_length=100)
    reason: Line = Field("", max_length=200)


class ManyOrder(ManyIn):
    """The same, with the ``digest`` of the preview that was looked at."""

    digest: Filled = Field(max_length=64)


class ListLeftOut(Schema):
    """A row that is left out, and why."""

    name: str
    reason: str


class ListPreviewOut(Schema):
    """What a change of many rows would do."""

    changes: int
    same: int
    left_out: int
    left_out_rows: list[ListLeftOut]
    digest: str


class ListChangeOut(Schema):
    """A change: waiting, done, failed, undoing or undone."""

    id: int
    listing: str
    address: str
    column: str
    value: str
    state: str
    at: datetime
    changed: int
    same: int
    left_out: int
    kept: int
    undoable: bool
    job_id: int | None

    @staticmethod
    def resolve_value(row: Any) -> str:
        return str(row.wanted_text)

    @staticmethod
    def resolve_left_out(row: Any) -> int:
        return int(row.left_count)

    @staticmethod
    def resolve_kept(row: Any) -> int:
        return int(row.kept_count)


class ListChangePage(Page):
    """A page of changes."""

    items: list[ListChangeOut]


class ListCellOut(Schema):
    """What was changed; nothing where the cell said so already."""

    change: ListChangeOut | None


def _form(column: Column, opened: Opened, data: dict[str, Any], *, many: bool) -> ValueForm:
    query = QueryDict(mutable=True)
    for name, value in data.items():
        if isinstance(value, list | tuple):
            query.setlist(name, [str(one) for one in value])
        else:
            query[name] = str(value)
    form = ValueForm(query, column=column, request=opened.request, many=many)
    if not form.is_valid():
        raise BadInput(
            [
                Problem(str(text), Place(column=name), {}, "bad_value")
                for name, texts in form.errors.items()
                for text in texts
            ]
        )
    return form


@router.post(
    "/cell", response=ListCellOut, summary="Change one cell of a list, unless somebody changed it meanwhile"
)
def cell(request: Request, body: ListCellIn) -> Any:
    opened = open_list(body.address.partition("?")[0], viewer=request.viewer, user=request.user)
    column, edit = actions.column_of(opened, body.column, request.viewer)
    form = _form(column, opened, {"value": body.value, "reason": body.reason}, many=False)
    wanted = actions.wanted_of(edit, opened.request, form.wanted(), form.reason)
    change = actions.change_cell(
        opened=opened, code=body.column, pk=body.row, was=body.was, wanted=wanted, viewer=request.viewer, by=request.user
    )  # fmt: skip
    return {"change": change}


def _ordered(request: Request, body: ManyIn) -> tuple[Opened, Column, actions.Wanted, Sequence[int] | None]:
    opened = open_list(body.address, viewer=request.viewer, user=request.user)
    column, edit = actions.column_of(opened, body.column, request.viewer)
    form = _form(column, opened, body.dict(include={"value", "add", "remove", "reason"}), many=True)
    return opened, column, actions.wanted_of(edit, opened.request, form.wanted(), form.reason), body.rows


@router.post(
    "/bulk/preview", response=ListPreviewOut, summary="What a change of many rows would do; writes nothing"
)
def preview(request: Request, body: ManyIn) -> Any:
    opened, column, wanted, rows = _ordered(request, body)
    assert column.edit is not None
    planned = actions.plan_change(
        opened=opened, edit=column.edit, ids=actions.chosen_ids(opened, rows), wanted=wanted.value, viewer=request.viewer
    )  # fmt: skip
    shown = dict(list(planned.refused.items())[:200])
    names = actions.names_of(opened, list(shown))
    return {
        "changes": len(planned.changes),
        "same": planned.same,
        "left_out": len(planned.refused),
        "left_out_rows": [{"name": names.get(pk, str(pk)), "reason": say(why)} for pk, why in shown.items()],
        "digest": planned.digest,
    }


@router.post("/bulk", response={202: ListChangeOut}, summary="Change many rows as previewed: all or nothing")
def order(request: Request, body: ManyOrder) -> Any:
    opened, column, wanted, rows = _ordered(request, body)
    return Status(
        202,
        actions.order_change(
            opened=opened, column=column, wanted=wanted, picks=rows, digest=body.digest, by=request.user
        ),
    )


@router.get(
    "/changes", response=ListChangePage, summary="Changes made in lists: one's own, or all for auditors"
)
def list_changes(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    return cut_page(queries.visible_changes(request.viewer), order="id", cursor=cursor, limit=limit)


@router.get("/changes/{int:change_id}", response=ListChangeOut, summary="One change and what came of it")
def get_change(request: Request, change_id: int) -> Any:
    return queries.get_change(request.viewer, change_id)


@router.post("/changes/{int:change_id}/undo", response={202: ListChangeOut}, summary="Take a change back")
def undo(request: Request, change_id: int) -> Any:
    queries.get_change(request.viewer, change_id)
    return Status(202, actions.start_undo(change_id=change_id, by=request.user, viewer=request.viewer))
