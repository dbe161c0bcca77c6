"""The input cells: measures, parameters, what was carried over, what is on record. One row of facts is one cell."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Any

from qiao.engines.formula import Name, Value
from qiao.engines.formula.values import as_text, is_failure, kind_of
from qiao.kernel.text import Text

from ..nodes import TraceNode
from ..scope import ItemScope
from ..workings import Workings
from .parts import SORTS, Book, Expr, Line, build, cell, literal
from .views import View


class FactCells:
    """The input cells of one scenario."""

    def __init__(self, book: Book, engine: Workings, scenario: str) -> None:
        self.book, self.engine, self.scenario = book, engine, scenario
        self.kept: dict[Hashable, Expr] = {}

    def figure(self, code: str, view: View) -> Expr:
        """The input cell of a declared figure."""
        engine, context = self.engine, view.context
        figure = engine.policy.figures[code]
        node = engine.figure(code, context)
        origin = engine.origin(code, context)
        key = ("figure", code, *(origin if origin is not None else context.key))
        return self.add(key, figure.source, figure.title, node.value, node, node.place, code)

    def given(self, name: Name, view: View, given: bool) -> Expr:
        """Whether a figure has a value; a default does not count."""
        code = self.engine.policy.names[name.name]
        if any(overlaid == code for overlaid, _ in view.context.overlay):
            return literal(True)
        found = self.figure(code, view)
        if self.engine.figure(code, view.context).place.endswith(".missing"):
            return literal(False)
        return build(f"NOT(ISNA({found.text}))", "truth", [found], exact=True, fails=False)

    def keyed(self, name: Name, key: Value, view: View, value: Value) -> Expr:
        """A parameter's cell for a key."""
        code = self.engine.policy.names[name.name]
        figure = self.engine.policy.figures[code]
        node = TraceNode(
            "parameter", code, figure.title, value, view.context.person or "", view.context.period.label
        )
        at = ("keyed", code, as_text(key), *view.context.key)
        return self.add(
            at, "parameter", figure.title, value, node, f"parameters.{code}", f"{code} {as_text(key)}"
        )

    def word(self, name: str, view: View) -> Expr:
        """The input cell of a word: what is on record of a person, a period, an event."""
        context = view.context
        value = ItemScope(self.engine, context, [], value=view.engine_value).word_value(name)
        root = name.partition(".")[0]
        where: tuple[Any, ...]
        match root:
            case "person":
                where = (context.person, as_text(value))
            case "event":
                where = (context.event,)
            case "period":
                where = (context.period.label, context.period.grain)
            case _:
                where = (context.person, context.period.label, context.span, context.level)
        event = self.engine.facts.events[context.event].event if context.event is not None else ""
        node = TraceNode(
            "word",
            name,
            Text(name),
            value,
            (context.person or "") if root != "period" else "",
            context.period.label,
            event if root == "event" else "",
        )
        return self.add(("word", name, *where), "word", Text(name), value, node, "")

    def add(
        self, key: Hashable, sort: str, title: Text, value: Value, node: TraceNode, place: str, said: str = ""
    ) -> Expr:
        """The input cell for a key, added when it is new."""
        if key in self.kept:
            return self.kept[key]
        line = Line(
            self.scenario,
            SORTS.get(sort, SORTS["word"]),
            title,
            node.person,
            node.period,
            node.event,
            said or node.code,
            entered=value,
            kind=kind_of(value),
            place=place,
        )
        self.book.facts.append(line)
        kind = self._kind(sort, node.code, value)
        digits = len(value.as_tuple().digits) if isinstance(value, Decimal) else 0
        found = Expr(
            cell("facts", len(self.book.facts) - 1), kind, exact=digits <= 15, fails=is_failure(value)
        )
        self.kept[key] = found
        return found

    def _kind(self, sort: str, code: str, value: Value) -> str:
        if not is_failure(value):
            return kind_of(value)
        figure = self.engine.policy.figures.get(code)
        return figure.kind if figure is not None else "any"
