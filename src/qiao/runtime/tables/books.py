"""A planned workbook of a policy's results as an XLSX file: results, steps, tables, facts.

No value is stored beside a formula, so that whatever opens the file works it out. Texts are typed as texts; only the
planner's own formulas are formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from qiao.engines.formula import Failure, Value
from qiao.engines.formula.values import is_failure
from qiao.engines.policy.engine import Engine, ResultRow
from qiao.engines.policy.workbook import Book, Line, ResultLine, plan_book
from qiao.engines.policy.workbook.parts import FACTS, MISSING, RESULTS, SORTS, STEPS, TABLES, TOP
from qiao.kernel.text import Text

AID = SORTS["aid"]
Say = Callable[[Failure], str]

_WIDEST = 32_000  # characters a cell holds
_INFINITY = '[>=1E+299]"∞";[<=-1E+299]"-∞";General'
# for entered truths only: LibreOffice takes a truth with a format for a number, and shows one without as 1
_TRUTH = '[=1]"TRUE";[=0]"FALSE";General'
_OWNED = '[=1]"含 yes";[=0]"不含 no";General'
_LEGEND = Text(
    "黄底可改，其余由公式算出；橙底的数距舍入分界不到 1e-9，不参加核对；灰底不随改动变化，说明见备注。",
    "yellow cells may be changed, all else is worked out; orange ones lie within 1e-9 of where a rounding turns and are "
    "not compared; grey ones do not follow changes, their notes say why.",
)
_RESULT_HEADINGS = (
    (Text("情形", "scenario"), 18),
    (Text("人员", "person"), 14),
    (Text("期间", "period"), 12),
    (Text("项目", "item"), 18),
    (Text("名称", "title"), 32),
    (Text("引擎值", "engine"), 16),
    (Text("公式值", "live"), 16),
    (Text("差额", "difference"), 14),
    (Text("核对", "check"), 22),
    (Text("说明", "reason"), 40),
)
_STEP_HEADINGS = (
    (Text("情形", "scenario"), 16),
    (Text("类型", "kind"), 14),
    (Text("内容", "step"), 40),
    (Text("人员", "person"), 12),
    (Text("期间", "period"), 11),
    (Text("事件", "event"), 12),
    (Text("政策公式", "policy formula"), 46),
    (Text("公式值", "live"), 16),
    (Text("引擎值", "engine"), 16),
    (Text("条款", "place"), 28),
    (Text("备注", "note"), 40),
)
_FACT_HEADINGS = (
    (Text("情形", "scenario"), 16),
    (Text("类型", "kind"), 14),
    (Text("内容", "figure"), 34),
    (Text("人员", "person"), 12),
    (Text("期间", "period"), 11),
    (Text("事件", "event"), 12),
    (Text("值", "value"), 18),
    (Text("代码", "code"), 22),
    (Text("来源", "place"), 30),
    (Text("备注", "note"), 40),
)


@dataclass(frozen=True, slots=True)
class _Looks:
    """Every format of the book, by what a cell is and how it stands."""

    make: Callable[[dict[str, object]], Format]
    made: dict[tuple[tuple[str, object], ...], Format]

    def of(self, **traits: object) -> Format:
        key = tuple(sorted(traits.items()))
        if key not in self.made:
            self.made[key] = self.make({"valign": "vcenter", **traits})
        return self.made[key]

    def value(self, kind: str, *, fill: str = "", number: str = "") -> Format:
        """How a value of a kind looks."""
        formats = {"date": "yyyy-mm-dd"}
        if fill == _INPUT:  # a formula in a cell of text would turn into its own letters when it is edited
            formats["text"] = "@"
        traits: dict[str, object] = {"num_format": number or formats.get(kind, "General")}
        if kind in ("truth", "date"):
            traits["align"] = "center"
        if fill:
            traits["bg_color"] = fill
        if fill == _INPUT:
            traits |= {"font_color": "#1F4E9E"}
        return self.of(**traits)


_INPUT, _NEAR, _FIXED = "#FFF8DC", "#FCE4CC", "#ECECEC"


def write_book(
    path: Path,
    title: Text,
    runs: Iterable[tuple[str, Engine, Sequence[ResultRow]]],
    say: Say = str,
) -> Book:
    """Write a policy's results as a workbook that works them out itself.

    Args:
        path: The file, ``.xlsx``; it stands there only when it is whole.
        title: What it is about.
        runs: For each scenario its name, the engine that worked it out, and the rows to show.
        say: Why a result has no value, in the reader's language.

    Returns:
        What was planned, with what is flagged and what is not live.

    Raises:
        TooManySteps: More steps than a worksheet holds.
    """
    book = plan_book(title, runs)
    write_planned(path, book, say)
    return book


def write_planned(path: Path, book: Book, say: Say = str) -> None:
    """Write a book as planned; it stands under its name only when it is whole.

    Raises:
        OSError: The place cannot be written to.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        _write(part, book, say)
        part.replace(path)
    except FileCreateError as error:  # the writer's own name for it
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(cause)) from error
    finally:
        part.unlink(missing_ok=True)


def _write(path: Path, book: Book, say: Say) -> None:
    file = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    looks = _Looks(file.add_format, {})
    sheets = {text.zh: file.add_worksheet(text.zh) for text in (RESULTS, STEPS, TABLES, FACTS)}
    _write_results(sheets[RESULTS.zh], book, looks, say)
    _write_steps(sheets[STEPS.zh], book.steps, looks, say)
    _write_tables(sheets[TABLES.zh], book, looks)
    _write_facts(sheets[FACTS.zh], book.facts, looks, say)
    file.close()


def _begin(
    sheet: Worksheet, title: str, headings: Sequence[tuple[Text, int]], rows: int, looks: _Looks, across: int
) -> None:
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, looks.of(bold=True, font_size=14))
    sheet.write_string(1, 0, f"{_LEGEND.zh} {_LEGEND.en}", looks.of(font_color="#666666"))
    head = looks.of(bold=True, bg_color="#E8EEF4", bottom=1, text_wrap=True)
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, f"{heading.zh}\n{heading.en}", head)
    sheet.set_row(2, 32)
    sheet.freeze_panes(TOP, across)
    _for_paper(sheet)
    sheet.repeat_rows(2)
    if rows:
        sheet.autofilter(2, 0, TOP + rows - 1, len(headings) - 1)


def _for_paper(sheet: Worksheet) -> None:
    """A4 across, every column on the page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_results(sheet: Worksheet, book: Book, looks: _Looks, say: Say) -> None:
    _begin(sheet, _both(book.title), _RESULT_HEADINGS, len(book.results), looks, 5)
    plain, beside = looks.of(), looks.of(indent=1, align="left")
    for n, result in enumerate(book.results):
        row = TOP + n
        texts = (result.scenario, result.person, result.period, result.item, _both(result.title))
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text[:_WIDEST], plain)
        number = _number_format(result)
        engine_number = _TRUTH if isinstance(result.engine, bool) else number
        fill = _NEAR if result.is_near else "" if result.is_live else _FIXED
        _write_value(sheet, row, 5, result.engine, looks.value(result.kind, number=engine_number))
        sheet.write_formula(row, 6, f"={result.live}", looks.value(result.kind, fill=fill, number=number), "")
        engine, live, away = f"F{row + 1}", f"G{row + 1}", f"H{row + 1}"
        difference = f"={live}-{engine}" if isinstance(result.engine, Decimal) else ""
        if difference:
            sheet.write_formula(row, 7, difference, looks.value("number", number=number), "")
        sheet.write_formula(row, 8, f"={_check(result, engine, live, away)}", beside, "")
        reason = say(result.reason) if result.reason is not None else ""
        sheet.write_string(row, 9, reason[:_WIDEST], plain)
    if book.results:
        last = TOP + len(book.results)
        counted = f'COUNTIF(I{TOP + 1}:I{last},"{AGREES}")'
        sheet.write_formula(
            0, 8, f'={counted}&" / {len(book.results)}"', looks.of(bold=True, indent=1, align="left"), ""
        )


AGREES, DIFFERS, NEAR, FIXED = "一致 agrees", "有出入 differs", "临界 near a tie", "不重算 not live"


def _check(result: ResultLine, engine: str, live: str, away: str) -> str:
    """The word on whether a result's two values agree, as a formula: to half a cent, or to 1e-9 where nothing is rounded."""
    if result.is_near:
        return f'"{NEAR}"'
    if not result.is_live:
        return f'"{FIXED}"'
    if is_failure(result.engine):
        return f'IF(ISERROR({live}),"{AGREES}","{DIFFERS}")'
    if isinstance(result.engine, Decimal):
        within = "0.005" if result.places is not None else f"1E-9*MAX(1,ABS({engine}))"
        if result.places is not None and result.places > 2:
            within = f"0.5*10^-{result.places}"
        return f'IF(IFERROR(ABS({away})<{within},FALSE),"{AGREES}","{DIFFERS}")'
    if isinstance(result.engine, str):
        return f'IF(IFERROR(EXACT({live},{engine}),FALSE),"{AGREES}","{DIFFERS}")'
    return f'IF(IFERROR({live}={engine},FALSE),"{AGREES}","{DIFFERS}")'


def _number_format(result: ResultLine) -> str:
    if result.places is None or not isinstance(result.engine, Decimal):
        return ""
    return "#,##0" + ("." + "0" * result.places if result.places else "")


def _write_steps(sheet: Worksheet, lines: Sequence[Line], looks: _Looks, say: Say) -> None:
    _begin(sheet, _both(STEPS), _STEP_HEADINGS, len(lines), looks, 3)
    plain, small = looks.of(), looks.of(font_color="#666666", indent=1, align="left")
    for n, line in enumerate(lines):
        row = TOP + n
        texts = (line.scenario, _both(line.sort), _both(line.title), line.person, line.period, line.event)
        for column, text in enumerate(texts):
            # what only helps Excel stands back
            sheet.write_string(row, column, text[:_WIDEST], small if line.sort == AID else plain)
        sheet.write_string(row, 6, line.said[:_WIDEST], plain)
        fill = _FIXED if not line.live else _NEAR if line.near else ""
        sheet.write_formula(row, 7, f"={line.formula}", looks.value(line.kind, fill=fill), "")
        if line.engine is not None:
            look = looks.value(line.kind, number=_TRUTH if isinstance(line.engine, bool) else "")
            _write_value(sheet, row, 8, line.engine, look)
        sheet.write_string(row, 9, line.place[:_WIDEST], small)
        sheet.write_string(row, 10, _note(line, line.engine, say)[:_WIDEST], plain)


def _write_facts(sheet: Worksheet, lines: Sequence[Line], looks: _Looks, say: Say) -> None:
    _begin(sheet, _both(FACTS), _FACT_HEADINGS, len(lines), looks, 3)
    plain, beside = looks.of(), looks.of(indent=1, align="left")
    small = looks.of(font_color="#666666", indent=1, align="left")
    for n, line in enumerate(lines):
        row = TOP + n
        texts = (line.scenario, _both(line.sort), _both(line.title), line.person, line.period, line.event)
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text[:_WIDEST], plain)
        number = _TRUTH if isinstance(line.entered, bool) else ""
        _write_value(sheet, row, 6, line.entered, looks.value(line.kind, fill=_INPUT, number=number))
        sheet.write_string(row, 7, line.said[:_WIDEST], beside)
        sheet.write_string(row, 8, line.place[:_WIDEST], small)
        sheet.write_string(row, 9, _note(line, line.entered, say)[:_WIDEST], plain)


def _write_tables(sheet: Worksheet, book: Book, looks: _Looks) -> None:
    sheet.hide_gridlines(2)
    _for_paper(sheet)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 12, 13)
    sheet.write_string(0, 0, _both(TABLES), looks.of(bold=True, font_size=14))
    head = looks.of(bold=True, bg_color="#E8EEF4", bottom=1, text_wrap=True)
    for block in book.tables:
        named = f"{_both(block.title)} [{block.code}]"
        note = f" · {block.note.zh} {block.note.en}" if block.note is not None else ""
        sheet.write_string(block.top, 0, named + note, looks.of(bold=True))
        for column, heading in enumerate(block.headings):
            sheet.write_string(block.top + 1, column, f"{heading.zh}\n{heading.en}", head)
        sheet.set_row(block.top + 1, 32)
        for n, cells in enumerate(block.rows):
            for column, value in enumerate(cells):
                if value is None:
                    continue
                heading = block.headings[column]
                number = _OWNED if heading.en == "owned" else _INFINITY if isinstance(value, Decimal) else "@"
                own = column == 0 or heading.en in ("named", "name")
                look = looks.value("number", fill="" if own else _INPUT, number=number)
                _write_value(sheet, block.top + 2 + n, column, value, look)


def _write_value(sheet: Worksheet, row: int, column: int, value: Value | None, look: Format) -> None:
    """A value by its own kind; what has none shows as #N/A."""
    if value is None:
        return
    if is_failure(value):
        sheet.write_formula(row, column, f"={MISSING}", look, "")
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write_string(row, column, str(value)[:_WIDEST], look)


def _note(line: Line, value: Value | None, say: Say) -> str:
    said = [_both(line.note)] if line.note is not None else []
    if is_failure(value):
        said.insert(0, say(value))
    return "；".join(said)


def _both(text: Text) -> str:
    return text.zh if not text.en or text.en == text.zh else f"{text.zh} {text.en}"
