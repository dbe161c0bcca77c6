"""From text to tree: tokens, precedence, and errors that point at the character.

Full-width brackets, commas and comparison signs, as a Chinese keyboard types them, mean the same as the plain
ones. A formula may begin with ``=`` as in a spreadsheet. There are no cell references, no loops, no assignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import N_, QiaoError

LONGEST = 4000  # characters
MOST_NODES = 500  # a chain of so many is worked out well within the depth of calls
DEEPEST = 60


class FormulaError(QiaoError, ValueError):
    """A formula that cannot be read or does not fit together.

    Attributes:
        message: English source text with ``%(name)s`` places.
        at: The character it points at, from 0.
        params: Values for the places.
    """

    def __init__(self, message: str, at: int, **params: Any) -> None:
        self.message, self.at, self.params = message, at, params
        super().__init__(message % params if params else message)


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the formula."""

    value: Decimal
    at: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Truth:
    """TRUE or FALSE."""

    value: bool
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A figure by name; ``event.amount`` and ``own.unit`` are one name."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x``, ``+x`` or ``x%``."""

    operator: str
    operand: Node
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and ``+ - * / ^ & = <> < <= > >=`` between them."""

    operator: str
    left: Node
    right: Node
    at: int


Node = Number | Text | Truth | Name | Call | Unary | Binary


@dataclass(frozen=True, slots=True)
class _Token:
    sort: str  # number, text, name, sign, end
    text: str
    at: int


_WIDE = str.maketrans(
    {
        "（": "(",
        "）": ")",
        "，": ",",
        "、": ",",
        "；": ",",
        ";": ",",
        "＋": "+",
        "－": "-",
        "−": "-",
        "×": "*",
        "＊": "*",
        "÷": "/",
        "／": "/",
        "＝": "=",
        "＜": "<",
        "＞": ">",
        "％": "%",
        "＆": "&",
        "“": '"',
        "”": '"',
        "＂": '"',
        "\u3000": " ",
        "\xa0": " ",
        "．": ".",
    }
)
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "<>", "==": "=", "!=": "<>", "&&": None, "||": None}
_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_CELL = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}\Z")


def _tokens(source: str) -> Iterator[_Token]:
    text = source.translate(_WIDE).translate(_WIDE_DIGITS)
    at = 0
    while at < len(text):
        here = text[at]
        if here.isspace():
            at += 1
        elif found := _NUMBER.match(text, at):
            yield _Token("number", found[0], at)
            at = found.end()
            if at < len(text) and (text[at].isalpha() or text[at] == "_"):
                raise FormulaError(N_("a name cannot begin with a digit"), found.start())
        elif here == '"':
            end = at + 1
            parts = []
            while True:
                close = text.find('"', end)
                if close < 0:
                    raise FormulaError(N_("the text that begins here has no closing quote"), at)
                parts.append(source[end:close])
                if text[close + 1 : close + 2] != '"':
                    break
                parts.append('"')
                end = close + 2
            yield _Token("text", "".join(parts), at)
            at = close + 1
        elif here == "[":
            close = text.find("]", at)
            if close < 0:
                raise FormulaError(N_("the name that begins here has no closing bracket"), at)
            yield _Token("name", source[at + 1 : close].strip(), at)
            at = close + 1
        elif found := _NAME.match(text, at):
            yield _Token("name", found[0], at)
            at = found.end()
        else:
            pair = text[at : at + 2]
            if pair in ("<=", ">=", "<>"):
                yield _Token("sign", pair, at)
                at += 2
            elif pair in _SIGNS or here in _SIGNS:
                sign = pair if pair in _SIGNS else here
                plain = _SIGNS[sign]
                if plain is None:
                    raise FormulaError(N_("write AND( , ) and OR( , ) instead of %(sign)s"), at, sign=sign)
                yield _Token("sign", plain, at)
                at += len(sign)
            elif here in "+-*/^&=<>(),%":
                yield _Token("sign", here, at)
                at += 1
            else:
                raise FormulaError(N_("“%(sign)s” has no meaning here"), at, sign=here)
    yield _Token("end", "", len(text))


_LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"))


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = list(_tokens(source))
        self.next = 0
        self.nodes = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        token = self.token
        self.next += 1
        return token

    def is_sign(self, *signs: str) -> bool:
        return self.token.sort == "sign" and self.token.text in signs

    def count(self, at: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise FormulaError(
                N_("the formula has more than %(most)s parts; give steps names"), at, most=MOST_NODES
            )

    def expression(self, level: int = 0) -> Node:
        if level == 0:
            self.depth += 1
            if self.depth > DEEPEST:
                raise FormulaError(
                    N_("nested more than %(most)s deep; give steps names"), self.token.at, most=DEEPEST
                )
        if level == len(_LEVELS):
            return self.powered()
        left = self.expression(level + 1)
        compared = False
        while self.is_sign(*_LEVELS[level]):
            if level == 0 and compared:
                raise FormulaError(N_("compare two things at a time; join with AND( , )"), self.token.at)
            compared = True
            sign = self.take()
            self.count(sign.at)
            left = Binary(sign.text, left, self.expression(level + 1), sign.at)
        if level == 0:
            self.depth -= 1
        return left

    def powered(self) -> Node:
        signed = self.is_sign("-", "+")
        base = self.signed()
        if not self.is_sign("^"):
            return base
        sign = self.take()
        if signed:
            raise FormulaError(N_("write brackets: (-x)^2 or -(x^2)"), sign.at)
        self.count(sign.at)
        return Binary("^", base, self.signed(), sign.at)

    def signed(self) -> Node:
        if self.is_sign("-", "+"):
            sign = self.take()
            self.count(sign.at)
            if self.is_sign("-", "+"):
                raise FormulaError(N_("two signs in a row"), self.token.at)
            return Unary(sign.text, self.signed(), sign.at)
        operand = self.operand()
        while self.is_sign("%"):
            sign = self.take()
            self.count(sign.at)
            operand = Unary("%", operand, sign.at)
        return operand

    def operand(self) -> Node:
        token = self.take()
        self.count(token.at)
        if token.sort == "number":
            return Number(Decimal(token.text), token.at)
        if token.sort == "text":
            return Text(token.text, token.at)
        if token.sort == "name":
            if self.is_sign("("):
                return self.call(token)
            if token.text.upper() in ("TRUE", "FALSE"):
                return Truth(token.text.upper() == "TRUE", token.at)
            return Name(token.text, token.at)
        if token.text == "(" and token.sort == "sign":
            inner = self.expression()
            self.close(token)
            return inner
        if token.sort == "end":
            raise FormulaError(N_("the formula ends where a figure should follow"), token.at)
        raise FormulaError(N_("a figure should stand here, not “%(sign)s”"), token.at, sign=token.text)

    def call(self, name: _Token) -> Node:
        opening = self.take()
        arguments: list[Node] = []
        if not self.is_sign(")"):
            arguments.append(self.expression())
            while self.is_sign(","):
                self.take()
                arguments.append(self.expression())
        self.close(opening)
        return Call(name.text.upper(), tuple(arguments), name.at)

    def close(self, opening: _Token) -> None:
        if not self.is_sign(")"):
            if self.token.sort == "end":
                raise FormulaError(N_("this bracket is never closed"), opening.at)
            raise FormulaError(N_("“%(sign)s” is not expected here"), self.token.at, sign=self.token.text)
        self.take()


def parse(source: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: It is no formula; points at the character.
    """
    if len(source) > LONGEST:
        raise FormulaError(
            N_("a formula of %(length)s characters; at most %(most)s – give steps names"),
            LONGEST,
            length=len(source),
            most=LONGEST,
        )
    lead = len(source) - len(source.lstrip(" \t\n=＝"))
    try:
        parser = _Parser(" " * lead + source[lead:])
        tree = parser.expression()
    except RecursionError:  # the depth bound counts brackets and calls; signs nest too
        raise FormulaError(N_("nested more than %(most)s deep; give steps names"), 0, most=DEEPEST) from None
    left = parser.token
    if left.sort != "end":
        if left.sort in ("name", "number", "text"):
            raise FormulaError(N_("an operator is missing before “%(sign)s”"), left.at, sign=left.text)
        raise FormulaError(N_("“%(sign)s” is not expected here"), left.at, sign=left.text)
    return tree


def looks_like_cell(name: str) -> bool:
    """Whether a name looks like a spreadsheet's cell (``B12``), which formulas here do not have."""
    return bool(_CELL.match(name))


def walk(node: Node) -> Iterator[Node]:
    """The node and every node below it, in the order written."""
    yield node
    match node:
        case Call(arguments=arguments):
            for argument in arguments:
                yield from walk(argument)
        case Unary(operand=operand):
            yield from walk(operand)
        case Binary(left=left, right=right):
            yield from walk(left)
            yield from walk(right)


def names_in(node: Node) -> tuple[Name, ...]:
    """Every name in a formula, in the order written, repeats kept."""
    return tuple(part for part in walk(node) if isinstance(part, Name))
