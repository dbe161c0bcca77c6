"""Places: the best first, equals share one, who has no figure has none."""

from decimal import Decimal

from qiao.reports.core.boards import move
from qiao.reports.core.ranking import place_all


def test_equals_share_a_place_and_the_next_is_counted_on():
    values = {"a": Decimal(5), "b": Decimal(9), "c": Decimal(5), "d": Decimal(1), "e": None}
    assert place_all(values) == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_less_is_better_where_it_is():
    assert place_all({"a": Decimal(3), "b": Decimal(0)}, good_is_up=False) == {"b": 1, "a": 2}


def test_a_card_moves_and_stays_at_the_ends():
    assert move([1, 2, 3], 3, -1) == [1, 3, 2]
    assert move([1, 2, 3], 1, -1) == [1, 2, 3]
    assert move([1, 2, 3], 1, 5) == [2, 3, 1]
