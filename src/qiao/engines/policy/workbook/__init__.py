"""A policy's results as a workbook in which a reader works them out himself: plain positions and formulas, no file.

:func:`plan_book` gives the rows of every sheet; :mod:`qiao.runtime.tables.books` writes them. Each distinct step is one
row and everything it rests on stands above it or on the sheets of facts and tables.

Live are formulas, tables in every reading, aggregates, weighted sums, ranks, classes, shares, prizes, gates, limits and
roundings. Fixed as the engine found them are whose, which period's and which row's figure is read, and who belongs to a
group or an aggregate. What has no formula in Excel holds the engine's value and says so.

Source: issue 4, "the trace as a workbook with live formulas".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qiao.engines.formula.values import exact
from qiao.kernel.text import Text

from .parts import Book, Line, ResultLine, TableBlock
from .planner import Planner, TooManySteps
from .sheets import Placed

if TYPE_CHECKING:
    from ..engine import Engine, ResultRow


@exact
def plan_book(title: Text, runs: Iterable[tuple[str, Engine, Sequence[ResultRow]]]) -> Book:
    """Plan the sheets for result rows.

    Args:
        title: What the book is about.
        runs: For each scenario its name, the engine that worked it out, and the rows to show.

    Raises:
        TooManySteps: More steps than a worksheet holds; show fewer rows.
    """
    book = Book(title)
    tables: dict[int, Placed] = {}
    for name, engine, rows in runs:
        Planner(book, engine, name, tables).add(rows)
    return book


__all__ = ["Book", "Line", "ResultLine", "TableBlock", "TooManySteps", "plan_book"]
