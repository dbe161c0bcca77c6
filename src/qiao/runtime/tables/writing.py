"""Write tables that open as data everywhere and execute nowhere.

A spreadsheet runs a CSV cell that begins with ``=``, ``+``, ``-`` or ``@``. Such text gets an apostrophe in
front when written to CSV and loses it when read back, so a corrected error file imports as its author meant.
XLSX needs no such guard: there text is typed as text.
"""

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import rustpy_xlsxwriter

from qiao.kernel.errors import Problem

PROBLEM_HEADER = "⚠ 错误 / error"
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SIGNED = frozenset("0123456789.,%Ee+- ")
Cell = str | int | float | bool | Decimal | date | datetime | None


def disarm(text: str) -> str:
    """Text that a spreadsheet will show and not run; signed numbers stay as they are."""
    return "'" + text if _is_armed(text) else text


def rearm(text: str) -> str:
    """The text :func:`disarm` was given."""
    return text[1:] if text.startswith("'") and _is_armed(text[1:]) else text


def _is_armed(text: str) -> bool:
    """A formula, also behind apostrophes, which must survive the way out and back."""
    bare = text.lstrip("'")
    return bare.startswith(_TRIGGERS) and not _is_number(bare)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return _SIGNED.issuperset(text)


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return disarm(str(value))


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write UTF-8 with mark (Excel opens it correctly), disarmed.

    Returns:
        Rows written.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([disarm(header) for header in headers])
        for row in rows:
            writer.writerow([_plain(value) for value in row])
            count += 1
    return count


def write_xlsx(
    path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Sheet1"
) -> int:
    """Write one sheet, text typed as text, amounts as numbers, the heading frozen.

    Returns:
        Rows written.
    """
    count = 0

    def records() -> Iterator[dict[str, Cell]]:
        nonlocal count
        for row in rows:
            count += 1
            yield {h: float(v) if isinstance(v, Decimal) else v for h, v in zip(headers, row, strict=True)}

    first = next(stream := records(), dict.fromkeys(headers, ""))  # headings come from the first record
    listed = itertools.chain([first], stream)
    rustpy_xlsxwriter.write_worksheet(listed, str(path), sheet_name=sheet, freeze_row=1, bold_headers=True)
    return count


def write_error_file(
    path: Path,
    headers: Sequence[str],
    rows: Iterable[tuple[Sequence[str], Sequence[Problem]]],
    *,
    say: Callable[[Problem], str] = str,
) -> int:
    """Write the refused rows as they came, each with what is wrong in a last column.

    The last column is ignored when the corrected file is imported again.

    Args:
        path: Target, ``.csv`` or ``.xlsx``.
        headers: Headings of the original.
        rows: Cells as read, with their problems.
        say: Turns a problem into the reader's language.
    """
    write = write_xlsx if path.suffix == ".xlsx" else write_csv
    full = [*headers, PROBLEM_HEADER]
    return write(path, full, ([*cells, "; ".join(say(p) for p in problems)] for cells, problems in rows))
