"""Notes no trigger can make: what was read and taken away."""

import shutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from qiao.kernel.errors import N_
from qiao.runtime import clock
from qiao.runtime.contributions import call_hooks
from qiao.runtime.models import ExportRecord
from qiao.runtime.requests import Request, address_of

KEPT = timedelta(days=3)


def note_export(
    request: Request,
    *,
    listing: str,
    title: str,
    narrowed: str,
    columns: Iterable[str],
    kind: str,
    **more: Any,
) -> ExportRecord:
    """Note who takes which list away, before the first row leaves.

    Args:
        request: Its user, address and network address are noted.
        listing: Code of the list.
        title: Its title as shown.
        narrowed: Search, filters and grouping in words.
        columns: Headings of the columns.
        kind: xlsx or csv.
        more: Further fields, of an export written by a job.
    """
    more.setdefault("address", request.get_full_path())
    return ExportRecord.objects.create(
        at=clock.now(),
        user_id=request.user.pk,  # type: ignore[misc]
        username=request.user.get_username(),
        listing=listing,
        title=title[:200],
        narrowed=narrowed,
        columns=", ".join(columns),
        kind=kind[:10],
        network=address_of(request),
        **more,
    )


def file_of(record: ExportRecord) -> Path:
    """Where the file a job wrote lies."""
    return Path(settings.QIAO_HOME) / "exports" / str(record.pk) / f"list.{record.kind}"


@transaction.atomic
def note_ready(record: ExportRecord, *, rows: int) -> None:
    """Note that a job has written its file, and tell its owner."""
    size, until = file_of(record).stat().st_size, clock.now() + KEPT
    ExportRecord.objects.filter(pk=record.pk).update(
        state=ExportRecord.State.READY, rows=rows, size=size, expires_at=until
    )
    call_hooks(
        "on_told", users=[record.user_id], event=f"export:{record.pk}", title=N_("Export ready: %(title)s"),
        params={"title": record.title}, url=reverse("lists:export", args=[record.pk]), source=("export", record.pk),
    )  # fmt: skip


def note_failed(record_id: int) -> None:
    """Note that a job wrote no file."""
    ExportRecord.objects.filter(pk=record_id, state=ExportRecord.State.WAITING).update(
        state=ExportRecord.State.FAILED
    )


def note_fetched(record: ExportRecord) -> None:
    """Note that the owner took the file."""
    ExportRecord.objects.filter(pk=record.pk).update(fetched_at=clock.now())


def clear_expired() -> int:
    """Remove the files whose time is over. Returns how many."""
    over = ExportRecord.objects.filter(expires_at__lte=clock.now(), state=ExportRecord.State.READY)
    count = 0
    for record in over.order_by("pk"):
        shutil.rmtree(file_of(record).parent, ignore_errors=True)
        ExportRecord.objects.filter(pk=record.pk).update(expires_at=None)
        count += 1
    return count


def count_delivered(record: ExportRecord, rows: Iterable[Any]) -> Iterator[Any]:
    """Pass rows on; the note says how many when the last one is delivered."""
    count = 0
    for row in rows:
        count += 1
        yield row
    ExportRecord.objects.filter(pk=record.pk).update(rows=count)
