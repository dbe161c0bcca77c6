"""Scenarios from the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qiao.kernel.errors import N_, BadInput, Place, Problem

from .tables import TABLES
from .values import read_date


class SheetRow(dict[str, Any]):
    """A row that knows where it stood in its sheet, so that its faults name the place a person sees."""

    def __init__(self, cells: Mapping[str, Any], row: int) -> None:
        super().__init__(cells)
        self.row = row


def from_sheets(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> list[dict[str, Any]]:
    """Scenarios from a workbook: one sheet a table, headings in the first row, a column ``scenario`` in each.

    Args:
        sheets: Rows of cells by sheet; rows without any value are skipped.

    Returns:
        A tree for :func:`read_scenarios`; rows without a scenario belong to one called ``main``.

    Raises:
        BadInput: Two equal headings in a sheet.
    """
    scenarios: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for sheet, rows in sheets.items():
        if sheet not in TABLES:
            continue
        headings = [str(cell or "").strip() for cell in rows[0]] if rows else []
        for n, heading in enumerate(headings):
            if heading and heading in headings[:n]:
                place = Place(sheet=sheet, cell=f"{_letters(n)}1")
                problems.append(
                    Problem(N_("two columns are called “%(heading)s”"), place, {"heading": heading})
                )
        found = [
            SheetRow(
                {
                    h: c
                    for h, c in zip(headings, row, strict=False)
                    if h and c is not None and str(c).strip() != ""
                },
                number,
            )
            for number, row in enumerate(rows[1:], start=2)
        ]
        _undo_dates(found)
        for cells in found:
            if cells:
                name = str(cells.pop("scenario", "main"))
                scenarios.setdefault(name, {"scenario": name}).setdefault(sheet, []).append(cells)
    if problems:
        raise BadInput(problems)
    return list(scenarios.values())


def _undo_dates(rows: Sequence[SheetRow]) -> None:
    """A spreadsheet turns a typed ``2024-03`` into the first of March. Where every date among the periods of a sheet is a
    first of the month, months were meant."""
    for column in ("period", "within"):
        dates = [row[column] for row in rows if isinstance(row.get(column), date)]
        months = all(day.day == 1 for day in dates)
        for row in rows:
            day = row.get(column)
            if isinstance(day, date):
                row[column] = f"{day.year:04d}-{day.month:02d}" if months else read_date(day).isoformat()


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
