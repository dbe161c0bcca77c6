"""The names and functions a policy's formula sees, each look noted as a step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from qiao.engines.formula import Call, Name, Node, Value, evaluate
from qiao.engines.formula.evaluate import wrong_kind
from qiao.engines.formula.values import as_text, is_absent, is_failure, multiply
from qiao.kernel.errors import N_, Incomplete, Undefined
from qiao.kernel.text import Text

from .contexts import Context
from .nodes import TraceNode
from .periods import Period
from .tables import SLICED, Hit, Reading, Table, total_of
from .words import WORDS
from .workings import Workings


class ItemScope:
    """What one formula sees.

    Args:
        engine: Works out what is asked for.
        context: Where.
        parts: Steps looked at are appended here.
        value: The value so far, for gates and labels.
    """

    def __init__(
        self, engine: Workings, context: Context, parts: list[TraceNode], *, value: Value | None = None
    ) -> None:
        self.engine, self.context, self.parts, self.value = engine, context, parts, value

    def inside(self, context: Context) -> ItemScope:
        """The same formula's view from another context."""
        return ItemScope(self.engine, context, self.parts, value=self.value)

    def value_of(self, name: Name) -> Value:
        """The value of a figure, item or word."""
        text = name.name
        if text.startswith("own."):
            if self.context.own is None:
                return Undefined(N_("there is no “own” here"))
            return self.inside(self.context.own).value_of(Name(text[4:], name.at))
        policy = self.engine.policy
        code = policy.names.get(text, text)
        for overlaid, value in self.context.overlay:
            if overlaid == code:
                self._note("word", code, Text(text), value)
                return value
        if code in policy.items:
            node = self.engine.item(code, self.context)
        elif code in policy.figures:
            node = self.engine.figure(code, self.context)
        else:
            return self._word(text)
        self.parts.append(node)
        return node.value

    def _note(self, kind: str, code: str, title: Text, value: Value, **detail: Value | None) -> None:
        context = self.context
        self.parts.append(
            TraceNode(
                kind, code, title, value, context.person or "", context.period.label, detail=dict(detail)
            )
        )

    def _word(self, text: str) -> Value:
        value = self._word_value(text)
        if text not in ("value",):
            self._note("word", text, Text(text), value)
        return value

    def _word_value(self, text: str) -> Value:
        context = self.context
        root, _, rest = text.partition(".")
        found: Value | None = None
        match root:
            case "value":
                found = self.value
            case "level":
                found = Decimal(context.level)
            case "span" if context.span is not None:
                starts, ends = context.span
                spans: dict[str, Value] = {
                    "start": starts,
                    "end": ends,
                    "days": Decimal((ends - starts).days + 1),
                }
                found = spans.get(rest)
            case "period":
                found = self._period_word(rest)
            case "person":
                found = self._person_word(rest)
            case "event" if context.event is not None:
                found = self._event_word(rest)
        if found is None:
            if text in WORDS:
                return Incomplete(
                    N_("%(word)s is missing (%(person)s %(period)s)"),
                    {"word": text, "person": context.person or "", "period": context.period.label},
                    "missing_fact",
                )
            return Undefined(N_("there is no figure “%(name)s”"), {"name": text})
        return found

    def _period_word(self, rest: str) -> Value | None:
        period = self.context.period
        match rest:
            case "":
                return period.label
            case "start":
                return period.starts_on
            case "end":
                return period.last_day
            case "days":
                return (
                    Decimal((period.ends_before - period.starts_on).days)
                    if period.starts_on and period.ends_before
                    else None
                )
            case "next":
                return self.engine.facts.periods.next_label(period)
            case "grain":
                return period.grain
        return None

    def _person_word(self, rest: str) -> Value | None:
        context = self.context
        if context.person is None:
            return None
        if not rest:
            return context.person
        facts = self.engine.facts
        if rest in ("joined_on", "left_on"):
            return facts.employed(context.person)[0 if rest == "joined_on" else 1]
        return getattr(facts.row_on(context.person, self.engine.day("event", context)), rest, None)

    def _event_word(self, rest: str) -> Value | None:
        assert self.context.event is not None
        facts = self.engine.facts
        event = facts.events[self.context.event]
        if not rest:
            return event.event
        if rest == "period":
            return facts.event_period(self.context.event).label
        if rest == "share":
            return event.share if event.share is not None else Decimal(1)
        found = getattr(event, rest, None)
        if found is None and rest in ("kind", "customer", "product", "unit", "currency", "key", "reverses"):
            return ""  # an empty category is a category: conditions on it are plain
        return found

    # Functions

    def call(self, call: Call) -> Value:
        """A function that looks beyond the formula."""
        match call.function:
            case "LOOKUP" | "APPLY" | "APPLYFROM" | "WITHIN":
                return self._table_call(call)
            case "GIVEN":
                return self._given(call.arguments[0])
            case "PARAMETER":
                return self._parameter(call)
            case "PREVIOUS":
                return self._previous(call)
            case "WITH":
                return self._with(call)
            case "REVERSED":
                return self._reversed(call.arguments[0])
        given = evaluate(call.arguments[1], self)
        if is_failure(given):
            return given
        context = self._moved(call.function, given)
        if not isinstance(context, Context):
            return context
        return evaluate(call.arguments[0], self.inside(context))

    def _moved(self, function: str, given: Value) -> Context | Value:
        context, periods = self.context, self.engine.facts.periods
        if function == "ASOF":
            return replace(context, day=given) if isinstance(given, date) else wrong_kind(given, "date")
        if not isinstance(given, str):
            return wrong_kind(given, "text")
        if function == "OF":
            return replace(context, person=given, event=None)
        if function == "INPERIOD":
            return replace(context, period=periods.find(given), event=None)
        around = periods.containing(context.period, given)
        if around is None:
            return Undefined(
                N_("no %(grain)s lies around %(period)s"), {"grain": given, "period": context.period.label}
            )
        return replace(context, period=around, event=None)

    def _given(self, node: Node) -> Value:
        assert isinstance(node, Name)
        code = self.engine.policy.names[node.name]
        if any(overlaid == code for overlaid, _ in self.context.overlay):
            return True
        found = self.engine.figure(code, self.context)
        figure = self.engine.policy.figures[code]
        given = not isinstance(found.value, Incomplete) and not (
            figure.missing is not None and found.place.endswith(".missing")
        )
        self._note("word", f"GIVEN {code}", figure.title, given)
        return given

    def _parameter(self, call: Call) -> Value:
        name = call.arguments[0]
        assert isinstance(name, Name)
        key = evaluate(call.arguments[1], self)
        if is_failure(key):
            return key
        context, engine = self.context, self.engine
        figure = engine.policy.figures[engine.policy.names[name.name]]
        event = engine.facts.events[context.event] if context.event is not None else None
        found = engine.facts.parameter(
            figure, context.person, context.period, engine.day(figure.at, context), event, as_text(key)
        )
        if isinstance(found, (Incomplete, Undefined)):
            return found
        if found is None:
            return Incomplete(
                N_("%(figure)s is missing for “%(key)s”"),
                {"figure": figure.title, "key": as_text(key)},
                "missing_fact",
            )
        self._note("parameter", figure.code, figure.title, found.value, key=key)
        return found.value

    def _previous(self, call: Call) -> Value:
        back = Decimal(1)
        if len(call.arguments) > 1:
            given = evaluate(call.arguments[1], self)
            if not isinstance(given, Decimal):
                return given if is_failure(given) else wrong_kind(given, "number")
            back = given
        period = self.context.period
        earlier = self.engine.facts.periods.ago(period, int(back))
        if earlier is None:
            earlier = Period("", period.grain)  # before all that is known
        value = evaluate(call.arguments[0], self.inside(replace(self.context, period=earlier, event=None)))
        if is_absent(value) and len(call.arguments) > 2:
            return evaluate(call.arguments[2], self)
        return value

    def _with(self, call: Call) -> Value:
        names = self.engine.policy.names
        overlay = dict(self.context.overlay)
        for node, formula in zip(call.arguments[1::2], call.arguments[2::2], strict=True):
            assert isinstance(node, Name)
            value = evaluate(formula, self)
            if is_failure(value):
                return value
            overlay[names.get(node.name, node.name)] = value
        context = replace(self.context, overlay=tuple(sorted(overlay.items())))
        return evaluate(call.arguments[0], self.inside(context))

    def _reversed(self, node: Node) -> Value:
        context, facts = self.context, self.engine.facts
        if context.event is None:
            return Undefined(N_("there is no event here"))
        event = facts.events[context.event]
        if not event.reverses:
            return Incomplete(
                N_("event %(event)s takes back no other"), {"event": event.event}, "missing_fact"
            )
        found = facts.by_name.get(event.reverses, [])
        mine = [n for n in found if facts.events[n].person == event.person] or found
        if not mine:
            return Incomplete(
                N_("the event %(event)s that is taken back is missing"),
                {"event": event.reverses},
                "missing_fact",
            )
        other = replace(
            context, event=mine[0], person=facts.events[mine[0]].person, period=facts.event_period(mine[0])
        )
        return evaluate(node, self.inside(other))

    def _table_call(self, call: Call) -> Value:
        name = call.arguments[0]
        assert isinstance(name, Name)
        table = self.engine.policy.tables[self.engine.policy.names[name.name]]
        values: list[Value] = []
        for argument in call.arguments[1:]:
            value = evaluate(argument, self)
            if is_failure(value):
                return value
            values.append(value)
        if call.function == "LOOKUP":
            return self._noted_hit(table, values)
        if call.function == "WITHIN":
            return self._within(table, values)
        start = Decimal(0)
        base = values.pop(0)
        if not isinstance(base, Decimal):
            return wrong_kind(base, "number")
        if call.function == "APPLYFROM":
            given = values.pop(0)
            if not isinstance(given, Decimal):
                return wrong_kind(given, "number")
            start = given
        if table.reading in SLICED:
            return self._sliced(table, base, start, values)
        cell = self._noted_hit(table, values or [base])
        if not isinstance(cell, Decimal) or table.reading not in (Reading.WHOLE, Reading.PER_UNIT):
            return cell
        return multiply(base, cell)

    def _noted_hit(self, table: Table, keys: list[Value]) -> Value:
        hit = table.look_up(keys)
        value = hit.value if isinstance(hit, Hit) else hit
        row = Decimal(hit.row + 1) if isinstance(hit, Hit) and hit.row is not None else None
        self._note(
            "table", table.code, table.title, value, keys=", ".join(as_text(key) for key in keys), row=row
        )
        self.parts[-1].place = f"tables.{table.code}" + (f".rows[{row - 1}]" if row is not None else "")
        return value

    def _sliced(self, table: Table, amount: Decimal, start: Decimal, others: list[Value]) -> Value:
        pieces = table.cut(amount, start, others)
        if not isinstance(pieces, tuple):
            self._note("table", table.code, table.title, pieces)
            return pieces
        total = total_of(pieces)
        self._note("table", table.code, table.title, total, amount=amount, start=start)
        node = self.parts[-1]
        node.place = f"tables.{table.code}"
        for piece in pieces:
            detail = {"row": Decimal(piece.row + 1), "amount": piece.amount, "cell": piece.cell}
            place = f"tables.{table.code}.rows[{piece.row}]"
            node.parts.append(
                TraceNode("slice", table.code, table.title, piece.gives, place=place, detail=detail)
            )
        return total

    def _within(self, table: Table, values: list[Value]) -> Value:
        wanted, amount = values[0], values[1]
        start = values[2] if len(values) > 2 else Decimal(0)
        if not isinstance(amount, Decimal) or not isinstance(start, Decimal):
            return wrong_kind(amount, "number")
        pieces = table.cut(amount, start, ())
        if not isinstance(pieces, tuple):
            return pieces
        numbers = [n for n, row in enumerate(table.rows) if row.name == as_text(wanted)]
        if not numbers and isinstance(wanted, Decimal) and 1 <= wanted <= len(table.rows):
            numbers = [int(wanted) - 1]
        if not numbers:
            return Undefined(
                N_("table %(table)s has no row “%(row)s”"),
                {"table": table.title, "row": as_text(wanted)},
                "no_row",
            )
        part = sum((piece.amount for piece in pieces if piece.row in numbers), Decimal(0))
        self._note("table", table.code, table.title, part, row=wanted, amount=amount, start=start)
        return part
