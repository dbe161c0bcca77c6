"""All sheets of a workbook as plain cells, for readers that know their own headings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine

from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.runtime.tables.archives import check_workbook
from qiao.runtime.tables.limits import Limits


def read_sheets(path: Path, *, name: str, limits: Limits) -> dict[str, list[list[Any]]]:
    """Rows of cells by sheet; numbers exact, formulas by their stored values.

    Args:
        path: The workbook.
        name: The name to show in errors.
        limits: What is accepted.

    Raises:
        BadInput: It is broken, hostile or beyond the limits.
    """
    check_workbook(path, name=name, limits=limits)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = {
            sheet: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            for sheet in book.sheet_names
        }
    except (python_calamine.CalamineError, OSError) as error:
        raise BadInput(
            [Problem(N_("cannot be read: %(why)s"), Place(file=name), {"why": str(error)})]
        ) from None
    return {sheet: [[_exact(cell) for cell in row] for row in rows] for sheet, rows in sheets.items()}


def _exact(cell: Any) -> Any:
    """A workbook keeps numbers in binary; the shortest decimal that means the same is what was typed."""
    if isinstance(cell, float):
        number = Decimal(repr(cell))
        return int(number) if number == number.to_integral_value() else number
    return cell
