"""Writes of custom fields and their values."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, BadInput, Place, Problem, RuleBroken

from ...contributions import RecordKind
from ...i18n import pick
from ..access import Record
from ..models import CustomField, CustomValues
from ..typed_values import TYPES, OwnField, Stored, choice_pairs, is_code, read_value

_MOST_FIELDS = 60


@transaction.atomic
def put_field(
    *,
    kind: RecordKind,
    by: Any,
    choices: str = "",
    ends_on: date | None = None,
    field: CustomField | None = None,
    **values: Any,
) -> CustomField:
    """Add a custom field to a kind of record, or change one. Code and type of a field stay as they began.

    Args:
        kind: Kind of record.
        by: Who does it.
        choices: Lines ``code = Chinese | English``, for a choice.
        ends_on: Day from which it is no longer asked for; its values stay.
        field: The field to change; None for a new one.
        values: ``code``, ``type`` of a new one; ``label_zh``, ``label_en``, ``is_required``, ``segments``, ``seen_by``,
            ``changed_by``, ``order``.

    Raises:
        RuleBroken: The code is none or taken, the type is unknown, or a choice is missing or misspelt.
    """
    row = field or CustomField(kind=kind.kind, code=values.get("code", ""), type=values.get("type", ""))
    for name in ("label_zh", "label_en", "is_required", "segments", "seen_by", "changed_by", "order"):
        if name in values:
            setattr(row, name, values[name])
    row.ends_on = ends_on
    _check(row, choices)
    if field is None and CustomField.objects.filter(kind=kind.kind).count() >= _MOST_FIELDS:
        raise RuleBroken(
            N_("A kind of record has at most %(most)s custom fields."), code="too_many", most=_MOST_FIELDS
        )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleBroken(
            N_("The code %(value)s is taken."), code="code_taken", field="code", value=row.code
        ) from None
    return row


def _check(row: CustomField, choices: str) -> None:
    """Refuse a field badly made; its choices are read."""
    if not is_code(row.code):
        raise RuleBroken(
            N_("A code begins with a small letter and holds small letters, digits and _."),
            code="bad_code",
            field="code",
        )
    if row.type not in TYPES:
        raise RuleBroken(N_("Choose a type of value."), code="bad_type", field="type")
    if not row.label_zh.strip():
        raise RuleBroken(N_("Give the field a Chinese name."), code="name_missing", field="label_zh")
    row.choices = [list(one) for one in choice_pairs(choices)] if row.type == "choice" else []
    if row.type == "choice" and not row.choices:
        raise RuleBroken(N_("Name at least one choice."), code="choices_missing", field="choices")


@transaction.atomic
def put_values(
    *, record: Record, fields: Sequence[OwnField], given: Mapping[str, Any], by: Any
) -> dict[str, Any]:
    """Write values of a record's custom fields, all of them or none.

    Args:
        record: The record.
        fields: The fields the writer may fill in, as they apply to this record.
        given: Field code → value as typed; None and empty take a value away. Fields not named stay.
        by: Who writes.

    Returns:
        All values of the record, those of other fields too.

    Raises:
        BadInput: Values that are none of their field, or a required one that is missing; each named.
    """
    known = {field.code: field for field in fields}
    row, _made = CustomValues.objects.select_for_update().get_or_create(kind=record.kind, object_id=record.pk)
    values = dict(row.values)
    problems = _unknown(known, given) + _read_into(values, known, given) + _missing(fields, values)
    if problems:
        raise BadInput(problems)
    if values != row.values:
        row.values = values
        row.save(update_fields=["values"])
    return values


@transaction.atomic
def put_one_field(*, kind: str, field: OwnField, values: Mapping[int, Stored | None], by: Any) -> None:
    """Write one custom field of many records; the others stay. What is given is what is stored, checked by its type.

    Raises:
        RuleBroken: One value is none of the field, or a required one would be taken away.
    """
    read = {pk: read_value(field, value) for pk, value in values.items()}
    if field.is_required and None in read.values():
        raise RuleBroken(N_("This must be filled in."), code="required", field="value")
    CustomValues.objects.bulk_create(
        [CustomValues(kind=kind, object_id=pk) for pk in sorted(read)], ignore_conflicts=True
    )
    rows = list(CustomValues.objects.select_for_update().filter(kind=kind, object_id__in=list(read)))
    for row in rows:
        row.values.pop(field.code, None)
        if (stored := read[row.object_id]) is not None:
            row.values[field.code] = stored
    CustomValues.objects.bulk_update(rows, ["values"], batch_size=2000)


VALUES_TABLE = CustomValues


@transaction.atomic
def load_values(*, kind: str, rows: Mapping[int, Mapping[str, Stored | None]], by: Any) -> None:
    """Write custom fields of many records at once, as an import checked them; fields not named stay.

    Args:
        kind: Of the records.
        rows: Record → field code → what is stored; None takes the value away.
        by: Who loads.
    """
    ids = sorted(rows)
    for start in range(0, len(ids), 5000):
        piece = ids[start : start + 5000]
        known = {
            row.object_id: row
            for row in CustomValues.objects.select_for_update().filter(kind=kind, object_id__in=piece)
        }
        changed: list[CustomValues] = []
        new: list[CustomValues] = []
        for pk in piece:
            row = known.get(pk) or CustomValues(kind=kind, object_id=pk)
            values = {code: value for code, value in {**row.values, **rows[pk]}.items() if value is not None}
            if values != row.values:
                row.values = values
                (changed if row.pk else new).append(row)
        CustomValues.objects.bulk_create(new)
        CustomValues.objects.bulk_update(changed, ["values"], batch_size=2000)


def _unknown(known: Mapping[str, OwnField], given: Mapping[str, Any]) -> list[Problem]:
    codes = sorted(set(given) - set(known))
    message = N_("There is no such field here: %(codes)s.")
    return (
        [Problem(message, Place(column=codes[0]), {"codes": ", ".join(codes)}, "unknown_field")]
        if codes
        else []
    )


def _read_into(
    values: dict[str, Any], known: Mapping[str, OwnField], given: Mapping[str, Any]
) -> list[Problem]:
    """Put what was typed among the values; what is no value is returned as problems."""
    problems = []
    for code in [code for code in known if code in given]:
        if known[code].type == "choice" and code in values and given[code] == values[code]:
            continue  # left as it is, also where it is offered no longer
        try:
            stored = read_value(known[code], given[code])
        except RuleBroken as refusal:
            problems.append(_problem(known[code], refusal))
            values.setdefault(code, "")  # said something, if the wrong thing: not missing besides
            continue
        values.pop(code, None)
        if stored is not None:
            values[code] = stored
    return problems


def _missing(fields: Sequence[OwnField], values: Mapping[str, Any]) -> list[Problem]:
    refusal = RuleBroken(N_("This must be filled in."), code="required")
    return [_problem(field, refusal) for field in fields if field.is_required and field.code not in values]


def _label(field: OwnField) -> str:
    return pick(field.label_zh, field.label_en)


def _problem(field: OwnField, refusal: RuleBroken) -> Problem:
    return Problem(refusal.message, Place(column=_label(field)), refusal.params, refusal.code)
