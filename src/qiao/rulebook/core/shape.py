"""Between typed articles and plain trees.

A plain tree is what YAML, JSON and forms have in common: mappings, lists, texts and None, every scalar still
    the
text somebody wrote. Reading checks it against the dataclass and reports every fault at once; numbers become
Decimal from their text, so nothing passes through a float.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from qiao.kernel.errors import N_, QiaoError
from qiao.kernel.table import Edge, Range
from qiao.kernel.text import Text

from .faults import Fault, join
from .terms import Term, terms_of

T = TypeVar("T")
Tree = dict[str, Any] | list[Any] | str | None

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST_NUMBER = 24  # digits; more is a slip of the keyboard, and arithmetic on it is no longer exact
_LOWER = {"from": True, "above": False}
_UPPER = {"to": True, "below": False}
_BROKEN: Any = object()  # stands where a value could not be read; its fault is already noted


class Misshapen(QiaoError):
    """A tree does not have the shape its type asks for. Carries every fault."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


def read_tree(wanted: type[T], tree: Tree, path: str = "") -> T:
    """Read a plain tree as a typed value.

    Args:
        wanted: A dataclass whose fields are made by ``term``.
        tree: Scalars are texts.
        path: Where the tree stands, for the faults.

    Raises:
        Misshapen: With every fault found, not only the first.
    """
    faults: list[Fault] = []
    value: T = _read(wanted, tree, path, Term(""), faults)
    if faults:
        raise Misshapen(faults)
    return value


def types_of(cls: Any) -> dict[str, Any]:
    """The resolved types of a dataclass's fields; ``Article[Body]`` has the body's type in its place."""
    return _types_of(cls)


@cache
def _types_of(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(get_origin(cls) or cls)
    arguments = iter(get_args(cls))
    return {name: next(arguments) if isinstance(hint, TypeVar) else hint for name, hint in hints.items()}


def optional_of(wanted: Any) -> Any:
    """The X of ``X | None``, or None when the type takes no None."""
    if get_origin(wanted) not in (Union, UnionType) or NoneType not in get_args(wanted):
        return None
    (inner,) = (arg for arg in get_args(wanted) if arg is not NoneType)
    return inner


def _read(wanted: Any, tree: Any, path: str, described: Term, faults: list[Fault]) -> Any:
    inner = optional_of(wanted)
    if inner is not None:
        return None if tree is None else _read(inner, tree, path, described, faults)
    if get_origin(wanted) is tuple:
        return _read_rows(get_args(wanted)[0], tree, path, described, faults)
    if wanted is Range:
        return _read_range(tree, path, described, faults)
    if is_dataclass(get_origin(wanted) or wanted):
        return _read_fields(wanted, tree, path, faults)
    return _read_scalar(wanted, tree, path, described, faults)


def _note(faults: list[Fault], path: str, message: str, **params: Any) -> Any:
    faults.append(Fault(path, message, params))
    return _BROKEN


def _read_rows(row_type: Any, tree: Any, path: str, described: Term, faults: list[Fault]) -> Any:
    if not isinstance(tree, list):
        return _note(faults, path, N_("a list is expected here"))
    return tuple(_read(row_type, row, join(path, n), described, faults) for n, row in enumerate(tree))


def _read_fields(wanted: Any, tree: Any, path: str, faults: list[Fault]) -> Any:
    if not isinstance(tree, Mapping):
        return _note(faults, path, N_("fields are expected here"))
    record = get_origin(wanted) or wanted
    _note_unknown(tree, {f.name for f in fields(record)}, path, faults)
    types = types_of(wanted)
    values: dict[str, Any] = {}
    for f, described in terms_of(record):
        if f.name in tree:
            values[f.name] = _read(types[f.name], tree[f.name], join(path, f.name), described, faults)
        elif f.default is MISSING and f.default_factory is MISSING:
            values[f.name] = _note(faults, join(path, f.name), N_("“%(name)s” is missing"), name=f.name)
    if any(value is _BROKEN for value in values.values()):
        return _BROKEN
    try:
        return record(**values)
    except ValueError as error:  # a value object's own refusal, such as a text without Chinese
        return _note(faults, path, N_("not possible: %(why)s"), why=str(error))


def _note_unknown(tree: Mapping[str, Any], known: set[str], path: str, faults: list[Fault]) -> None:
    for name in tree:
        if name in known:
            continue
        near = get_close_matches(name, known, 1)
        if near:
            message = N_("there is no field “%(name)s”; is “%(near)s” meant?")
            _note(faults, join(path, name), message, name=name, near=near[0])
        else:
            _note(faults, join(path, name), N_("there is no field “%(name)s”"), name=name)


def _read_range(tree: Any, path: str, described: Term, faults: list[Fault]) -> Any:
    """``{from: 100000, below: 200000}``: ``from`` and ``to`` own their number, ``above`` and ``below`` do
    not.
    """
    if not isinstance(tree, Mapping):
        return _note(faults, path, N_("a range is expected here: from or above, to or below"))
    for name in tree:
        if name not in _LOWER and name not in _UPPER:
            message = N_("a range knows from, above, to and below, not “%(name)s”")
            _note(faults, join(path, name), message, name=name)
    lower = _read_edge(tree, _LOWER, path, described, faults)
    upper = _read_edge(tree, _UPPER, path, described, faults)
    return _BROKEN if _BROKEN in (lower, upper) else Range(lower, upper)


def _read_edge(tree: Any, words: dict[str, bool], path: str, described: Term, faults: list[Fault]) -> Any:
    written = [word for word in words if word in tree]
    if len(written) > 1:
        message = N_("“%(one)s” and “%(other)s” name the same end")
        return _note(faults, path, message, one=written[0], other=written[1])
    if not written:
        return None
    at = _read_scalar(Decimal, tree[written[0]], join(path, written[0]), described, faults)
    return _BROKEN if at is _BROKEN else Edge(at, words[written[0]])


def _read_scalar(wanted: Any, tree: Any, path: str, described: Term, faults: list[Fault]) -> Any:
    if not isinstance(tree, str):
        return _note(faults, path, N_("a single value is expected here"))
    if wanted is str:
        return tree.strip() or _note(faults, path, N_("a text is expected here"))
    if wanted is bool:
        if tree in ("true", "false"):
            return tree == "true"
        return _note(faults, path, N_("true or false is expected, not “%(text)s”"), text=tree)
    if wanted in (int, Decimal):
        return _read_number(wanted, tree, path, described, faults)
    if wanted is date:
        try:
            return date.fromisoformat(tree)
        except ValueError:
            return _note(faults, path, N_("a date like 2021-12-31 is expected, not “%(text)s”"), text=tree)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        try:
            return wanted(tree)
        except ValueError:
            known = ", ".join(member.value for member in wanted)
            return _note(faults, path, N_("“%(text)s” is none of: %(known)s"), text=tree, known=known)
    raise TypeError(f"articles have no fields of type {wanted!r}")


def _read_number(wanted: Any, tree: str, path: str, described: Term, faults: list[Fault]) -> Any:
    if not _NUMBER.fullmatch(tree) or len(tree) > _LONGEST_NUMBER:
        return _note(faults, path, N_("a number is expected, not “%(text)s”"), text=tree)
    if wanted is int and "." in tree:
        return _note(faults, path, N_("a whole number is expected, not “%(text)s”"), text=tree)
    number = Decimal(tree)
    if described.at_least is not None and number < described.at_least:
        return _note(
            faults, path, N_("%(text)s is less than %(limit)s"), text=tree, limit=str(described.at_least)
        )
    if described.above is not None and number <= described.above:
        return _note(
            faults, path, N_("%(text)s is not more than %(limit)s"), text=tree, limit=str(described.above)
        )
    if described.at_most is not None and number > described.at_most:
        return _note(
            faults, path, N_("%(text)s is more than %(limit)s"), text=tree, limit=str(described.at_most)
        )
    return wanted(number)


def to_tree(value: Any) -> Any:
    """A typed value as a plain tree; numbers and dates keep their types so that a writer can tell them from
    texts.

    Fields that still have their default are left out: the tree says what was decided, not what follows.
    """
    if isinstance(value, Range):
        return _range_tree(value)
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en} if value.en else {"zh": value.zh}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: to_tree(getattr(value, f.name))
            for f in fields(value)
            if f.default is MISSING or getattr(value, f.name) != f.default
        }
    if isinstance(value, tuple):
        return [to_tree(row) for row in value]
    if isinstance(value, StrEnum):
        return value.value
    return value


def _range_tree(value: Range) -> dict[str, Decimal]:
    tree = {}
    if value.lower is not None:
        tree["from" if value.lower.included else "above"] = value.lower.at
    if value.upper is not None:
        tree["to" if value.upper.included else "below"] = value.upper.at
    return tree
