"""Scenarios from plain trees, every fault named by table, row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qiao.engines.formula import Value
from qiao.kernel.errors import N_, BadInput, Place, Problem

from ..model import Figure, ParameterRow, Policy
from ..periods import Period
from .rows import EventRow, MeasureKey, PersonRow, Scenario
from .tables import TABLES, Column
from .values import read_value

MOST_ROWS = 1_000_000

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
