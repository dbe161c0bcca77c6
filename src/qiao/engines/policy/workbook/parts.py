"""What a workbook of live formulas is made of: expressions with what is known of them, rows, and the book itself.

Nothing here writes a file; positions are settled when a row is added, so that a formula can name its cell at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qiao.engines.formula import Failure, Value
from qiao.engines.formula.values import NOT_APPLICABLE, is_failure
from qiao.kernel.errors import Incomplete
from qiao.kernel.money import Rounding
from qiao.kernel.text import Text

from ..model import RoundTo

RESULTS = Text("结果", "Results")
STEPS = Text("步骤", "Steps")
TABLES = Text("表", "Tables")
FACTS = Text("事实", "Facts")

SORTS = {
    "measure": Text("指标", "measure"),
    "parameter": Text("参数", "parameter"),
    "carried": Text("结转", "carried over"),
    "word": Text("资料", "record"),
    "item": Text("项目", "item"),
    "block": Text("计算", "worked out"),
    "when": Text("是否适用", "applies"),
    "gate": Text("条件", "gate"),
    "limit": Text("限额", "limit"),
    "steps": Text("升降限幅", "largest step"),
    "rounding": Text("取整", "rounding"),
    "element": Text("逐项", "element"),
    "group": Text("分组", "group"),
    "aid": Text("辅助", "aid"),
}
# Three errors stand for the three ways of having no value; Excel's IFNA tells the first from the others.
MISSING = "#N/A"
NO_VALUE = "#VALUE!"
ABSENT = "#NUM!"

LEFT_OUT = "–"  # an element that does not count; SUM, AVERAGE and their like pass over a text
NEAR = Decimal("1e-9")
PLACES = 9  # digits after which a computed number is noise
ENDLESS = Decimal("1e300")  # stands for an open end of a band


@dataclass(frozen=True, slots=True)
class Expr:
    """A part of an Excel formula.

    Attributes:
        text: As written, without a leading ``=``.
        kind: number, text, truth, date, or any.
        whole: Whether it stands beside an operator without brackets.
        depth: Nested brackets; Excel allows 64.
        exact: Written, entered or rounded, so that comparing it needs no rounding.
        fails: Whether it may have no value.
        absent: Whether it may not apply at all.
        near: Whether it rests on a number within 1e-9 of a boundary where binary and decimal arithmetic may part.
    """

    text: str
    kind: str = "number"
    whole: bool = True
    depth: int = 0
    exact: bool = False
    fails: bool = False
    absent: bool = False
    near: bool = False

    @property
    def held(self) -> str:
        """The text as an operand."""
        return self.text if self.whole else f"({self.text})"


def build(
    text: str,
    kind: str,
    parts: Iterable[Expr],
    *,
    whole: bool = True,
    exact: bool = False,
    fails: bool | None = None,
    near: bool | None = None,
) -> Expr:
    """An expression that holds others: what may fail, be absent or be near in them may in it."""
    parts = tuple(parts)
    return Expr(
        text,
        kind,
        whole,
        1 + max((part.depth for part in parts), default=0),
        exact,
        any(part.fails for part in parts) if fails is None else fails,
        any(part.absent for part in parts),
        any(part.near for part in parts) if near is None else near,
    )


def number(value: Decimal | int) -> Expr:
    """A number written out."""
    text = f"{Decimal(value):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Expr(text, whole=not text.startswith("-"), exact=True)


def text(value: str) -> Expr:
    """A text in quotes; Excel holds at most 255 characters in one."""
    pieces = [value[n : n + 250] for n in range(0, len(value), 250)] or [""]
    quoted = ['"{}"'.format(piece.replace('"', '""')) for piece in pieces]
    return Expr("&".join(quoted), "text", whole=len(quoted) == 1, exact=True)


def truth(value: bool) -> Expr:
    """TRUE or FALSE."""
    return Expr("TRUE" if value else "FALSE", "truth", exact=True)


def day(value: date) -> Expr:
    """A date."""
    return Expr(f"DATE({value.year},{value.month},{value.day})", "date", exact=True)


def failure(value: Failure) -> Expr:
    """The error that stands for having no value."""
    if isinstance(value, Incomplete):
        return Expr(MISSING, "any", fails=True)
    absent = value.code == NOT_APPLICABLE.code
    return Expr(ABSENT if absent else NO_VALUE, "any", fails=True, absent=absent)


def literal(value: Value) -> Expr:
    """Any value written out."""
    if is_failure(value):
        return failure(value)
    match value:
        case bool():
            return truth(value)
        case Decimal():
            return number(value)
        case date():
            return day(value)
    return text(str(value))


def is_absent(value: str) -> str:
    """Whether a cell does not apply."""
    return f"IFERROR(ERROR.TYPE({value})=6,FALSE)"


def settled(x: Expr) -> str:
    """A number without the noise of binary arithmetic, for comparing."""
    return x.held if x.exact or x.kind != "number" else f"ROUND({x.text},{PLACES})"


def rounded(x: Expr, rounding: RoundTo) -> Expr:
    """A number rounded as stated; ``near`` is for the caller to say, who knows the exact number."""
    step, mode = rounding.step, rounding.mode
    places = _places(step)
    if mode is Rounding.HALF_UP and places is not None:
        return build(f"ROUND({x.text},{places})", "number", [x], exact=True)
    by = number(step)
    units = f"ROUND({x.held}/{by.text},{PLACES})" if step != 1 else f"ROUND({x.text},{PLACES})"
    count = {
        Rounding.HALF_UP: f"ROUND({units},0)",
        Rounding.DOWN: f"TRUNC({units})",
        Rounding.FLOOR: f"INT({units})",
        Rounding.CEILING: f"-INT(-{units})",
        Rounding.HALF_EVEN: (f"IF(ABS({units}-TRUNC({units}))=0.5,2*ROUND({units}/2,0),ROUND({units},0))"),
    }[mode]
    if step == 1:
        return build(count, "number", [x], whole=not count.startswith("-"), exact=True)
    # the product is rounded to the step's own digits, so that 3 × 0.1 is 0.3 and compares as such
    digits = max(0, -int(step.normalize().as_tuple().exponent))
    return build(f"ROUND({count}*{by.text},{digits})", "number", [x], exact=True)


def _places(step: Decimal) -> int | None:
    """Digits of a step that is a power of ten."""
    sign, digits, exponent = step.normalize().as_tuple()
    return -int(exponent) if digits == (1,) and not sign else None


def is_near_tie(value: Value, rounding: RoundTo) -> bool:
    """Whether a number lies so near where its rounding turns that binary arithmetic may fall to the other side.

    For half modes that is the middle between two steps, itself included; for the others a whole step, which itself is
    safe, because formulas round away noise first.
    """
    if not isinstance(value, Decimal):
        return False
    units = value / rounding.step
    if rounding.mode in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        away = abs(abs(units) % 1 - Decimal("0.5")) * rounding.step
        return away < NEAR
    away = min(abs(units) % 1, 1 - abs(units) % 1)
    return 0 < away * min(rounding.step, Decimal(1)) < NEAR or 0 < away < NEAR


def is_near(a: Value, b: Value) -> bool:
    """Whether two different numbers are nearer than binary arithmetic can be trusted to tell."""
    return isinstance(a, Decimal) and isinstance(b, Decimal) and a != b and abs(a - b) < NEAR


def is_near_zero(value: Value) -> bool:
    """Whether a number is 0, or so near that binary arithmetic may take it for 0 or not."""
    return isinstance(value, Decimal) and abs(value) < NEAR


@dataclass(slots=True)
class Line:
    """A row of the steps or of the facts.

    Attributes:
        sort: What kind of step, for people.
        title: What it is.
        said: The policy's formula.
        entered: Value of an input cell; None for a formula.
        formula: Live formula without ``=``; empty for an input cell.
        engine: The engine's value; None where the step is only an aid to Excel.
        place: Path in the policy.
        note: What a reader must know.
        live: Whether changing inputs changes it.
        near: See :class:`Expr`.
        rounding: How the number is shown, where the policy says.
    """

    scenario: str
    sort: Text
    title: Text
    person: str = ""
    period: str = ""
    event: str = ""
    said: str = ""
    entered: Value | None = None
    formula: str = ""
    kind: str = "number"
    engine: Value | None = None
    place: str = ""
    note: Text | None = None
    live: bool = True
    near: bool = False


@dataclass(slots=True)
class TableBlock:
    """A table as it stands on its sheet: where it begins (row from 0) and its cells, headings first."""

    title: Text
    code: str
    top: int
    headings: list[Text]
    rows: list[list[Decimal | str | None]]
    note: Text | None = None


@dataclass(slots=True)
class ResultLine:
    """One result: the engine's value beside the cell that works it out anew."""

    scenario: str
    person: str
    period: str
    item: str
    title: Text
    engine: Value
    live: str
    kind: str
    is_near: bool
    is_live: bool
    reason: Failure | None = None
    places: int | None = None


@dataclass(slots=True)
class Book:
    """Everything a workbook holds, in the order of its sheets."""

    title: Text
    results: list[ResultLine] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)
    tables: list[TableBlock] = field(default_factory=list)
    facts: list[Line] = field(default_factory=list)


TOP = 3  # rows above the first line on the sheets of steps and facts, from 0
VALUE_COLUMN = {"steps": "H", "facts": "G"}


def cell(sheet: str, line: int) -> str:
    """The value cell of a line of the steps or facts, seen from the steps."""
    row = TOP + line + 1
    return f"$H${row}" if sheet == "steps" else f"'{FACTS.zh}'!$G${row}"


def seen_outside(x: Expr) -> Expr:
    """A cell of the steps or facts, seen from another sheet."""
    return Expr(f"'{STEPS.zh}'!{x.text}", x.kind, near=x.near) if x.text.startswith("$H$") else x


def span(first: int, last: int) -> str:
    """The value cells of consecutive steps."""
    return f"$H${TOP + first + 1}:$H${TOP + last + 1}"
