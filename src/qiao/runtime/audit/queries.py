"""Reads of the audit: a record's history as changes in words a person can follow."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import Model
from pghistory.models import Context

from qiao.runtime.i18n import pick, say
from qiao.runtime.models import LoginRecord
from qiao.runtime.protection import list_protected, shown


@dataclass(frozen=True, slots=True)
class Change:
    """One field's value before and after. ``column``: ``app.Model.field`` it stands in."""

    field: str
    before: Any
    after: Any
    column: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One write to one row.

    Attributes:
        at: When.
        kind: insert, update or delete.
        who: Log-in name, or empty for the system itself.
        address: Where the request came from, or the other system a job took it from.
        path: Page, API address or command that did it.
        what: Name of the table's record kind.
        changes: Fields that changed; for an insert all that were set.
    """

    at: datetime
    kind: str
    who: str
    address: str
    path: str
    what: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of a tracked model whose history is asked for: ``where`` names columns of its event table and values."""

    model: type[Model]
    where: dict[str, Any]


def list_history(*sources: Source, limit: int = 100) -> list[Event]:
    """History of a record and of what hangs on it, newest first; a constant number of queries.

    Args:
        sources: Models under :func:`qiao.runtime.tracking.tracked` with filters on their event tables, such as
            ``Source(Customer, {"pgh_obj_id": 7})``.
        limit: Most events to give.
    """
    shape = tuple((source.model, tuple(source.where)) for source in sources)
    values = [value for source in sources for value in source.where.values()]
    with connection.cursor() as cursor:
        # Some more than shown: a change is told by comparing with the event before it.
        cursor.execute(_union(shape), [*values, limit * 2])
        rows = [_row(sources[place].model, head, json.loads(row)) for place, row, *head in cursor.fetchall()]
    return _describe(rows)[:limit]


@cache
def _union(shape: tuple[tuple[type[Model], tuple[str, ...]], ...]) -> str:
    """The events of several models in the shape all share, the row itself as one value.

    Written once: the ORM would put these words together again for every page, for longer than the database reads.
    """
    head = ", ".join(_HEAD)
    parts = []
    for place, (model, columns) in enumerate(shape):
        table = model.pgh_event_model._meta.db_table  # type: ignore[attr-defined]
        where = " AND ".join(f'"{column}" = %s' for column in columns)
        parts.append(f'SELECT {place}, to_jsonb(e), {head} FROM "{table}" e WHERE {where}')
    return f"{' UNION ALL '.join(parts)} ORDER BY pgh_created_at DESC, pgh_id DESC LIMIT %s"


_HEAD = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context_id")


def _columns(model: type[Model]) -> list[str]:
    """The business columns an event of the model holds."""
    fields = model.pgh_event_model._meta.concrete_fields  # type: ignore[attr-defined]
    return [f.attname for f in fields if not f.name.startswith("pgh_") and f.name != "id"]


@dataclass(frozen=True, slots=True)
class _Row:
    """One event as read: whose, when, by which request, the values after it (before it, for a removal)."""

    model: type[Model]
    pgh_id: int
    at: datetime
    label: str
    object_id: int
    context_id: Any
    values: dict[str, Any]


def _row(model: type[Model], head: list[Any], found: dict[str, Any]) -> _Row:
    event: Any = model.pgh_event_model  # type: ignore[attr-defined]
    read = {f.attname: f.target_field if f.is_relation else f for f in event._meta.concrete_fields}
    values = {
        name: None if (value := found[name]) is None else read[name].to_python(value)
        for name in _columns(model)
    }
    return _made(model, head, values)


def _made(model: type[Model], head: Iterable[Any], values: dict[str, Any]) -> _Row:
    pgh_id, at, label, object_id, context_id = head
    return _Row(model, pgh_id, at, label, object_id, context_id, values)


def _describe(rows: list[_Row]) -> list[Event]:
    """Events in words, newest first: three queries, and one for each kind of record that ids point to."""
    contexts = {
        context["pk"]: context["metadata"]
        for context in Context.objects.filter(pk__in={r.context_id for r in rows}).values("pk", "metadata")
    }
    users = _names(get_user_model(), {c.get("user") for c in contexts.values()})
    compared = _compare(rows)
    wanted: dict[type[Model], set[Any]] = {}
    for row, changes in compared:
        for name, *values in changes:
            if target := _target(row.model, name):
                wanted.setdefault(target, set()).update(values)
    names = {target: _names(target, ids) for target, ids in wanted.items()}
    return [
        _event(row, changes, contexts.get(row.context_id) or {}, users, names) for row, changes in compared
    ]


_Changed = tuple[str, Any, Any]


def _compare(rows: list[_Row]) -> list[tuple[_Row, list[_Changed]]]:
    """Each row with (column, before, after) of what it changed, in the order given."""
    previous: dict[tuple[type[Model], int], dict[str, Any]] = {}
    changed: dict[int, list[_Changed]] = {}
    for place, row in sorted(enumerate(rows), key=lambda pair: pair[1].pgh_id):
        before = previous.get((row.model, row.object_id), {})
        previous[row.model, row.object_id] = row.values
        changed[place] = [
            (name, value, None) if row.label == "delete" else (name, before.get(name), value)
            for name, value in row.values.items()
            if _is_change(row.label, before.get(name), value)
        ]
    return [(row, changed[place]) for place, row in enumerate(rows)]


def _is_change(label: str, before: Any, after: Any) -> bool:
    if label == "update":
        return bool(before != after)
    return after not in (None, "")


def _event(
    row: _Row,
    changes: list[_Changed],
    context: dict[str, Any],
    users: dict[Any, str],
    names: dict[type[Model], dict[Any, str]],
) -> Event:
    def said(name: str, value: Any) -> Any:
        target = _target(row.model, name)
        return names[target].get(value, value) if target and value is not None else value

    return Event(
        at=row.at,
        kind=row.label,
        who=users.get(context.get("user"), "") or context.get("actor", ""),
        address=context.get("address") or _source(context),
        path=context.get("path") or "",
        what=say(str(row.model._meta.verbose_name)),
        changes=tuple(
            Change(
                _label(row.model, name),
                said(name, before),
                said(name, after),
                f"{row.model._meta.label}.{name}",
            )
            for name, before, after in changes
        ),
    )


def _source(context: dict[str, Any]) -> str:
    return say(context["source"]) if context.get("source") else ""


def _target(model: type[Model], column: str) -> type[Model] | None:
    """The model an id points to, None for a plain value."""
    if not column.endswith("_id"):
        return None
    try:
        return model._meta.get_field(column.removesuffix("_id")).related_model
    except FieldDoesNotExist:
        return None


_NAMED_BY = (("name_zh", "name_en"), ("title_zh", "title_en"), ("name",), ("username",))


def _names(model: type[Model], ids: Iterable[Any]) -> dict[Any, str]:
    """What records are called, in the reader's language; those that are gone keep their number."""
    known = {field.name for field in model._meta.concrete_fields}
    columns = next((columns for columns in _NAMED_BY if known >= set(columns)), None)
    wanted = {i for i in ids if i is not None}
    if columns is None or not wanted:
        return {}
    rows = model._default_manager.filter(pk__in=wanted).values_list("pk", *columns)
    return {pk: pick(*texts) if len(texts) == 2 else texts[0] for pk, *texts in rows}


def _label(model: type[Model], name: str) -> str:
    try:
        return say(str(model._meta.get_field(name.removesuffix("_id")).verbose_name))  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


def as_seen(viewer: Any, events: Iterable[Event]) -> list[Event]:
    """Events with the values of protected fields as the viewer may see them."""
    codes = {field.column: field.code for field in list_protected() if field.column}

    def seen(change: Change) -> Change:
        code = codes.get(change.column)
        if code is None:
            return change
        return replace(
            change, before=shown(viewer, code, change.before), after=shown(viewer, code, change.after)
        )

    return [replace(event, changes=tuple(map(seen, event.changes))) for event in events]


def list_tracked_kinds() -> list[tuple[str, str]]:
    """Tracked record kinds as (key, name in the reader's language)."""
    kinds = [(m._meta.label_lower, say(str(m._meta.verbose_name))) for m in _tracked_models()]
    return sorted(kinds, key=lambda kind: kind[1])


def _tracked_models() -> list[type[Model]]:
    return [m for m in apps.get_models() if getattr(m, "pgh_event_model", None) is not None]


def list_changes(*, what: str = "", who: str = "", limit: int = 200) -> list[Event]:
    """The newest changes, of one kind or of all, by one log-in or by anybody.

    Values of one record are compared with its event before; a change whose predecessor is older than the
    list shows all its values.
    """
    models = [m for m in _tracked_models() if not what or m._meta.label_lower == what]
    found: list[_Row] = []
    earlier: list[_Row] = []
    for model in models:
        events = model.pgh_event_model.objects.order_by("-pgh_id")  # type: ignore[attr-defined]
        if who:
            events = events.filter(pgh_context_id__in=_contexts_of(who))
        shown = [_plain_row(model, row) for row in events.values()[:limit]]
        found += shown
        earlier += _predecessors(model, shown)
    found = sorted(found, key=lambda row: row.at, reverse=True)[:limit]
    return _describe([*found, *earlier])[: len(found)]


def _contexts_of(who: str) -> list[Any]:
    """The newest requests of a log-in that wrote."""
    users = get_user_model().objects.filter(username__iexact=who).values_list("pk", flat=True)
    contexts = Context.objects.filter(metadata__user__in=list(users)).order_by("-created_at")
    return list(contexts.values_list("pk", flat=True)[:2000])


def _plain_row(model: type[Model], row: dict[str, Any]) -> _Row:
    values = {name: row[name] for name in _columns(model)}
    return _made(model, (row[name] for name in _HEAD), values)


def _predecessors(model: type[Model], shown: list[_Row]) -> list[_Row]:
    """For each record shown the event before its oldest one: what its values are compared with."""
    if not shown:
        return []
    rows = (
        model.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
            pgh_obj_id__in={row.object_id for row in shown}, pgh_id__lt=max(row.pgh_id for row in shown)
        )
        .exclude(pgh_id__in=[row.pgh_id for row in shown])
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values()
    )
    return [_plain_row(model, row) for row in rows]


def list_log_ins(*, who: str = "", limit: int = 200) -> list[LoginRecord]:
    """The newest log-ins, failures and log-outs, of one name or of all."""
    records = LoginRecord.objects.order_by("-at", "-pk")
    return list((records.filter(username__iexact=who) if who else records)[:limit])
