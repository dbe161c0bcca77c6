"""When a clock speaks: before its promise is due, and when it is.

A clock counts minutes in the working calendar or round the clock, stands still only for a reason its kind
knows, and speaks at most twice: ``warn`` and ``due``. Source: requirements 7.4, 9.2; design 2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from qiao.kernel.errors import N_, RuleBroken

WORKING, ROUND = "working", "round"
COUNTS = (WORKING, ROUND)
WARN, DUE = "warn", "due"

Add = Callable[[datetime, int], datetime]
Between = Callable[[datetime, datetime], int]


@dataclass(frozen=True, slots=True)
class Times:
    """When a running clock is due and when it speaks next.

    Attributes:
        due_at: The promise.
        warn_at: Warning before it, or None.
        next_at: The earlier of the two still to come; None once it is due.
    """

    due_at: datetime
    warn_at: datetime | None
    next_at: datetime | None


def set_times(now: datetime, minutes: int, warn_minutes: int, add: Add) -> Times:
    """Times of a clock that starts, or goes on, with so many minutes left.

    Args:
        now: Start.
        minutes: Left until it is due; more than 0.
        warn_minutes: How long before the end it warns; 0 for no warning.
        add: Counts minutes on, in working or calendar time.

    Raises:
        RuleBroken: No time is given.
    """
    if minutes <= 0:
        raise RuleBroken(N_("A clock needs more than 0 minutes."), code="clock_minutes", field="minutes")
    due_at = add(now, minutes)
    warn_at = add(now, minutes - warn_minutes) if 0 < warn_minutes < minutes else None
    return Times(due_at, warn_at, warn_at or due_at)


def stage_of(now: datetime, due_at: datetime) -> str:
    """What a clock that speaks now says. After a standstill of the system only the graver is said."""
    return DUE if due_at <= now else WARN


def minutes_left(now: datetime, due_at: datetime, between: Between) -> int:
    """Minutes a clock still has when it is paused; at least 1, so that it can go on."""
    return max(between(now, due_at), 1)


def add_round(start: datetime, minutes: int) -> datetime:
    """Counting round the clock."""
    return start + timedelta(minutes=minutes)


def round_between(start: datetime, end: datetime) -> int:
    """Whole minutes round the clock; 0 when the end is not later."""
    return max(int((end - start).total_seconds() // 60), 0)


def check_pause(reason: str, known: tuple[str, ...]) -> None:
    """Refuse to stop a clock for a reason its kind does not know.

    Raises:
        RuleBroken: The reason is not among the stated ones.
    """
    if reason not in known:
        raise RuleBroken(
            N_("This clock cannot be paused for that reason."), code="pause_reason", field="reason"
        )
