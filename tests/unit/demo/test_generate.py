"""The demo is what it claims to be, whatever the seed."""

import numpy as np
import pytest

from qiao.config.demo.enterprises import VOCABULARIES
from qiao.config.demo.facts import seasonal_spread
from qiao.config.demo.generate import generate
from qiao.config.demo.world import field_units
from qiao.kernel.period import Month

UNTIL = Month(2026, 10)
PACKS = sorted(VOCABULARIES)


@pytest.fixture(scope="module", params=PACKS)
def demo(request):
    return generate(request.param, until=UNTIL)


def count_kinds(demo):
    kinds = [unit.kind for unit in demo.world.units]
    return {kind: kinds.count(kind) for kind in kinds}


def test_the_telecom_enterprise_is_a_province_of_fourteen_cities_and_ninety_two_counties():
    demo = generate("telecom", until=UNTIL, customers=300)
    assert count_kinds(demo) == {"province": 1, "city": 14, "county": 92}
    assert generate("telecom", until=UNTIL).facts.customers == 12_000


def test_every_enterprise_has_the_levels_it_states_each_unit_with_a_name_of_its_own(demo):
    words, units = demo.words, demo.world.units
    assert count_kinds(demo) == {words.root[0]: 1, **{level.kind: level.count for level in words.levels}}
    assert len({unit.code for unit in units}) == len({unit.zh for unit in units}) == len(units)
    codes = {unit.code for unit in units}
    assert all(unit.parent in codes for unit in units if unit.parent)


def test_everybody_and_every_customer_belongs_somewhere_and_there_are_thirty_months(demo):
    assert len(demo.world.customers) == demo.words.customers
    assert (len(demo.months), demo.months[-1]) == (30, UNTIL)
    staffed = {person.unit for person in demo.world.people if person.role == "manager"}
    assert staffed == {unit.code for unit in field_units(demo.words, demo.world.units)}


@pytest.mark.parametrize("seed", [20210901, 7, 8])
@pytest.mark.parametrize("pack", PACKS)
def test_the_facts_are_as_claimed_for_any_seed(pack, seed):
    facts = generate(pack, until=UNTIL, seed=seed).facts
    assert 0.65 <= facts.top_share <= 0.85
    assert 0.05 <= facts.yearly_loss <= 0.12
    assert facts.seasonal_spread >= 0.2


def test_the_same_seed_and_month_give_the_same_data():
    one, two = (generate("telecom", until=UNTIL, customers=300) for _ in range(2))
    assert one.world == two.world
    assert all(np.array_equal(getattr(one.sales, f), getattr(two.sales, f)) for f in one.sales.__slots__)
    other = generate("telecom", until=UNTIL, customers=300, seed=5)
    assert other.world != one.world


def test_season_is_tied_to_the_calendar_and_not_to_the_last_month():
    facts = generate("tobacco-city", until=Month(2026, 3), customers=4000).facts
    assert facts.seasonal_spread >= 0.2


def test_goods_and_days_add_up_to_the_customers_month_and_every_day_exists(demo):
    sales = demo.sales
    assert (sales.cost_cents[sales.revenue_cents > 0] > 0).all()
    last = np.array([month.last_day.day for month in demo.months])[sales.month]
    assert (sales.day <= last).all()
    assert (sales.day.min() > 0) is np.bool_(demo.words.orders)
    assert (sales.revenue_cents < 0).any()


def test_nobody_buys_before_becoming_a_customer_and_the_lost_stay_away(demo):
    since = np.array(
        [demo.months[0].distance_to(Month.containing(row.since)) for row in demo.world.customers]
    )
    assert (demo.sales.month >= since[demo.sales.customer]).all()


def test_some_new_numbers_continue_a_shop_at_its_address_where_the_old_one_stops(demo):
    customers, last = demo.world.customers, {}
    for who, month in zip(demo.sales.customer.tolist(), demo.sales.month.tolist(), strict=True):
        last[who] = max(last.get(who, 0), month)
    taken_over = [(row, customers[row.after]) for row in customers if row.after is not None]
    assert len(taken_over) >= len(customers) // 400
    for n, row in enumerate(customers):
        if row.after is not None:
            assert row.address == customers[row.after].address
            first = demo.months[0].distance_to(Month.containing(row.since))
            assert last.get(row.after, -1) <= max(first, 0), n


def test_what_is_owed_is_what_was_billed_and_not_paid():
    demo = generate("telecom", until=UNTIL, customers=300)
    balances = demo.balances
    billed = np.bincount(demo.sales.customer[demo.sales.revenue_cents > 0],
                         demo.sales.revenue_cents[demo.sales.revenue_cents > 0], 300)  # fmt: skip
    paid = np.bincount(balances.customer, balances.paid_cents, 300)
    last = np.zeros(300)
    at_end = balances.month == len(demo.months) - 1
    last[balances.customer[at_end]] = balances.owed_cents[at_end]
    assert np.array_equal(billed, paid + last)
    assert (balances.overdue_cents <= balances.owed_cents).all()


def test_every_deputy_is_primary_elsewhere_and_never_of_the_same_customer(demo):
    primaries = {row.primary for row in demo.world.customers}
    for row in demo.world.customers:
        assert not row.deputy or (row.deputy != row.primary and row.deputy in primaries)


def test_a_flat_line_has_no_season_and_a_trend_is_no_season():
    assert seasonal_spread(np.full(24, 5.0), [*range(1, 13)] * 2) == pytest.approx(0)
    assert seasonal_spread(np.exp(np.arange(24) * 0.05), [*range(1, 13)] * 2) == pytest.approx(0, abs=1e-9)
