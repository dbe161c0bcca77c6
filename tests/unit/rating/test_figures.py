from decimal import Decimal

import pytest

from qiao.kernel.period import Month
from qiao.kernel.trace import RuleRef
from qiao.rating.core.figures import Spend, measure, months_divided_by
from qiao.rating.core.policy import Figure, TakenAs, YoungCustomers

RULE = RuleRef("a", 1)


def figure(taken_as=TakenAs.MONTHLY_MEAN, young=YoungCustomers.LEFT_OUT, months=3):
    return Figure("revenue", months, taken_as, young)


@pytest.mark.parametrize(
    ("young", "since_first", "divisor"),
    [
        (YoungCustomers.LEFT_OUT, 1, 1),
        (YoungCustomers.LEFT_OUT, 2, 2),
        (YoungCustomers.LEFT_OUT, 40, 3),
        (YoungCustomers.LEFT_OUT, None, 3),
        (YoungCustomers.COUNTED, 1, 3),
    ],
)
def test_young_months_are_left_out_or_counted_as_the_article_says(young, since_first, divisor):
    assert months_divided_by(figure(young=young), since_first) == divisor


def test_a_sum_is_not_divided():
    measured = measure(figure(TakenAs.SUM), Spend(Decimal(100), 40), Month(2021, 12), RULE)
    assert (measured.over, measured.shown_yuan) == (1, 100)


def test_the_trace_shows_sum_months_and_mean():
    measured = measure(figure(), Spend(Decimal(100), 40), Month(2021, 2), RULE)
    assert measured.shown_yuan == Decimal("33.33")
    total, months = measured.step.parts
    assert (total.value, total.params["first"], total.params["last"]) == (100, "2020-12", "2021-02")
    assert months.value == 3
