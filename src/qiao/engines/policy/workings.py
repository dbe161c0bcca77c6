"""What the parts of the engine ask of it: an item's or a figure's step in a context, facts and policy."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from .contexts import Context
from .facts import Facts
from .model import Policy
from .nodes import TraceNode


class Workings(Protocol):
    """The engine as its parts see it."""

    policy: Policy
    facts: Facts
    groups: dict[tuple[Any, ...], dict[str, TraceNode]]

    def item(self, code: str, context: Context) -> TraceNode:
        """An item's step in a context, worked out once."""
        ...

    def figure(self, code: str, context: Context) -> TraceNode:
        """A declared input's step in a context."""
        ...

    def day(self, at: str, context: Context) -> date | None:
        """The day on which dated things are read."""
        ...
