"""The one clock. Nobody else asks the machine what time it is, so a demonstration or a test can fix the day."""

from datetime import date, datetime, time

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This instant, aware, in the enterprise's time zone; on the fixed day when ``QIAO_TODAY`` is set."""
    instant = timezone.localtime()
    fixed: date | None = settings.QIAO_TODAY
    return instant if fixed is None else datetime.combine(fixed, instant.timetz())


def today() -> date:
    """The enterprise's current day."""
    return now().date()


def start_of_day(on: date) -> datetime:
    """The instant a day begins in the enterprise's time zone."""
    return timezone.make_aware(datetime.combine(on, time.min))
