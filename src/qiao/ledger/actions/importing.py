"""Imports: receive, dry run, write, undo.

The dry run reads the file, stages each month as a file of the lake and notes them on the import; nobody reads files
that the manifest does not name. Writing is one transaction that adds manifest rows: it either happened or did not,
whatever is killed when. Files nobody names are collected later.
"""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from qiao.kernel.errors import N_, BadInput, Problem, RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import queries
from qiao.ledger.core.mapping import FeedMapping, Mode
from qiao.ledger.feeds import Read, parse_mapping, read_feed
from qiao.ledger.feeds.reading import Order
from qiao.ledger.feeds.sources import FILE_LIMITS
from qiao.ledger.models import Batch, Category, Feed, LakeFile, Product
from qiao.runtime import clock
from qiao.runtime.disk import find_full_disk
from qiao.runtime.i18n import say_error
from qiao.runtime.jobs.actions import enqueue
from qiao.runtime.tables import safe_name
from qiao.runtime.uploads import keep_upload

PROBLEMS_KEPT = 200
ORPHANS_AFTER_SECONDS = 24 * 3600
Progress = Callable[[int, int, str], None]


def folder_of(batch: Batch) -> Path:
    """Where an import's upload and error file lie."""
    return queries.files_root() / "imports" / str(batch.pk)


def source_of(batch: Batch) -> Path:
    """The upload as it came."""
    return folder_of(batch) / "source"


def error_file_of(batch: Batch) -> Path | None:
    """The refused rows with what is wrong, or None when there are none."""
    for name in ("errors.csv", "errors.xlsx"):
        if (folder_of(batch) / name).exists():
            return folder_of(batch) / name
    return None


@transaction.atomic
def receive_file(
    *, feed: Feed, name: str, chunks: Iterable[bytes], by: Any, mode: str | None = None
) -> Batch:
    """Keep an upload. Nothing is read yet.

    Args:
        feed: Whose file it is.
        name: Its name, only shown.
        chunks: Its content.
        mode: ``replace`` or ``append``; the feed's own when None. A corrected error file is appended.

    Raises:
        BadInput: It is too big.
        RuleBroken: The disk is full.
    """
    batch = Batch.objects.create(
        feed=feed, file_name=safe_name(name), digest="", mapping=feed.mapping, mode=mode or feed.mode, by=by,
        at=clock.now(),
    )  # fmt: skip
    batch.digest = keep_upload(source_of(batch), name=name, chunks=chunks, most_bytes=FILE_LIMITS.file_bytes)
    batch.save(update_fields=["digest"])
    return batch


@transaction.atomic
def start_check(*, batch: Batch, by: Any) -> Batch:
    """Queue the dry run."""
    batch.job = enqueue("ledger.check", by=by, args={"batch_id": batch.pk}, key=f"ledger.batch:{batch.pk}")
    batch.save(update_fields=["job"])
    return batch


def _quiet(done: int, total: int, message: str) -> None:
    """Nobody watches."""


def check_batch(*, batch_id: int, progress: Progress = _quiet) -> Batch:
    """The dry run: read, check, stage. Changes nothing anybody reads; safe to repeat.

    Raises:
        RuleBroken: The import was written, undone or dropped already, or the disk is full.
    """
    batch = queries.get_batch(batch_id)
    if batch.state not in {Batch.State.RECEIVED, Batch.State.CHECKED, Batch.State.REFUSED}:
        raise RuleBroken(N_("This import has been written or dropped already."), code="batch_state")
    commits = batch.feed.commits
    lake, staging = queries.lake(), f"batch-{batch.pk}"
    try:
        read = _read(batch, lake.staging(staging), progress)
        files = [
            {
                "month": total.month,
                "digest": (
                    stored := lake.adopt(read.staged[total.month], batch.feed.fact, f"month={total.month}")
                ).digest,
                "size": stored.size,
                "rows": total.rows,
                "amount_cents": total.amount_cents,
            }
            for total in read.report.months
        ]
        _keep_errors(batch, read)
    except BadInput as error:
        return _refuse(batch, error.problems)
    except OSError as error:
        message = N_("The import could not be staged: %(reason)s.")
        reason = error.strerror or str(error)
        raise find_full_disk(error, at=lake.root) or RuleBroken(message, code="disk", reason=reason) from None
    except (
        Exception
    ) as error:  # the lake's engine and writers of workbooks tell a full disk in their own ways
        if refusal := find_full_disk(error, at=lake.root):
            raise refusal from None
        raise
    finally:
        lake.discard(staging)
    batch.state, batch.problems = Batch.State.CHECKED, []
    batch.report, batch.files, batch.feed_commits = read.report.as_json(), files, commits
    batch.new_codes = {"categories": read.new.categories, "products": read.new.products}
    if not read.report.accepted:
        batch.state = Batch.State.REFUSED
    batch.save(update_fields=["state", "problems", "report", "files", "feed_commits", "new_codes"])
    return batch


def _read(batch: Batch, folder: Path, progress: Progress) -> Read:
    mapping = parse_mapping(batch.mapping, name=batch.feed.code)
    today = clock.today()
    order = Order(
        path=source_of(batch),
        name=batch.file_name,
        mapping=mapping,
        batch=batch.pk,
        folder=folder,
        last_day=Month.containing(today).last_day,
        live=_live_paths(batch.feed) if batch.mode == Mode.APPEND and mapping.key else (),
        known_months=queries.months_of_feed(batch.feed),
        say=say_error,
    )
    if batch.mode == Mode.APPEND and not mapping.key:
        raise BadInput(
            [Problem(N_("A feed that appends needs a key, or nothing could find a line imported twice."))]
        )
    return read_feed(order, queries.read_directory(), progress)


def _live_paths(feed: Feed) -> list[Path]:
    rows = LakeFile.objects.filter(feed=feed, live=True).order_by("month", "id")
    lake = queries.lake()
    return [lake.path_of(feed.fact, f"month={m}", d) for m, d in rows.values_list("month", "digest")]


def _keep_errors(batch: Batch, read: Read) -> None:
    for name in ("errors.csv", "errors.xlsx"):
        (folder_of(batch) / name).unlink(missing_ok=True)
    if read.error_file:
        folder_of(batch).mkdir(parents=True, exist_ok=True)
        shutil.move(read.error_file, folder_of(batch) / read.error_file.name)


def _refuse(batch: Batch, problems: Iterable[Problem]) -> Batch:
    """Note why the file as a whole cannot be read."""
    batch.state, batch.report, batch.files = Batch.State.REFUSED, None, []
    batch.problems = [
        {
            "place": str(problem.place),
            "message": problem.message,
            "params": {key: str(value) for key, value in problem.params.items()},
            "code": problem.code,
        }
        for problem in list(problems)[:PROBLEMS_KEPT]
    ]
    batch.save(update_fields=["state", "report", "files", "problems"])
    return batch


@transaction.atomic
def write_batch(*, batch_id: int, by: Any, without_rejected: bool = False) -> Batch:
    """Make a checked import part of the ledger: all its months at once, or none.

    Args:
        batch_id: A checked import.
        without_rejected: Write the good rows although some were refused; they wait in the error file.

    Raises:
        RuleBroken: Not checked; rows were refused; another import of the feed was written since the dry run; a
            staged file is gone.
    """
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    feed = Feed.objects.select_for_update().get(pk=batch.feed_id)  # imports of one feed follow one another
    if batch.state == Batch.State.WRITTEN:
        return batch  # a job started again after a crash
    _check_writable(batch, feed, without_rejected)
    _create_codes(batch)
    mapping = parse_mapping(batch.mapping, name=feed.code)
    for file in batch.files:
        _put_file(batch, feed, mapping, file)
    batch.state, batch.written_at, batch.written_by = Batch.State.WRITTEN, clock.now(), by
    batch.save(update_fields=["state", "written_at", "written_by"])
    Feed.objects.filter(pk=feed.pk).update(commits=F("commits") + 1)
    return batch


def _check_writable(batch: Batch, feed: Feed, without_rejected: bool) -> None:
    if batch.state != Batch.State.CHECKED:
        raise RuleBroken(N_("Only an import whose dry run is done can be written."), code="batch_state")
    if batch.report and batch.report["rejected"] and not without_rejected:
        message = N_("%(count)s rows were refused: correct them, or say that the others are to be written.")
        raise RuleBroken(message, code="rows_refused", count=batch.report["rejected"])
    if batch.feed_commits != feed.commits:
        message = N_(
            "Another import of this feed was written or undone since the dry run: check the file again."
        )
        raise RuleBroken(message, code="stale_check")
    lake = queries.lake()
    for file in batch.files:
        path = lake.path_of(feed.fact, f"month={file['month']}", file["digest"])
        if not path.exists() or path.stat().st_size != file["size"]:
            raise RuleBroken(N_("A staged file is gone: check the file again."), code="staging_gone")


def _create_codes(batch: Batch) -> None:
    categories = [
        Category(pk=i, code=code, name_zh=code[:120]) for i, code in batch.new_codes.get("categories", [])
    ]
    products = [
        Product(pk=i, code=code, name_zh=code, category_id=category)
        for i, code, category in batch.new_codes.get("products", [])
    ]
    try:
        with transaction.atomic():
            Category.objects.bulk_create(categories, batch_size=5000)
            Product.objects.bulk_create(products, batch_size=5000)
    except IntegrityError:
        message = N_("A product of this file was created since the dry run: check the file again.")
        raise RuleBroken(message, code="stale_check") from None


def _put_file(batch: Batch, feed: Feed, mapping: FeedMapping, file: dict[str, Any]) -> None:
    alone = batch.mode == Mode.REPLACE
    if alone:
        earlier = LakeFile.objects.filter(feed=feed, month=file["month"], live=True)
        earlier.update(live=False, superseded_by=batch)
    LakeFile.objects.create(
        batch=batch, feed=feed, fact=str(mapping.fact), month=file["month"], digest=file["digest"],
        rows=file["rows"], amount_cents=file["amount_cents"], size=file["size"], alone=alone,
    )  # fmt: skip


@transaction.atomic
def undo_batch(*, batch_id: int, by: Any) -> Batch:
    """Take an import back: its months leave the ledger, what they replaced stands again.

    Raises:
        RuleBroken: It is not written, or a later import replaced some of its months: undo that first.
    """
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    Feed.objects.select_for_update().get(pk=batch.feed_id)
    if batch.state != Batch.State.WRITTEN:
        raise RuleBroken(N_("Only a written import can be undone."), code="batch_state")
    later = LakeFile.objects.filter(batch=batch, superseded_by__isnull=False).values_list(
        "superseded_by_id", flat=True
    )
    if later:
        message = N_("A later import (number %(later)s) replaced months of this one: undo that first.")
        raise RuleBroken(message, code="superseded", later=later[0])
    LakeFile.objects.filter(batch=batch).update(live=False)
    _restore(batch)
    batch.state, batch.undone_at, batch.undone_by = Batch.State.UNDONE, clock.now(), by
    batch.save(update_fields=["state", "undone_at", "undone_by"])
    Feed.objects.filter(pk=batch.feed_id).update(commits=F("commits") + 1)
    return batch


def _restore(batch: Batch) -> None:
    """What the import replaced stands again, unless it was itself undone meanwhile."""
    replaced = LakeFile.objects.filter(superseded_by=batch)
    appended = LakeFile.objects.filter(
        feed_id=batch.feed_id, live=True, month__in=replaced.values("month"), batch_id__gt=batch.pk
    )
    if appended.exists():
        message = N_("Lines were added to these months since (import %(later)s): undo that first.")
        raise RuleBroken(message, code="superseded", later=appended[0].batch_id)
    replaced.filter(batch__state=Batch.State.WRITTEN).update(live=True, superseded_by=None)


@transaction.atomic
def drop_batch(*, batch_id: int, by: Any) -> Batch:
    """Give up an import that is not written; its upload and error file are removed.

    Raises:
        RuleBroken: It is written.
    """
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    if batch.state in {Batch.State.WRITTEN, Batch.State.UNDONE}:
        raise RuleBroken(N_("A written import is undone, not dropped."), code="batch_state")
    batch.state = Batch.State.DROPPED
    batch.save(update_fields=["state"])
    folder = folder_of(batch)
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    return batch


def import_file(
    *,
    feed: Feed,
    path: Path,
    by: Any,
    mode: str | None = None,
    dry_run: bool = False,
    without_rejected: bool = False,
    progress: Progress = _quiet,
) -> Batch:
    """Receive, check and write a file in one go: for the command line, the demo and loading an example.

    Returns:
        The import; written, or checked for a dry run, or refused with its problems.

    Raises:
        RuleBroken: As :func:`write_batch`.
    """
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(1 << 20), b"")
        batch = receive_file(feed=feed, name=path.name, chunks=chunks, by=by, mode=mode)
    batch = check_batch(batch_id=batch.pk, progress=progress)
    if dry_run or batch.state != Batch.State.CHECKED:
        return batch
    return write_batch(batch_id=batch.pk, by=by, without_rejected=without_rejected)


def collect_orphans(*, by: Any = None, older_than_seconds: float = ORPHANS_AFTER_SECONDS) -> int:
    """Remove files of the lake that nothing names; young ones may belong to work under way.

    Returns:
        Files removed.
    """
    return queries.lake().collect_orphans(queries.named_digests(), older_than_seconds=older_than_seconds)
