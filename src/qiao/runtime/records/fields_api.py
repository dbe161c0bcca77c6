"""Custom fields and their values in the API."""

from typing import Any

from ninja import Router, Status

from ..requests import Request
from ..typed import Id, Line
from . import access, actions, queries
from . import schemas as s

router = Router()
OF = "/{kind}/{int:pk}"


@router.get("/{kind}/fields", response=list[s.FieldOut], summary="Custom fields of a kind of record")
def fields(request: Request, kind: Line) -> Any:
    return queries.fields_of_kind(access.get_kind_to_shape(request.viewer, kind).kind)


@router.post("/{kind}/fields", response={201: s.FieldOut}, summary="Add a custom field")
def new_field(request: Request, kind: Line, body: s.FieldIn) -> Any:
    found = access.get_kind_to_shape(request.viewer, kind)
    return Status(201, actions.put_field(kind=found, by=request.user, **body.dict()))


@router.put("/{kind}/fields/{int:field_id}", response=s.FieldOut, summary="Change a custom field, or end it")
def change_field(request: Request, kind: Line, field_id: Id, body: s.FieldChange) -> Any:
    row = access.get_field(request.viewer, kind, field_id)
    found = access.get_kind_to_shape(request.viewer, kind)
    return actions.put_field(kind=found, field=row, by=request.user, **body.dict())


@router.get(f"{OF}/fields", response=s.ValuesOut, summary="What a record's custom fields say")
def values(request: Request, kind: Line, pk: Id) -> Any:
    record = access.get_record(request.viewer, kind, pk)
    return _shown(request, record, queries.values_of(record.kind, record.pk))


@router.patch(f"{OF}/fields", response=s.ValuesOut, summary="Fill in a record's custom fields")
def fill(request: Request, kind: Line, pk: Id, body: s.ValuesIn) -> Any:
    record = access.get_record(request.viewer, kind, pk)
    own = access.check_fields_to_fill(request.viewer, record)
    written = actions.put_values(record=record, fields=own, given=body.values, by=request.user)
    return _shown(request, record, written)


def _shown(request: Request, record: access.Record, values: dict[str, Any]) -> dict[str, Any]:
    seen = {one.code for one in access.fields_on(request.viewer, record)}
    return {"values": {code: value for code, value in values.items() if code in seen}}
