"""Reads of imports."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from qiao.kernel.errors import NotFound

from .models import ImportRun


def visible_runs(viewer: Any, kind: str) -> QuerySet[ImportRun]:
    """A person's own imports of a kind; everybody's with the right ``jobs.view``."""
    runs = ImportRun.objects.filter(kind=kind).select_related("by")
    return runs if viewer.can("jobs.view") else runs.filter(by_id=viewer.user_id)


def list_runs(viewer: Any, kind: str) -> Sequence[ImportRun]:
    """The newest imports of a kind in sight."""
    return list(visible_runs(viewer, kind).order_by("-at")[:20])


def get_run(viewer: Any, run_id: int) -> ImportRun:
    """One import in sight. Raises NotFound."""
    run = ImportRun.objects.filter(pk=run_id).select_related("by", "job", "job__by").first()
    if run is None or (run.by_id != viewer.user_id and not viewer.can("jobs.view")):
        raise NotFound
    return run


def runs_by_id(viewer: Any, ids: Sequence[int]) -> list[ImportRun]:
    """Imports in sight, by id."""
    rows = ImportRun.objects.filter(pk__in=list(ids))
    return list(rows if viewer.can("jobs.view") else rows.filter(by_id=viewer.user_id))


def kind_of(run_id: int) -> str:
    """What an import imports. Raises NotFound."""
    found = ImportRun.objects.filter(pk=run_id).values_list("kind", flat=True).first()
    if found is None:
        raise NotFound
    return found


def owner_of(run_id: int) -> list[int]:
    """Whose import it is."""
    return list(ImportRun.objects.filter(pk=run_id).values_list("by_id", flat=True))


def remembered_columns(kind: str) -> dict[str, str]:
    """Heading → field as people decided it in the last imports of a kind."""
    found: dict[str, str] = {}
    rows = ImportRun.objects.filter(kind=kind).exclude(options={}).order_by("-pk")
    for options in reversed(list(rows.values_list("options", flat=True)[:20])):
        found |= {heading: code for heading, code in (options.get("columns") or {}).items() if code}
    return found
