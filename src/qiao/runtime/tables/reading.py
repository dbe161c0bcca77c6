"""Open a CSV, TSV or XLSX upload as headings and rows of text."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import python_calamine

from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.runtime.tables.addresses import cell_address, column_letters, safe_name
from qiao.runtime.tables.archives import check_workbook
from qiao.runtime.tables.encodings import detect_encoding
from qiao.runtime.tables.limits import Limits
from qiao.runtime.tables.writing import PROBLEM_HEADER, rearm

_DELIMITERS = ",\t;|"
_EXACT_DIGITS = 15  # a spreadsheet keeps no more; longer numbers were already damaged when saved
_Raw = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the heading.

    Attributes:
        number: Row number as a person counts in a spreadsheet, heading and blank rows included.
        cells: Text of each cell, trimmed, one per heading; numbers and dates in their plain form.
        problems: What is structurally wrong with the row (cells too many, a formula's error).
    """

    number: int
    cells: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to be read once or several times.

    Attributes:
        name: File name as shown.
        sheet: Sheet name, empty for text files.
        headers: Headings in order, unique, none empty.
        encoding: Codec of a text file, empty for workbooks.
        delimiter: Delimiter of a text file, empty for workbooks.
    """

    name: str
    sheet: str
    headers: tuple[str, ...]
    encoding: str
    delimiter: str
    header_row: int
    _columns: tuple[int, ...]  # where each heading stands in the file
    _width: int  # of the heading row, the column of an error file included
    _limits: Limits
    _open: Callable[[], _Raw] = field(repr=False)
    _faults: frozenset[str] = frozenset()

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank, in order.

        Raises:
            BadInput: More rows than allowed, or the text cannot be split into cells.
        """
        count = 0
        for number, cells in self._open():
            if number <= self.header_row or not any(cells):
                continue
            count += 1
            if count > self._limits.rows:
                message = N_("More than %(most)s rows; split the file.")
                raise BadInput(
                    [Problem(message, self.place(number), {"most": self._limits.rows}, "too_many_rows")]
                )
            kept = tuple(cells[i] if i < len(cells) else "" for i in self._columns)
            yield Row(number, kept, tuple(self._problems(number, cells)))

    def place(self, row: int, header: str | None = None) -> Place:
        """The place of a row, or of the cell under a heading, for a :class:`Problem`."""
        if header is None:
            return Place(file=self.name, sheet=self.sheet, row=row)
        index = self._columns[self.headers.index(header)]
        return Place(file=self.name, sheet=self.sheet, row=row, column=header, cell=cell_address(row, index))

    def _place_at(self, row: int, index: int) -> Place:
        return Place(file=self.name, sheet=self.sheet, row=row, cell=cell_address(row, index))

    def _problems(self, number: int, cells: Sequence[str]) -> Iterator[Problem]:
        width = self._width
        if not self.sheet and len(cells) < width:
            message = N_("This row has %(cells)s cells, the heading row has %(headers)s: is a cell missing?")
            params = {"cells": len(cells), "headers": width}
            yield Problem(message, self.place(number), params, code="short_row")
        for index in range(width, len(cells)):
            if cells[index]:
                yield Problem(
                    N_("There is no heading above this cell: is the row shifted?"),
                    self._place_at(number, index),
                    code="outside_headings",
                )
        for index in self._columns:
            text = cells[index] if index < len(cells) else ""
            if len(text) > self._limits.cell_characters:
                message = N_("The cell holds %(length)s characters; at most %(most)s.")
                params = {"length": len(text), "most": self._limits.cell_characters}
                yield Problem(message, self._place_at(number, index), params, code="long_cell")
            elif self.sheet and _is_damaged_number(text):
                message = N_(
                    "A number of more than 15 digits was rounded by the spreadsheet; store it as text."
                )
                yield Problem(message, self._place_at(number, index), code="damaged_number")
            if self._faults and (address := cell_address(number, index)) in self._faults:
                yield Problem(
                    N_("The formula in this cell shows an error."),
                    self._place_at(number, index),
                    {"address": address},
                    code="formula_error",
                )


def open_table(path: Path, *, name: str, sheet: str | None = None, limits: Limits | None = None) -> Table:
    """Open an uploaded table; its kind is told from its content, not from its name.

    Args:
        path: Where the upload lies.
        name: The name its owner gave it, only shown.
        sheet: Sheet of a workbook; the first visible one that is not empty when None.
        limits: What is accepted.

    Raises:
        BadInput: Empty, too large, unreadable, hostile, or without usable headings.
    """
    limits, name = limits or Limits(), safe_name(name)
    size = path.stat().st_size
    if size == 0:
        raise _refusal(name, N_("The file is empty."), "empty")
    if size > limits.file_bytes:
        message = N_("The file has %(size)s bytes; at most %(most)s.")
        raise _refusal(name, message, "too_large", size=size, most=limits.file_bytes)
    with path.open("rb") as file:
        magic = file.read(4)
    if magic.startswith(b"PK") or magic == b"\xd0\xcf\x11\xe0":
        return _open_workbook(path, name, sheet, limits)
    return _open_text(path, name, limits)


def list_sheets(path: Path, *, name: str, limits: Limits | None = None) -> tuple[str, ...]:
    """Names of the visible sheets of a workbook, checked as in :func:`open_table`."""
    check_workbook(path, name=safe_name(name), limits=limits or Limits())
    with _load(path, safe_name(name)) as book:
        return _visible(book)


def _open_text(path: Path, name: str, limits: Limits) -> Table:
    encoding = detect_encoding(path, name=name)
    with path.open(encoding=encoding, newline="") as file:
        head = file.read(65_536)
    line = next((text for text in head.splitlines() if text.strip()), "")
    delimiter = _sniff(line)

    def raw() -> _Raw:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    message = N_(
                        "The text cannot be split into cells from this row on (%(error)s): "
                        "is a quotation mark missing?"
                    )
                    place = Place(file=name, row=number)
                    raise BadInput([Problem(message, place, {"error": str(error)}, "quoting")]) from error
                yield number, [rearm(cell.strip()).strip() for cell in cells]

    header_row, columns, width, headers = _headings(raw(), name, "", limits)
    return Table(name, "", headers, encoding, delimiter, header_row, columns, width, limits, raw)


def _sniff(line: str) -> str:
    """The delimiter that splits the heading line most often, quotation respected."""
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=lambda d: (outside.count(d), -_DELIMITERS.index(d)))


def _load(path: Path, name: str) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError) as error:
        raise _refusal(
            name, N_("The workbook is damaged: %(error)s."), "damaged", error=str(error)
        ) from error


def _visible(book: python_calamine.CalamineWorkbook) -> tuple[str, ...]:
    shown = python_calamine.SheetVisibleEnum.Visible
    return tuple(s.name for s in book.sheets_metadata if s.visible == shown)


def _open_workbook(path: Path, name: str, sheet: str | None, limits: Limits) -> Table:
    faults = check_workbook(path, name=name, limits=limits)
    with _load(path, name) as book:
        names = _visible(book)
        if sheet is not None and sheet not in names:
            message = N_("There is no sheet %(sheet)s; there are: %(sheets)s.")
            raise _refusal(name, message, "no_sheet", sheet=sheet, sheets=", ".join(names))
        wanted = (sheet,) if sheet is not None else names
        chosen = next((s for s in wanted if _read_sheet(book, s, name).start is not None), None)
        if chosen is None:
            raise _refusal(name, N_("The file is empty."), "empty")
        merged = _read_sheet(book, chosen, name).merged_cell_ranges or []
    if merged:
        (top, left), (bottom, right) = merged[0]
        span = f"{cell_address(top + 1, left)}:{cell_address(bottom + 1, right)}"
        place = Place(file=name, sheet=chosen, cell=span)
        raise BadInput([Problem(N_("Merged cells: unmerge them, one value per cell."), place, code="merged")])

    def raw() -> _Raw:
        with _load(path, name) as book:
            content = _read_sheet(book, chosen, name)
            padding = [""] * (content.start or (0, 0))[1]
            for number, values in enumerate(content.iter_rows(), 1):
                yield number, padding + [_text(value) for value in values]

    header_row, columns, width, headers = _headings(raw(), name, chosen, limits)
    return Table(name, chosen, headers, "", "", header_row, columns, width, limits, raw, faults)


def _read_sheet(
    book: python_calamine.CalamineWorkbook, sheet: str, name: str
) -> python_calamine.CalamineSheet:
    try:
        return book.get_sheet_by_name(sheet)
    except (python_calamine.CalamineError, OSError) as error:
        raise _refusal(
            name, N_("The workbook is damaged: %(error)s."), "damaged", error=str(error)
        ) from error


def _text(value: object) -> str:
    """A cell's plain text: whole numbers without ``.0``, dates as ISO, never an exponent."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize() + 0, "f")
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()


def _is_damaged_number(text: str) -> bool:
    return len(text) > _EXACT_DIGITS and text.endswith("0") and text.isdecimal() and not text.startswith("0")


def _headings(
    raw: _Raw, name: str, sheet: str, limits: Limits
) -> tuple[int, tuple[int, ...], int, tuple[str, ...]]:
    """The first row that is not blank: its number, where each heading stands, its width, the headings."""
    number, cells = next(((n, c) for n, c in raw if any(c)), (0, []))
    if not cells:
        raise _refusal(name, N_("The file is empty."), "empty")
    used = [i for i, cell in enumerate(cells) if cell]
    if used[-1] - used[0] + 1 > limits.columns:
        message = N_("The heading row has %(columns)s columns; at most %(most)s.")
        raise _refusal(name, message, "too_many_columns", columns=used[-1] + 1, most=limits.columns)
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for index in range(used[0], used[-1] + 1):
        place = Place(file=name, sheet=sheet, row=number, cell=cell_address(number, index))
        if not cells[index]:
            message = N_("Column %(column)s has no heading.")
            problems.append(Problem(message, place, {"column": column_letters(index)}, "no_heading"))
        elif cells[index] in seen:
            message = N_("The heading “%(heading)s” occurs twice.")
            problems.append(Problem(message, place, {"heading": cells[index]}, "twice"))
        seen.setdefault(cells[index], index)
    if problems:
        raise BadInput(problems)
    kept = [i for i in used if cells[i] != PROBLEM_HEADER]
    return number, tuple(kept), used[-1] + 1, tuple(cells[i] for i in kept)


def _refusal(name: str, message: str, code: str, **params: object) -> BadInput:
    return BadInput([Problem(message, Place(file=name), params, code=code)])
