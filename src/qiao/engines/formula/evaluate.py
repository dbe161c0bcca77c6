"""Working a formula out: the plain, exact reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from qiao.kernel.errors import N_, Undefined

from .functions import FUNCTIONS
from .syntax import Binary, Call, Name, Node, Number, Text, Truth, Unary
from .values import (
    CARRIED,
    Value,
    add,
    as_text,
    divide,
    is_absent,
    is_failure,
    kind_of,
    multiply,
    power,
    settle,
    subtract,
)

_HUNDRED = Decimal(100)


class Scope(Protocol):
    """Where a formula's names and its scope's functions come from."""

    def value_of(self, name: Name) -> Value:
        """The value of a name; a failure when there is none."""
        ...

    def call(self, call: Call) -> Value:
        """The value of a function that is not the language's own."""
        ...


def evaluate(node: Node, scope: Scope) -> Value:
    """The value of a formula.

    A failure on the way is the result, unless IF, AND, OR, IFERROR or their like say otherwise: ``AND(FALSE, x)``
    is FALSE whatever x lacks.

    Args:
        node: A formula that was parsed and, better, checked.
        scope: Names and further functions.

    Returns:
        The value; :class:`Incomplete` names the missing fact, :class:`Undefined` what the rule leaves open.
    """
    match node:
        case Number(value=number):
            return number
        case Text(value=text):
            return text
        case Truth(value=truth):
            return truth
        case Name():
            return scope.value_of(node)
        case Unary():
            return _unary(node, scope)
        case Binary():
            return _binary(node, scope)
        case Call():
            return _call(node, scope)
    raise TypeError(f"no part of a formula: {node!r}")


def wrong_kind(value: Value, wanted: str) -> Undefined:
    """What to say of a value of the wrong kind."""
    return Undefined(
        N_("a %(wanted)s is needed, not “%(value)s”"), {"wanted": wanted, "value": as_text(value)}, "bad_kind"
    )


def need_truth(value: Value) -> Value:
    """What a condition that is neither yes nor no gives: its failure, or that it is of the wrong kind."""
    return value if is_failure(value) else wrong_kind(value, "truth")


def _unary(node: Unary, scope: Scope) -> Value:
    value = evaluate(node.operand, scope)
    if is_failure(value):
        return value
    if not isinstance(value, Decimal):
        return wrong_kind(value, "number")
    if node.operator == "%":
        return CARRIED.divide(value, _HUNDRED)
    return CARRIED.minus(value) if node.operator == "-" else value


def _binary(node: Binary, scope: Scope) -> Value:
    left = evaluate(node.left, scope)
    if is_failure(left):
        return left
    right = evaluate(node.right, scope)
    if is_failure(right):
        return right
    sign = node.operator
    if sign == "&":
        return as_text(left) + as_text(right)
    if sign in _COMPARE:
        return compare(sign, left, right)
    if isinstance(left, date) and sign in "+-":
        return _move_day(left, right, sign)
    if not isinstance(left, Decimal):
        return wrong_kind(left, "number")
    if not isinstance(right, Decimal):
        return wrong_kind(right, "number")
    return _ARITHMETIC[sign](left, right)


_ARITHMETIC = {"+": add, "-": subtract, "*": multiply, "/": divide, "^": power}
_COMPARE: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def compare(sign: str, left: Value, right: Value) -> Value:
    """Compare two values of one kind; numbers without the noise of endless quotients."""
    if kind_of(left) != kind_of(right):
        return wrong_kind(right, kind_of(left))
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        left, right = settle(left), settle(right)
    return _COMPARE[sign]((left > right) - (left < right))  # type: ignore[operator]


def _move_day(day: date, by: Value, sign: str) -> Value:
    if isinstance(by, date) and sign == "-":
        return Decimal((day - by).days)
    if not isinstance(by, Decimal):
        return wrong_kind(by, "number")
    try:
        return day + timedelta(days=int(by) if sign == "+" else -int(by))
    except OverflowError:
        return Undefined(N_("there is no such date"), code="bad_date")


def _call(node: Call, scope: Scope) -> Value:
    lazy = _LAZY.get(node.function)
    if lazy:
        return lazy(node.arguments, scope)
    function = FUNCTIONS.get(node.function)
    if function is None or function.work is None:
        return scope.call(node)
    values = []
    for place, argument in enumerate(node.arguments):
        value = evaluate(argument, scope)
        if is_failure(value):
            return value
        wanted = function.kind_at(place)
        if wanted in ("number", "text", "truth", "date") and kind_of(value) != wanted:
            return wrong_kind(value, wanted)
        values.append(value)
    return function.work(*values)


def _if(arguments: tuple[Node, ...], scope: Scope) -> Value:
    condition = evaluate(arguments[0], scope)
    if is_failure(condition):
        return condition
    if not isinstance(condition, bool):
        return wrong_kind(condition, "truth")
    return evaluate(arguments[1] if condition else arguments[2], scope)


def _ifs(arguments: tuple[Node, ...], scope: Scope) -> Value:
    for condition, value in zip(arguments[::2], arguments[1::2], strict=False):
        holds = evaluate(condition, scope)
        if is_failure(holds):
            return holds
        if not isinstance(holds, bool):
            return wrong_kind(holds, "truth")
        if holds:
            return evaluate(value, scope)
    return Undefined(N_("no condition of IFS holds"), code="no_branch")


def _switch(arguments: tuple[Node, ...], scope: Scope) -> Value:
    key = evaluate(arguments[0], scope)
    if is_failure(key):
        return key
    pairs, rest = arguments[1:], None
    if len(pairs) % 2:
        pairs, rest = pairs[:-1], pairs[-1]
    for candidate, value in zip(pairs[::2], pairs[1::2], strict=True):
        other = evaluate(candidate, scope)
        if is_failure(other):
            return other
        if kind_of(other) == kind_of(key) and compare("=", key, other) is True:
            return evaluate(value, scope)
    if rest is not None:
        return evaluate(rest, scope)
    return Undefined(N_("SWITCH names no case for “%(key)s”"), {"key": as_text(key)}, "no_branch")


def _all_or_any(arguments: tuple[Node, ...], scope: Scope, *, decides: bool) -> Value:
    """AND and OR: the deciding truth wins over whatever is missing elsewhere."""
    failure: Value | None = None
    for argument in arguments:
        value = evaluate(argument, scope)
        if is_failure(value):
            failure = failure if failure is not None else value
        elif not isinstance(value, bool):
            return wrong_kind(value, "truth")
        elif value is decides:
            return decides
    return failure if failure is not None else not decides


def _if_error(arguments: tuple[Node, ...], scope: Scope) -> Value:
    value = evaluate(arguments[0], scope)
    return evaluate(arguments[1], scope) if is_failure(value) else value


def _if_missing(arguments: tuple[Node, ...], scope: Scope) -> Value:
    value = evaluate(arguments[0], scope)
    return evaluate(arguments[1], scope) if is_absent(value) else value


_LAZY: dict[str, Callable[[tuple[Node, ...], Scope], Value]] = {
    "IF": _if,
    "IFS": _ifs,
    "SWITCH": _switch,
    "AND": lambda arguments, scope: _all_or_any(arguments, scope, decides=False),
    "OR": lambda arguments, scope: _all_or_any(arguments, scope, decides=True),
    "IFERROR": _if_error,
    "IFMISSING": _if_missing,
    "ISERROR": lambda arguments, scope: is_failure(evaluate(arguments[0], scope)),
    "ISMISSING": lambda arguments, scope: is_absent(evaluate(arguments[0], scope)),
}
