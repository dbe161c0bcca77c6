"""What the parts of the planner ask of it and of each other, so that nothing goes in circles."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Protocol

from qiao.engines.formula import Name, Node, Value
from qiao.kernel.text import Text

from ..contexts import Context
from ..scope import ItemScope
from ..tables import Table
from ..workings import Workings
from .parts import Book, Expr
from .sheets import Placed


class NotLive(Exception):
    """A part that Excel cannot work out; its cell holds the engine's value and says why."""

    def __init__(self, why: Text) -> None:
        self.why = why
        super().__init__(why.en)


@dataclass(frozen=True, slots=True)
class View:
    """Where a formula is worked out, with the cells of what is as it were otherwise there."""

    context: Context
    overlay: tuple[tuple[str, Expr], ...] = ()
    value: Expr | None = None
    engine_value: Value | None = None

    def at(self, context: Context) -> View:
        """The same, elsewhere; only what is otherwise there too stays so."""
        codes = {code for code, _ in context.overlay}
        kept = tuple(pair for pair in self.overlay if pair[0] in codes)
        return replace(self, context=context, overlay=kept)


class Writing(Protocol):
    """The writer of formulas as its parts see it."""

    @property
    def planner(self) -> Rows:
        """Where rows are added."""
        ...

    def write(self, node: Node, view: View) -> Expr:
        """A formula or part of one."""
        ...

    def known(self, node: Node, view: View) -> Expr:
        """A part with its kind."""
        ...

    def value(self, node: Node, view: View) -> Value:
        """What the engine makes of it."""
        ...

    def scope(self, view: View) -> ItemScope:
        """The engine's own look from there."""
        ...


class Rows(Protocol):
    """The planner as its parts see it."""

    book: Book
    groups: dict[Hashable, Expr]

    @property
    def engine(self) -> Workings:
        """What worked the scenario out."""
        ...

    @property
    def writer(self) -> Writing:
        """Writes formulas."""
        ...

    def name(self, node: Name, view: View) -> Expr:
        """The cell of a name."""
        ...

    def word(self, name: str, view: View) -> Expr:
        """The input cell of a word."""
        ...

    def given(self, name: Name, view: View, given: bool) -> Expr:
        """Whether a figure has a value."""
        ...

    def keyed(self, name: Name, key: Value, view: View, value: Value) -> Expr:
        """A parameter's cell for a key."""
        ...

    def step(
        self,
        sort: str,
        title: Text,
        view: View,
        found: Expr,
        engine: Value | None,
        *,
        said: str = "",
        place: str = "",
        why: Text | None = None,
        person: str | None = None,
    ) -> Expr:
        """Add a row."""
        ...

    def aid(
        self,
        title: Text,
        found: Expr,
        view: View,
        engine: Value | None,
        why: Text | None = None,
        *,
        place: str = "",
        person: str | None = None,
    ) -> Expr:
        """Add a row that only helps Excel, or stands for what is not live."""
        ...

    def remark(self, note: Text) -> None:
        """Note something for the step being written."""
        ...

    def table(self, table: Table) -> Placed:
        """Where a table stands."""
        ...
