"""The facts a policy is worked out on: six tables a scenario, each with fixed columns.

Scenarios arrive as plain trees (JSON, a workbook's sheets); every fault is named by table, row and column.
``docs/reference`` carries the schema, written from :data:`TABLES`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from qiao.engines.formula import Value, divide
from qiao.kernel.errors import N_, BadInput, Place, Problem

from .model import Figure, ParameterRow, Policy
from .periods import Period

MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its kind (``text``, ``number``, ``date``, ``value`` for whatever the figure is) and its meaning."""

    name: str
    kind: str
    says: str
    needed: bool = False


_PERSON = Column("person", "text", N_("whose; empty for everybody"))
_PERIOD = Column(
    "period", "text", N_("2024-03, 2024Q1, 2024H1, 2024, 2024-03-05 or any other label; empty for all")
)
TABLES: Mapping[str, tuple[Column, ...]] = {
    "people": (
        Column("person", "text", N_("name or number of the person"), True),
        Column("joined_on", "date", N_("first day of work")),
        Column("left_on", "date", N_("last day of work")),
        Column("starts_on", "date", N_("first day this row holds")),
        Column("ends_before", "date", N_("day after the last day this row holds")),
        Column("role", "text", N_("role or post")),
        Column("grade", "text", N_("grade")),
        Column("unit", "text", N_("unit as a path from the top, province/city/county")),
        Column("segment", "text", N_("segment served")),
        Column("leader", "text", N_("whom the person reports to")),
        Column("mentor", "text", N_("who mentors the person")),
    ),
    "parameters": (
        Column("name", "text", N_("parameter"), True),
        Column("value", "value", N_("its value"), True),
        _PERSON,
        Column("customer", "text", N_("for this customer")),
        Column("grade", "text", N_("for this grade")),
        Column("role", "text", N_("for this role")),
        Column("segment", "text", N_("for this segment")),
        Column("unit", "text", N_("for this unit and those below it")),
        Column("key", "text", N_("for this key, as a currency or a product")),
        _PERIOD,
        Column("starts_on", "date", N_("in force from this day")),
        Column("ends_before", "date", N_("no longer in force on this day")),
    ),
    "events": (
        Column("event", "text", N_("name of the event; the same deal may have several rows, one a person")),
        Column("kind", "text", N_("deal, refund, payment, absence … as the policy names it")),
        Column("on", "date", N_("day it counts")),
        Column("effective_on", "date", N_("another day of the event, as the booking")),
        _PERIOD,
        Column("person", "text", N_("whose event")),
        Column("customer", "text", N_("customer")),
        Column("product", "text", N_("product")),
        Column("unit", "text", N_("unit")),
        Column("currency", "text", N_("currency; amounts of several are never added unasked")),
        Column("key", "text", N_("any further category")),
        Column("amount", "number", N_("amount")),
        Column("quantity", "number", N_("quantity")),
        Column("share", "number", N_("the person's share of the event; empty is the whole")),
        Column("reverses", "text", N_("name of the event this one takes back")),
    ),
    "measures": (
        Column("measure", "text", N_("measure"), True),
        Column("value", "value", N_("its value; empty is missing, never 0"), True),
        _PERSON,
        _PERIOD,
        Column("event", "text", N_("a figure of this event")),
        Column("customer", "text", N_("a figure of this customer")),
    ),
    "carried": (
        Column("name", "text", N_("item or carried figure"), True),
        Column("value", "value", N_("value at the end of the period"), True),
        _PERSON,
        Column("period", "text", N_("the period it was reached in; empty for before the first")),
    ),
    "periods": (
        Column("period", "text", N_("label"), True),
        Column("grain", "text", N_("its length: day, month, quarter, half, year or any other word")),
        Column("starts_on", "date", N_("first day")),
        Column("ends_before", "date", N_("day after the last day")),
        Column("within", "text", N_("label of the longer period it lies in")),
    ),
}


def json_schema() -> dict[str, Any]:
    """The schema of a file of facts (JSON Schema 2020-12), written from :data:`TABLES`."""
    kinds: dict[str, Any] = {
        "text": {"type": ["string", "number"]},
        "number": {"type": ["string", "number", "null"]},
        "date": {"type": ["string", "null"], "pattern": "^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}$|^$"},
        "value": {"type": ["string", "number", "boolean", "null"]},
    }
    tables = {
        name: {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {c.name: kinds[c.kind] | {"description": c.says} for c in columns},
                "required": [c.name for c in columns if c.needed],
                "additionalProperties": False,
            },
        }
        for name, columns in TABLES.items()
    }
    scenario = {
        "type": "object",
        "properties": {"scenario": {"type": "string"}} | tables,
        "additionalProperties": False,
    }
    rows = {"type": "array", "items": scenario}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "oneOf": [{"type": "object", "properties": {"scenarios": rows}, "required": ["scenarios"]}, rows],
    }


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What holds of a person for a span of days."""

    person: str
    joined_on: date | None = None
    left_on: date | None = None
    starts_on: date | None = None
    ends_before: date | None = None
    role: str | None = None
    grade: str | None = None
    unit: str | None = None
    segment: str | None = None
    leader: str | None = None
    mentor: str | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """A dated fact, or one person's part of it."""

    event: str
    kind: str | None = None
    on: date | None = None
    effective_on: date | None = None
    period: str | None = None
    person: str | None = None
    customer: str | None = None
    product: str | None = None
    unit: str | None = None
    currency: str | None = None
    key: str | None = None
    amount: Decimal | None = None
    quantity: Decimal | None = None
    share: Decimal | None = None
    reverses: str | None = None


MeasureKey = tuple[
    str, str | None, str | None, str | None, str | None
]  # name, event, person, period, customer


@dataclass(frozen=True, slots=True)
class Scenario:
    """One set of facts.

    Attributes:
        people: Rows in the order written.
        parameters: Rows by parameter.
        events: Rows in order of their day, then as written.
        measures: Values by (name, event, person, period, customer).
        carried: Values by (name, person, period).
        periods: Periods described.
        labels: The periods something happens in, in the order met: those described and those of events and measures.
        around: Those only parameters and measures of longer periods name; worked out where there is nothing else.
    """

    name: str
    people: tuple[PersonRow, ...] = ()
    parameters: Mapping[str, tuple[ParameterRow, ...]] = field(default_factory=dict)
    events: tuple[EventRow, ...] = ()
    measures: Mapping[MeasureKey, Value] = field(default_factory=dict)
    carried: Mapping[tuple[str, str | None, str | None], Value] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()
    labels: tuple[str, ...] = ()
    around: tuple[str, ...] = ()


_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_FRACTION = re.compile(r"([+-]?[0-9]+)\s*/\s*([0-9]+)")


def read_number(raw: Any) -> Decimal:
    """A number as written: ``1500``, ``1,500.00``, ``85%``, ``1/3``.

    Raises:
        ValueError: It is none, or not exact (a binary float).
    """
    if isinstance(raw, (bool, float)):
        raise ValueError(raw)
    if isinstance(raw, (int, Decimal)):
        number = Decimal(raw)
    else:
        text = str(raw).strip().replace("％", "%").replace("，", ",")
        if _GROUPED.fullmatch(text.rstrip("%")):
            text = text.replace(",", "")
        if fraction := _FRACTION.fullmatch(text):
            quotient = divide(Decimal(fraction[1]), Decimal(fraction[2]))
            if not isinstance(quotient, Decimal):
                raise ValueError(raw)
            return quotient
        percent = text.endswith("%")
        try:
            number = Decimal(text[:-1].strip() if percent else text)
        except InvalidOperation:
            raise ValueError(raw) from None
        number = number.scaleb(-2) if percent else number
    if not number.is_finite() or abs(number) >= Decimal("1e24"):
        raise ValueError(raw)
    return number


def read_date(raw: Any) -> date:
    """A day as written: ``2024-03-01`` or ``2024/3/1``.

    Raises:
        ValueError: It is none.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip().replace("/", "-").replace(".", "-")
    parts = text.split("-")
    if len(parts) == 3:
        text = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}"
    return date.fromisoformat(text)


_YES = {"en": ("true", "yes", "1"), "zh": ("是",)}
_NO = {"en": ("false", "no", "0"), "zh": ("否",)}


def read_value(raw: Any, kind: str) -> Value:
    """A value of a declared kind.

    Raises:
        ValueError: It is of another kind.
    """
    if kind == "number":
        return read_number(raw)
    if kind == "date":
        return read_date(raw)
    if kind == "truth":
        if isinstance(raw, bool):
            return raw
        word = str(raw).strip().lower()
        for truth, words in ((True, _YES), (False, _NO)):
            if any(word in said for said in words.values()):
                return truth
        raise ValueError(raw)
    if kind == "any":
        try:
            return read_number(raw)
        except ValueError:
            return str(raw).strip()
    return str(raw).strip()


_WANTED = {
    "number": N_("“%(raw)s” is no number"),
    "date": N_("“%(raw)s” is no date (2024-03-01)"),
    "truth": N_("“%(raw)s” is neither yes nor no"),
}
_UNREADABLE = N_("“%(raw)s” cannot be read here")


def read_scenarios(tree: Any, policy: Policy) -> tuple[Scenario, ...]:
    """Read scenarios against a policy's declarations.

    Args:
        tree: ``{"scenarios": [{"scenario": …, "people": [rows], …}]}`` or just the list.

    Raises:
        BadInput: Every fault, by scenario, table, row and column; nothing is taken over.
    """
    rows = tree.get("scenarios") if isinstance(tree, Mapping) else tree
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise BadInput([Problem(N_("the inputs are a list of scenarios"))])
    problems: list[Problem] = []
    scenarios = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            problems.append(
                Problem(N_("scenario %(number)s is no table of tables"), params={"number": number})
            )
            continue
        name = str(row.get("scenario", "") or f"#{number}")
        if name in seen:
            problems.append(Problem(N_("two scenarios are called “%(name)s”"), params={"name": name}))
        seen.add(name)
        scenarios.append(_Reader(name, policy, problems).read(row))
    if problems:
        raise BadInput(problems)
    return tuple(scenarios)


class _Reader:
    """Reads one scenario, gathering problems."""

    def __init__(self, name: str, policy: Policy, problems: list[Problem]) -> None:
        self.name, self.policy, self.problems = name, policy, problems
        self.labels: dict[str, None] = {}  # periods something happens in
        self.around: dict[str, None] = {}  # periods only a parameter or a figure of a longer period names

    def fault(self, message: str, table: str, row: int | None, column: str = "", /, **params: Any) -> None:
        place = Place(file=self.name, sheet=table, row=row, column=column)
        self.problems.append(Problem(message, place, params))

    def read(self, tree: Mapping[str, Any]) -> Scenario:
        for table in tree:
            if table != "scenario" and table not in TABLES:
                self.fault(
                    N_("there is no table “%(table)s”; there are %(known)s"),
                    table,
                    None,
                    table=table,
                    known=", ".join(TABLES),
                )
        periods = self._periods(tree)
        people = self._people(tree)
        events = self._events(tree)
        measures = self._measures(tree)
        parameters = self._parameters(tree)
        carried = self._carried(tree)
        return Scenario(
            self.name,
            people,
            parameters,
            events,
            measures,
            carried,
            periods,
            tuple(self.labels),
            tuple(self.around),
        )

    def rows(self, tree: Mapping[str, Any], table: str) -> list[tuple[int, dict[str, Any]]]:
        """Rows of a table with their number from 1, cells trimmed and typed but for ``value``; faulty ones are left out."""
        raw = tree.get(table) or ()
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            self.fault(N_("a table is a list of rows"), table, None)
            return []
        if len(raw) > MOST_ROWS:
            self.fault(N_("%(rows)s rows are more than %(most)s"), table, None, rows=len(raw), most=MOST_ROWS)
            return []
        columns = {column.name: column for column in TABLES[table]}
        found = []
        for number, row in enumerate(raw, start=1):
            number = getattr(row, "row", number)
            if not isinstance(row, Mapping):
                self.fault(N_("a row is a list of named cells"), table, number)
                continue
            cells = self._cells(row, columns, table, number)
            if cells is not None:
                found.append((number, cells))
        return found

    def _cells(
        self, row: Mapping[str, Any], columns: Mapping[str, Column], table: str, number: int
    ) -> dict[str, Any] | None:
        cells: dict[str, Any] = {}
        good = True
        for name, raw in row.items():
            column = columns.get(name)
            if column is None:
                self.fault(
                    N_("there is no column “%(column)s”; there are %(known)s"),
                    table,
                    number,
                    name,
                    column=name,
                    known=", ".join(columns),
                )
                good = False
            elif raw is not None and str(raw).strip() != "":
                kind = "text" if column.kind == "value" else column.kind
                try:
                    cells[name] = raw if column.kind == "value" else read_value(raw, kind)
                except (ValueError, OverflowError):
                    self.fault(_WANTED.get(kind, _UNREADABLE), table, number, name, raw=str(raw)[:80])
                    good = False
        for column in columns.values():
            if column.needed and column.name != "value" and column.name not in cells:
                self.fault(N_("“%(column)s” is empty"), table, number, column.name, column=column.name)
                good = False
        return cells if good else None

    def _spans(self, cells: Mapping[str, Any], table: str, number: int) -> bool:
        starts, ends = cells.get("starts_on"), cells.get("ends_before")
        if starts and ends and ends <= starts:
            self.fault(N_("ends before it starts"), table, number, "ends_before")
            return False
        return True

    def _periods(self, tree: Mapping[str, Any]) -> tuple[Period, ...]:
        periods: dict[str, Period] = {}
        for number, cells in self.rows(tree, "periods"):
            if cells["period"] in periods:
                self.fault(
                    N_("period “%(period)s” stands here twice"),
                    "periods",
                    number,
                    "period",
                    period=cells["period"],
                )
            if self._spans(cells, "periods", number):
                label = cells.pop("period")
                self.labels.setdefault(label)
                periods[label] = Period(label, **cells)
        for period in periods.values():
            if period.within and period.within not in periods:
                self.labels.setdefault(period.within)
        return tuple(periods.values())

    def _people(self, tree: Mapping[str, Any]) -> tuple[PersonRow, ...]:
        people: list[PersonRow] = []
        spans: dict[str, list[tuple[date, date, int]]] = {}
        for number, cells in self.rows(tree, "people"):
            if not self._spans(cells, "people", number):
                continue
            row = PersonRow(**cells)
            starts, ends = row.starts_on or date.min, row.ends_before or date.max
            for other_starts, other_ends, other in spans.get(row.person, ()):
                if starts < other_ends and other_starts < ends:
                    message = N_("%(person)s has two rows for the same days: this one and row %(other)s")
                    self.fault(message, "people", number, "starts_on", person=row.person, other=other)
                    break
            spans.setdefault(row.person, []).append((starts, ends, number))
            people.append(row)
        return tuple(people)

    def _events(self, tree: Mapping[str, Any]) -> tuple[EventRow, ...]:
        events = []
        for number, cells in self.rows(tree, "events"):
            cells.setdefault("event", f"#{number}")
            self._met(cells, self.labels)
            events.append(EventRow(**cells))
        return tuple(sorted(events, key=lambda row: row.on or date.min))

    @staticmethod
    def _met(cells: Mapping[str, Any], labels: dict[str, None]) -> None:
        if "period" in cells:
            labels.setdefault(cells["period"])

    def _typed(self, figure: Figure | None, raw: Any, table: str, number: int) -> Value | None:
        kind = figure.kind if figure else "number"
        try:
            return read_value(raw, kind)
        except (ValueError, OverflowError):
            self.fault(_WANTED.get(kind, _UNREADABLE), table, number, "value", raw=str(raw)[:80])
            return None

    def _figure(self, code: str, source: str, table: str, number: int, column: str) -> Figure | None:
        """The declared figure of a name or title; faults an unknown one."""
        figure = self.policy.figures.get(self.policy.names.get(code, code))
        if figure is None or figure.source != source:
            known = ", ".join(f.code for f in self.policy.figures.values() if f.source == source) or "–"
            self.fault(
                N_("the policy declares no such %(source)s “%(name)s”; it declares %(known)s"),
                table,
                number,
                column,
                source=source,
                name=code,
                known=known,
            )
            return None
        return figure

    def _measures(self, tree: Mapping[str, Any]) -> dict[MeasureKey, Value]:
        measures: dict[MeasureKey, Value] = {}
        first: dict[MeasureKey, int] = {}
        for number, cells in self.rows(tree, "measures"):
            figure = self._figure(cells["measure"], "measure", "measures", number, "measure")
            if figure is None:
                continue
            self._met(cells, self.around if figure.grain else self.labels)
            if "value" not in cells:
                continue
            value = self._typed(figure, cells["value"], "measures", number)
            if value is None:
                continue
            key = (
                figure.code,
                cells.get("event"),
                cells.get("person"),
                cells.get("period"),
                cells.get("customer"),
            )
            if key in measures:
                message = N_("the same measure stands here twice: this row and row %(other)s")
                self.fault(message, "measures", number, "measure", other=first[key])
            measures[key] = value
            first[key] = number
        return measures

    def _parameters(self, tree: Mapping[str, Any]) -> dict[str, tuple[ParameterRow, ...]]:
        rows: dict[str, list[ParameterRow]] = {}
        for number, cells in self.rows(tree, "parameters"):
            figure = self._figure(cells.pop("name"), "parameter", "parameters", number, "name")
            if figure is None or not self._spans(cells, "parameters", number) or "value" not in cells:
                continue
            self._met(cells, self.around)
            value = self._typed(figure, cells.pop("value"), "parameters", number)
            if value is not None:
                place = f"{self.name} · parameters · #{number}"
                rows.setdefault(figure.code, []).append(ParameterRow(value, place=place, **cells))
        return {code: tuple(found) for code, found in rows.items()}

    def _carried(self, tree: Mapping[str, Any]) -> dict[tuple[str, str | None, str | None], Value]:
        carried: dict[tuple[str, str | None, str | None], Value] = {}
        for number, cells in self.rows(tree, "carried"):
            code = self.policy.names.get(cells["name"], cells["name"])
            item = self.policy.items.get(code)
            figure = self.policy.figures.get(code)
            if item is None and (figure is None or figure.source != "carried"):
                self.fault(
                    N_("the policy has no item and no carried figure “%(name)s”"),
                    "carried",
                    number,
                    "name",
                    name=cells["name"],
                )
                continue
            if "value" not in cells:
                continue
            declared = figure or Figure(code, item.title, "carried", item.kind)  # type: ignore[union-attr]
            value = self._typed(declared, cells["value"], "carried", number)
            if value is None:
                continue
            key = (code, cells.get("person"), cells.get("period"))
            if key in carried:
                self.fault(N_("the same value is carried twice"), "carried", number, "name")
            carried[key] = value
        return carried  # a period something was carried from is over: it is not worked out again


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
