"""The fast engine: items worked out for everybody at once, period by period.

It gives exactly what the reference engine gives (a property test requires it) and keeps no steps: a figure is opened by
asking the reference for that one person. What it has no columns for – items per event, aggregates over events and teams,
another person's figures – it asks of the reference, item by item.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from qiao.engines.formula import Binary, Call, Failure, Name, Node, Number, Text, Truth, Unary, Value
from qiao.engines.formula.evaluate import need_truth, wrong_kind
from qiao.engines.formula.functions import FUNCTIONS
from qiao.engines.formula.syntax import walk
from qiao.engines.formula.values import (
    CARRIED,
    NOT_APPLICABLE,
    as_text,
    exact,
    is_absent,
    is_failure,
    is_not_applicable,
)
from qiao.kernel.errors import N_, Incomplete, Undefined
from qiao.kernel.money import DECIMAL_NAMES

from .aggregates import fold, window_periods
from .columns import Column, applied, arithmetic, comparison, joined_texts, merged, rounded
from .contexts import Context
from .engine import Engine, show_number
from .facts import missing_fact
from .groups import rank, share_out, tied_groups
from .inputs import Scenario
from .model import Aggregate, Formula, Item, Policy, Rank, RoundTo, Share, Weigh
from .needs import order_of_items
from .periods import Period
from .tables import SLICED, Hit, Reading, Table, total_of

_KINDS: dict[str, type | None] = {"number": Decimal, "text": str, "truth": bool, "date": date}
_BY_COLUMN = frozenset({"LOOKUP", "APPLY", "APPLYFROM", "PREVIOUS", "GIVEN"})
_BRANCHING = frozenset({"IF", "IFS", "AND", "OR", "IFERROR", "IFMISSING", "ISERROR", "ISMISSING"})
_WORDS = ("person", "period")


class NoColumns(Exception):
    """This part of a policy has no columns; the reference works it out."""


@dataclass(frozen=True, slots=True)
class Frame:
    """People, by their place among all, in one period; in a gate also the value so far of each."""

    rows: Sequence[int]
    period: Period
    value: Column | None = None

    def narrow(self, places: Sequence[int]) -> Frame:
        """Some of the people, by their place in this frame."""
        value = self.value.take(places) if self.value is not None else None
        return Frame([self.rows[n] for n in places], self.period, value)


class FastRow(NamedTuple):
    """One result, as the reference gives it but for its steps."""

    person: str
    period: str
    item: str
    value: str
    reason: Failure | None = None


class FastEngine:
    """Works a policy out on one scenario, column by column."""

    def __init__(self, policy: Policy, scenario: Scenario) -> None:
        self.policy, self.scenario = policy, scenario
        self.reference = Engine(policy, scenario)
        self.facts = self.reference.facts
        self.people = self.facts.people
        self.everybody = range(len(self.people))
        self.by_reference: set[str] = set()
        self._items: dict[tuple[str, str, str], Column] = {}
        self._figures: dict[tuple[str, str, str], Column] = {}
        self._carried = {code for code, _, _ in scenario.carried}
        self._joins = any(row.joined_on for row in scenario.people)
        self._comes_and_goes = self._joins or any(row.left_on for row in scenario.people)

    @exact
    def run(self) -> list[FastRow]:
        """Every result row, in the reference's order of items, periods and people."""
        for period in self.facts.periods.given:  # forward in time, so that looking back finds what is there
            for item in order_of_items(self.policy):
                if item.per == "person" and (not item.grain or item.grain == period.grain):
                    self.item(item, period)
        rows: list[FastRow] = []
        for code in self.policy.output:
            rows += self._rows(self.policy.items[code])
        return rows

    def _rows(self, item: Item) -> Iterator[FastRow]:
        plain = item.show is None and not any((item.labels.person, item.labels.period, item.labels.item))
        if item.per != "person" or not plain:
            for context in self.reference.contexts(item):
                row = self.reference._row(item, context)
                if row is not None:
                    yield FastRow(row.person, row.period, row.item, row.value, row.reason)
            return
        rounding = item.shown or item.rounding or self.policy.shown
        for period in self.facts.periods.named(item.grain):
            column, label = self.item(item, period), period.label
            texts = _shown(column, item, rounding)
            if column.numbers and not self._comes_and_goes:
                for person, text in zip(self.people, texts, strict=True):
                    yield FastRow(person, label, item.code, text)
                continue
            for person, value, text in zip(self.people, column.values, texts, strict=True):
                if not self.facts.is_there(person, period, leavers=item.leavers):
                    continue
                if isinstance(value, Decimal):
                    yield FastRow(person, label, item.code, text)
                elif not is_failure(value):
                    yield FastRow(person, period.label, item.code, as_text(value))
                elif not (is_not_applicable(value)):
                    yield FastRow(person, period.label, item.code, "ERROR", value)

    # Items

    def item(self, item: Item, period: Period) -> Column:
        """An item's column for everybody in a period."""
        if item.grain and period.grain != item.grain:
            around = self.facts.periods.containing(period, item.grain)
            if around is None:
                return self._asked(item, period)
            period = around
        key = (item.code, period.label, period.grain)
        if key not in self._items:
            if item.code in self.by_reference:
                self._items[key] = self._asked(item, period)
            else:
                try:
                    self._items[key] = self._column(item, period)
                except NoColumns:
                    self.by_reference.add(item.code)
                    self._items[key] = self._asked(item, period)
        return self._items[key]

    def _asked(self, item: Item, period: Period) -> Column:
        """What the reference gives, person by person."""
        ask = self.reference.item
        return Column.of([ask(item.code, Context(person, period)).value for person in self.people])

    def _column(self, item: Item, period: Period) -> Column:
        if item.per != "person":
            raise NoColumns
        known = self.facts.periods.is_known(period)
        if item.code in self._carried or (not known and item.start is not None):
            return self._with_carried(item, period, known)
        if not known:
            message = N_("%(item)s has no value before the first period")
            return Column.filled(Incomplete(message, {"item": item.title}, "no_earlier"), len(self.people))
        return self._worked(item, Frame(self.everybody, period))

    def _with_carried(self, item: Item, period: Period, known: bool) -> Column:
        """Values an earlier run left stand; the rest is worked out, or before the first period what the item starts with."""
        found = [self.facts.carried(item.code, person, period.label) for person in self.people]
        if not known:
            before = [self.facts.carried(item.code, person, None) for person in self.people]
            found = [here if here is not None else left for here, left in zip(found, before, strict=True)]
        open_rows = [row for row, value in enumerate(found) if value is None]
        kept = [row for row, value in enumerate(found) if value is not None]
        frame = Frame(open_rows, period)
        if known:
            rest = self._worked(item, frame)
        elif item.start is not None:
            rest = self.formula(item.start, frame)
        else:
            message = N_("%(item)s has no value before the first period")
            rest = Column.filled(Incomplete(message, {"item": item.title}, "no_earlier"), len(open_rows))
        return merged(
            len(self.people), [(kept, Column.of([v for v in found if v is not None])), (open_rows, rest)]
        )

    def _worked(self, item: Item, frame: Frame) -> Column:
        if item.when is None:
            return self._stages(item, self._block(item, frame), frame)
        applies = self.formula(item.when, frame).values
        inside = [n for n, value in enumerate(applies) if value is True]
        outside = [n for n, value in enumerate(applies) if value is not True]
        narrowed = frame.narrow(inside)
        rest: list[Value] = [
            NOT_APPLICABLE if applies[n] is False else need_truth(applies[n]) for n in outside
        ]
        worked = self._stages(item, self._block(item, narrowed), narrowed)
        return merged(len(frame.rows), [(inside, worked), (outside, Column(rest, False))])

    def _block(self, item: Item, frame: Frame) -> Column:
        match item.block:
            case Formula() as formula:
                return self.formula(formula, frame)
            case Aggregate() as aggregate:
                return self._aggregate(aggregate, frame)
            case Weigh() as weigh:
                return self._weigh(weigh, frame)
            case Rank() | Share():
                return self._group(item, frame)
        raise NoColumns

    def _stages(self, item: Item, column: Column, frame: Frame) -> Column:
        """Gates, limits and rounding over a whole column. A step against the previous period is the reference's."""
        if not (item.gates or item.at_least or item.at_most or item.steps or item.rounding):
            return column
        if item.steps is not None or any(
            is_not_applicable(value) for value in column.values if not column.numbers
        ):
            raise NoColumns
        for gate in item.gates:
            gated = Frame(frame.rows, frame.period, column)
            holds = self.formula(gate.condition, gated).values
            yes = [n for n, value in enumerate(holds) if value is not False]
            no = [n for n, value in enumerate(holds) if value is False]
            then = self.formula(gate.then, gated.narrow(yes))
            kept = [
                v if holds[n] is True else need_truth(holds[n]) for n, v in zip(yes, then.values, strict=True)
            ]
            column = merged(len(frame.rows), [(no, column.take(no)), (yes, Column.of(kept))])
        for formula, keep in ((item.at_least, ">="), (item.at_most, "<=")):
            if formula is not None:
                column = self._limited(column, self.formula(formula, frame), keep)
        if item.rounding is not None:
            column = rounded(column, item.rounding.step, item.rounding.mode, DECIMAL_NAMES)
        return column

    @staticmethod
    def _limited(column: Column, limit: Column, keep: str) -> Column:
        holds = comparison(keep, column, limit).values
        found: list[Value] = []
        for value, bound, within in zip(column.values, limit.values, holds, strict=True):
            if not isinstance(value, Decimal):
                found.append(value)
            elif is_failure(bound):
                found.append(bound)
            elif not isinstance(bound, Decimal):
                found.append(wrong_kind(bound, "number"))
            else:
                found.append(value if within is True else bound)
        return (
            Column.of(found)
            if not (column.numbers and limit.numbers)
            else Column(found, True, _wider(column, limit))
        )

    # Blocks

    def _aggregate(self, aggregate: Aggregate, frame: Frame) -> Column:
        if aggregate.over == "people" and aggregate.whose == "everyone":
            return self._over_people(aggregate, frame)
        if (
            aggregate.over != "periods"
            or aggregate.whose != "self"
            or self._joins
            or aggregate.missing != "error"
        ):
            raise NoColumns
        if aggregate.function == "daily_mean" or _speaks_of_own(aggregate):
            raise NoColumns
        window = window_periods(self.reference, aggregate.window, Context(None, frame.period))
        columns = [self.formula(aggregate.of, Frame(frame.rows, period)) for period in window]
        if (
            aggregate.where is None
            and aggregate.function == "sum"
            and columns
            and all(c.numbers for c in columns)
        ):
            total = columns[0]
            for column in columns[1:]:
                total = arithmetic("+", total, column)
            return total
        kept = None
        if aggregate.where is not None:
            kept = [self.formula(aggregate.where, Frame(frame.rows, period)).values for period in window]
        found = []
        for n in range(len(frame.rows)):
            found.append(
                _folded(aggregate, [c.values[n] for c in columns], [k[n] for k in kept] if kept else None)
            )
        return Column.of(found)

    def _over_people(self, aggregate: Aggregate, frame: Frame) -> Column:
        """One value for everybody: over all people there, when nothing in it speaks of the person it is for."""
        if _speaks_of_own(aggregate) or aggregate.window.kind != "period" or aggregate.missing != "error":
            raise NoColumns
        there: Sequence[int] = self.everybody
        if self._comes_and_goes:
            there = [n for n in there if self.facts.is_there(self.people[n], frame.period)]
        inner = Frame(there, frame.period)
        values = self.formula(aggregate.of, inner).values
        kept = self.formula(aggregate.where, inner).values if aggregate.where is not None else None
        return Column.filled(_folded(aggregate, list(values), kept), len(frame.rows))

    def _weigh(self, weigh: Weigh, frame: Frame) -> Column:
        total: Column | None = None
        weights = Decimal(0)
        for part in weigh.parts:
            if part.when is not None:
                raise NoColumns
            value, weight = self.formula(part.value, frame), self.formula(part.weight, frame)
            if not (value.numbers and weight.numbers and len(set(weight.values)) == 1):
                raise NoColumns
            first = weight.values[0]
            assert isinstance(first, Decimal)
            weights += first
            product = arithmetic("*", value, weight)
            total = product if total is None else arithmetic("+", total, product)
        if total is None or (weigh.total is not None and weights != weigh.total) or not total.numbers:
            raise NoColumns
        return total

    def _group(self, item: Item, frame: Frame) -> Column:
        """Rank and share of everybody at once. Only whole frames: who is left out would change the places of the others."""
        block = item.block
        if len(frame.rows) != len(self.people) or item.when is not None:
            raise NoColumns
        if not all(self.facts.is_there(person, frame.period, leavers=item.leavers) for person in self.people):
            raise NoColumns
        if isinstance(block, Rank):
            order = block.order
            if order.among is not None or order.within is not None:
                raise NoColumns
            columns = [self.formula(order.by, frame), *(self.formula(f, frame) for f, _ in order.then)]
            if any(is_failure(value) for column in columns for value in column.values if not column.numbers):
                raise NoColumns
            criteria = dict(zip(self.people, zip(*(c.values for c in columns), strict=True), strict=True))
            places = rank(
                tied_groups(criteria, [order.highest_first, *(up for _, up in order.then)]), block.ties
            )
            return Column([places[person] for person in self.people], True, 1)
        assert isinstance(block, Share)
        if block.among is not None or block.within is not None:
            raise NoColumns
        points, pool = self.formula(block.by, frame), self.formula(block.pool, frame)
        numbers = [value for value in points.values if isinstance(value, Decimal) and value >= 0]
        if len(numbers) != len(self.people) or not any(numbers) or not isinstance(pool.values[0], Decimal):
            raise NoColumns
        shares = share_out(
            pool.values[0], dict(zip(self.people, numbers, strict=True)), block.step, block.residue
        )
        return Column.of([shares[person] for person in self.people])

    # Formulas

    def formula(self, formula: Formula, frame: Frame) -> Column:
        """A formula's column over a frame."""
        return self.work(formula.tree, frame)

    def work(self, node: Node, frame: Frame) -> Column:
        """A part of a formula over a frame."""
        count = len(frame.rows)
        match node:
            case Number(value=number):
                return Column.filled(number, count)
            case Text(value=text):
                return Column.filled(text, count)
            case Truth(value=truth):
                return Column.filled(truth, count)
            case Name():
                return self._name(node, frame)
            case Unary(operator=sign, operand=operand):
                if sign == "+":
                    return self.work(operand, frame)
                if isinstance(operand, Number):
                    value = (
                        CARRIED.minus(operand.value)
                        if sign == "-"
                        else CARRIED.divide(operand.value, Decimal(100))
                    )
                    return Column.filled(value, count)
                other = Column.filled(Decimal(0) if sign == "-" else Decimal(100), count)
                inner = self.work(operand, frame)
                return arithmetic("-", other, inner) if sign == "-" else arithmetic("/", inner, other)
            case Binary():
                return self._binary(node, frame)
            case Call():
                return self._call(node, frame)
        raise NoColumns

    def _binary(self, node: Binary, frame: Frame) -> Column:
        left, right = self.work(node.left, frame), self.work(node.right, frame)
        if node.operator == "&":
            return joined_texts(left, right)
        if node.operator in ("=", "<>", "<", "<=", ">", ">="):
            return comparison(node.operator, left, right)
        if not left.numbers and any(isinstance(value, date) for value in left.values):
            raise NoColumns
        return arithmetic(node.operator, left, right)

    def _name(self, node: Name, frame: Frame) -> Column:
        code = self.policy.names.get(node.name, "")
        if code in self.policy.items:
            return self._narrow(self.item(self.policy.items[code], frame.period), frame)
        if code in self.policy.figures:
            return self._narrow(self._figure(code, frame.period), frame)
        if node.name == "value" and frame.value is not None:
            return frame.value
        if node.name == "person":
            return Column([self.people[row] for row in frame.rows], False)
        if node.name.partition(".")[0] not in _WORDS:
            raise NoColumns
        from .scope import ItemScope

        contexts = (Context(self.people[row], frame.period) for row in frame.rows)
        return Column.of([ItemScope(self.reference, context, []).value_of(node) for context in contexts])

    def _narrow(self, column: Column, frame: Frame) -> Column:
        return column if len(frame.rows) == len(column) else column.take(frame.rows)

    def _figure(self, code: str, period: Period) -> Column:
        key = (code, period.label, period.grain)
        if key in self._figures:
            return self._figures[key]
        figure = self.policy.figures[code]
        if figure.source != "measure":
            self._figures[key] = self._parameter(code, period)
            return self._figures[key]
        values: list[Value] = []
        measures = self.scenario.measures
        label = period.label
        if figure.grain and figure.grain != period.grain:
            label = (self.facts.periods.containing(period, figure.grain) or period).label
        for person in self.people:
            own = measures.get((code, None, person, label, None))
            if own is not None:  # the most specific there can be without an event
                values.append(own)
                continue
            found = self.facts.measure(code, person, period, None)
            if found is not None:
                values.append(found.value)
            else:
                values.append(
                    figure.missing if figure.missing is not None else missing_fact(figure, person, period, "")
                )
        self._figures[key] = Column.of(values)
        return self._figures[key]

    def _parameter(self, code: str, period: Period) -> Column:
        """A parameter's column, looked up once for people the rows cannot tell apart."""
        figure = self.policy.figures[code]
        if figure.source == "carried":
            return Column.of(
                [self.reference.figure(code, Context(person, period)).value for person in self.people]
            )
        named = {row.person for row in (*figure.rows, *self.scenario.parameters.get(code, ())) if row.person}
        day = self.reference.day(figure.at, Context(None, period))
        known: dict[tuple[str | None, ...], Value] = {}
        values: list[Value] = []
        for person in self.people:
            at = self.facts.row_on(person, day)
            alike = (person if person in named else None, at.grade, at.role, at.segment, at.unit)
            if alike not in known:
                known[alike] = self.reference.figure(code, Context(person, period)).value
            value = known[alike]
            if isinstance(value, Incomplete):  # the failure names the person
                value = self.reference.figure(code, Context(person, period)).value
            values.append(value)
        return Column.of(values)

    def _call(self, node: Call, frame: Frame) -> Column:
        name = node.function
        if name in _BRANCHING:
            return self._branching(node, frame)
        function = FUNCTIONS.get(name)
        if function is not None and function.work is not None:
            columns = [self.work(argument, frame) for argument in node.arguments]
            if not columns:
                raise NoColumns
            kinds = [_KINDS.get(function.kind_at(n)) for n in range(len(columns))]
            return applied(function.work, columns, kinds)
        if name not in _BY_COLUMN:
            raise NoColumns
        if name == "PREVIOUS":
            return self._previous(node, frame)
        if name == "GIVEN":
            return self._given(node, frame)
        return self._table(node, frame)

    def _given(self, node: Call, frame: Frame) -> Column:
        name = node.arguments[0]
        assert isinstance(name, Name)
        figure = self.policy.figures[self.policy.names[name.name]]
        if figure.missing is not None:
            raise NoColumns
        column = self._narrow(self._figure(figure.code, frame.period), frame)
        if column.numbers:
            return Column.filled(True, len(frame.rows))
        return Column([not isinstance(value, Incomplete) for value in column.values], False)

    def _previous(self, node: Call, frame: Frame) -> Column:
        back = 1
        if len(node.arguments) > 1:
            if not isinstance(node.arguments[1], Number):
                raise NoColumns
            back = int(node.arguments[1].value)
        earlier = self.facts.periods.ago(frame.period, back) or Period("", frame.period.grain)
        found = self.work(node.arguments[0], Frame(frame.rows, earlier))
        if len(node.arguments) < 3 or found.numbers:
            return found
        return self._substituted(
            found, [n for n, v in enumerate(found.values) if is_absent(v)], node.arguments[2], frame
        )

    def _substituted(self, column: Column, rows: list[int], other: Node, frame: Frame) -> Column:
        """A column with another formula's values at some places."""
        if not rows:
            return column
        kept = [n for n in range(len(column)) if n not in set(rows)] if len(rows) < len(column) else []
        instead = self.work(other, frame.narrow(rows))
        values = Column.of([column.values[n] for n in kept])
        return merged(len(column), [(kept, values), (rows, instead)])

    def _branching(self, node: Call, frame: Frame) -> Column:
        arguments = node.arguments
        match node.function:
            case "IF":
                return self._if([(arguments[0], arguments[1])], arguments[2], frame)
            case "IFS":
                return self._if(list(zip(arguments[::2], arguments[1::2], strict=True)), None, frame)
            case "AND" | "OR":
                return self._all_or_any(node, frame)
        first = self.work(arguments[0], frame)
        bad = {"IFERROR": is_failure, "ISERROR": is_failure}.get(node.function, is_absent)
        if node.function.startswith("IS"):
            return Column([bad(value) for value in first.values], False)
        return self._substituted(
            first, [n for n, value in enumerate(first.values) if bad(value)], arguments[1], frame
        )

    def _if(self, branches: list[tuple[Node, Node]], rest: Node | None, frame: Frame) -> Column:
        """Each branch is worked out only for those it is for."""
        parts: list[tuple[Sequence[int], Column]] = []
        left = list(range(len(frame.rows)))
        for condition, value in branches:
            inner = frame.narrow(left)
            holds = self.work(condition, inner).values
            yes = [n for n, truth in zip(left, holds, strict=True) if truth is True]
            failed = [(n, t) for n, t in zip(left, holds, strict=True) if not isinstance(t, bool)]
            left = [n for n, truth in zip(left, holds, strict=True) if truth is False]
            if yes:
                parts.append((yes, self.work(value, frame.narrow(yes))))
            if failed:
                parts.append(([n for n, _ in failed], Column([need_truth(t) for _, t in failed], False)))
        if left and rest is not None:
            parts.append((left, self.work(rest, frame.narrow(left))))
        elif left:
            parts.append(
                (left, Column.filled(Undefined(N_("no condition of IFS holds"), code="no_branch"), len(left)))
            )
        return merged(len(frame.rows), parts)

    def _all_or_any(self, node: Call, frame: Frame) -> Column:
        decides = node.function == "OR"
        found: list[Value] = [not decides] * len(frame.rows)
        for argument in node.arguments:
            open_rows = [n for n, value in enumerate(found) if value is not decides]
            values = self.work(argument, frame.narrow(open_rows)).values
            for n, value in zip(open_rows, values, strict=True):
                if value is decides or (found[n] is (not decides) and is_failure(value)):
                    found[n] = value
                elif not isinstance(value, bool) and not is_failure(value):
                    raise NoColumns
        return Column(found, False)

    def _table(self, node: Call, frame: Frame) -> Column:
        name = node.arguments[0]
        assert isinstance(name, Name)
        table = self.policy.tables[self.policy.names[name.name]]
        columns = [self.work(argument, frame) for argument in node.arguments[1:]]
        sliced = table.reading in SLICED
        if node.function != "LOOKUP" and sliced:
            return self._cut(node, columns, frame)
        base = None
        if node.function == "APPLY":
            base = columns.pop(0)
            columns = columns or [base]
        known: dict[tuple[Value, ...], Value] = {}
        cells: list[Value] = []
        sound = all(column.numbers for column in columns)
        for keys in zip(*(column.settled() for column in columns), strict=True):
            failure = None if sound else next((key for key in keys if is_failure(key)), None)
            if failure is not None:
                cells.append(failure)
                continue
            if keys not in known:
                hit = table.look_up(keys)
                known[keys] = hit.value if isinstance(hit, Hit) else hit
            cells.append(known[keys])
        found = Column.of(cells)
        if base is None or table.reading not in (Reading.WHOLE, Reading.PER_UNIT):
            return found if base is None else _fail_first(base, found)
        return arithmetic("*", base, found)

    @staticmethod
    def _earned(table: Table, amount: Decimal, start: Decimal, others: Sequence[Value]) -> Value:
        if not others:
            return table.earned_between(amount, start)
        pieces = table.cut(amount, start, others)
        return total_of(pieces) if isinstance(pieces, tuple) else pieces

    def _cut(self, node: Call, columns: list[Column], frame: Frame) -> Column:
        name = node.arguments[0]
        assert isinstance(name, Name)
        table = self.policy.tables[self.policy.names[name.name]]
        if node.function == "APPLY":
            columns = [columns[0], Column.filled(Decimal(0), len(frame.rows)), *columns[1:]]
        found: list[Value] = []
        for amount, start, *others in zip(*(column.values for column in columns), strict=True):
            failure = next((value for value in (amount, start, *others) if is_failure(value)), None)
            if failure is not None:
                found.append(failure)
            elif not isinstance(amount, Decimal) or not isinstance(start, Decimal):
                found.append(wrong_kind(start if isinstance(amount, Decimal) else amount, "number"))
            else:
                found.append(self._earned(table, amount, start, others))
        return Column.of(found)


def _shown(column: Column, item: Item, rounding: RoundTo | None) -> list[str]:
    """Numbers as text, rounded as stated; a column already rounded so is not rounded again."""
    if rounding is None or not column.numbers or rounding.step.normalize().as_tuple().digits != (1,):
        return [show_number(value, rounding) if isinstance(value, Decimal) else "" for value in column.values]
    places = max(0, -int(rounding.step.normalize().as_tuple().exponent))
    if item.rounding != rounding or places != column.places:
        column = rounded(column, rounding.step, rounding.mode, DECIMAL_NAMES)
    zero = f"{Decimal(0):.{places}f}"
    if rounding.step > 1:
        return [show_number(value, None) if value else zero for value in column.values]  # type: ignore[arg-type]
    return [str(value) if value else zero for value in column.values]


def _fail_first(base: Column, cells: Column) -> Column:
    if base.numbers:
        return cells
    return Column.of([b if is_failure(b) else c for b, c in zip(base.values, cells.values, strict=True)])


def _wider(a: Column, b: Column) -> int | None:
    return max(a.places, b.places) if a.places is not None and b.places is not None else None


def _speaks_of_own(aggregate: Aggregate) -> bool:
    trees = [aggregate.of.tree] + ([aggregate.where.tree] if aggregate.where is not None else [])
    return any(
        isinstance(n, Name) and n.name.partition(".")[0] in ("own", "level") for t in trees for n in walk(t)
    )


def _folded(aggregate: Aggregate, values: list[Value], kept: Sequence[Value] | None) -> Value:
    """The elements that count, folded as the reference does: the first failure is the result."""
    counted: list[Value] = []
    for n, value in enumerate(values):
        if kept is not None:
            if is_failure(kept[n]) and not is_not_applicable(kept[n]):
                return kept[n]
            if kept[n] is not True:
                continue
        if is_not_applicable(value):
            continue
        if is_failure(value):
            return value
        counted.append(value)
    return fold(aggregate, counted)
