"""An article in words: values, tables and headings in the reader's language.

The words come from the terms of the article's dataclass; nothing here knows a kind. The reader's language
comes in as a :class:`Speaker`, so the same article reads in Chinese and in English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import N_
from qiao.kernel.table import Edge, Range
from qiao.kernel.text import Text

from .faults import join
from .shape import optional_of, types_of
from .terms import Choice, Term, terms_of

UNITS = {
    "money": "",
    "share": "",
    "months": N_("%(amount)s months"),
    "days": N_("%(amount)s days"),
    "accounts": N_("%(amount)s accounts"),
}
"""How an amount of a unit is said; money is bare (the heading names the currency), a share reads as per
cent.
"""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A language to speak.

    Attributes:
        language: ``zh-hans`` or ``en``.
        translate: Source text → text in that language.
    """

    language: str
    translate: Callable[[str], str] = str

    def say(self, message: str, params: Mapping[str, Any] | None = None) -> str:
        """A source text in this language with its places filled."""
        text = self.translate(message)
        return text % params if params else text

    def value(self, value: Any, described: Term) -> str:
        """One value of an article."""
        match value:
            case None:
                return "–"
            case bool():
                return self.say(N_("yes") if value else N_("no"))
            case Text():
                return value.said_in(self.language)
            case Range():
                return self.range(value, described)
            case Choice():
                return self.say(value.label)
            case int() | Decimal():
                return self.amount(Decimal(value), described.unit)
            case date():
                return value.isoformat()
            case tuple():
                return self.say(N_(", ")).join(self.value(row, described) for row in value) or "–"
            case _ if is_dataclass(value):
                return self.say(N_("; ")).join(
                    f"{self.say(term.label)} {self.value(getattr(value, f.name), term)}"
                    for f, term in terms_of(value)
                    if getattr(value, f.name) not in (None, ())
                )
        return str(value)

    def amount(self, amount: Decimal, unit: str) -> str:
        """A number with its unit: 3,000 · 20 % · 24 months."""
        if unit == "share":
            return f"{_plain(amount * 100)} %"
        said = f"{_plain(amount):}"
        pattern = UNITS.get(unit, "")
        return self.say(pattern, {"amount": said}) if pattern else said

    def range(self, within: Range, described: Term) -> str:
        """A range with the owner of each boundary: “from 100,000 (included) to 200,000 (not included)”."""
        lower, upper = within.lower, within.upper
        if lower is None and upper is None:
            return self.say(N_("every amount"))
        if lower is None:
            assert upper is not None
            return self._end(
                upper, described, N_("up to %(end)s (included)"), N_("below %(end)s (not included)")
            )
        if upper is None:
            return self._end(
                lower, described, N_("from %(end)s (included)"), N_("above %(end)s (not included)")
            )
        included, left_out = N_("%(end)s (included)"), N_("%(end)s (not included)")
        ends = {
            "lower": self._end(lower, described, included, left_out),
            "upper": self._end(upper, described, included, left_out),
        }
        return self.say(N_("from %(lower)s to %(upper)s"), ends)

    def _end(self, edge: Edge, described: Term, included: str, left_out: str) -> str:
        return self.say(
            included if edge.included else left_out, {"end": self.amount(edge.at, described.unit)}
        )


def _plain(amount: Decimal) -> str:
    """Thousands separated, no exponent, no empty decimals."""
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Line:
    """A field with one value."""

    path: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a table; its path is what a trace points at."""

    path: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A list of rows with the same fields."""

    path: str
    label: str
    headings: tuple[str, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together under a heading."""

    path: str
    label: str
    blocks: tuple[Block, ...]


Block = Line | Grid | Group


Titles = Mapping[str, str]
"""What the name at a place is called: ``ladders[0].rows[1].tier`` → “Individual VIP”."""


def describe(body: Any, speaker: Speaker, path: str = "", titles: Titles | None = None) -> tuple[Block, ...]:
    """An article's content as lines, tables and groups, in the order of its fields.

    A list of rows becomes a table; rows that hold tables themselves become groups.

    Args:
        body: The article's content.
        speaker: The reader's language.
        path: Where the content stands.
        titles: Names to show by what people call them; others show as their code.
    """
    types, said = types_of(type(body)), titles or {}
    return tuple(
        block
        for f, described in terms_of(body)
        if (
            block := _block(
                getattr(body, f.name), types[f.name], described, speaker, join(path, f.name), said
            )
        )
    )


def _block(
    value: Any, declared: Any, described: Term, speaker: Speaker, path: str, titles: Titles
) -> Block | None:
    label = speaker.say(described.label)
    if isinstance(value, tuple) and value and is_record(value[0]):
        return _rows_block(value, label, speaker, path, titles)
    if is_record(value):
        return Group(path, label, describe(value, speaker, path, titles))
    if value is None and optional_of(declared) is not None:
        return None
    return Line(path, label, _cell(value, described, speaker, path, titles))


def _cell(value: Any, described: Term, speaker: Speaker, path: str, titles: Titles) -> str:
    """A value in words; a name that has a title by its title."""
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return speaker.say(N_(", ")).join(titles.get(join(path, n), code) for n, code in enumerate(value))
    return titles.get(path) or speaker.value(value, described)


def _rows_block(rows: tuple[Any, ...], label: str, speaker: Speaker, path: str, titles: Titles) -> Block:
    if any(_holds_rows(row) for row in rows):
        groups = []
        for n, row in enumerate(rows):
            here = join(path, n)
            blocks = describe(row, speaker, here, titles)
            heading = join(here, "title")  # the group is already called so
            groups.append(
                Group(here, row_label(row, n, speaker), tuple(b for b in blocks if b.path != heading))
            )
        return Group(path, label, tuple(groups))
    columns = [
        (f.name, described)
        for f, described in terms_of(rows[0])
        if any(getattr(row, f.name) not in (None, ()) for row in rows)
    ]
    return Grid(
        path,
        label,
        tuple(speaker.say(described.label) for _, described in columns),
        tuple(
            GridRow(
                join(path, n),
                tuple(
                    _cell(getattr(row, name), term, speaker, join(join(path, n), name), titles)
                    for name, term in columns
                ),
            )
            for n, row in enumerate(rows)
        ),
    )


def is_record(value: Any) -> bool:
    """Whether a value has fields of its own."""
    return is_dataclass(value) and not isinstance(value, Text | Range | type)


def _holds_rows(row: Any) -> bool:
    return any(
        isinstance(value := getattr(row, f.name), tuple) and value and is_record(value[0])
        for f, _ in terms_of(row)
    )


def row_label(row: Any, number: int, speaker: Speaker) -> str:
    """What a row is called: its title, else its code, else its number."""
    title = getattr(row, "title", None)
    if isinstance(title, Text):
        return title.said_in(speaker.language)
    code = getattr(row, "code", None)
    return code if isinstance(code, str) else speaker.say(N_("row %(row)s"), {"row": number + 1})
