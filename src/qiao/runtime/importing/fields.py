"""Columns of an import: which headings they answer to, and reading their cells with errors that name the cell."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.runtime.tables import Table

_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]00:00(?::00)?)?$")
_SERIAL = re.compile(r"^\d{5}(\.0+)?$")
_EXCEL_DAY_0 = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of an import.

    Attributes:
        code: Name in code and in the programming interface; always accepted as heading.
        label: English source text of its heading.
        headings: Further headings it answers to, such as the Chinese ones.
        required: Whether the column must be there and every cell filled.
        example: A cell for the template.
        note: English source text: what belongs there.
    """

    code: str
    label: str
    headings: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    note: str = ""


def plain_heading(heading: str) -> str:
    """A heading without what people write differently."""
    return re.sub(r"[\s*_（）()：:]+", "", heading).lower()


def match_headings(
    table: Table,
    fields: Sequence[Field],
    say: Callable[[str], str],
    chosen: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Which heading of the table each field answers to, by field code.

    Args:
        table: The opened table.
        fields: Columns of the import.
        say: Translates a label into the reader's language.
        chosen: Heading → field code as a person decided; empty leaves the column out.

    Raises:
        BadInput: Headings stand there that nobody knows, or two mean the same.
    """
    known = {plain_heading(h): f.code for f in fields for h in (f.code, f.label, say(f.label), *f.headings)}
    codes = {f.code for f in fields}
    found: dict[str, str] = {}
    problems = []
    for heading in table.headers:
        code = chosen[heading] if heading in chosen else known.get(plain_heading(heading))
        if code == "":
            continue
        place = Place(file=table.name, sheet=table.sheet, row=table.header_row, column=heading)
        if code is None or code not in codes:
            message = N_("The column “%(column)s” is not known here; rename or remove it.")
            problems.append(Problem(message, place, {"column": heading}, "unknown_column"))
        elif code in found:
            message = N_("The columns “%(first)s” and “%(second)s” mean the same.")
            problems.append(
                Problem(message, place, {"first": found[code], "second": heading}, "column_twice")
            )
        else:
            found[code] = heading
    if problems:
        raise BadInput(problems)
    return found


@dataclass(slots=True)
class Cells:
    """One row of an import: its cells by field code, and what is wrong with it.

    ``partial``: what is not given stays, also where a new record would need it; ``clears``: empty cells take away;
    ``unnamed``: no record is matched, which has been said, so the field that names it is not asked for again.
    """

    number: int
    values: dict[str, str]
    originals: tuple[str, ...]
    table: Table
    headings: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    partial: bool = False
    clears: bool = False
    unnamed: str = ""

    def is_cleared(self, code: str) -> bool:
        """Whether an empty cell of this field takes away what stands there."""
        return self.clears and code in self.headings and not self.values.get(code)

    def complain(self, code: str, message: str, reason: str = "invalid", **params: Any) -> None:
        """Note a problem with the cell of a field (or with the row when the column is not there)."""
        heading = self.headings.get(code)
        self.problems.append(Problem(message, self.table.place(self.number, heading), params, reason))


@dataclass(slots=True)
class Reader:
    """Reads the cells of one row as values; a cell that cannot be read is noted and gives None."""

    cells: Cells
    fields: dict[str, Field]

    def text(self, code: str, *, most: int = 200) -> str:
        """Text, trimmed."""
        value = self.cells.values.get(code, "")
        if not value and self.fields[code].required and not self.cells.partial and code != self.cells.unnamed:
            self.cells.complain(code, N_("This cell must be filled."), "required")
        if len(value) > most:
            self.cells.complain(code, N_("At most %(most)s characters."), "too_long", most=most)
        if "\x00" in value:
            self.cells.complain(
                code, N_("The cell holds a character that cannot be stored."), "control_character"
            )
        return value

    def day(self, code: str) -> date | None:
        """A date as 2026-11-22, 2026/11/22, 2026年11月22日, 20261122 or a spreadsheet's day number."""
        value = self.text(code, most=40)
        if not value:
            return None
        match = _DATE.match(value)
        try:
            if match:
                return date(*(int(part) for part in match.groups()))
            if _SERIAL.match(value):
                return _EXCEL_DAY_0 + timedelta(days=int(float(value)))
        except ValueError:
            pass
        self.cells.complain(
            code, N_("“%(value)s” is not a date; write 2026-11-22."), "date", value=value[:40]
        )
        return None

    def number(self, code: str, *, low: float, high: float) -> float | None:
        """A number within bounds, both included."""
        value = self.text(code, most=40)
        if not value:
            return None
        try:
            number = float(value.replace(",", ""))
        except ValueError:
            self.cells.complain(code, N_("“%(value)s” is not a number."), "number", value=value[:40])
            return None
        if not low <= number <= high:  # also catches nan
            self.cells.complain(
                code,
                N_("%(value)s is out of range (%(low)s to %(high)s)."),
                "range",
                value=value[:40],
                low=low,
                high=high,
            )
            return None
        return number

    def choice(self, code: str, allowed: Collection[str]) -> str:
        """One of several words."""
        value = self.text(code, most=80)
        if value and value not in allowed:
            choices = ", ".join(list(allowed)[:12])
            self.cells.complain(
                code, N_("“%(value)s” is none of: %(choices)s."), "choice", value=value, choices=choices
            )
        return value

    def reference(self, code: str, known: dict[str, int]) -> int | None:
        """The id behind another record's code."""
        value = self.text(code, most=80)
        if not value:
            return None
        if value not in known:
            self.cells.complain(
                code,
                N_("“%(value)s” is not there, or outside your scope."),
                "unknown_reference",
                value=value[:80],
            )
        return known.get(value)
