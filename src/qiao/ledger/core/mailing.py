"""When an analysis goes out next."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from qiao.kernel.errors import N_

EVERY = (
    ("day", N_("Every working day")),
    ("week", N_("Every Monday")),
    ("month", N_("On the first of every month")),
    ("close", N_("After every monthly close")),
)
_FAR = 62  # days looked ahead: no calendar rests longer


def next_mail(now: datetime, every: str, at: time, works_on: Callable[[date], bool]) -> datetime | None:
    """The next time after ``now``, local.

    Args:
        now: Local time.
        every: ``day`` (working days), ``week`` (Mondays), ``month`` (first days), ``close`` (no fixed time).
        at: Time of the day.
        works_on: Whether people work on a day.

    Returns:
        None where no fixed time is kept, or nobody ever works.
    """
    meets: dict[str, Callable[[date], bool]] = {
        "day": works_on,
        "week": lambda day: day.weekday() == 0,
        "month": lambda day: day.day == 1,
    }
    if every not in meets:
        return None
    for ahead in range(_FAR):
        day = now.date() + timedelta(days=ahead)
        if meets[every](day) and (moment := datetime.combine(day, at)) > now:
            return moment
    return None
