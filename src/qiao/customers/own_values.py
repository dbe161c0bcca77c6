"""Custom fields of customers as columns of an import."""

from collections.abc import Mapping, Sequence
from typing import Any

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime.i18n import pick
from qiao.runtime.importing import Cells, Field
from qiao.runtime.records import access as records
from qiao.runtime.records import actions as record_actions
from qiao.runtime.records.typed_values import OwnField, read_value

from . import queries

KIND = "customer"


def fields_to_import(viewer: Any) -> list[OwnField]:
    """Custom fields the viewer may fill in by import: his role sees them, and fills them in where roles are named."""
    return [
        one
        for one in records.fields_seen(viewer, KIND)
        if viewer.can(records.WRITE) and (not one.changed_by or viewer.profile in one.changed_by)
    ]


def columns(viewer: Any) -> list[Field]:
    """A column for each."""
    return [
        Field(
            one.name,
            pick(one.label_zh, one.label_en),
            tuple(filter(None, (one.label_zh, one.label_en, one.code))),
        )
        for one in fields_to_import(viewer)
    ]


def read_cells(
    cells: Cells, fields: Sequence[OwnField], segment: str | None, known: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What a row says in custom fields, by code; what is no value is complained about at its cell."""
    found: dict[str, Any] = {}
    of = segment if segment is not None else (known or {}).get("segment", "")
    for one in fields:
        text = cells.values.get(one.name, "")
        if not text:
            if cells.is_cleared(one.name) and not one.is_required:
                found[one.code] = None
            continue
        if not one.applies_to(of or ""):
            cells.complain(one.name, N_("Records of its segment do not have this field."), "not_of_segment")
            continue
        try:
            found[one.code] = read_value(one, text)
        except RuleBroken as refusal:
            cells.complain(one.name, refusal.message, refusal.code, **refusal.params)
    return found


def load(rows: Sequence[Mapping[str, Any]], *, by: Any) -> None:
    """Write what the rows say, by customer number."""
    told = {row["code"]: row["own"] for row in rows if row.get("own")}
    if told:
        ids = queries.customers_by_code(list(told))
        record_actions.load_values(
            kind=KIND, rows={ids[code]: values for code, values in told.items()}, by=by
        )
