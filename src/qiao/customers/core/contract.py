"""Where a contract stands on a day."""

from datetime import date, timedelta

CONTRACT_STATES = ("future", "running", "ending", "ended")


def state_of(*, starts_on: date, ends_before: date | None, notice_days: int, today: date) -> str:
    """One of ``CONTRACT_STATES``. A contract is ending from ``notice_days`` before its end on."""
    if ends_before is not None and ends_before <= today:
        return "ended"
    if starts_on > today:
        return "future"
    if ends_before is not None and ends_before <= today + timedelta(days=notice_days):
        return "ending"
    return "running"
