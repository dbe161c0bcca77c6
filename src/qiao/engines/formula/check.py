"""What a formula yields, found without working it out: kinds and units of every part must fit together.

A unit is a product of powers: ``yuan/t`` times ``t`` is ``yuan``. Shares, percents, scores, points, grades and
counts without a name are bare numbers. A number written in a formula takes the unit its neighbour has; a figure
declared without a unit fits any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from qiao.kernel.errors import N_, Message

from .functions import FUNCTIONS, Function
from .syntax import Binary, Call, FormulaError, Name, Node, Number, Text, Truth, Unary, looks_like_cell

Kind = Literal["number", "text", "truth", "date", "any"]
BARE = frozenset(
    {
        "",
        "share",
        "pct",
        "score",
        "point",
        "points",
        "grade",
        "star",
        "rank",
        "index",
        "factor",
        "number",
        "1",
    }
)
WORDS = {
    "number": Message(N_("a number")),
    "text": Message(N_("a text")),
    "truth": Message(N_("a yes or no")),
    "date": Message(N_("a date")),
    "any": Message(N_("a value")),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as powers of its parts: ``yuan/t`` is ``{yuan: 1, t: -1}``."""

    powers: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def read(text: str) -> Unit | None:
        """Read ``yuan``, ``yuan/t``, ``yuan/person/month``, ``share``; None for a unit left out.

        Raises:
            ValueError: The text is no unit.
        """
        if not text:
            return None
        above, *below = text.split("/")
        powers: dict[str, int] = {}
        for part in above.split("*"):
            _count(powers, part.strip(), 1)
        for part in below:
            _count(powers, part.strip(), -1)
        return Unit(tuple(sorted((name, n) for name, n in powers.items() if n)))

    @property
    def is_bare(self) -> bool:
        """Whether it is a plain number."""
        return not self.powers

    def times(self, other: Unit, sign: int = 1) -> Unit:
        """Product, or quotient with ``sign`` -1."""
        powers = dict(self.powers)
        for name, n in other.powers:
            powers[name] = powers.get(name, 0) + sign * n
        return Unit(tuple(sorted((name, n) for name, n in powers.items() if n)))

    def __str__(self) -> str:
        above = "*".join(name for name, n in self.powers for _ in range(max(n, 0)))
        below = "".join(f"/{name}" for name, n in self.powers for _ in range(max(-n, 0)))
        return f"{above or '1'}{below}"


def _count(powers: dict[str, int], name: str, by: int) -> None:
    if name in BARE:
        return
    if not name.replace("_", "").isalnum():
        raise ValueError(f"not a unit: {name!r}")
    powers[name] = powers.get(name, 0) + by


@dataclass(frozen=True, slots=True)
class Sort:
    """What a part of a formula yields: its kind, and its unit where it is a number; None fits any."""

    kind: str = "any"
    unit: Unit | None = None


class Names(Protocol):
    """What the checker asks of the surroundings."""

    def sort_of(self, name: Name) -> Sort:
        """Kind and unit of a name. Raises FormulaError when it is unknown."""
        ...

    def sort_of_call(self, call: Call, inner: Mapping[int, Sort]) -> Sort:
        """Kind and unit of a function of the surroundings; ``inner`` holds its arguments' by place."""
        ...

    def opaque(self, call: Call) -> frozenset[int]:
        """Places of the arguments of such a function that are names of things, not figures."""
        ...


def check_formula(node: Node, names: Names) -> Sort:
    """Kind and unit of a formula.

    Raises:
        FormulaError: An unknown name or function, kinds or units that do not fit; points at the character.
    """
    match node:
        case Number():
            return Sort("number")
        case Text():
            return Sort("text")
        case Truth():
            return Sort("truth")
        case Name():
            return names.sort_of(node)
        case Unary():
            inner = _expect(node.operand, "number", names)
            return Sort("number", inner.unit)
        case Binary():
            return _check_binary(node, names)
        case Call():
            return _check_call(node, names)
    raise TypeError(f"no part of a formula: {node!r}")


def unknown_name(name: Name, close: str = "") -> FormulaError:
    """The error for a name nobody declared."""
    if looks_like_cell(name.name):
        return FormulaError(
            N_("“%(name)s” is a cell; formulas here speak of figures by name"), name.at, name=name.name
        )
    if close:
        return FormulaError(
            N_("there is no figure “%(name)s”; did you mean “%(close)s”?"),
            name.at,
            name=name.name,
            close=close,
        )
    return FormulaError(N_("there is no figure “%(name)s”"), name.at, name=name.name)


def fits(found: str, wanted: str) -> bool:
    """Whether a kind may stand where another is wanted."""
    if "any" in (found, wanted) or found == wanted:
        return True
    return wanted == "ordered" and found in ("number", "date")


def _expect(node: Node, kind: str, names: Names) -> Sort:
    sort = check_formula(node, names)
    if not fits(sort.kind, kind):
        raise _misfit(node, kind, sort.kind)
    return sort


def _misfit(node: Node, wanted: str, found: str) -> FormulaError:
    wanted = "number" if wanted == "ordered" else wanted
    return FormulaError(
        N_("%(wanted)s is needed here, this is %(found)s"), node.at, wanted=WORDS[wanted], found=WORDS[found]
    )


def same_unit(a: Unit | None, b: Unit | None) -> bool:
    """Whether two units may be added or compared."""
    return a is None or b is None or a == b


def _check_binary(node: Binary, names: Names) -> Sort:
    sign = node.operator
    if sign == "&":
        check_formula(node.left, names)
        check_formula(node.right, names)
        return Sort("text")
    left, right = check_formula(node.left, names), check_formula(node.right, names)
    if sign in ("=", "<>", "<", "<=", ">", ">="):
        if not fits(right.kind, left.kind):
            raise _misfit(node.right, left.kind, right.kind)
        _need_same_unit(node, left, right)
        return Sort("truth")
    if sign in "+-" and left.kind == "date":
        if right.kind == "date" and sign == "-":
            return Sort("number")
        if not fits(right.kind, "number"):
            raise _misfit(node.right, "number", right.kind)
        return Sort("date")
    for part, sort in ((node.left, left), (node.right, right)):
        if not fits(sort.kind, "number"):
            raise _misfit(part, "number", sort.kind)
    if sign in "+-":
        _need_same_unit(node, left, right)
        return Sort("number", left.unit if left.unit is not None else right.unit)
    if sign == "^":
        return Sort("number", left.unit if left.unit is not None and left.unit.is_bare else None)
    return Sort("number", _multiplied(node, left.unit, right.unit))


def _multiplied(node: Binary, left: Unit | None, right: Unit | None) -> Unit | None:
    """A written number scales its neighbour and leaves its unit; beside a bare number it may stand for any unit."""
    if left is not None and right is not None:
        return left.times(right, 1 if node.operator == "*" else -1)
    known, other = (left, node.right) if left is not None else (right, node.left)
    if known is None or known.is_bare or not _is_written(other):
        return None
    if left is None and node.operator == "/":
        return None
    return known


def _is_written(node: Node) -> bool:
    match node:
        case Number():
            return True
        case Unary(operand=operand):
            return _is_written(operand)
        case Binary(left=left, right=right):
            return _is_written(left) and _is_written(right)
    return False


def _need_same_unit(node: Binary, left: Sort, right: Sort) -> None:
    if not same_unit(left.unit, right.unit):
        raise FormulaError(
            N_("%(left)s and %(right)s cannot be added or compared"),
            node.at,
            left=str(left.unit),
            right=str(right.unit),
        )


def _check_call(node: Call, names: Names) -> Sort:
    function = FUNCTIONS.get(node.function)
    if function is None:
        opaque = names.opaque(node)  # raises for an unknown function
        inner = {n: check_formula(part, names) for n, part in enumerate(node.arguments) if n not in opaque}
        return names.sort_of_call(node, inner)
    check_count(node, function.least, function.most)
    if node.function == "IFS" and len(node.arguments) % 2:
        raise FormulaError(N_("IFS takes pairs of a condition and a value"), node.at)
    if node.function in ("IFS", "SWITCH"):
        return _check_branches(node, names)
    return _check_own(node, function, names)


def check_count(node: Call, least: int, most: int | None) -> None:
    """Refuse a call with too few or too many arguments."""
    count = len(node.arguments)
    if count < least or (most is not None and count > most):
        wanted = str(least) if most == least else f"{least}–{most}" if most else f"≥ {least}"
        raise FormulaError(
            N_("%(function)s takes %(wanted)s arguments, not %(count)s"),
            node.at,
            function=node.function,
            wanted=wanted,
            count=count,
        )


def _check_own(node: Call, function: Function, names: Names) -> Sort:
    sorts: list[Sort] = []
    for place, argument in enumerate(node.arguments):
        sort = check_formula(argument, names)
        wanted = function.kind_at(place)
        if wanted == "same":
            wanted = next(
                (s.kind for s in sorts[1 if node.function == "IF" else 0 :] if s.kind != "any"), "any"
            )
        if not fits(sort.kind, wanted):
            raise _misfit(argument, wanted, sort.kind)
        sorts.append(sort)
    results = sorts[1:] if function.gives == "second" else sorts
    kind = function.gives
    if kind in ("first", "second"):
        kind = next((s.kind for s in results if s.kind != "any"), "any")
    unit = None
    if function.unit == "first":
        unit = sorts[0].unit
    elif function.unit == "alike":
        unit = _alike(node, node.arguments[len(sorts) - len(results) :], results)
    return Sort(kind, unit)


def _alike(node: Call, arguments: tuple[Node, ...], sorts: list[Sort]) -> Unit | None:
    unit: Unit | None = None
    for argument, sort in zip(arguments, sorts, strict=True):
        if not same_unit(unit, sort.unit):
            raise FormulaError(
                N_("%(left)s and %(right)s cannot be added or compared"),
                argument.at,
                left=str(unit),
                right=str(sort.unit),
            )
        unit = unit if unit is not None else sort.unit
    return unit


def _check_branches(node: Call, names: Names) -> Sort:
    """IFS and SWITCH: the branches agree in kind and unit."""
    arguments = node.arguments
    if node.function == "IFS":
        for condition in arguments[::2]:
            _expect(condition, "truth", names)
        branches = arguments[1::2]
    else:
        key = check_formula(arguments[0], names)
        rest = arguments[1:]
        for candidate in rest[: len(rest) - len(rest) % 2 : 2]:
            _expect(candidate, key.kind, names)
        branches = rest[1::2] + (rest[-1:] if len(rest) % 2 else ())
    sorts: list[Sort] = []
    kind = "any"
    for branch in branches:
        sort = check_formula(branch, names)
        if not fits(sort.kind, kind):
            raise _misfit(branch, kind, sort.kind)
        kind = sort.kind if kind == "any" else kind
        sorts.append(sort)
    return Sort(kind, _alike(node, tuple(branches), sorts))
