"""A table as a chart, of its leading figure: the kind that suits what is asked, or the one the reader chose."""

from collections.abc import Sequence
from typing import Any, Literal

from django.utils.translation import gettext as _

from qiao.ledger.core.catalogue import Unit
from qiao.ledger.core.dimensions import find_dimension
from qiao.ledger.core.pivot import Key, Table
from qiao.ledger.writing import name_of
from qiao.runtime.charts import Chart, Format, Kind, Series
from qiao.runtime.i18n import say

MOST_LINES, MOST_BARS, MOST_HEAT = 6, 24, 30
_FORMATS: dict[Unit, Format] = {Unit.YUAN: "wan", Unit.SHARE: "share", Unit.CHANGE: "share"}
_PLACES = {Unit.TIMES: 2, Unit.DAYS: 1}


def usual_chart(table: Table) -> str:
    """The kind of chart that suits a table."""
    asked = table.analysis
    if asked.rows[:1] == ("period",) or asked.columns == ("period",):
        return "line" if len(table.periods) > 1 else "bar"
    if asked.columns and asked.rows:
        return "heat" if len(table.columns) > MOST_LINES else "stacked"
    return "bar"


def draw(table: Table, links: dict[Key, str]) -> Chart | None:
    """The chart of a table; None where there is nothing to draw or the reader wants none.

    Args:
        table: What is drawn.
        links: Outermost line → address a click leads to.
    """
    kind = table.analysis.chart or usual_chart(table)
    outer = [line for line in table.lines if len(line) == 1]
    if kind == "none" or not outer:
        return None
    if table.analysis.columns:
        return _crossed(table, kind, outer)
    return _plain(table, kind, outer, links)


def _value(table: Table, line: Key, column: Key) -> Any:
    result = table.cells[line, column][0].result
    return result.incomplete or result.value


def _other(table: Table, line: Key, column: Key) -> Any:
    other = table.cells[line, column][0].other
    return None if other is None else other.incomplete or other.value


def _chart(
    table: Table, kind: Kind, categories: Sequence[str], series: Sequence[Series], **more: Any
) -> Chart:
    indicator = table.indicators[0]
    unit = {Unit.COUNT: _("customers"), Unit.DAYS: _("days")}.get(indicator.unit, "")
    if indicator.code == "orders":
        unit = ""
    return Chart(name_of(indicator), categories, series, kind, _FORMATS.get(indicator.unit, "number"), unit,
                 places=_PLACES.get(indicator.unit, 0), **more)  # fmt: skip


def _plain(table: Table, kind: str, outer: Sequence[Key], links: dict[Key, str]) -> Chart:
    """One series along the outermost lines, beside what it is compared with."""
    dimension = table.analysis.rows[0]
    over_time = dimension == "period"
    shown = outer if over_time else outer[:MOST_BARS]
    series = [Series(name_of(table.indicators[0]), [_value(table, line, ()) for line in shown])]
    if table.analysis.compare:
        names = {"before": _("The period before"), "year": _("A year before"), "average": _("Average")}
        others = [_other(table, line, ()) for line in shown]
        series.append(Series(names[table.analysis.compare], others, role="comparison"))
    drawn: Kind = "trend" if kind == "line" else "bars" if over_time or len(shown) <= 4 else "ranked"
    return _chart(
        table, drawn, [table.label(dimension, line[0]) for line in shown], series,
        links=[links.get(line, "") for line in shown], axis=_dimension_name(table, dimension),
        height="tall" if drawn == "ranked" and len(shown) > 10 else "normal",
    )  # fmt: skip


def _crossed(table: Table, kind: str, outer: Sequence[Key]) -> Chart:
    """Lines against columns; time lies along the axis wherever it is."""
    asked = table.analysis
    most = MOST_HEAT if kind == "heat" else MOST_LINES
    if asked.rows[0] == "period":
        axis, categories = "period", [table.label("period", line[0]) for line in outer]
        series = [
            Series(_join(table, asked.columns, column), [_value(table, line, column) for line in outer])
            for column in table.columns[:most]
        ]
    else:
        axis, categories = asked.columns[0], [_join(table, asked.columns, column) for column in table.columns]
        series = [
            Series(
                table.label(asked.rows[0], line[0]), [_value(table, line, column) for column in table.columns]
            )
            for line in outer[:most]
        ]
    kinds: dict[str, Kind] = {"line": "trend", "bar": "bars", "stacked": "stacked", "heat": "heat"}
    height: Literal["normal", "tall"] = "tall" if kind == "heat" and len(series) > 8 else "normal"
    return _chart(table, kinds[kind], categories, series, axis=_dimension_name(table, axis), height=height)


def _join(table: Table, dimensions: Sequence[str], key: Key) -> str:
    return " · ".join(table.label(code, value) for code, value in zip(dimensions, key, strict=True))


def _dimension_name(table: Table, code: str) -> str:
    dimension = find_dimension(code)
    return say(dimension.label) if dimension else code
