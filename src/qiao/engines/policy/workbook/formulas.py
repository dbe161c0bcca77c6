"""A policy's formula as an Excel formula, seen from where it is worked out.

Both branches of every condition are written, so that an input which turns it turns the result. What decides *where*
something is looked up – another person, period or day – is taken as the engine found it and said in a note.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from qiao.engines.formula import Binary, Call, Name, Node, Number, Truth, Unary, Value, evaluate, settle
from qiao.engines.formula import Text as TextNode
from qiao.engines.formula.values import is_failure, kind_of
from qiao.kernel.text import Text

from ..contexts import Context
from ..model import RoundTo
from ..scope import ItemScope
from .functions import (
    ROUNDS,
    TWICE,
    WRITTEN,
    all_or_any,
    arithmetic,
    branched,
    compared,
    equal,
    joined,
    no_branch,
    power,
)
from .lookups import write_table_call
from .parts import Expr, build, failure, is_near, is_near_tie, is_near_zero, literal, number, text, truth
from .seen import NotLive, Rows, View

LONGEST = 600  # characters; a longer part gets a cell of its own
DEEPEST = 18
PLACED = Text(
    "在哪里取数（哪个人、哪个期间、哪一天）按试算时取定",
    "where it is looked up (whose, which period, which day) is fixed as it was found",
)
TRIED = Text("循环引用，此处为引擎的值", "a circular reference; the engine’s value stands here")


class FormulaWriter:
    """Writes formulas for one scenario."""

    def __init__(self, planner: Rows) -> None:
        self.planner = planner

    def value(self, node: Node, view: View) -> Value:
        """What the engine makes of it."""
        return evaluate(node, self.scope(view))

    def scope(self, view: View) -> ItemScope:
        """The engine's own look from there."""
        return ItemScope(self.planner.engine, view.context, [], value=view.engine_value)

    def write(self, node: Node, view: View) -> Expr:
        """A formula or part of one.

        Returns:
            The expression; where it grows long, parts of it are cells of their own by then.
        """
        try:
            found = self._write(node, view)
        except NotLive as reason:
            value = self.value(node, view)
            return self.planner.aid(
                Text("按引擎取值", "as the engine found it"), literal(value), view, value, reason.why
            )
        if len(found.text) > LONGEST or found.depth > DEEPEST:
            return self.apart(found, node, view)
        return found

    def apart(self, found: Expr, node: Node, view: View) -> Expr:
        """The expression in a cell of its own."""
        return self.planner.aid(Text("中间值", "intermediate value"), found, view, self.value(node, view))

    def _write(self, node: Node, view: View) -> Expr:
        match node:
            case Number(value=value):
                return number(value)
            case TextNode(value=value):
                return text(value)
            case Truth(value=value):
                return truth(value)
            case Name():
                return self.planner.name(node, view)
            case Unary(operator=sign, operand=operand):
                inner = self.write(operand, view)
                if sign == "+":
                    return inner
                if sign == "-":
                    return build(f"-{inner.held}", "number", [inner], whole=False, exact=inner.exact)
                return build(f"{inner.held}/100", "number", [inner], whole=False)
            case Binary():
                return self._binary(node, view)
            case Call():
                return self._call(node, view)
        raise TypeError(f"no part of a formula: {node!r}")

    def known(self, node: Node, view: View) -> Expr:
        """A part with its kind, found from the engine's value where it does not show."""
        found = self.write(node, view)
        if found.kind == "any":
            value = self.value(node, view)
            if not is_failure(value):
                return replace(found, kind=kind_of(value))
        return found

    def _binary(self, node: Binary, view: View) -> Expr:
        a, b = self.known(node.left, view), self.known(node.right, view)
        match node.operator:
            case "&":
                return joined([a, b])
            case "^":
                return power(self._short(a, node.left, view), self._short(b, node.right, view))
            case "+" | "-" | "*" | "/":
                found = arithmetic(node.operator, a, b)
                if node.operator == "/" and not b.exact and is_near_zero(self.value(node.right, view)):
                    found = replace(found, near=True)
                return found
        if "text" in (a.kind, b.kind) and node.operator not in ("=", "<>"):
            raise NotLive(
                Text("文本先后在 Excel 中另有次序", "Excel puts texts in another order than the engine does")
            )
        found = compared(node.operator, a, b)
        if self._near(node.left, node.right, view):
            found = replace(found, near=True)
        return found

    def _near(self, a: Node, b: Node, view: View) -> bool:
        return is_near(_plain(self.value(a, view)), _plain(self.value(b, view)))

    def _short(self, found: Expr, node: Node, view: View) -> Expr:
        """A part that will be named more than once."""
        return found if len(found.text) <= 40 else self.apart(found, node, view)

    # Calls

    def _call(self, node: Call, view: View) -> Expr:
        special = _SPECIAL.get(node.function)
        if special is not None:
            return special(self, node, view)
        if node.function in ("LOOKUP", "APPLY", "APPLYFROM", "WITHIN"):
            return write_table_call(self, node, view)
        if node.function in WRITTEN:
            parts = [self.known(argument, view) for argument in node.arguments]
            if node.function in TWICE or (node.function in ROUNDS and not _is_written(node.arguments[1:])):
                parts = [self._short(part, n, view) for part, n in zip(parts, node.arguments, strict=True)]
            found = WRITTEN[node.function](parts)
            if node.function in ROUNDS and self._turns(node, view):
                found = replace(found, near=True)
            return found
        return self._elsewhere(node, view)

    def _turns(self, node: Call, view: View) -> bool:
        """Whether a rounding function's argument lies too near where it turns."""
        values = [self.value(argument, view) for argument in node.arguments]
        x = _plain(values[0])
        second = values[1] if len(values) > 1 else None
        step = Decimal(1)
        if isinstance(second, Decimal):
            if node.function in ("FLOOR", "CEILING", "MROUND", "MOD", "QUOTIENT"):
                step = second
            elif abs(second) <= 12 and second == int(second):
                step = Decimal(1).scaleb(-int(second))
        return step > 0 and is_near_tie(x, RoundTo(step, ROUNDS[node.function]))

    def _if(self, node: Call, view: View) -> Expr:
        condition, then, other = node.arguments
        test = self.write(condition, view)
        a, b = self.write(then, view), self.write(other, view)
        holds = self.value(condition, view)
        near = test.near or (a.near if holds is True else b.near)
        return branched(test.text, [test], a, b, near)

    def _ifs(self, node: Call, view: View) -> Expr:
        found = no_branch()
        pairs = list(zip(node.arguments[::2], node.arguments[1::2], strict=False))
        for condition, then in reversed(pairs):
            test, value = self.write(condition, view), self.write(then, view)
            found = self._branch(test, value, found, self.value(condition, view), then, view)
        return found

    def _branch(self, test: Expr, value: Expr, rest: Expr, holds: Value, node: Node, view: View) -> Expr:
        near = test.near or (value.near if holds is True else rest.near)
        if test.text == "TRUE":
            return value
        found = branched(test.text, [test], value, rest, near)
        if len(found.text) > LONGEST * 3 or found.depth > DEEPEST * 2:
            return self.planner.aid(Text("中间值", "intermediate value"), found, view, None)
        return found

    def _switch(self, node: Call, view: View) -> Expr:
        key = self._short(self.known(node.arguments[0], view), node.arguments[0], view)
        pairs = node.arguments[1:]
        found = no_branch()
        if len(pairs) % 2:
            found = self.write(pairs[-1], view)
            pairs = pairs[:-1]
        for candidate, then in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
            other, value = self.known(candidate, view), self.write(then, view)
            test = build(equal(key, other), "truth", [key, other], exact=True)
            test = replace(test, near=test.near or self._near(node.arguments[0], candidate, view))
            same = _plain(self.value(node.arguments[0], view)) == _plain(self.value(candidate, view))
            found = self._branch(test, value, found, same, then, view)
        return found

    def _all(self, node: Call, view: View) -> Expr:
        return all_or_any(self._tests(node, view), decides=False)

    def _any(self, node: Call, view: View) -> Expr:
        return all_or_any(self._tests(node, view), decides=True)

    def _tests(self, node: Call, view: View) -> list[Expr]:
        parts = [self.write(argument, view) for argument in node.arguments]
        if any(part.fails for part in parts):
            parts = [self._short(part, n, view) for part, n in zip(parts, node.arguments, strict=True)]
        return parts

    # What looks beyond the formula

    def _elsewhere(self, node: Call, view: View) -> Expr:
        """OF, INPERIOD, AROUND, ASOF."""
        given = self.value(node.arguments[1], view)
        if is_failure(given):
            return failure(given)
        context = self.scope(view).moved(node.function, given)
        if not isinstance(context, Context):
            return literal(context)
        if not isinstance(node.arguments[1], TextNode):
            self.planner.remark(PLACED)
        return self.write(node.arguments[0], view.at(context))

    def _previous(self, node: Call, view: View) -> Expr:
        back = Decimal(1)
        if len(node.arguments) > 1:
            given = self.value(node.arguments[1], view)
            if not isinstance(given, Decimal):
                return literal(given)
            back = given
            if not isinstance(node.arguments[1], Number):
                self.planner.remark(PLACED)
        moved = view.at(self.scope(view).earlier(int(back)))
        found = self.write(node.arguments[0], moved)
        if len(node.arguments) < 3 or not found.fails:
            return found
        default = self.write(node.arguments[2], view)
        return WRITTEN["IFMISSING"](
            [self._short(found, node.arguments[0], moved) if found.absent else found, default]
        )

    def _with(self, node: Call, view: View) -> Expr:
        names = self.planner.engine.policy.names
        overlay = dict(view.context.overlay)
        cells = dict(view.overlay)
        for name, formula in zip(node.arguments[1::2], node.arguments[2::2], strict=True):
            assert isinstance(name, Name)
            value = self.value(formula, view)
            if is_failure(value):
                return failure(value)
            code = names.get(name.name, name.name)
            overlay[code] = value
            found = self.known(formula, view)
            cells[code] = self._short(found, formula, view)
        context = replace(view.context, overlay=tuple(sorted(overlay.items())))
        inside = replace(view, context=context, overlay=tuple(sorted(cells.items(), key=lambda c: c[0])))
        return self.write(node.arguments[0], inside)

    def _reversed(self, node: Call, view: View) -> Expr:
        context = self.scope(view).taken_back()
        if not isinstance(context, Context):
            return failure(context)
        return self.write(node.arguments[0], view.at(context))

    def _given(self, node: Call, view: View) -> Expr:
        name = node.arguments[0]
        assert isinstance(name, Name)
        return self.planner.facts.given(name, view, self.value(node, view) is True)

    def _parameter(self, node: Call, view: View) -> Expr:
        key = self.value(node.arguments[1], view)
        if is_failure(key):
            return failure(key)
        if not isinstance(node.arguments[1], TextNode):
            self.planner.remark(PLACED)
        name = node.arguments[0]
        assert isinstance(name, Name)
        return self.planner.facts.keyed(name, key, view, self.value(node, view))


_SPECIAL: dict[str, Callable[[FormulaWriter, Call, View], Expr]] = {
    "IF": FormulaWriter._if,
    "IFS": FormulaWriter._ifs,
    "SWITCH": FormulaWriter._switch,
    "AND": FormulaWriter._all,
    "OR": FormulaWriter._any,
    "PREVIOUS": FormulaWriter._previous,
    "WITH": FormulaWriter._with,
    "REVERSED": FormulaWriter._reversed,
    "GIVEN": FormulaWriter._given,
    "PARAMETER": FormulaWriter._parameter,
}


def _is_written(nodes: tuple[Node, ...]) -> bool:
    return all(isinstance(node, Number) for node in nodes)


def _plain(value: Value) -> Value:
    return settle(value) if isinstance(value, Decimal) else value
