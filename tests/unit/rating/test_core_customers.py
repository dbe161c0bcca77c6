from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.errors import Incomplete
from qiao.rating.core.core_customers import decide_core

from .packs import policy

CORE = policy("telecom", "core_customers")
CUMULATIVE = policy("telecom", "core_customers", ("chosen_by: count", "chosen_by: cumulative"))
NO_COST = Incomplete("no cost in %(month)s", {"month": "2021-01"}, "cost_missing")


def yuan(*amounts):
    return {n: Decimal(amount) for n, amount in enumerate(amounts, start=1)}


def test_the_core_is_the_stated_share_of_customers_rounded_up():
    decision = decide_core(CORE, business_yuan=yuan(1, 90, 2, 3, 4, 0), profit_yuan=yuan(1, 2, 3, 4, 90, 0))
    assert decision.by_business.members == (2,)
    assert decision.by_business.brought_share == Decimal("0.9")
    assert decision.by_business.meets_expectation
    assert (decision.only_business, decision.only_profit) == ((2,), (5,))


def test_eleven_customers_have_a_core_of_three():
    assert (
        len(decide_core(CORE, business_yuan=yuan(*range(1, 12)), profit_yuan=NO_COST).by_business.members)
        == 3
    )


def test_without_cost_the_profit_core_is_missing_and_nobody_disagrees():
    decision = decide_core(CORE, business_yuan=yuan(1, 2), profit_yuan=NO_COST)
    assert decision.by_profit is NO_COST
    assert decision.only_business == ()


def test_a_core_by_expected_share_takes_as_few_as_bring_it():
    decision = decide_core(CUMULATIVE, business_yuan=yuan(50, 30, 20), profit_yuan=NO_COST)
    assert decision.by_business.members == (1, 2)
    assert decision.by_business.meets_expectation


def test_equal_amounts_stand_in_order_of_their_id():
    assert decide_core(CORE, business_yuan=yuan(5, 5, 5, 5, 5), profit_yuan=NO_COST).by_business.members == (
        1,
    )


def test_a_core_that_brings_less_than_expected_says_so():
    assert not decide_core(
        CORE, business_yuan=yuan(5, 5, 5, 5, 5), profit_yuan=NO_COST
    ).by_business.meets_expectation


def test_nobody_brings_nothing():
    assert (
        decide_core(CORE, business_yuan=yuan(0, -5), profit_yuan=NO_COST).by_business.code
        == "nothing_brought"
    )


@given(st.lists(st.integers(-100, 10**9), min_size=1, max_size=300))
def test_the_curve_rises_from_nobody_to_everybody_and_bends_only_down(amounts):
    core = decide_core(CORE, business_yuan=yuan(*amounts), profit_yuan=NO_COST).by_business
    if isinstance(core, Incomplete):
        assert max(amounts) <= 0
        return
    assert (core.curve[0].customers, core.curve[-1].brought_share) == (0, 1)
    assert len(core.curve) <= 103
    for before, after in zip(core.curve, core.curve[1:], strict=False):
        assert after.customers > before.customers
        assert after.brought_share > before.brought_share
        assert after.brought_share >= after.customers_share  # largest first: never below the diagonal
