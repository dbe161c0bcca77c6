"""A list as CSV or XLSX: exactly the narrowed rows, the columns shown, figures exact."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from rustpy_xlsxwriter import FastExcel

from qiao.kernel.errors import N_, RuleBroken

from .cells import heading, plain
from .declare import Column, Row

SHEET_ROWS = 1_048_575  # what a worksheet holds below its heading
FORMATS = ("xlsx", "csv")
# A spreadsheet would run a text that begins like this as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export(rows: Iterable[Row], columns: tuple[Column, ...], *, name: str, kind: str) -> HttpResponseBase:
    """A download of the rows.

    Args:
        rows: Rows in order, read as they are needed.
        columns: Columns to write.
        name: File name without its ending.
        kind: xlsx or csv.

    Raises:
        RuleBroken: An unknown kind, or more rows than a worksheet holds.
    """
    check_kind(kind)
    headings = _distinct([heading(column) for column in columns])
    takes = [plain(column) for column in columns]
    table = ([take(row) for take in takes] for row in rows)
    if kind == "csv":
        response = StreamingHttpResponse(_csv_lines(headings, table), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = _disposition(f"{name}.csv")
        return response
    return FileResponse(_workbook(headings, table), as_attachment=True, filename=f"{name}.xlsx")


def check_kind(kind: str) -> None:
    """Refuse an unknown kind of file.

    Raises:
        RuleBroken: It is neither xlsx nor csv.
    """
    if kind not in FORMATS:
        raise RuleBroken(N_("Lists are exported as XLSX or CSV."), code="bad_export")


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or ""


class _Echo:
    """Gives back what the csv module writes, so that it can be streamed."""

    def write(self, value: str) -> str:
        return value


def _csv_lines(headings: list[str], table: Iterable[list[Any]]) -> Iterator[str]:
    write = csv.writer(_Echo()).writerow
    yield "\ufeff" + write([_csv_value(text) for text in headings])  # the mark by which Excel knows UTF-8
    for values in table:
        yield write([_csv_value(value) for value in values])


def _csv_value(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    return f"{value:f}" if isinstance(value, Decimal) else value


def write_file(rows: Iterable[Row], columns: tuple[Column, ...], *, path: Path, kind: str) -> None:
    """The rows as a file on disk; it stands under its name only when it is whole.

    Args:
        rows: Rows in order, read as they are needed.
        columns: Columns to write.
        path: Where.
        kind: xlsx or csv.

    Raises:
        RuleBroken: More rows than a worksheet holds.
    """
    headings = _distinct([heading(column) for column in columns])
    takes = [plain(column) for column in columns]
    table = ([take(row) for take in takes] for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        if kind == "csv":
            with part.open("w", encoding="utf-8", newline="") as file:
                file.writelines(_csv_lines(headings, table))
        else:
            with part.open("wb+") as binary:
                _fill_workbook(binary, headings, table)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _fill_workbook(file: Any, headings: list[str], table: Iterable[list[Any]]) -> None:
    rows = iter(table)
    first = next(rows, None)
    records = [dict.fromkeys(headings)] if first is None else _records(headings, first, rows)
    FastExcel(file).format(datetime_format="yyyy-mm-dd hh:mm").freeze(row=1).sheet("Sheet1", records).save()


def _workbook(headings: list[str], table: Iterable[list[Any]]) -> IO[bytes]:
    """XLSX in a temporary file that goes away when the download ends. Texts stay texts: no cell is a formula."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    try:
        _fill_workbook(file, headings, table)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _records(headings: list[str], first: Any, rest: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    yield dict(zip(headings, map(_xlsx_value, first), strict=True))
    for number, values in enumerate(rest, 2):
        if number > SHEET_ROWS:
            raise RuleBroken(
                N_("A worksheet holds 1,048,575 rows; narrow the list or export it as CSV."), code="too_many"
            )
        yield dict(zip(headings, map(_xlsx_value, values), strict=True))


def _xlsx_value(value: Any) -> Any:
    # The writer knows one date format for all; a plain date as text sorts and reads the same everywhere.
    if isinstance(value, date) and not hasattr(value, "hour"):
        return value.isoformat()
    return value


def _distinct(headings: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for text in headings:
        seen[text] = seen.get(text, 0) + 1
        result.append(text if seen[text] == 1 else f"{text} {seen[text]}")
    return result
