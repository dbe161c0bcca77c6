"""A close decides tiers, core and loads from the ledger by the articles in force, and the pages explain them."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from qiao.customers import actions as customer_actions
from qiao.customers.models import Customer, Standing
from qiao.rating import queries
from qiao.rating.models import CoreCurve, ManagerLoad
from qiao.rulebook import actions as rulebook
from tests.integration.rating.conftest import year_of

pytestmark = pytest.mark.django_db


def standing(code, kind="tier"):
    return Standing.objects.get(customer__code=code, kind=kind)


def test_each_customer_falls_into_the_tier_of_the_articles(closed):
    assert standing("C-ours", "segment").value == "enterprise_medium"
    assert standing("C-ours").value == "key"
    assert standing("C-theirs").value == "ordinary"


def test_what_is_missing_is_named_and_no_tier_is_made_up(closed):
    far = standing("C-far")
    assert (far.value, far.incomplete["code"]) == ("", "segment_missing")
    assert standing("C-far", "segment").incomplete["code"] == "industry_missing"


def test_the_core_is_decided_by_business_and_by_profit(closed):
    curves = {row.measure: row for row in CoreCurve.objects.all()}
    assert (curves["business"].members, curves["profit"].members) == (1, 1)
    assert curves["business"].brought_share == Decimal("0.886920")
    assert standing("C-ours", "core").value == "both"


def test_without_cost_the_core_by_profit_says_why(house):
    house.load(*year_of("C-ours", "4000.00", ""), *year_of("C-theirs", "500.00", "1.00"))
    house.close("2026-10")
    profit = CoreCurve.objects.get(measure="profit")
    assert (profit.members, profit.incomplete["code"]) == (None, "cost_missing")


def test_a_gap_in_the_months_leaves_the_core_incomplete_and_names_the_month(house):
    house.load(*year_of("C-ours", "4000.00", "2000.00", months=3))
    house.close("2026-10")
    assert {row.incomplete["params"]["month"] for row in CoreCurve.objects.all()} == {"2025-11"}


def test_a_managers_load_counts_his_accounts_by_their_ratios(closed):
    load = ManagerLoad.objects.get(person=closed.people["manager"])
    assert (load.accounts, load.load, load.is_over) == (1, Decimal("0.1000"), False)
    neighbour = ManagerLoad.objects.get(person=closed.people["neighbour"])
    assert (neighbour.accounts, neighbour.unread, neighbour.load) == (2, 1, Decimal("0.0020"))


def test_closing_the_same_again_is_the_same_close(closed):
    assert closed.close("2026-10").pk == closed.run.pk


def test_a_recorded_condition_is_a_changed_input_and_lifts_the_customer(closed):
    Customer.objects.filter(code="C-far").update(industry="health")
    customer_actions.change_file(
        customer=closed.customers["far"], changes={"industry": "health", "traits": ["complex_need"]}, by=None
    )
    second = closed.close("2026-10")
    assert second.pk != closed.run.pk
    assert Standing.objects.get(customer__code="C-far", kind="tier", run_id=second.pk).value == "key"


def test_the_explanation_is_decided_again_by_the_very_version(closed):
    explained = queries.explain_tier(standing("C-ours"))
    assert (explained.tier, explained.place) == ("key", "ladders[1].rows[0]")
    assert {(rule.code, rule.version) for rule in explained.step.rules()} == {
        ("telecom-tiers", 1),
        ("telecom-key-accounts", 1),
    }
    assert Decimal("4000.00") in [step.value for step in explained.step.walk()]


def test_a_young_customer_is_measured_by_the_months_it_has(house):
    house.load(*year_of("C-theirs", "1.00", "1.00"), ("C-ours", "2026-10", "internet", "3000.01", "1.00"))
    house.close("2026-10")
    assert standing("C-ours").value == "key"


def test_the_tier_page_shows_rule_text_figures_and_the_row_hit(closed, log_in, django_assert_max_num_queries):
    client = log_in("manager")
    url = reverse("rating:tier", args=[closed.customers["ours"].pk])
    client.get(url, headers={"HX-Request": "true"})
    with django_assert_max_num_queries(12):
        page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "客户分级办法" in page
    assert 'id="ladders[1].rows[0]" class="q-hit"' in page
    assert "4,000" in page


def test_nobody_sees_the_tier_of_a_customer_out_of_his_scope(closed, log_in):
    url = reverse("rating:tier", args=[closed.customers["far"].pk])
    assert log_in("manager").get(url, headers={"HX-Request": "true"}).status_code == 404
    assert log_in("outsider").get(url, headers={"HX-Request": "true"}).status_code in (403, 404)


@pytest.mark.parametrize("name", ["core", "movers", "loads", "core_card", "movers_card", "loads_card"])
def test_pages_of_rating_open_within_their_queries(closed, log_in, name, django_assert_max_num_queries):
    client = log_in("supervisor")
    client.get(reverse(f"rating:{name}"))
    with django_assert_max_num_queries(12):
        assert client.get(reverse(f"rating:{name}")).status_code == 200
    assert log_in("outsider").get(reverse(f"rating:{name}")).status_code == 403


def test_loads_follow_the_scope(closed, log_in):
    page = log_in("manager").get(reverse("rating:loads")).content.decode()
    assert closed.people["manager"].name in page
    assert closed.people["neighbour"].name not in page
    other = ManagerLoad.objects.get(person=closed.people["neighbour"])
    assert log_in("manager").get(reverse("rating:load_why", args=[other.pk])).status_code == 404
    mine = ManagerLoad.objects.get(person=closed.people["manager"])
    assert log_in("manager").get(reverse("rating:load_why", args=[mine.pk])).status_code == 200


def test_a_mover_is_listed_with_both_tiers(house, log_in):
    house.load(*year_of("C-ours", "2900.00", "1.00"), *year_of("C-theirs", "1.00", "1.00"))
    house.close("2026-09")
    house.load(
        ("C-ours", "2026-10", "internet", "9000.00", "1.00"), ("C-theirs", "2026-10", "internet", "1", "1")
    )
    house.close("2026-10")
    page = (
        log_in("supervisor").get(reverse("rating:movers"), headers={"Accept-Language": "en"}).content.decode()
    )
    assert "云桥机械有限公司" in page
    assert "Key account (group)" in page


def test_an_article_that_ends_leaves_customers_without_a_tier_not_with_an_old_one(house):
    row = rulebook.queries.get_version("telecom-tiers", 1)
    rulebook.end(row=row, on=date(2026, 10, 1), reason="replaced", by=house.users["administrator"])
    house.load(*year_of("C-ours", "4000.00", "2000.00"))
    house.close("2026-10")
    assert standing("C-ours").incomplete["code"] == "no_article"
