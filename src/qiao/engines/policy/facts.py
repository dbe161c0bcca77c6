"""A scenario's facts, indexed for the questions a policy asks: who is there, which row holds on a day, which events and
which parameter belong where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qiao.engines.formula import Failure, Value
from qiao.kernel.errors import N_, Incomplete, Undefined

from .inputs import EventRow, PersonRow, Scenario
from .model import Figure, ParameterRow, Policy
from .periods import Period, Periods

_NOBODY = PersonRow("")


@dataclass(frozen=True, slots=True)
class Found:
    """A value with the place it came from."""

    value: Value
    place: str = ""


class Facts:
    """The indexes of one scenario."""

    def __init__(self, policy: Policy, scenario: Scenario) -> None:
        self.policy, self.scenario = policy, scenario
        days = [row.on for row in scenario.events if row.on]
        months = [f"{day.year:04d}-{day.month:02d}" for day in sorted(days)]
        labels = scenario.labels or months or scenario.around or ("period",)
        self.periods = Periods(scenario.periods, labels, days)
        self.rows: dict[str, list[PersonRow]] = defaultdict(list)
        for row in scenario.people:
            self.rows[row.person].append(row)
        for rows in self.rows.values():
            rows.sort(key=lambda row: row.starts_on or date.min)
        self.events = scenario.events
        self.events_of: dict[str | None, list[int]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for number, event in enumerate(scenario.events):
            self.events_of[event.person].append(number)
            self.by_name[event.event].append(number)
        self.people = tuple(dict.fromkeys(self._people()))
        self._members: dict[tuple[str, str, date | None, str, int], list[tuple[str, int]]] = {}
        self._in_period: dict[tuple[str | None, str, str], list[int]] = {}

    def _people(self) -> Iterator[str]:
        yield from self.rows
        scenario = self.scenario
        for measure in scenario.measures:
            if measure[2]:
                yield measure[2]
        for event in scenario.events:
            if event.person:
                yield event.person
        for rows in scenario.parameters.values():
            yield from (row.person for row in rows if row.person)
        yield from (key[1] for key in scenario.carried if key[1])

    def row_on(self, person: str, day: date | None) -> PersonRow:
        """What holds of a person on a day: the row in force, or without a day the last one."""
        rows = self.rows.get(person)
        if not rows:
            return _NOBODY
        if day is None:
            return rows[-1]
        for row in reversed(rows):
            if (row.starts_on or date.min) <= day < (row.ends_before or date.max):
                return row
        return _NOBODY

    def employed(self, person: str) -> tuple[date | None, date | None]:
        """First and last day of work, as far as known."""
        rows = self.rows.get(person, ())
        joined = next((row.joined_on for row in rows if row.joined_on), None)
        left = next((row.left_on for row in reversed(rows) if row.left_on), None)
        return joined, left

    def is_there(self, person: str, period: Period, *, leavers: bool = False) -> bool:
        """Whether a person works on any day of the period; without days everybody does."""
        joined, left = self.employed(person)
        if period.ends_before and joined and joined >= period.ends_before:
            return False
        return bool(leavers or not (period.starts_on and left and left < period.starts_on))

    def members(
        self, person: str, whose: str, day: date | None, period: Period, levels: int
    ) -> list[tuple[str, int]]:
        """The people an aggregate is about, with their level below the person."""
        if whose == "self":
            return [(person, 0)]
        key = (person if whose != "everyone" else "", whose, day, period.label, levels)
        if key not in self._members:
            self._members[key] = self._find_members(person, whose, day, period, levels)
        return self._members[key]

    def _find_members(
        self, person: str, whose: str, day: date | None, period: Period, levels: int
    ) -> list[tuple[str, int]]:
        if whose == "everyone":
            return [(other, 0) for other in self.people if self.is_there(other, period)]
        if whose == "unit":
            mine = self.row_on(person, day).unit
            return [(p, 0) for p in self.people if mine and self.row_on(p, day).unit == mine]
        if whose == "apprentices":
            return [(p, 1) for p in self.people if self.row_on(p, day).mentor == person]
        found: dict[str, int] = {}
        level, above = 0, {person}
        while above and (whose == "team" or level < 1) and (not levels or level < levels):
            level += 1
            below = [
                p
                for p in self.people
                if self.row_on(p, day).leader in above and p not in found and p != person
            ]
            found |= dict.fromkeys(below, level)
            above = set(below)
        return list(found.items())

    def event_period(self, number: int, like: Period | None = None) -> Period:
        """The period of an event: its label's, or the one its day lies in."""
        event = self.events[number]
        if event.period:
            return self.periods.find(event.period)
        if event.on:
            for grain in [like.grain] if like and like.grain else ["day", "month", "quarter", "half", "year"]:
                for period in self.periods.line(grain):
                    if (
                        period.starts_on
                        and period.ends_before
                        and period.starts_on <= event.on < period.ends_before
                    ):
                        return period
        return self.periods.given[0] if self.periods.given else Period("period")

    def events_in(self, person: str | None, period: Period, *, everyone: bool = False) -> Sequence[int]:
        """Numbers of the events of a person, or of all, that lie in a period, in order of time."""
        key = ("\x00" if everyone else person, period.label, period.grain)
        if key not in self._in_period:
            numbers = range(len(self.events)) if everyone else self.events_of.get(person, [])
            self._in_period[key] = [n for n in numbers if self._lies_in(self.events[n], period)]
        return self._in_period[key]

    def _lies_in(self, event: EventRow, period: Period) -> bool:
        if event.period:
            if event.period == period.label:
                return True
            around = (
                self.periods.containing(self.periods.find(event.period), period.grain)
                if period.grain
                else None
            )
            return around is not None and around.label == period.label
        if event.on and period.starts_on and period.ends_before:
            return period.starts_on <= event.on < period.ends_before
        return event.on is None or period.starts_on is None

    def measure(self, code: str, person: str | None, period: Period, event: EventRow | None) -> Found | None:
        """The value of a measure: of the event, of the person, of the period, or of all, the most specific first."""
        measures = self.scenario.measures
        figure = self.policy.figures[code]
        if figure.grain and figure.grain != period.grain:
            period = self.periods.containing(period, figure.grain) or period
        events = (event.event, None) if event else (None,)
        customers = (event.customer, None) if event and event.customer else (None,)
        for name in events:
            for who in (person, None) if person else (None,):
                for when in (period.label, None):
                    for customer in customers:
                        value = measures.get((code, name, who, when, customer))
                        if value is not None:
                            return Found(value)
        return None

    def parameter(
        self,
        figure: Figure,
        person: str | None,
        period: Period,
        day: date | None,
        event: EventRow | None,
        key: str | None = None,
    ) -> Found | Failure | None:
        """The value of a parameter: the row in force that names most, most personal first; the scenario's own rows win over
        the policy's among equals."""
        at = self.row_on(person, day) if person else _NOBODY
        best: Found | None = None
        best_rank: tuple[int, ...] = ()
        tie: ParameterRow | None = None
        for own, rows in ((1, self.scenario.parameters.get(figure.code, ())), (0, figure.rows)):
            for row in rows:
                fit = _fit(row, person, at, period, day, event, key)
                if fit is None:
                    continue
                rank = (*fit, own)
                if rank > best_rank:
                    best, best_rank, tie = Found(row.value, row.place), rank, None
                elif rank == best_rank and best is not None and row.value != best.value:
                    tie = row
        if tie is not None and best is not None:
            return Undefined(
                N_("two rows of %(parameter)s claim the same: %(one)s and %(other)s"),
                {"parameter": figure.title, "one": best.place, "other": tie.place},
                "two_rows",
            )
        return best

    def carried(self, code: str, person: str | None, label: str | None) -> Value | None:
        """What was carried over from a period, or from before the first."""
        carried = self.scenario.carried
        for who in (person, None) if person else (None,):
            value = carried.get((code, who, label))
            if value is not None:
                return value
        return None


def _fit(
    row: ParameterRow,
    person: str | None,
    at: PersonRow,
    period: Period,
    day: date | None,
    event: EventRow | None,
    key: str | None,
) -> tuple[int, ...] | None:
    """How specific a row is – person, customer, key, grade, role, segment, unit depth, period, dated – or None where it does
    not hold."""
    if row.person is not None and row.person != person:
        return None
    if row.customer is not None and (event is None or row.customer != event.customer):
        return None
    if row.key is not None and row.key != key:
        return None
    for wanted, here in ((row.grade, at.grade), (row.role, at.role), (row.segment, at.segment)):
        if wanted is not None and wanted != here:
            return None
    depth = 0
    if row.unit is not None:
        if at.unit is None or not (at.unit == row.unit or at.unit.startswith(f"{row.unit}/")):
            return None
        depth = row.unit.count("/") + 1
    if row.period is not None and row.period != period.label:
        return None
    if (
        (row.starts_on or row.ends_before)
        and day is not None
        and not ((row.starts_on or date.min) <= day < (row.ends_before or date.max))
    ):
        return None
    named = (row.person, row.customer, row.key, row.grade, row.role, row.segment)
    dated = int(bool(row.starts_on or row.ends_before))
    return (*(int(part is not None) for part in named), depth, int(row.period is not None), dated)


def missing_fact(figure: Figure, person: str | None, period: Period, event: str) -> Incomplete:
    """The failure that names a missing fact."""
    return Incomplete(
        N_("%(figure)s is missing (%(person)s %(period)s %(event)s)"),
        {"figure": figure.title, "person": person or "", "period": period.label, "event": event},
        "missing_fact",
    )
