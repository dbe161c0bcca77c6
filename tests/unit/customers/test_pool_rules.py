"""The public pool: what is claimed, and what falls back when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.customers.core.pool import Claims, PoolPolicy, PoolReach, check_claim, decide_idle
from qiao.kernel.errors import RuleBroken

POLICY = PoolPolicy(
    is_on=True, reach=PoolReach.OWN_UNIT, claims_a_day=2, claims_held=3, cooling_days=30, returns=True, idle_days=90,
    warn_days=10,
)  # fmt: skip
TODAY = date(2026, 11, 22)


NONE = Claims(0, 0)


def refusal(policy=POLICY, claims=NONE, *, has_manager=False, served_until=None):
    with pytest.raises(RuleBroken) as caught:
        check_claim(policy, claims, has_manager=has_manager, served_until=served_until, on=TODAY)
    return caught.value.code


def test_each_limit_is_named():
    assert refusal(replace(POLICY, is_on=False)) == "pool_off"
    assert refusal(has_manager=True) == "pool_taken"
    assert refusal(claims=Claims(2, 2)) == "pool_day_limit"
    assert refusal(claims=Claims(0, 3)) == "pool_held_limit"
    assert refusal(served_until=TODAY - timedelta(days=29)) == "pool_cooling"


def test_within_all_limits_it_is_claimed():
    check_claim(POLICY, Claims(1, 2), has_manager=False, served_until=TODAY - timedelta(days=30), on=TODAY)


def test_warned_ten_days_before_and_back_on_the_day():
    since = TODAY - timedelta(days=80)
    assert decide_idle(POLICY, since=since + timedelta(days=1), warned_on=None, on=TODAY).step == "stay"
    assert decide_idle(POLICY, since=since, warned_on=None, on=TODAY).step == "warn"
    assert decide_idle(POLICY, since=since, warned_on=TODAY, on=TODAY + timedelta(days=9)).step == "stay"
    assert decide_idle(POLICY, since=since, warned_on=TODAY, on=TODAY + timedelta(days=10)).step == "return"


@given(st.integers(0, 2000), st.integers(0, 200))
def test_nobody_loses_a_customer_without_the_days_of_warning(idle, later):
    since = TODAY - timedelta(days=idle)
    assert decide_idle(POLICY, since=since, warned_on=None, on=TODAY).step != "return"
    after = decide_idle(POLICY, since=since, warned_on=TODAY, on=TODAY + timedelta(days=later))
    assert (after.step == "return") == (later >= 10 and idle + later >= 90)
