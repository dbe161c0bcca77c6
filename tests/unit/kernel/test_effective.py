from datetime import date

import pytest

from qiao.kernel.effective import Dated, OverlappingSpans, Timeline, value_on
from qiao.kernel.period import Span, Year

ROWS = [
    Dated(Span(date(2021, 7, 1)), "new"),
    Dated(Span(date(2020, 1, 1), date(2021, 1, 1)), "old"),
]


def test_the_value_of_a_day_is_the_row_that_holds_it():
    line = Timeline(ROWS)
    assert line.value_on(date(2020, 12, 31)) == "old"
    assert line.value_on(date(2030, 1, 1)) == "new"
    assert value_on(ROWS, date(2021, 7, 1)) == "new"


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2021, 1, 1), date(2021, 6, 30)])
def test_a_day_between_rows_has_no_value(day):
    assert Timeline(ROWS).value_on(day) is None
    assert value_on(ROWS, day) is None


def test_two_values_on_one_day_are_refused_naming_both():
    with pytest.raises(OverlappingSpans) as refusal:
        Timeline([*ROWS, Dated(Span(date(2020, 12, 31), date(2021, 2, 1)), "third")])
    assert refusal.value.first.ends_before == date(2021, 1, 1)
    assert refusal.value.second.starts_on == date(2020, 12, 31)


def test_gaps_are_named_as_spans():
    assert Timeline(ROWS).gaps(Year(2021).span) == (Span(date(2021, 1, 1), date(2021, 7, 1)),)
    assert Timeline([]).gaps(Year(2021).span) == (Year(2021).span,)
    assert Timeline(ROWS[:1]).gaps(Span(date(2022, 1, 1))) == ()
    assert Timeline(ROWS[1:]).gaps(Span(date(2020, 6, 1))) == (Span(date(2021, 1, 1)),)
