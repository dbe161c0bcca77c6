"""An analysis as a file: the very lines of its page, figures exact, noted like every export."""

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qiao.ledger import access, queries
from qiao.ledger import pivot_showing as showing
from qiao.ledger.core.analysis import Analysis
from qiao.ledger.core.catalogue import Unit
from qiao.ledger.core.pivot import Key, Table
from qiao.ledger.writing import name_of
from qiao.runtime import clock, figures
from qiao.runtime.exports.actions import count_delivered, note_export
from qiao.runtime.listing import Column
from qiao.runtime.listing.cells import heading
from qiao.runtime.listing.export import check_kind, export
from qiao.runtime.requests import Request


def take_away(request: Request, asked: Analysis, kind: str) -> HttpResponseBase:
    """The table as CSV or XLSX; who may has been checked.

    Raises:
        RuleBroken: Another kind of file, or too much.
    """
    check_kind(kind)
    reach = access.analysis_reach(request.viewer, asked)
    table = queries.answer(asked, reach, most_cells=queries.FILE_CELLS)
    columns, rows = as_rows(table)
    title = _("Analysis")
    narrowed = "; ".join(f"{part['name']}: {part['text']}" for part in showing.narrowed_text(table))
    record = note_export(
        request, listing="ledger.analysis", title=title,
        narrowed="; ".join(text for text in (showing.period_text(table), narrowed) if text),
        columns=[heading(column) for column in columns], kind=kind,
    )  # fmt: skip
    name = f"{title} {figures.day(clock.today())}"
    return export(count_delivered(record, iter(rows)), tuple(columns), name=name, kind=kind)


def as_rows(table: Table) -> tuple[list[Column], list[dict[str, Any]]]:
    """Columns and rows: every break-down in a column of its own, subtotals marked, the total last."""
    asked = table.analysis
    columns = [Column(f"r{n}", showing.dimension_name(code), f"r{n}") for n, code in enumerate(asked.rows)]
    keys: list[Key] = [*table.columns, ()] if asked.columns else [()]
    for at, key in enumerate(keys):
        top = " · ".join(table.label(code, v) for code, v in zip(asked.columns, key, strict=False))
        top = top or (_("Total") if asked.columns else "")
        for place, indicator in enumerate(table.indicators):
            label = " ".join(part for part in (top, name_of(indicator)) if part)
            kinds: Any = {Unit.YUAN: "money", Unit.SHARE: "share", Unit.CHANGE: "share"}
            columns.append(
                Column(f"v{at}_{place}", label, f"v{at}_{place}", kind=kinds.get(indicator.unit, "number"))
            )
            if asked.compare:
                columns.append(
                    Column(
                        f"d{at}_{place}",
                        f"{label} {pgettext('analysis', 'Change')}",
                        f"d{at}_{place}",
                        kind="share",
                    )
                )
    rows = [_row(table, line, keys) for line in table.lines]
    rows.append(_row(table, (), keys))
    return columns, rows


def _row(table: Table, line: Key, keys: list[Key]) -> dict[str, Any]:
    asked = table.analysis
    row: dict[str, Any] = {}
    for n, code in enumerate(asked.rows):
        total = _("Total") if n == len(line) else ""
        row[f"r{n}"] = table.label(code, line[n]) if n < len(line) else total
    for at, key in enumerate(keys):
        for place, cell in enumerate(table.cells[line, key]):
            row[f"v{at}_{place}"] = cell.result.value
            change = cell.change
            row[f"d{at}_{place}"] = None if figures.is_missing(change) else change
    return row
