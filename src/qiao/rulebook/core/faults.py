"""What is wrong with an article, and where in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import N_
from qiao.kernel.table import Range, find_faults


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong.

    Attributes:
        path: Place inside the article: ``body.tiers[2].code``.
        message: English source text with ``%(name)s`` places.
        params: Values for the places.
    """

    path: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.path}: {self.message % self.params if self.params else self.message}"


def join(path: str, step: str | int) -> str:
    """The place one step deeper: a field's name or a row's number (from 0)."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step


def table_faults(ranges: Sequence[Range], path: str) -> list[Fault]:
    """Gaps, overlaps and boundaries without exactly one owner, each at its row."""
    return [Fault(join(path, f.row), f.message, dict(f.params)) for f in find_faults(ranges)]


def open_end_faults(ranges: Sequence[Range], path: str) -> list[Fault]:
    """A table that must answer for every number has no lower end in its first row, no upper end in its
    last.
    """
    faults = []
    if ranges and ranges[0].lower is not None:
        faults.append(
            Fault(join(path, 0), N_("the first row must be open below, or small numbers hit no row"))
        )
    if ranges and ranges[-1].upper is not None:
        last = len(ranges) - 1
        faults.append(
            Fault(join(path, last), N_("the last row must be open above, or large numbers hit no row"))
        )
    return faults


def twice_faults(codes: Iterable[str], path: str, step: str = "code") -> list[Fault]:
    """Codes that stand twice in a list whose rows are known by code."""
    seen: set[str] = set()
    faults = []
    for row, code in enumerate(codes):
        if code in seen:
            faults.append(
                Fault(join(join(path, row), step), N_("“%(code)s” stands here twice"), {"code": code})
            )
        seen.add(code)
    return faults


def weight_faults(weights: Sequence[Decimal], path: str) -> list[Fault]:
    """Weights that do not add up to one whole (100 %)."""
    total = sum(weights, Decimal(0))
    if total == 1:
        return []
    return [Fault(path, N_("the weights add up to %(total)s %%, not 100 %%"), {"total": f"{total * 100:f}"})]


def no_faults(_body: object) -> tuple[Fault, ...]:
    """For kinds whose types say everything."""
    return ()


Check = Callable[[Any], Iterable[Fault]]
