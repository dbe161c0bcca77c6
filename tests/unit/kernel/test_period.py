from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.period import Half, Month, Quarter, Span, Year, parse_period

months = st.builds(Month, st.integers(1990, 2050), st.integers(1, 12))


@pytest.mark.parametrize("text", ["2021-12", "2021Q4", "2021H2", "2021"])
def test_a_period_reads_its_own_text_form(text):
    assert str(parse_period(text)) == text


@pytest.mark.parametrize(
    "text", ["2021-13", "2021-00", "2021-1", "2021Q5", "2021H3", "21", "", "２０２１-12", "2021-12 "]
)
def test_other_texts_are_no_period(text):
    with pytest.raises(ValueError, match="not a"):
        parse_period(text)


def test_the_months_of_a_half_are_six_and_in_order():
    assert [str(m) for m in Half(2021, 2).months] == [
        "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12",
    ]  # fmt: skip


def test_first_and_last_day_of_each_grain():
    assert (Month(2024, 2).starts_on, Month(2024, 2).last_day) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (Quarter(2021, 1).starts_on, Quarter(2021, 1).ends_before) == (date(2021, 1, 1), date(2021, 4, 1))
    assert (Year(2021).starts_on, Year(2021).last_day) == (date(2021, 1, 1), date(2021, 12, 31))


def test_adding_months_crosses_years():
    assert Month(2021, 12) + 1 == Month(2022, 1)
    assert Month(2021, 1) - 13 == Month(2019, 12)
    assert Month(2021, 11).distance_to(Month(2022, 2)) == 3


def test_a_month_knows_the_longer_periods_around_it():
    assert (Month(2021, 6).quarter, Month(2021, 6).half, Month(2021, 6).year_) == (
        Quarter(2021, 2),
        Half(2021, 1),
        Year(2021),
    )


@given(months)
def test_every_longer_period_of_a_month_contains_it(month):
    for longer in (month.quarter, month.half, month.year_):
        assert month in longer.months
        assert type(longer).containing(month.starts_on) == longer


@given(months, st.integers(-400, 400))
def test_adding_and_taking_away_undo_each_other(month, n):
    assert month + n - n == month
    assert month.distance_to(month + n) == n


@given(st.dates(date(1990, 1, 1), date(2050, 12, 31)))
def test_a_day_lies_in_the_month_that_contains_it(day):
    assert Month.containing(day).span.contains(day)


def test_a_range_includes_both_ends_and_may_be_empty():
    assert len(list(Month.range(Month(2021, 11), Month(2022, 2)))) == 4
    assert list(Month.range(Month(2022, 2), Month(2021, 11))) == []


def test_spans_touch_without_overlapping():
    january, february = Month(2021, 1).span, Month(2021, 2).span
    assert not january.overlaps(february)
    assert january.overlaps(Span(date(2021, 1, 31)))
    assert Span(date(2021, 1, 10)).intersect(january) == Span(date(2021, 1, 10), date(2021, 2, 1))
    assert january.days == 31
    assert Span(date(2021, 1, 1)).days is None


def test_a_span_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="before it starts"):
        Span(date(2021, 1, 2), date(2021, 1, 2))
