"""Keeping an upload: whole, or not at all."""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousMultipartForm
from django.core.files.uploadhandler import FileUploadHandler

from qiao.kernel.errors import N_, BadInput, Place, Problem, RuleBroken

from .disk import find_full_disk
from .tables import safe_name

MOST_MB = 20 * 1024
_ATTACHED_AT_ONCE = 4  # largest attachments in one request; more of smaller ones


class WholeUpload(FileUploadHandler):
    """Refuses a request that brings more than is ever kept before it is read, and one that was cut off on its way."""

    def handle_raw_input(  # type: ignore[override]
        self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> None:
        path = getattr(self.request, "path", "")
        most = settings.QIAO_ATTACHMENT_MB * _ATTACHED_AT_ONCE if "/records/" in path else MOST_MB
        if content_length > most << 20:
            raise TooBig(most)
        self.expected = content_length

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The next handler keeps it."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has it."""

    def upload_complete(self) -> None:
        """All was read; less than announced means that the connection broke."""
        read = getattr(getattr(self.request, "_stream", None), "_pos", self.expected)
        if read < self.expected:
            raise SuspiciousMultipartForm("upload cut off")


class TooBig(RequestDataTooBig):
    """More than is ever kept."""

    def __init__(self, most_mb: int) -> None:
        super().__init__(f"more than {most_mb} MB")
        self.most_mb = most_mb


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
