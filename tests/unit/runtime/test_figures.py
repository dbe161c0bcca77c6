"""How figures are written, for Chinese and for English readers."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from qiao.kernel.errors import N_, Incomplete
from qiao.runtime import figures, marks
from qiao.runtime.charts import Chart, Series

GONE = Incomplete(N_("the cost is missing"))


@pytest.mark.parametrize(
    ("write", "value", "zh", "en"),
    [
        (figures.number, 1234567, "1,234,567", "1,234,567"),
        (figures.number, Decimal("-0.50"), "−0.50", "−0.50"),
        (figures.number, 0, "0", "0"),
        (figures.money, Decimal("1234567.885"), "1,234,567.88", "1,234,567.88"),
        (figures.money, Decimal("-0.001"), "0.00", "0.00"),
        (figures.wan, 1234567, "123.46", "1,234.57"),
        (figures.amount, Decimal("99999.99"), "99,999.99元", "99,999.99 yuan"),
        (figures.amount, 100_000, "10.00万元", "100.00 k yuan"),
        (figures.share, Decimal("0.1234"), "12.3%", "12.3%"),
        (figures.month, date(2026, 11, 22), "2026年11月", "Nov 2026"),
        (figures.month, "2026-01", "2026年1月", "Jan 2026"),
        (figures.period, "2021Q4", "2021年第4季度", "Q4 2021"),
        (figures.period, "2021H2", "2021年下半年", "H2 2021"),
        (figures.period, "2021", "2021年", "2021"),
        (figures.day_with_weekday, date(2026, 11, 22), "2026-11-22 周日", "2026-11-22 Sun"),
    ],
)
def test_a_figure_is_written_as_its_reader_expects(write, value, zh, en):
    with translation.override("zh-hans"):
        assert write(value) == zh
    with translation.override("en"):
        assert write(value) == en


@pytest.mark.parametrize(
    "write", [figures.number, figures.money, figures.wan, figures.amount, figures.share, figures.period]
)
@pytest.mark.parametrize("value", [None, GONE])
def test_a_missing_figure_is_a_dash_and_never_zero(write, value):
    assert write(value) == "—"


def test_the_reason_of_a_missing_figure_is_said_and_escaped():
    with translation.override("en"):
        assert "the cost is missing" in marks.money(GONE)
        assert "<b>" not in marks.money(Incomplete("<b>no</b>"))


@pytest.mark.parametrize(
    ("change", "good", "tone", "sign"),
    [
        ("0.05", "up", "q-good", "▲"),
        ("0.05", "down", "q-bad", "▲"),
        ("-0.05", "up", "q-bad", "▼"),
        ("-0.05", "none", "", "▼"),
    ],
)
def test_a_movement_says_its_direction_without_colour(change, good, tone, sign):
    with translation.override("en"):
        text = marks.movement(Decimal(change), good=good)
    assert sign in text
    assert ("+5.0%" if change[0] != "-" else "−5.0%") in text
    assert ("q-good" in text, "q-bad" in text) == (tone == "q-good", tone == "q-bad")


def test_a_chart_keeps_missing_figures_as_gaps_and_tells_why_in_its_table():
    chart = Chart("Revenue", ["Jan", "Feb"], [Series("now", [Decimal(20_000), GONE])], fmt="wan")
    with translation.override("zh-hans"):
        assert chart.data()["series"][0]["values"] == [2.0, None]
        assert chart.rows()[1][2] == [("—", "the cost is missing")]


def test_a_chart_refuses_series_of_another_length():
    with pytest.raises(ValueError, match="1 values for 2 categories"):
        Chart("Revenue", ["Jan", "Feb"], [Series("now", [1])])


def test_a_curve_refuses_categories_that_are_no_percentages():
    assert Chart("c", ["0 %", "5%"], [Series("s", [0, 1])], kind="curve").data()["xs"] == [0.0, 5.0]
    with pytest.raises(ValueError, match="percentages"):
        Chart("c", ["none"], [Series("s", [0])], kind="curve")
