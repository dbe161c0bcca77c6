"""A table of free analysis as a page shows it: headings with units, lines with their links, figures with their movement."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qiao.ledger.core.analysis import NONE, REST, Analysis
from qiao.ledger.core.catalogue import Indicator, Unit
from qiao.ledger.core.dimensions import find_dimension
from qiao.ledger.core.pivot import Cell, Key, Table
from qiao.ledger.queries import only_period
from qiao.ledger.queries.pivoting import REST_ID
from qiao.ledger.writing import meaning_of, name_of
from qiao.org import queries as org
from qiao.runtime import figures, marks
from qiao.runtime.i18n import say

from .pivot_charts import draw

_BIG = Decimal(100_000)
Write = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as shown: how deep it lies, what it is, where its name leads, its figures."""

    depth: int
    label: str
    url: str
    cells: list[Any]
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: text, unit, hover text, how many columns it spans."""

    text: str
    unit: str = ""
    title: str = ""
    span: int = 1


def show(table: Table, *, most_lines: int | None = None) -> dict[str, Any]:
    """Everything the table's template needs.

    Args:
        table: The figures.
        most_lines: Show only so many lines, where a card has no place for more.
    """
    asked = table.analysis
    writers = [_writer(table, place) for place in range(len(asked.indicators))]
    columns: list[Key] = [*table.columns, ()] if asked.columns else [()]
    lines = table.lines if most_lines is None else table.lines[:most_lines]
    links = {line: drill_url(table, line) for line in lines}
    shown = [
        Line(len(line) - 1, table.label(asked.rows[len(line) - 1], line[-1]), links[line],
             _cells(table, line, columns, writers), len(line) < len(asked.rows))
        for line in lines
    ]  # fmt: skip
    return {
        "table": table,
        "asked": asked,
        "corner": " / ".join(dimension_name(code) for code in asked.rows) or _("All"),
        "tops": _tops(table, columns) if asked.columns else [],
        "heads": _heads(table, columns, writers),
        "lines": shown,
        "total": _cells(table, (), columns, writers),
        "left_off": len(table.lines) - len(lines),
        "chart": draw(table, links),
        "period_text": period_text(table),
        "compare_text": compare_text(asked.compare),
    }


def dimension_name(code: str) -> str:
    """What a break-down is called; a level of units with the kind of unit that stands there."""
    dimension = find_dimension(code)
    if dimension is None:
        return code
    if code.startswith("unit") and code[4:].isdecimal():
        kinds = level_kinds()
        if code in kinds:
            return f"{say(dimension.label)} ({kinds[code]})"
    return say(dimension.label)


def level_kinds() -> dict[str, str]:
    """Levels there are today, with the name of the only unit there or how many there are."""
    tree = org.get_tree()
    found: dict[str, list[int]] = {}
    for unit, depth in tree.walk():
        found.setdefault(f"unit{depth + 1}", []).append(unit)
    return {
        code: org.unit_name(tree, units[0])
        if len(units) == 1
        else _("%(count)s units") % {"count": len(units)}
        for code, units in found.items()
    }


def period_text(table: Table) -> str:
    """The periods in words."""
    names = [figures.period(known.name) for known in table.periods]
    if not names:
        return ""
    text = names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"
    last = table.periods[-1].window
    return (
        text
        if last.is_whole
        else _("%(period)s, up to %(month)s") % {"period": text, "month": figures.month(last.until)}
    )


def compare_text(compare: str) -> str:
    """What the change is against."""
    return {
        "": "",
        "before": _("against the period before"),
        "year": _("against a year before"),
        "average": _("against the average"),
    }[compare]


def _writer(table: Table, place: int) -> tuple[str, Write]:
    """The unit of a figure's heading and how its values are written below it."""
    indicator = table.indicators[place]
    if indicator.unit is Unit.YUAN:
        values = (cells[place].result.value for cells in table.cells.values())
        big = any(abs(v) >= _BIG for v in values if v is not None)
        return (figures.wan_unit(), marks.wan) if big else (figures.money_unit(), marks.money)
    if indicator.unit is Unit.CHANGE:
        return (
            "",
            lambda v: marks.missing(v) if figures.is_missing(v) else figures.signed(figures.share(v), v),
        )
    if indicator.unit is Unit.SHARE:
        return "", marks.share
    places = {Unit.COUNT: 0, Unit.DAYS: 1, Unit.TIMES: 2}.get(indicator.unit)
    unit = {Unit.COUNT: _("customers"), Unit.DAYS: _("days")}.get(indicator.unit, "")
    if indicator.code == "orders":
        unit = ""
    return (
        unit,
        lambda v: (
            marks.missing(v)
            if figures.is_missing(v)
            else figures.number(v.normalize() + 0 if places is None else v, places)
        ),
    )


def _tops(table: Table, columns: Sequence[Key]) -> list[Head]:
    each = len(table.indicators) * (2 if table.analysis.compare else 1)
    return [
        Head(" · ".join(table.label(code, value) for code, value in zip(table.analysis.columns, column, strict=True))
             if column else _("Total"), span=each)
        for column in columns
    ]  # fmt: skip


def _heads(table: Table, columns: Sequence[Key], writers: Sequence[tuple[str, Write]]) -> list[Head]:
    heads = []
    for _column in columns:
        for indicator, (unit, _write) in zip(table.indicators, writers, strict=True):
            heads.append(Head(name_of(indicator), unit, meaning_of(indicator)))
            if table.analysis.compare:
                heads.append(Head(pgettext("analysis", "Change"), "", compare_text(table.analysis.compare)))
    return heads


def _cells(
    table: Table, line: Key, columns: Sequence[Key], writers: Sequence[tuple[str, Write]]
) -> list[Any]:
    found: list[Any] = []
    is_rest = any(value in (REST, REST_ID) for value in line)
    row_part = _part("kr", line)
    for column in columns:
        cells = table.cells[line, column]
        column_part = _part("kc", column)
        for indicator, cell, (_unit, write) in zip(table.indicators, cells, writers, strict=True):
            text = write(cell.result.incomplete or cell.result.value)
            url = "" if is_rest else f"{row_part}{column_part}&at={indicator.code}"
            found.append({"text": text, "url": url, "title": _remark(cell)})
            if table.analysis.compare:
                found.append({"text": _change(indicator, cell), "url": "", "title": ""})
    return found


def _part(name: str, key: Key) -> str:
    return "".join("&" + urlencode({name: NONE if value is None else value}) for value in key)


def _remark(cell: Cell) -> str:
    remark = cell.result.remark
    return say(remark.message, remark.params) if remark else ""


def _change(indicator: Indicator, cell: Cell) -> SafeString | str:
    change = cell.change
    if figures.is_missing(change):
        return marks.missing(change)
    good = indicator.better or "none"
    if indicator.denominator and indicator.unit in (Unit.SHARE, Unit.CHANGE):
        return marks.movement_writer(good, points)(change)
    return marks.movement_writer(good)(change)


def points(change: Decimal) -> str:
    """The difference of two shares, in percentage points."""
    return _("%(points)s pt") % {"points": figures.number(change * 100, 1)}


def drill_url(table: Table, line: Key) -> str:
    """Where the name of a line leads: the same, only of it, by the next break-down."""
    if any(value in (REST, REST_ID) for value in line):
        return ""
    asked = only_of(table.analysis, line, ())
    step = next_steps(asked, table.analysis.rows[len(line) - 1])
    if not step:
        return ""
    return f"{reverse('ledger:analysis')}?{replace(asked, rows=(step[0],), columns=_kept_columns(asked, step)).query()}"


def _kept_columns(asked: Analysis, step: Sequence[str]) -> tuple[str, ...]:
    return tuple(code for code in asked.columns if code not in step[:1])


def only_of(asked: Analysis, line: Sequence[Any], column: Sequence[Any]) -> Analysis:
    """The same question of one line and one column of it."""
    pairs = [*zip(asked.rows, line, strict=False), *zip(asked.columns, column, strict=False)]
    for code, value in pairs:
        if code == "period":
            asked = only_period(asked, str(value))
        else:
            asked = asked.drilled(code, NONE if value is None else str(value))
    columns = tuple(code for code in asked.columns if not column)
    return replace(asked, rows=tuple(asked.rows[len(line) :]), columns=columns, top=0)


def next_steps(asked: Analysis, code: str) -> list[str]:
    """Break-downs to look at next, most usual first, none that is narrowed to one value already or has no level left."""
    dimension = find_dimension(code)
    levels = level_kinds()
    order: Iterable[str] = (*asked.rows, *(dimension.below if dimension else ()), "unit2", "manager", "tier", "segment",
                            "category", "customer", "period")  # fmt: skip
    found = []
    for step in dict.fromkeys(order):
        if step in asked.filters or (step.startswith("unit") and step != "unit" and step not in levels):
            continue
        if step == "period" and len(asked.last_periods(None) or (1, 1)) < 2:
            continue
        if step not in asked.columns:
            found.append(step)
    return found


def narrowed_text(table: Table) -> list[dict[str, str]]:
    """Every filter in words, with the address without it."""
    asked = table.analysis
    found = []
    for code, values in asked.filters.items():
        dimension = find_dimension(code)
        whole = dimension is not None and dimension.is_whole
        names = [table.label(code, int(v) if whole and v.isdecimal() else v) for v in values]
        text = ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")
        left = {key: value for key, value in asked.filters.items() if key != code}
        found.append(
            {
                "code": code,
                "name": dimension_name(code),
                "text": text,
                "without": replace(asked, filters=left).query(),
            }
        )
    return found


def cell_link(url: str, text: Any, title: str) -> SafeString:
    """A figure that opens its explanation."""
    return format_html('<a href="{}" title="{}">{}</a>', url, title, text)
