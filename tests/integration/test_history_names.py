"""Histories name what they point to, in the reader's language, with a constant number of queries."""

from datetime import date

import pytest
from django.utils import translation

from qiao.customers import actions, queries
from qiao.customers.core.assignment import DeputyPolicy
from qiao.org import queries as org

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


def said(events) -> str:
    return " | ".join(f"{e.what} {c.field} {c.before}>{c.after}" for e in events for c in e.changes)


def test_a_hand_over_is_told_by_names(cast):
    text = said(queries.list_changes(cast.customers["ours"].pk))
    assert "客户经理 钱七星>张三丰" in text
    assert "甲县" in text
    assert str(cast.people["manager"].pk) not in text.split(" ")


def test_english_readers_get_english_names(cast, log_in, client):
    log_in("manager")
    client.cookies["django_language"] = "en"
    page = client.get(
        f"/customers/{cast.customers['ours'].pk}/history/", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Jia" in page
    assert "甲县" not in page


def test_values_keep_their_types_and_what_changed_is_told(cast):
    customer = cast.customers["ours"]
    actions.change_file(customer=customer, changes={"industry": "机械", "traits": ["a", "b"]}, by=None)
    # In one transaction all happened at the same instant: the change is known by what it says, not by its place.
    newest = next(e for e in queries.list_changes(customer.pk) if any(c.after == "机械" for c in e.changes))
    assert sorted(str(c.after) for c in newest.changes) == ["['a', 'b']", "机械"]
    starts = [
        c.after for e in queries.list_changes(customer.pk) for c in e.changes if c.after == date(2020, 1, 1)
    ]
    assert starts


def test_the_history_costs_the_same_however_long_it_is(cast, django_assert_max_num_queries):
    customer = cast.customers["ours"]
    for day in range(1, 20):
        actions.assign(
            customer_ids=[customer.pk], role="primary", person=cast.people[("manager", "neighbour")[day % 2]],
            on=date(2026, 7, day), reason="x", by=None, policy=DeputyPolicy(),
        )  # fmt: skip
    with django_assert_max_num_queries(6):
        assert len(queries.list_changes(customer.pk)) > 20


def test_people_and_units_too(cast):
    assert "东市公司" in said(org.list_unit_changes(cast.units["jia"].pk))
    assert "甲县" in said(org.list_person_changes(cast.people["manager"].pk))


def test_the_page_of_all_changes_names_them_too(log_in, cast):
    page = log_in("auditor").get("/audit/?what=customers.assignment").content.decode()
    assert "张三丰" in page
    assert "云桥机械有限公司" in page
