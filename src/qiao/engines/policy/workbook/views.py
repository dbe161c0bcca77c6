"""Where a formula is worked out, with the cells of what is otherwise there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qiao.engines.formula import Value
from qiao.kernel.text import Text

from ..contexts import Context
from .parts import Expr


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
