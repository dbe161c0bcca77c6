"""The steps of a monthly close. Higher contexts register theirs; the ledger knows none of them by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qiao.kernel.period import Month


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step leaves on the run's record.

    Attributes:
        summary: Plain figures and remarks for people.
        digest: Hash of the step's result; the same inputs give the same. Empty when the step has none.
    """

    summary: dict[str, Any] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True)
class CloseContext:
    """What a step works with.

    Attributes:
        run_id: The close.
        month: The month closed.
        by: Who closes it.
        progress: Called as (done, total, what); raises when the person asked to stop.
    """

    run_id: int
    month: Month
    by: Any
    progress: Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class CloseStep:
    """A step of the close, registered through ``runtime.contributions``.

    Attributes:
        code: Stable name, ``rating.tiers``.
        label: English source text.
        order: Place: import check 10, dimensions 20, indicators 30, tiers 40, summaries 90.
        run: Does the step in its own transaction; doing it again gives the same.
    """

    code: str
    label: str
    order: int
    run: Callable[[CloseContext], StepResult]
