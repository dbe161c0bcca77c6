"""Tags, favourites and what one looked at last, in the API."""

from typing import Any

from ninja import Router, Status

from ..contributions import sheets_of
from ..requests import Request
from ..typed import Id, Line
from . import access, actions, queries, showing
from . import schemas as s

router = Router()
OF = "/{kind}/{int:pk}"


@router.get("/places", response=list[s.PlacesOut], summary="Favourites and what the caller looked at last")
def places(request: Request) -> Any:
    return showing.places_of(request.viewer)


@router.get("/{kind}/tags", response=list[s.TagUseOut], summary="Tags of a kind of record")
def tags(request: Request, kind: Line) -> Any:
    return queries.with_use(queries.tags_of_kind(access.get_kind(request.viewer, kind).kind))


@router.post("/{kind}/tags", response={201: s.TagOut}, summary="Enter a tag")
def new_tag(request: Request, kind: Line, body: s.TagIn) -> Any:
    found = access.get_kind_to_tag(request.viewer, kind)
    return Status(201, actions.put_tag(kind=found.kind, name=body.name, colour=body.colour, by=request.user))


@router.put("/{kind}/tags/{int:tag_id}", response=s.TagOut, summary="Rename a tag or give it another colour")
def change_tag(request: Request, kind: Line, tag_id: Id, body: s.TagIn) -> Any:
    row = access.get_tag(request.viewer, kind, tag_id)
    return actions.put_tag(kind=kind, tag=row, name=body.name, colour=body.colour, by=request.user)


@router.delete("/{kind}/tags/{int:tag_id}", response=s.MarksChanged, summary="Take a tag off every record")
def drop_tag(request: Request, kind: Line, tag_id: Id) -> Any:
    return {"changed": actions.drop_tag(tag=access.get_tag(request.viewer, kind, tag_id), by=request.user)}


@router.post("/{kind}/mark", response=s.MarksChanged, summary="Tag many records at once")
def mark_many(request: Request, kind: Line, body: s.MarkManyIn) -> Any:
    pks = sorted(set(body.pks))
    access.names_to_write(request.viewer, kind, pks)
    return {"changed": _mark(request, kind, pks, body)}


def _mark(request: Request, kind: str, pks: list[int], body: s.MarkIn) -> int:
    add, remove = access.tags_among(kind, body.add), access.tags_among(kind, body.remove)
    return actions.mark(pks=pks, add=add, remove=remove, by=request.user)


@router.get(f"{OF}/tags", response=list[s.TagOut], summary="Tags a record bears")
def tags_of(request: Request, kind: Line, pk: Id) -> Any:
    record = access.get_record(request.viewer, kind, pk)
    return queries.list_tags(record.kind, record.pk)


@router.post(f"{OF}/tags", response=s.MarksChanged, summary="Tag a record")
def mark(request: Request, kind: Line, pk: Id, body: s.MarkIn) -> Any:
    record = access.get_record_to_write(request.viewer, kind, pk)
    return {"changed": _mark(request, kind, [record.pk], body)}


@router.get(f"{OF}/sheets", response=list[s.SheetOut], summary="A record as it is printed")
def sheets(request: Request, kind: Line, pk: Id) -> Any:
    record = access.get_record(request.viewer, kind, pk)
    return sheets_of(record.kind, request.viewer, record.pk)


@router.put(f"{OF}/favourite", response={204: None}, summary="Keep a record at hand, or no more")
def favourite(request: Request, kind: Line, pk: Id, body: s.OnIn) -> Any:
    record = access.get_record(request.viewer, kind, pk)
    actions.keep_at_hand(record=record, user_id=request.viewer.user_id, on=body.on)
    return Status(204, None)
