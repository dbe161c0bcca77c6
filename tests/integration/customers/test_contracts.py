"""Contracts: their state follows from the days, the list keeps to scope and shows what ends soon."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiao.customers import access, actions, queries
from qiao.customers.core.contract import state_of
from qiao.customers.models import Contract, Customer
from qiao.kernel.errors import RuleBroken
from qiao.org.access import viewer_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def put(cast, number, customer="ours", starts_on=date(2026, 1, 1), **values):
    row = cast.customers[customer]
    return actions.put_contract(
        customer=row, by=None, number=number, title=f"合同{number}", starts_on=starts_on, **values
    )


def test_the_state_follows_from_the_days():
    def state(start, end, notice=60):
        days = [None if n is None else TODAY + timedelta(days=n) for n in (start, end)]
        return state_of(starts_on=days[0], ends_before=days[1], notice_days=notice, today=TODAY)

    assert state(1, 100) == "future"
    assert state(0, 61) == "running"
    assert state(-10, 60) == "ending"
    assert state(-10, 1, notice=0) == "running"
    assert state(-10, 0) == "ended"
    assert state(-10, None) == "running"


def test_the_list_decides_the_state_as_the_core_does(cast):
    ends = (None, -1, 0, 1, 29, 30, 31, 400)
    for n, (start, end) in enumerate((s, e) for s in (-500, 0, 1) for e in ends):
        if end is None or end > start:
            put(cast, str(n), starts_on=TODAY + timedelta(days=start), notice_days=30,
                ends_before=None if end is None else TODAY + timedelta(days=end))  # fmt: skip

    rows = list(queries.contracts_of(Customer.objects.all(), TODAY))

    assert {row.state for row in rows} == {"future", "running", "ending", "ended"}
    for row in rows:
        expected = state_of(
            starts_on=row.starts_on, ends_before=row.ends_before, notice_days=row.notice_days, today=TODAY
        )
        assert row.state == expected


def test_the_list_keeps_to_scope_and_filters_by_the_end(cast, log_in):
    put(cast, "A-1", ends_before=TODAY + timedelta(days=20), amount_yuan=Decimal("1200.50"))
    put(cast, "A-2", ends_before=TODAY + timedelta(days=80))
    put(cast, "A-3", ends_before=TODAY)
    put(cast, "B-1", customer="theirs", ends_before=TODAY + timedelta(days=20))
    client, url = log_in("manager"), reverse("customers:contracts")

    assert f'href="{url}"' in client.get(reverse("customers:customers")).content.decode()
    seen = client.get(url).content.decode()
    soon = client.get(url, {"within": "30"}).content.decode()

    assert [n in seen for n in ("A-1", "A-2", "A-3", "B-1")] == [True, True, True, False]
    assert [n in soon for n in ("A-1", "A-2", "A-3", "B-1")] == [True, False, False, False]
    assert "1,200.50" in soon
    answer = client.get("/api/v1/customers/contracts", {"within": 30}).json()
    assert [(one["number"], one["state"]) for one in answer["items"]] == [("A-1", "ending")]


def test_the_list_costs_the_same_for_few_and_many(cast, log_in, django_assert_max_num_queries):
    for n in range(30):
        put(cast, f"A-{n}")
    client = log_in("supervisor")
    client.get(reverse("customers:contracts"))  # what is read once a process is in memory
    with django_assert_max_num_queries(12):
        client.get(reverse("customers:contracts"))


def test_contracts_and_business_are_entered_by_forms(cast, log_in):
    client, pk = log_in("manager"), cast.customers["ours"].pk
    contract = {"number": "A-1", "title": "专线", "amount_yuan": "98000.10", "starts_on": "2026-01-01",
                "ends_before": "2026-12-31", "notice_days": "60", "terms": "按季付款"}  # fmt: skip
    assert client.post(reverse("customers:new_contract", args=[pk]), contract).status_code == 302
    line = {"product": "互联网专线", "number": "0531-1", "monthly_yuan": "880", "starts_on": "2026-01-01"}
    assert client.post(reverse("customers:new_business_line", args=[pk]), line).status_code == 302

    page = client.get(reverse("customers:contract_tab", args=[pk]), HTTP_HX_REQUEST="true").content.decode()

    assert "98,000.10" in page
    assert "按季付款" in page
    assert "互联网专线" in page
    twice = client.post(reverse("customers:new_contract", args=[pk]), contract)
    assert (twice.status_code, list(twice.context["form"].errors)) == (422, ["number"])
    early = client.post(
        reverse("customers:new_business_line", args=[pk]), {**line, "ends_before": "2025-01-01"}
    )
    assert (early.status_code, list(early.context["form"].errors)) == (422, ["ends_before"])


def test_another_customers_contract_is_not_there(cast, log_in):
    other = put(cast, "B-1", customer="theirs")
    url = reverse("customers:contract", args=[cast.customers["ours"].pk, other.pk])
    assert log_in("manager").get(url).status_code == 404
    visible = access.visible(viewer_of(cast.users["manager"]))
    assert list(queries.contracts_of(visible, TODAY)) == []


def test_the_database_refuses_what_cannot_be(cast):
    with pytest.raises(RuleBroken):
        put(cast, "A-1", ends_before=date(2025, 1, 1))
    ours = cast.customers["ours"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.create(customer=ours, number="x", title="x", starts_on=TODAY, ends_before=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.create(customer=ours, number="x", title="x", starts_on=TODAY, amount_yuan=-1)
