# ruff: noqa: DTZ001 -- the core counts in local instants
"""When clocks speak."""

from datetime import datetime, timedelta

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.work.core import clocks

NOON = datetime(2026, 11, 2, 12)


def test_a_clock_warns_before_it_is_due():
    times = clocks.set_times(NOON, 60, 20, clocks.add_round)
    assert times.warn_at == NOON + timedelta(minutes=40)
    assert times.due_at == NOON + timedelta(minutes=60)
    assert times.next_at == times.warn_at


@pytest.mark.parametrize("warn", [0, 60, 90])
def test_without_time_to_warn_it_only_says_when_it_is_due(warn):
    times = clocks.set_times(NOON, 60, warn, clocks.add_round)
    assert times.warn_at is None
    assert times.next_at == times.due_at


def test_after_a_standstill_only_the_graver_is_said():
    due = NOON + timedelta(minutes=60)
    assert clocks.stage_of(NOON + timedelta(minutes=50), due) == "warn"
    assert clocks.stage_of(NOON + timedelta(minutes=90), due) == "due"


def test_a_clock_without_time_is_refused():
    with pytest.raises(RuleBroken):
        clocks.set_times(NOON, 0, 0, clocks.add_round)


def test_a_clock_pauses_only_for_a_stated_reason():
    clocks.check_pause("customer", ("customer",))
    with pytest.raises(RuleBroken):
        clocks.check_pause("holiday mood", ("customer",))


def test_a_paused_clock_can_always_go_on():
    assert clocks.minutes_left(NOON, NOON + timedelta(seconds=20), clocks.round_between) == 1
