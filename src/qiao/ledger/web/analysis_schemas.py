"""What the interface of free analysis takes and gives."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Schema

from qiao.ledger.core.pivot import Cell, Key, Table
from qiao.runtime.i18n import say, say_error
from qiao.runtime.typed import Clock, Filled, Line


class CellOut(Schema):
    """A figure: numerator and denominator exact, or why there is none; beside it what it is compared with."""

    indicator: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    missing: str | None
    remark: str | None
    compared: Decimal | None
    change: Decimal | None


class KeyOut(Schema):
    """A value of a break-down; null is what has none, ``rest`` what the largest leave over."""

    dimension: str
    value: str | None
    label: str


class RowOut(Schema):
    """A line and a column with their figures; no keys is the total."""

    line: list[KeyOut]
    column: list[KeyOut]
    cells: list[CellOut]


class PeriodOut(Schema):
    """A period asked for, how far it is closed, and why it cannot be answered."""

    name: str
    until: str
    missing: str | None


class AnalysisOut(Schema):
    """The answer to a question; ``query`` says the question as the page's address does."""

    query: str
    periods: list[PeriodOut]
    rows: list[RowOut]


class DimensionOut(Schema):
    """A break-down."""

    code: str
    label: str


class ReadyOut(Schema):
    """A ready question."""

    code: str
    title_zh: str
    title_en: str
    query: str


class SavedAnalysisOut(Schema):
    """A saved question."""

    id: int
    name: str
    query: str
    shared: bool
    mine: bool
    saved_at: datetime


class SavedAnalysisIn(Schema):
    """A question to keep under a name."""

    name: Filled = Field(max_length=80)
    query: Line = Field(max_length=6000)
    shared: bool = False


class MailIn(Schema):
    """How often one gets a saved question: day, week, month or close."""

    every: Filled = Field(max_length=5)
    at: Clock


class ValueOut(Schema):
    """A value one may narrow to."""

    value: str
    label: str


def tell_table(table: Table) -> dict[str, Any]:
    """A table as the interface gives it."""
    asked = table.analysis
    columns: list[Key] = [*table.columns, ()] if asked.columns else [()]
    return {
        "query": asked.query(),
        "periods": [
            {
                "name": p.name,
                "until": str(p.window.until),
                "missing": say_error(p.missing) if p.missing else None,
            }
            for p in table.periods
        ],
        "rows": [
            {
                "line": _keys(table, asked.rows, line),
                "column": _keys(table, asked.columns, column),
                "cells": [
                    _cell(code, cell)
                    for code, cell in zip(asked.indicators, table.cells[line, column], strict=True)
                ],
            }
            for line in (*table.lines, ())
            for column in columns
        ],
    }


def _keys(table: Table, dimensions: tuple[str, ...], key: Key) -> list[dict[str, Any]]:
    return [
        {"dimension": code, "value": _value(value), "label": table.label(code, value)}
        for code, value in zip(dimensions, key, strict=False)
    ]


def _value(value: Any) -> str | None:
    if value is None:
        return None
    return "rest" if value in ("…", -1) else str(value)


def _cell(code: str, cell: Cell) -> dict[str, Any]:
    result, change = cell.result, cell.change
    return {
        "indicator": code,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "value": result.value,
        "missing": say_error(result.incomplete) if result.incomplete else None,
        "remark": say(result.remark.message, result.remark.params) if result.remark else None,
        "compared": cell.other.value if cell.other else None,
        "change": change if isinstance(change, Decimal) else None,
    }


class StopIn(Schema):
    """The name a question was asked with; one nobody asked with stops nothing."""

    run: Line = Field(max_length=40)
