"""Look into a workbook before any reader opens it.

Workbooks are zip archives of XML: they can unpack to terabytes, lie about their sizes, declare entities, or
place one cell at the far end of the grid so that a reader allocates all of it. Each part is unpacked once, in
pieces, and checked; only then may the spreadsheet reader see the file.
"""

import re
import zipfile
import zlib
from pathlib import Path

from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.runtime.tables.addresses import column_letters
from qiao.runtime.tables.limits import Limits

_PIECE = 1 << 20
_TAIL = 256  # longer than any opening tag of a cell, so that no tag is lost between two pieces
_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"'][^<>]*>")
_FAULT = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_OLE = b"\xd0\xcf\x11\xe0"
_MOST_FAULTS = 1_000


def check_workbook(path: Path, *, name: str, limits: Limits) -> frozenset[str]:
    """Refuse a workbook that is broken, hostile or beyond the limits.

    Args:
        path: The file.
        name: The name to show in errors.
        limits: What is accepted.

    Returns:
        Addresses of cells whose formula shows an error, over all sheets, at most 1,000.

    Raises:
        BadInput: With the part that gives offence.
    """
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            message = N_(
                "This is an old .xls or a password-protected workbook; save it as .xlsx without a password."
            )
            raise _refusal(name, message, "old_workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            return _check_parts(archive, name, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _refusal(
            name, N_("The workbook is damaged: %(error)s."), "damaged", error=str(error)
        ) from error


def _check_parts(archive: zipfile.ZipFile, name: str, limits: Limits) -> frozenset[str]:
    parts = archive.infolist()
    if len(parts) > limits.parts:
        message = N_("The workbook has %(parts)s parts; at most %(most)s.")
        raise _refusal(name, message, "too_many_parts", parts=len(parts), most=limits.parts)
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _bomb(name, parts[0].filename)
    faults: set[str] = set()
    for part in parts:
        if part.filename.startswith(("/", "\\")) or ".." in part.filename.replace("\\", "/").split("/"):
            raise _refusal(
                name,
                N_("The workbook contains a path that leads outside: %(part)s."),
                "path",
                part=part.filename,
            )
        if part.file_size > max(part.compress_size, 1024) * limits.unpacked_ratio:
            raise _bomb(name, part.filename)
        faults |= _read_part(archive, part, name, limits)
    return frozenset(faults)


def _read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, limits: Limits) -> set[str]:
    """Unpack one part; reading to its end also proves that its declared size and checksum are true."""
    faults: set[str] = set()
    farthest_row = farthest_column = 0
    tail = b""
    with archive.open(part) as file:
        while piece := file.read(_PIECE):
            text = tail + piece
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise _refusal(
                    name, N_("The workbook declares XML entities, which no spreadsheet needs."), "entities"
                )
            for match in _CELL.finditer(text):
                letters, row = match.group(1).upper(), int(match.group(2))
                farthest_row = max(farthest_row, row)
                farthest_column = max(farthest_column, _column_number(letters))
                if len(faults) < _MOST_FAULTS and _FAULT.search(match.group()):
                    faults.add(f"{letters.decode()}{row}")
            tail = text[-_TAIL:]
    if farthest_row * farthest_column > limits.grid_cells:
        message = N_("The sheet reaches to cell %(cell)s: delete the stray cells or split it.")
        raise _refusal(name, message, "grid", cell=f"{column_letters(farthest_column - 1)}{farthest_row}")
    return faults


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _bomb(name: str, part: str) -> BadInput:
    message = N_(
        "The workbook unpacks to far more than it weighs (%(part)s); it is refused as a possible attack."
    )
    return _refusal(name, message, "zip_bomb", part=part)


def _refusal(name: str, message: str, code: str, **params: object) -> BadInput:
    return BadInput([Problem(message, Place(file=name), params, code=code)])
