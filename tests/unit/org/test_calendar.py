# ruff: noqa: DTZ001 -- the core counts in local instants
"""The working calendar counts working time, and says so when there is none."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.errors import RuleBroken
from qiao.org.core.calendar import Calendar, Hours, check_spans

OFFICE = ((time(8, 30), time(12)), (time(14), time(17, 30)))
USUAL = Hours(date(2020, 1, 1), frozenset(range(5)), OFFICE)
HOLIDAY, MAKE_UP = date(2026, 10, 1), date(2026, 10, 10)  # a Thursday off, a Saturday worked
CALENDAR = Calendar([USUAL], {HOLIDAY: False, MAKE_UP: True})


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute)


def test_time_begun_before_noon_goes_on_after_it():
    assert CALENDAR.add(at(12, 11), 120) == at(12, 15)


def test_time_asked_for_at_night_begins_in_the_morning():
    assert CALENDAR.add(at(12, 22), 30) == at(13, 9)


def test_a_holiday_is_not_counted_and_a_make_up_day_is():
    assert CALENDAR.add(at(30, 17, month=9), 60) == at(2, 9)
    assert CALENDAR.add(at(9, 17), 60) == at(10, 9)


def test_time_that_ends_with_the_day_ends_that_day():
    assert CALENDAR.add(at(12, 8, 30), 420) == at(12, 17, 30)


def test_between_two_instants_only_working_minutes_count():
    assert CALENDAR.minutes_between(at(12, 11), at(12, 15)) == 120
    assert CALENDAR.minutes_between(at(30, 17, month=9), at(2, 9)) == 60
    assert CALENDAR.minutes_between(at(12, 15), at(12, 11)) == 0


def test_new_hours_hold_from_their_day_on():
    short = Hours(date(2026, 11, 1), frozenset({0}), ((time(9), time(10)),))
    calendar = Calendar([USUAL, short], {})
    assert calendar.works_on(date(2026, 10, 27))
    assert not calendar.works_on(date(2026, 11, 3))
    assert calendar.add(datetime(2026, 11, 2, 9), 90) == datetime(2026, 11, 9, 9, 30)


@pytest.mark.parametrize(
    "calendar", [Calendar([], {}), Calendar([Hours(date(2020, 1, 1), frozenset(), OFFICE)], {})]
)
def test_a_calendar_without_working_days_is_refused_not_searched_for_ever(calendar):
    with pytest.raises(RuleBroken) as refusal:
        calendar.add(at(12, 11), 60)
    assert refusal.value.code == "calendar_empty"


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
        lambda d: d.replace(second=0, microsecond=0)
    ),
    minutes=st.integers(1, 20_000),
)
def test_adding_and_counting_agree(start, minutes):
    end = CALENDAR.add(start, minutes)
    assert CALENDAR.minutes_between(start, end) == minutes
    assert end > start
    assert CALENDAR.works_on(end.date())


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),
    a=st.integers(0, 5000),
    b=st.integers(1, 5000),
)
def test_adding_in_two_steps_is_adding_at_once(start, a, b):
    assert CALENDAR.add(CALENDAR.add(start, a), b) == CALENDAR.add(start, a + b)


@pytest.mark.parametrize(
    ("spans", "code"),
    [
        ([], "hours_missing"),
        ([(time(12), time(8))], "hours_backwards"),
        ([(time(8), time(12)), (time(11), time(13))], "hours_overlap"),
    ],
)
def test_hours_that_make_no_sense_are_refused(spans, code):
    with pytest.raises(RuleBroken) as refusal:
        check_spans(spans)
    assert refusal.value.code == code
