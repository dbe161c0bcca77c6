"""Keeping an upload: whole, or not at all."""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from qiao.kernel.errors import N_, BadInput, Place, Problem, RuleBroken

from .disk import find_full_disk
from .tables import safe_name


def keep_upload(path: Path, *, name: str, chunks: Iterable[bytes], most_bytes: int) -> str:
    """Write an upload into a folder of its own, which is removed again when that fails.

    Args:
        path: Where to; its folder is the upload's own.
        name: The name its owner gave it, only shown.
        chunks: Its content.
        most_bytes: A bigger one is refused while it still comes in, not once it has filled the disk.

    Returns:
        SHA-256 of the content.

    Raises:
        BadInput: Too big.
        RuleBroken: The disk is full, or takes nothing.
    """
    digest, size = hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > most_bytes:
                    message = N_("The file has more than %(most)s bytes.")
                    place = Place(file=safe_name(name))
                    raise BadInput([Problem(message, place, {"most": most_bytes}, "too_large")])
                digest.update(chunk)
                target.write(chunk)
    except OSError as error:
        shutil.rmtree(path.parent, ignore_errors=True)
        message = N_("The file could not be kept: %(reason)s")
        reason = error.strerror or str(error)
        raise find_full_disk(error, at=path) or RuleBroken(message, code="disk", reason=reason) from None
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    return digest.hexdigest()
