"""Tiers of many customers at once equal the decisions one by one."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qiao.kernel.errors import Incomplete
from qiao.kernel.money import yuan_from_cents
from qiao.kernel.period import Month
from qiao.kernel.table import Edge, Range
from qiao.rating.core.bulk import CustomerColumns, decide_tiers_in_bulk
from qiao.rating.core.figures import Spend
from qiao.rating.core.key_accounts import decide_key_account
from qiao.rating.core.tiers import decide_tier, tier_rank
from qiao.rulebook.core.article import Policy
from tests.unit.rating.packs import policy

MONTH = Month(2021, 12)
SEGMENTS = ("individual", "finance", "enterprise_small")
near_boundaries = st.sampled_from([0, 150000, 900000, 300000, 2400000, 9000000, 24000000]).flatmap(
    lambda at: st.integers(at - 2, at + 2)
)
customers = st.lists(
    st.tuples(
        near_boundaries | st.integers(-(10**6), 10**10),
        near_boundaries | st.integers(-(10**6), 10**10),
        st.integers(0, 5),
        st.integers(-1, len(SEGMENTS) - 1),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


def one_by_one(tiers, keys, row):
    tier_cents, key_cents, since_first, segment, marked = row
    code = None if segment < 0 else SEGMENTS[segment]
    marks = {keys.body.conditions[1].code} if marked else set()
    months = since_first or None
    key = decide_key_account(
        keys, month=MONTH, segment=code, spend=Spend(yuan_from_cents(key_cents), months), marks=marks
    )
    tier = decide_tier(
        tiers, month=MONTH, segment=code, spend=Spend(yuan_from_cents(tier_cents), months), key_account=key
    )
    is_key = -1 if isinstance(key, Incomplete) else int(key.is_key_account)
    if isinstance(tier, Incomplete):
        return -1, is_key
    return tier_rank(tiers.body, tier.tier), is_key


@pytest.mark.parametrize("pack", ["telecom", "tobacco-city", "electrical"])
@pytest.mark.parametrize("young", ["left_out", "counted"])
@pytest.mark.parametrize("taken_as", ["monthly_mean", "sum"])
def test_bulk_equals_one_by_one(pack, young, taken_as):
    was = "taken_as: monthly_mean, young_customers: left_out"
    now = f"taken_as: {taken_as}, young_customers: {young}"
    tiers = policy(pack, "customer_tiers", (was, now))
    keys = policy(pack, "key_accounts", (was, now))

    @settings(max_examples=40, deadline=None)
    @given(customers)
    def compare(rows):
        columns = [np.array(column) for column in zip(*rows, strict=True)]
        found = decide_tiers_in_bulk(
            tiers,
            keys,
            CustomerColumns(
                tier_cents=columns[0].astype(np.int64),
                key_cents=columns[1].astype(np.int64),
                months_since_first=columns[2].astype(np.int64),
                segment=columns[3].astype(np.int64),
                segments=SEGMENTS,
                marked=columns[4].astype(np.bool_),
            ),
        )
        assert list(zip(found.tier.tolist(), found.key_account.tolist(), strict=True)) == [
            one_by_one(tiers, keys, row) for row in rows
        ]

    compare()


def test_a_boundary_of_a_fraction_of_a_cent_is_kept_exactly():
    ladder = policy("tobacco-city", "customer_tiers").body.ladders[0]
    boundary = Decimal("3000.005")
    rows = (
        replace(ladder.rows[0], figure=Range(upper=Edge(boundary, False))),
        replace(ladder.rows[1], figure=Range(Edge(boundary, True), ladder.rows[1].figure.upper)),
        *ladder.rows[2:],
    )
    body = replace(
        policy("tobacco-city", "customer_tiers").body,
        ladders=(replace(ladder, rows=rows),),
        key_account_tier=None,
    )
    tiers = Policy(replace(policy("tobacco-city", "customer_tiers").article, body=body), 1)
    totals = np.array([900001, 900002], dtype=np.int64)  # three months: 3000.00333 and 3000.00666 a month
    ones = np.ones(2, dtype=np.int64)
    columns = CustomerColumns(totals, totals, ones * 40, ones * 0, SEGMENTS, ones == 0)
    assert decide_tiers_in_bulk(tiers, None, columns).row.tolist() == [0, 1]
