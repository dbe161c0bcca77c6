"""Writes of attachments."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from qiao.kernel.errors import N_, BadInput, NotFound, Place, Problem, RuleBroken

from ... import clock
from ...tables import safe_name
from ...uploads import keep_upload
from .. import queries, store
from ..access import Record
from ..content import FileType, decide_type, draw_anew
from ..models import Attachment

MEGABYTE = 1 << 20
SMALL_SIDE = 320
_LONGEST_NAME = 200
_MOST_AT_ONCE = 20

Upload = tuple[str, Iterable[bytes]]


def attach(*, record: Record, uploads: Sequence[Upload], by: Any) -> list[Attachment]:
    """Hang files on a record: all of them or none.

    Args:
        record: In the sight of who attaches.
        uploads: The name its owner gave a file, and its content.
        by: Who attaches.

    Raises:
        BadInput: Files are too big, of a type not kept, broken or under a wrong name; each is named.
        RuleBroken: Nothing was sent, there are too many, no room is left, or the disk is full.
    """
    if not uploads:
        raise RuleBroken(N_("Choose a file."), code="file_missing", field="file")
    if len(uploads) > _MOST_AT_ONCE:
        raise RuleBroken(
            N_("At most %(most)s files at once."), code="too_many_files", field="file", most=_MOST_AT_ONCE
        )
    with store.workbench() as bench:
        rows, problems = [], []
        for place, (name, chunks) in enumerate(uploads):
            try:
                rows.append(_prepare(bench / str(place), name, chunks))
            except RuleBroken as refusal:
                problems.append(
                    Problem(refusal.message, Place(file=safe_name(name)), refusal.params, refusal.code)
                )
            except BadInput as refusal:
                problems += refusal.problems
        if problems:
            raise BadInput(problems)
        return _write(record, rows, by)


def _prepare(bench: Path, name: str, chunks: Iterable[bytes]) -> tuple[str, FileType, Path, Path | None]:
    """A checked file: its name, type, what is kept of it, and its small picture."""
    shown = _short(safe_name(name))
    source = bench / "source"
    keep_upload(source, name=shown, chunks=chunks, most_bytes=settings.QIAO_ATTACHMENT_MB * MEGABYTE)
    most_pixels = settings.QIAO_PICTURE_MEGAPIXELS * 1_000_000
    kind = decide_type(source, shown, allowed=settings.QIAO_ATTACHMENT_TYPES, most_pixels=most_pixels)
    if not kind.is_picture:
        return shown, kind, source, None
    anew, small = bench / "anew", bench / "small"
    draw_anew(source, anew, kind, side=settings.QIAO_PICTURE_SIDE)
    draw_anew(anew, small, kind, side=SMALL_SIDE)
    return shown, kind, anew, small


def _short(name: str) -> str:
    """A name that fits, its ending kept."""
    stem, dot, ending = name.rpartition(".")
    return (
        name
        if len(name) <= _LONGEST_NAME or not dot
        else f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    )


@transaction.atomic
def _write(
    record: Record, files: Sequence[tuple[str, FileType, Path, Path | None]], by: Any
) -> list[Attachment]:
    store.hold_off_clearing()
    sizes = [content.stat().st_size for _name, _kind, content, _small in files]
    most = settings.QIAO_ATTACHMENTS_GB * 1024 * MEGABYTE
    if queries.count_bytes() + sum(sizes) > most:
        raise RuleBroken(
            N_("The room for attachments (%(most)s GB) is used up. Remove some, or ask an administrator for more."),
            code="quota", field="file", most=settings.QIAO_ATTACHMENTS_GB,
        )  # fmt: skip
    return [
        Attachment.objects.create(
            kind=record.kind, object_id=record.pk, name=name, type=kind.code, size=size, by=by,
            digest=store.put_away(content), small=store.put_away(small) if small else "", made_at=clock.now(),
        )
        for (name, kind, content, small), size in zip(files, sizes, strict=True)
    ]  # fmt: skip


@transaction.atomic
def remove_file(*, attachment: Attachment, by: Any) -> None:
    """Take an attachment off its record. That it hung there stays in the audit; its content is cleared up later.

    Raises:
        NotFound: Somebody removed it already.
    """
    row = Attachment.objects.select_for_update().filter(pk=attachment.pk, removed_at__isnull=True).first()
    if row is None:
        raise NotFound
    row.removed_at, row.removed_by = clock.now(), by
    row.save(update_fields=["removed_at", "removed_by"])


def clear_files(*, check: Callable[[], None]) -> int:
    """Delete contents nothing shows any more. Returns how many."""
    return store.clear_up(queries.digests_in_use, check=check)
