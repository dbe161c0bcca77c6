"""Custom fields as columns of an import, and as what rows are matched by: the number another system knows a record by."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qiao.kernel.errors import N_, RuleBroken

from ..i18n import pick
from ..importing import Cells, Field, MatchKey
from . import access, queries
from .actions import load_values
from .typed_values import OwnField, Stored, read_value

MATCHED = ("text", "number")


def fields_to_import(viewer: Any, kind: str) -> list[OwnField]:
    """Custom fields the viewer may fill in by import: his role sees them, and fills them in where roles are named."""
    return [
        one
        for one in access.fields_seen(viewer, kind)
        if viewer.can(access.WRITE) and (not one.changed_by or viewer.profile in one.changed_by)
    ]


def own_columns(kind: str) -> Callable[[Any], list[Field]]:
    """viewer → a column for each custom field of a kind he may import."""

    def columns(viewer: Any) -> list[Field]:
        return [
            Field(
                one.name,
                pick(one.label_zh, one.label_en),
                tuple(filter(None, (one.label_zh, one.label_en, one.code))),
            )
            for one in fields_to_import(viewer, kind)
        ]

    return columns


def own_keys(
    kind: str, name_those: Callable[[Any, Sequence[int]], Mapping[int, str]]
) -> Callable[[Any], list[MatchKey]]:
    """viewer → a key for each custom field that holds a text or a number.

    Args:
        kind: Of the records.
        name_those: (viewer, ids) → the kind's own key of those in reach.
    """

    def key_of(field: OwnField) -> MatchKey:
        def find(viewer: Any, texts: Sequence[str]) -> dict[str, list[str]]:
            stored = {text: value for text in texts if (value := _stored(field, text)) is not None}
            bearers = queries.bearers(kind, field.code, set(stored.values()))
            names = name_those(viewer, [pk for pks in bearers.values() for pk in pks])
            return {
                text: [names[pk] for pk in bearers.get(value, ()) if pk in names]
                for text, value in stored.items()
            }

        return MatchKey(field.name, find)

    return lambda viewer: [key_of(one) for one in fields_to_import(viewer, kind) if one.type in MATCHED]


def _stored(field: OwnField, text: str) -> Stored | None:
    try:
        return read_value(field, text)
    except RuleBroken:
        return None


def read_own_cells(
    cells: Cells, fields: Sequence[OwnField], stored: Mapping[str, Stored], segment: str = ""
) -> dict[str, Stored | None]:
    """What a row changes in custom fields, by code; what is no value is complained about at its cell.

    Args:
        cells: The row.
        fields: Of :func:`fields_to_import`.
        stored: What the record's fields say now.
        segment: Of the record.
    """
    found: dict[str, Stored | None] = {}
    for one in fields:
        text = cells.values.get(one.name, "")
        if not text:
            if cells.is_cleared(one.name) and not one.is_required and one.code in stored:
                found[one.code] = None
            continue
        if not one.applies_to(segment):
            cells.complain(one.name, N_("Records of its segment do not have this field."), "not_of_segment")
            continue
        try:
            value = read_value(one, text)
        except RuleBroken as refusal:
            cells.complain(one.name, refusal.message, refusal.code, **refusal.params)
        else:
            if value != stored.get(one.code):
                found[one.code] = value
    return found


def load_own(
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    ids: Callable[[Sequence[str]], Mapping[str, int]],
    *,
    by: Any,
) -> None:
    """Write what rows with ``code`` and ``own`` say in custom fields. ``ids``: codes → records."""
    told: dict[str, dict[str, Stored | None]] = {}
    for row in rows:
        if row.get("own"):
            told.setdefault(row["code"], {}).update(row["own"])
    if told:
        known = ids(list(told))
        load_values(kind=kind, rows={known[code]: values for code, values in told.items()}, by=by)
