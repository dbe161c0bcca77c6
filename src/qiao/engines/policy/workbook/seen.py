"""What the parts of the planner ask of it and of each other, so that nothing goes in circles."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from qiao.engines.formula import Name, Node, Value
from qiao.kernel.text import Text

from ..scope import ItemScope
from ..tables import Table
from ..workings import Workings
from .facts import FactCells
from .parts import Book, Expr
from .sheets import Placed
from .views import NotLive, View


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
    facts: FactCells

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

    def asked_item(self, code: str, view: View) -> Expr:
        """The cell of an item asked for by another."""
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


__all__ = ["NotLive", "Rows", "View", "Writing"]
