from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.money import Rounding, SubCentAmount, cents, round_to, round_to_cents, yuan_from_cents


@given(st.integers(-(10**15), 10**15))
def test_cents_and_yuan_undo_each_other(amount_cents):
    assert cents(yuan_from_cents(amount_cents)) == amount_cents


def test_yuan_always_show_two_places():
    assert str(yuan_from_cents(100)) == "1.00"
    assert str(yuan_from_cents(-5)) == "-0.05"


@pytest.mark.parametrize("amount", ["0.001", "12.345", "NaN", "Infinity"])
def test_a_fraction_of_a_cent_is_refused_not_rounded(amount):
    with pytest.raises(SubCentAmount):
        cents(Decimal(amount))


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.HALF_UP, ["2.35", "-2.35"]),
        (Rounding.HALF_EVEN, ["2.34", "-2.34"]),
        (Rounding.DOWN, ["2.34", "-2.34"]),
        (Rounding.FLOOR, ["2.34", "-2.35"]),
        (Rounding.CEILING, ["2.35", "-2.34"]),
    ],
)
def test_each_rounding_treats_half_a_cent_its_own_way(rounding, expected):
    assert [str(round_to_cents(Decimal(x), rounding)) for x in ("2.345", "-2.345")] == expected


def test_rounding_to_tens_of_yuan():
    assert round_to(Decimal("1234.99"), Decimal(10), Rounding.HALF_UP) == 1230
    with pytest.raises(ValueError, match="positive"):
        round_to(Decimal(1), Decimal(0), Rounding.DOWN)
