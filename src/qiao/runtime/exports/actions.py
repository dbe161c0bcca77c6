"""Notes no trigger can make: what was read and taken away."""

from collections.abc import Iterable, Iterator
from typing import Any

from qiao.runtime import clock
from qiao.runtime.models import ExportRecord
from qiao.runtime.requests import Request, address_of


def note_export(
    request: Request, *, listing: str, title: str, narrowed: str, columns: Iterable[str], kind: str
) -> ExportRecord:
    """Note who takes which list away, before the first row leaves.

    Args:
        request: Its user, address and network address are noted.
        listing: Code of the list.
        title: Its title as shown.
        narrowed: Search, filters and grouping in words.
        columns: Headings of the columns.
        kind: xlsx or csv.
    """
    return ExportRecord.objects.create(
        at=clock.now(),
        user_id=request.user.pk,  # type: ignore[misc]
        username=request.user.get_username(),
        listing=listing,
        title=title[:200],
        narrowed=narrowed,
        address=request.get_full_path(),
        columns=", ".join(columns),
        kind=kind[:10],
        network=address_of(request),
    )


def count_delivered(record: ExportRecord, rows: Iterable[Any]) -> Iterator[Any]:
    """Pass rows on; the note says how many when the last one is delivered."""
    count = 0
    for row in rows:
        count += 1
        yield row
    ExportRecord.objects.filter(pk=record.pk).update(rows=count)
