"""The page before a visit, and ending what was agreed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.customers import actions
from qiao.customers.models import BusinessLine, Contract
from qiao.kernel.errors import RuleBroken
from qiao.org.models import RoleType
from qiao.runtime import clock
from qiao.work import actions as work

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(cast):
    """``ours`` with a head against us, a contract that ends soon and no finance head."""
    ours = cast.customers["ours"]
    actions.put_contact(
        customer=ours, by=None, name="陈总", role="leader", influence=5, attitude=-1, decision_role="decider",
        phone="13800000001",
    )  # fmt: skip
    actions.put_contact(customer=ours, by=None, name="小李", role="liaison")
    actions.put_contract(
        customer=ours, by=None, number="HT-1", title="专线合同", starts_on=date(2026, 1, 1),
        ends_before=clock.today() + timedelta(days=20), notice_days=60,
    )  # fmt: skip
    work.give_task(
        title="送对账单", owner_id=cast.people["manager"].pk, by=None, source=("customer", ours.pk)
    )
    return cast


def test_it_shows_people_gaps_contracts_and_what_to_ask_with_few_queries(known, log_in):
    client, url = log_in("manager"), reverse("customers:before_visit", args=[known.customers["ours"].pk])
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        page = client.get(url).content.decode()
    assert "陈总" in page
    assert "tel:13800000001" in page
    assert "财务与资费负责人" in page
    assert "专线合同" in page
    assert page.index("专线合同”于") < page.index("陈总 有影响力"), "what may be lost is asked first"
    assert len(caught) <= 12


def test_other_contexts_add_their_parts_each_under_its_own_right(known, log_in):
    ours = known.customers["ours"].pk
    url = reverse("customers:before_visit", args=[ours])
    page = log_in("manager").get(url).content.decode()
    parts = [
        reverse(name, args=[ours])
        for name in ("ledger:customer_brief", "work:customer_open_tasks", "rating:tier_brief")
    ]
    assert all(part in page for part in parts)
    tasks = log_in("manager").get(parts[1], HTTP_HX_REQUEST="true").content.decode()
    assert "送对账单" in tasks
    assert log_in("manager").get(parts[1]).headers["Location"] == url
    role = RoleType.objects.get(code="manager")
    role.rights = [right for right in role.rights if right != "ledger.view"]
    role.save()
    assert parts[0] not in log_in("manager").get(url).content.decode()


def test_the_api_gives_the_same(known, call):
    found = call("manager", ["customers.view"])(
        "GET", f"/customers/{known.customers['ours'].pk}/before-visit"
    ).json()
    assert len(found["open_roles"]) == 2
    assert found["contracts"][0]["number"] == "HT-1"
    assert found["questions"]


def test_a_contract_ends_on_a_day_and_not_before_it_begins(known, log_in):
    ours, row = known.customers["ours"], Contract.objects.get()
    url = reverse("customers:end_contract", args=[ours.pk, row.pk])
    assert log_in("manager").post(url, {"on": "2025-12-31"}).status_code == 422
    assert log_in("manager").post(url, {"on": "2026-06-01"}).status_code == 302
    row.refresh_from_db()
    assert row.ends_before == date(2026, 6, 1)
    with pytest.raises(RuleBroken):
        actions.end_agreement(row=row, on=date(2026, 7, 1), by=None)


def test_business_entered_by_mistake_is_removed_and_the_history_keeps_it(known, log_in):
    ours = known.customers["ours"]
    row = actions.put_business_line(customer=ours, by=None, product="专线", starts_on=date(2026, 1, 1))
    client = log_in("manager")
    assert client.post(reverse("customers:remove_business_line", args=[ours.pk, row.pk])).status_code == 302
    assert not BusinessLine.objects.exists()
    history = client.get(
        reverse("customers:history", args=[ours.pk]), HTTP_HX_REQUEST="true"
    ).content.decode()
    assert "专线" in history


def test_the_lists_stage_filter_offers_the_rulebooks_names(cast, log_in):
    from qiao.rulebook.actions import install_articles
    from qiao.rulebook.queries import read_pack

    text = read_pack("telecom")["life_cycle.yaml"].replace("zh: 潜在客户", "zh: 意向户")
    install_articles(texts={"life_cycle.yaml": text}, pack="telecom", by=None)
    assert "意向户" in log_in("supervisor").get(reverse("customers:customers")).content.decode()
