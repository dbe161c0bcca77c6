"""The words a policy's formulas may use beyond the language's own: what stands behind a dot, and functions that look
beyond the formula."""

from __future__ import annotations

from dataclasses import dataclass

from qiao.kernel.errors import N_


@dataclass(frozen=True, slots=True)
class Word:
    """A name with a dot: its kind and one line for the manual."""

    name: str
    kind: str
    says: str


WORDS = {
    word.name: word
    for word in (
        Word("person", "text", N_("the person's name or number")),
        Word("person.role", "text", N_("role on the day")),
        Word("person.grade", "text", N_("grade on the day")),
        Word("person.unit", "text", N_("unit on the day, as a path")),
        Word("person.segment", "text", N_("segment on the day")),
        Word("person.leader", "text", N_("whom the person reports to on the day")),
        Word("person.mentor", "text", N_("the person's mentor on the day")),
        Word("person.joined_on", "date", N_("first day of work")),
        Word("person.left_on", "date", N_("last day of work; missing while at work")),
        Word("period", "text", N_("label of the period")),
        Word("period.start", "date", N_("first day of the period")),
        Word("period.end", "date", N_("last day of the period")),
        Word("period.days", "number", N_("days of the period")),
        Word("period.next", "text", N_("label of the following period")),
        Word("period.grain", "text", N_("length of the period")),
        Word("event", "text", N_("name of the event")),
        Word("event.kind", "text", N_("kind of the event")),
        Word("event.on", "date", N_("day of the event")),
        Word("event.effective_on", "date", N_("its other day, as the booking")),
        Word("event.period", "text", N_("label of the event's period")),
        Word("event.person", "text", N_("whose event")),
        Word("event.customer", "text", N_("customer of the event")),
        Word("event.product", "text", N_("product of the event")),
        Word("event.unit", "text", N_("unit of the event")),
        Word("event.currency", "text", N_("currency of the event")),
        Word("event.key", "text", N_("further category of the event")),
        Word("event.amount", "number", N_("amount of the event")),
        Word("event.quantity", "number", N_("quantity of the event")),
        Word("event.share", "number", N_("the person's share of the event; 1 where none is given")),
        Word("event.reverses", "text", N_("name of the event it takes back")),
        Word("span.start", "date", N_("over spans: first day of the row within the period")),
        Word("span.end", "date", N_("over spans: last day of the row within the period")),
        Word("span.days", "number", N_("over spans: days of the row within the period")),
        Word("level", "number", N_("in a team: 1 for direct reports, 2 for theirs …")),
        Word("value", "any", N_("in gates: the value so far")),
    )
}


@dataclass(frozen=True, slots=True)
class Reach:
    """A function that looks beyond the formula.

    Attributes:
        opaque: Places of arguments that are names of things, not figures.
        least: Fewest arguments.
        most: Most arguments; None without end.
        says: One line for the manual.
    """

    name: str
    opaque: frozenset[int]
    least: int
    most: int | None
    says: str


REACHES = {
    reach.name: reach
    for reach in (
        Reach(
            "LOOKUP",
            frozenset({0}),
            2,
            None,
            N_("LOOKUP(table, key, …): the cell for the keys; on a line the point at the key"),
        ),
        Reach(
            "APPLY",
            frozenset({0}),
            2,
            None,
            N_("APPLY(table, base, key …): the table read on the base, by its stated reading"),
        ),
        Reach(
            "APPLYFROM",
            frozenset({0}),
            3,
            None,
            N_("APPLYFROM(table, amount, start, key …): slices from start on, for running totals"),
        ),
        Reach(
            "WITHIN",
            frozenset({0}),
            3,
            4,
            N_("WITHIN(table, row, amount, start): the part of an amount that falls into one row"),
        ),
        Reach(
            "PREVIOUS",
            frozenset(),
            1,
            3,
            N_("PREVIOUS(x, periods, default): x some periods ago, one unless said"),
        ),
        Reach("INPERIOD", frozenset(), 2, 2, N_("INPERIOD(x, label): x in another period")),
        Reach("AROUND", frozenset(), 2, 2, N_("AROUND(x, grain): x in the longer period around this one")),
        Reach("OF", frozenset(), 2, 2, N_("OF(x, person): x of another person")),
        Reach("ASOF", frozenset(), 2, 2, N_("ASOF(x, day): x with parameters and posts as of another day")),
        Reach("REVERSED", frozenset(), 1, 1, N_("REVERSED(x): x of the event this one takes back")),
        Reach("WITH", frozenset(), 3, None, N_("WITH(x, name, value, …): x as it were with other figures")),
        Reach(
            "GIVEN",
            frozenset({0}),
            1,
            1,
            N_("GIVEN(name): whether a measure, parameter or carried figure has a value here"),
        ),
        Reach(
            "PARAMETER",
            frozenset({0}),
            2,
            2,
            N_("PARAMETER(name, key): a parameter's value for a key, as a currency"),
        ),
    )
}
