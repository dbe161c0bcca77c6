"""Files of the lake: staged, adopted under the digest of their content, collected when nobody names them."""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in its final place.

    Attributes:
        fact: Folder of the lake: a fact, ``dimensions`` or ``results``.
        part: Subfolder, for example ``month=2021-12``.
        digest: SHA-256 of its content, also its name.
        size: Bytes.
    """

    fact: str
    part: str
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Lake:
    """The folder of one enterprise's lake. Relative names only ever come from code, never from users."""

    root: Path

    def path_of(self, fact: str, part: str, digest: str) -> Path:
        """Where a file lies."""
        return self.root / fact / part / f"{digest}.parquet"

    def staging(self, name: str) -> Path:
        """A fresh folder for files not yet adopted; what an earlier attempt left is removed."""
        folder = self.root / "staging" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def discard(self, name: str) -> None:
        """Remove a staging folder."""
        shutil.rmtree(self.root / "staging" / name, ignore_errors=True)

    def adopt(self, staged: Path, fact: str, part: str) -> StoredFile:
        """Move a finished file to its content's name, durably.

        Safe to repeat and to interrupt: the move is one rename on one file system, and a file of the same
        content is the same file. It becomes part of the lake only when the manifest names it.
        """
        digest, size = digest_of(staged)
        final = self.path_of(fact, part, digest)
        if not final.exists():
            final.parent.mkdir(parents=True, exist_ok=True)
            _flush(staged)
            os.replace(staged, final)
            _flush(final.parent)
        return StoredFile(fact, part, digest, size)

    def files(self) -> Iterator[tuple[Path, str]]:
        """Every adopted file with its digest."""
        for path in sorted(self.root.glob("*/**/*.parquet")):
            if "staging" not in path.relative_to(self.root).parts:
                yield path, path.stem

    def collect_orphans(self, named: Collection[str], *, older_than_seconds: float) -> int:
        """Remove files that no manifest row names.

        Args:
            named: Digests the manifest knows, live or superseded.
            older_than_seconds: Younger files may belong to work under way. Age is told by the disk's own clock.

        Returns:
            Files removed.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        mark = self.root / ".now"
        mark.touch()
        older_than = mark.stat().st_mtime - older_than_seconds
        removed = 0
        for path, digest in self.files():
            if digest not in named and path.stat().st_mtime < older_than:
                path.unlink()
                removed += 1
        for folder in (self.root / "staging").glob("*"):
            if folder.stat().st_mtime < older_than:
                shutil.rmtree(folder, ignore_errors=True)
        return removed

    def is_intact(self, stored: StoredFile) -> bool:
        """Whether the file is there and still has the content its name promises."""
        path = self.path_of(stored.fact, stored.part, stored.digest)
        return path.exists() and digest_of(path)[0] == stored.digest


def digest_of(path: Path) -> tuple[str, int]:
    """SHA-256 of a file's content, and its size in bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _flush(path: Path) -> None:
    """Force a file or folder to the disk, so that a manifest row never names content the disk lost."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
