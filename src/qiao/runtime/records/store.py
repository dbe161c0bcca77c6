"""Where the content of attachments lies: ``$QIAO_HOME/files``, each under its own digest, written whole or not at all."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection

from qiao.kernel.errors import N_, RuleBroken

from ..disk import find_full_disk

GRACE_SECONDS = 3600  # of an upload whose row is not written yet
_LOCK = 0x71A0F11E  # one number for all files: who clears up waits for who writes
_BATCH = 200


def folder() -> Path:
    """The folder of this enterprise's files."""
    return Path(settings.QIAO_HOME) / "files"


def path_of(digest: str) -> Path:
    """Where a content lies. A digest comes from our own row, never from an address."""
    return folder() / digest[:2] / digest


@contextmanager
def workbench() -> Iterator[Path]:
    """A folder for files on their way in; nothing of it outlives the block, whatever happens."""
    bench = folder() / "staging" / uuid4().hex  # no part of a backup
    try:
        bench.mkdir(parents=True)
        yield bench
    except OSError as error:
        reason = error.strerror or str(error)
        message = N_("The file could not be kept: %(reason)s")
        raise find_full_disk(error, at=bench) or RuleBroken(message, code="disk", reason=reason) from None
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hold_off_clearing() -> None:
    """Until the end of the transaction nothing is cleared up: what is put away now gets its row in peace."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def put_away(source: Path) -> str:
    """Move a finished file under its digest. Returns the digest."""
    digest = digest_of(source)
    target = path_of(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(source, target)  # the same content again only makes it young again
    return digest


def clear_up(in_use: Callable[[Iterable[str]], set[str]], *, check: Callable[[], None] = lambda: None) -> int:
    """Delete what no row speaks of: contents of removed attachments and leavings of broken uploads.

    Args:
        in_use: Digests → those of them some row speaks of.
        check: Called before each batch; may raise to stop.

    Returns:
        How many files were deleted.
    """
    from django.db import transaction

    deleted = 0
    for batch in _batches(_old_files()):
        check()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            wanted = in_use([path.name for path in batch])
            for path in batch:
                if path.name not in wanted and _is_old(path):
                    path.unlink(missing_ok=True)
                    deleted += 1
    for left in (folder() / "staging").glob("*"):
        if _is_old(left):
            shutil.rmtree(left, ignore_errors=True)
    return deleted


def holds_anything_old() -> bool:
    """Whether there is anything clearing up would look at."""
    return next(_old_files(), None) is not None or any(
        _is_old(left) for left in (folder() / "staging").glob("*")
    )


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - GRACE_SECONDS
    except FileNotFoundError:
        return False


def _old_files() -> Iterator[Path]:
    for path in folder().glob("[0-9a-f][0-9a-f]/*"):
        if _is_old(path):
            yield path


def _batches(paths: Iterable[Path]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
