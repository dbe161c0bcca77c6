"""Writes of the working calendar and of absences."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

import chinese_calendar
from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, RuleBroken

from ..core.calendar import check_spans
from ..models import Absence, CalendarDay, Person, WorkingHours

USUAL_DAYS = (0, 1, 2, 3, 4)


@transaction.atomic
def set_working_hours(
    *, starts_on: date, weekdays: Sequence[int], spans: Sequence[tuple[time, time]], by: Any
) -> WorkingHours:
    """Put usual working days and hours in force from a day on; the same day again replaces them.

    Raises:
        RuleBroken: No day, no hours, or hours that overlap.
    """
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise RuleBroken(N_("Choose at least one working day."), code="weekdays_missing", field="weekdays")
    check_spans(spans)
    row, _ = WorkingHours.objects.update_or_create(
        starts_on=starts_on,
        defaults={
            "weekdays": sorted(set(weekdays)),
            "spans": [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in spans],
        },
    )
    return row


@transaction.atomic
def set_day(*, on: date, works: bool, note: str, by: Any) -> CalendarDay:
    """Make one day a day off or a working day."""
    row, _ = CalendarDay.objects.update_or_create(on=on, defaults={"works": works, "note": note})
    return row


@transaction.atomic
def clear_day(*, on: date, by: Any) -> None:
    """Let the usual week decide a day again."""
    CalendarDay.objects.filter(on=on).delete()


@transaction.atomic
def seed_holidays(*, year: int, by: Any) -> int:
    """Enter a year's public holidays and make-up days where nothing is entered yet.

    Returns:
        How many days were entered; 0 when all were known.

    Raises:
        RuleBroken: The year's arrangement is not known to this release.
    """
    try:
        first, last = date(year, 1, 1), date(year, 12, 31)
        days = [
            CalendarDay(on=day, works=chinese_calendar.is_workday(day), note=_holiday_name(day))
            for day in chinese_calendar.get_dates(first, last)
            if chinese_calendar.is_workday(day) != (day.weekday() in USUAL_DAYS)
        ]
    except (NotImplementedError, ValueError, OverflowError):
        raise RuleBroken(
            N_("The public holidays of %(year)s are not known to this release; enter them by hand."),
            code="year_unknown", field="year", year=year,
        ) from None  # fmt: skip
    known = set(CalendarDay.objects.filter(on__range=(first, last)).values_list("on", flat=True))
    fresh = [day for day in days if day.on not in known]
    CalendarDay.objects.bulk_create(fresh)
    return len(fresh)


def _holiday_name(day: date) -> str:
    """Chinese name of the holiday a day belongs to or makes up for."""
    _, name = chinese_calendar.get_holiday_detail(day)
    if name is None:
        return ""
    return str(next((h.chinese for h in chinese_calendar.Holiday if h.value == name), name))


@transaction.atomic
def note_absence(
    *, person: Person, starts_on: date, ends_before: date, substitute: Person | None, reason: str, by: Any
) -> Absence:
    """Note that a person is away, and who acts for him.

    Raises:
        RuleBroken: The days run backwards or overlap another absence, or he would substitute himself.
    """
    if ends_before <= starts_on:
        raise RuleBroken(
            N_("The absence must end after it begins."), code="absence_days", field="ends_before"
        )
    if substitute is not None and substitute.pk == person.pk:
        raise RuleBroken(N_("Nobody is his own substitute."), code="own_substitute", field="substitute")
    try:
        with transaction.atomic():
            return Absence.objects.create(
                person=person, substitute=substitute, reason=reason, starts_on=starts_on, ends_before=ends_before
            )  # fmt: skip
    except IntegrityError:
        raise RuleBroken(
            N_("Another absence of this person is noted in that time."),
            code="absence_overlap", field="starts_on",
        ) from None  # fmt: skip


@transaction.atomic
def end_absence(*, absence: Absence, on: date, by: Any) -> None:
    """The person is back on a day; an absence not begun by then is taken away."""
    if on <= absence.starts_on:
        absence.delete()
        return
    absence.ends_before = min(on, absence.ends_before)
    absence.save(update_fields=["ends_before"])
