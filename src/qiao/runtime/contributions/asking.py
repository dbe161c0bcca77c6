"""What the registered descriptors say of a record, a person, a page."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.urls import reverse

from qiao.kernel.errors import NotAllowed, NotFound

from .frame import Door
from .people import Directory
from .records import (
    ActivitySource,
    NextActivity,
    PrintSource,
    RecordKind,
    RecordPart,
    RecordTab,
    Sheet,
    TimelineEntry,
    TimelineSource,
)
from .registry import Viewer, find_registered, list_for, list_registered


def tabs_of(kind: str, viewer: Viewer) -> list[RecordTab]:
    """Tabs of a record kind this person may open, in order."""
    return [tab for tab in list_for(RecordTab, viewer) if tab.kind in ("", kind) and tab.applies(kind)]


def parts_of(kind: str, viewer: Viewer) -> list[RecordPart]:
    """Parts of the page before a meeting this person may see, in order."""
    return [part for part in list_for(RecordPart, viewer) if part.kind == kind]


def timeline_of(kind: str, viewer: Viewer, pk: int, limit: int = 50) -> list[TimelineEntry]:
    """A record's time line, mixed from every source this person may read, newest first."""
    entries: list[TimelineEntry] = []
    for source in list_for(TimelineSource, viewer):
        if source.kind in ("", kind):
            ask = source.list_entries if source.kind else partial(source.list_entries, kind)
            entries += ask(viewer, pk, limit)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def sheets_of(kind: str, viewer: Viewer, pk: int) -> list[Sheet]:
    """What stands on a record's print page, from every source this person may read; empty parts are left out."""
    found: list[Sheet] = []
    for source in list_for(PrintSource, viewer):
        if source.kind in ("", kind):
            ask = source.list_sheets if source.kind else partial(source.list_sheets, kind)
            found += ask(viewer, pk)
    return [sheet for sheet in found if sheet.pairs or sheet.rows]


def get_record_kind(kind: str) -> RecordKind:
    """The descriptor of a record kind.

    Raises:
        NotAllowed: Nobody registered the kind.
    """
    if found := find_registered(RecordKind, kind):
        return found
    raise NotAllowed(f"{kind}.view")


def name_records(kind: RecordKind, viewer: Any, pks: Sequence[int]) -> Mapping[int, str]:
    """Names of the records of a kind that are in the viewer's scope."""
    if kind.labels_of is not None:
        return kind.labels_of(viewer, pks)
    found = {pk: kind.find_label(viewer, pk) for pk in pks}
    return {pk: label for pk, label in found.items() if label is not None}


def next_activities(viewer: Any, kind: str, ids: Sequence[int]) -> dict[int, NextActivity]:
    """The next activity of each record, from every source; one query a source."""
    found: dict[int, NextActivity] = {}
    for source in list_registered(ActivitySource):
        for pk, one in source.find(viewer, kind, ids).items():
            if pk not in found or one.at < found[pk].at:
                found[pk] = one
    return found


def get_directory() -> Directory:
    """Who is behind a log-in.

    Raises:
        NotFound: No organisation is installed.
    """
    for item in list_registered(Directory):
        return item
    raise NotFound


def door(code: str) -> str:
    """Address of a door, empty where no context has one."""
    found = find_registered(Door, code)
    return reverse(found.url_name) if found else ""
