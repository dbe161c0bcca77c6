"""Reads of the audit: a record's history as changes in words a person can follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from pghistory.models import Context

from qiao.runtime.i18n import say
from qiao.runtime.models import LoginRecord


@dataclass(frozen=True, slots=True)
class Change:
    """One field's value before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Event:
    """One write to one row.

    Attributes:
        at: When.
        kind: insert, update or delete.
        who: Log-in name, or empty for the system itself.
        address: Where the request came from.
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


def list_history(model: type[Model], *, limit: int = 100, **where: Any) -> list[Event]:
    """History of the rows of a tracked model, newest first.

    Args:
        model: A model under :func:`qiao.runtime.tracking.tracked`.
        limit: Most events to give.
        where: Filter on the event table, for example ``pgh_obj_id=7`` or ``customer_id=7``.
    """
    events = model.pgh_event_model.objects  # type: ignore[attr-defined]
    rows = list(events.filter(**where).order_by("-pgh_id").values()[: limit + 1])
    return _describe(model, rows, limit)


def _describe(model: type[Model], rows: list[dict[str, Any]], limit: int) -> list[Event]:
    contexts = {
        context["pk"]: context["metadata"]
        for context in Context.objects.filter(pk__in={r["pgh_context_id"] for r in rows}).values(
            "pk", "metadata"
        )
    }
    users = dict(
        get_user_model()
        .objects.filter(pk__in={c.get("user") for c in contexts.values()})
        .values_list("pk", "username")
    )
    previous: dict[int, dict[str, Any]] = {}
    described: list[Event] = []
    for row in reversed(rows):
        before = previous.get(row["pgh_obj_id"], {})
        previous[row["pgh_obj_id"]] = row
        context = contexts.get(row["pgh_context_id"]) or {}
        kind = row["pgh_label"]
        described.append(
            Event(
                at=row["pgh_created_at"],
                kind=kind,
                who=users.get(context.get("user") or 0) or context.get("actor", ""),
                address=context.get("address") or "",
                path=context.get("path") or "",
                what=say(str(model._meta.verbose_name)),
                changes=_changes(model, before, row, kind),
            )
        )
    described.reverse()
    return described[:limit]


def _changes(
    model: type[Model], before: dict[str, Any], row: dict[str, Any], kind: str
) -> tuple[Change, ...]:
    changes = []
    for name, value in row.items():
        if name.startswith("pgh_") or name == "id":
            continue
        old = before.get(name)
        if kind == "delete":
            old, value = value, None
        if old != value and not (kind != "update" and old in (None, "") and value in (None, "")):
            changes.append(Change(_label(model, name), old, value))
    return tuple(changes)


def _label(model: type[Model], name: str) -> str:
    try:
        return say(str(model._meta.get_field(name.removesuffix("_id")).verbose_name))  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


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
    found: list[Event] = []
    for model in models:
        events = model.pgh_event_model.objects.order_by("-pgh_id")  # type: ignore[attr-defined]
        if who:
            users = get_user_model().objects.filter(username__iexact=who).values_list("pk", flat=True)
            contexts = (
                Context.objects.filter(metadata__user__in=list(users))
                .order_by("-created_at")
                .values("pk")[:2000]
            )
            events = events.filter(pgh_context_id__in=list(contexts.values_list("pk", flat=True)))
        rows = list(events.values()[:limit])
        found += _with_predecessors(model, rows)
    found.sort(key=lambda event: event.at, reverse=True)
    return found[:limit]


def _with_predecessors(model: type[Model], rows: list[dict[str, Any]]) -> list[Event]:
    """Describe rows, loading for each record the event before the oldest shown."""
    oldest: dict[int, int] = {}
    for row in rows:
        oldest[row["pgh_obj_id"]] = row["pgh_id"]
    if not oldest:
        return []
    events = model.pgh_event_model.objects  # type: ignore[attr-defined]
    earlier = list(
        events.filter(pgh_obj_id__in=oldest, pgh_id__lt=max(oldest.values()))
        .exclude(pgh_id__in=[row["pgh_id"] for row in rows])
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values()
    )
    shown = {row["pgh_id"] for row in rows}
    everything = sorted([*rows, *earlier], key=lambda row: row["pgh_id"], reverse=True)
    described = _describe(model, everything, len(everything))
    return [event for row, event in zip(everything, described, strict=True) if row["pgh_id"] in shown]


def list_log_ins(*, who: str = "", limit: int = 200) -> list[LoginRecord]:
    """The newest log-ins, failures and log-outs, of one name or of all."""
    records = LoginRecord.objects.order_by("-at", "-pk")
    return list((records.filter(username__iexact=who) if who else records)[:limit])
