from decimal import Decimal
from fractions import Fraction

import pytest

from qiao.kernel.errors import Incomplete
from qiao.rating.core.figures import Spend
from qiao.rating.core.staffing import Account, decide_load

from .packs import policy

RATIOS = policy("telecom", "staffing_ratios")


def account(mean, tier="key", who=1):
    return Account(who, tier, Spend(Decimal(mean) * 3, 40))


@pytest.mark.parametrize(
    ("mean", "load"),
    [
        (200000, Fraction(1)),
        ("199999.99", Fraction(1, 2)),
        (100000, Fraction(1, 2)),
        ("99999.99", Fraction(1, 3)),
        (10000, Fraction(1, 5)),
        (3000, Fraction(1, 10)),
    ],
)
def test_the_larger_size_owns_each_boundary(mean, load):
    assert decide_load(RATIOS, [account(mean)]).load == load


def test_three_accounts_of_a_third_fill_a_manager_exactly():
    load = decide_load(RATIOS, [account(60000) for _ in range(3)])
    assert (load.load, load.is_over) == (1, False)
    assert decide_load(RATIOS, [account(60000)] * 3 + [account(1, "ordinary")]).is_over


def test_accounts_no_ratio_can_be_read_for_are_named_and_not_counted_as_nothing():
    gap = Incomplete("no ledger")
    accounts = [
        Account(7, "key", gap),
        Account(8, None, gap),
        Account(9, "ordinary", gap),
        Account(10, "gold", gap),
    ]
    load = decide_load(RATIOS, accounts)
    assert load.unread == (7, 8, 10)
    assert load.load == Fraction(1, 500)


def test_the_trace_counts_accounts_per_row():
    step = decide_load(RATIOS, [account(60000), account(60000), account(250000)]).step
    assert [(part.value, part.rule.place) for part in step.parts] == [
        (2, "groups[0].rows[3]"),
        (1, "groups[0].rows[5]"),
    ]
    assert step.value == Decimal("1.6667")
