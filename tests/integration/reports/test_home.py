"""The home page: each profile gets its cards, with figures of the newest close, and nobody gets another's."""

from decimal import Decimal

import pytest
from django.urls import reverse

from qiao.customers.models import CurrentStanding
from qiao.kernel.period import Month
from qiao.ledger.actions import close_month, import_file, put_feed
from qiao.rulebook import actions as rulebook

pytestmark = pytest.mark.django_db

MAPPING = """\
feed: billing
title: {zh: 月账单, en: Bills}
fact: sales
grain: month
fields:
  customer: 客户
  on: {column: 账期, format: month}
  revenue: {column: 金额, unit: yuan}
"""
CARDS = ("figures", "moved", "silent", "unserved", "ranking", "map", "drafts", "closes", "imports", "log_ins")
UNTIL = Month.parse("2026-10")


def fetch(client, name, language="en"):
    headers = {"HX-Request": "true", "Accept-Language": language}
    return client.get(reverse(f"reports:{name}"), headers=headers)


@pytest.fixture
def closed(cast, tmp_path):
    """Two years of bills and the close of the newest month: ours grew by half, theirs stopped a year ago."""
    rulebook.install_pack(name="telecom", by=None)
    by = cast.users["administrator"]
    feed = put_feed(mapping_text=MAPPING, name="bills.yaml", by=by)
    rows = [("C-ours", UNTIL - n, "123456.00" if n < 12 else "82304.00") for n in range(24)]
    rows += [("C-theirs", UNTIL - n, "500.00") for n in range(12, 24)]
    path = tmp_path / "bills.csv"
    path.write_text("客户,账期,金额\n" + "".join(f"{c},{m},{y}\n" for c, m, y in rows), encoding="utf-8")
    batch = import_file(feed=feed, path=path, by=by)
    assert batch.state == "written", batch.problems
    close_month(month=UNTIL, by=by)
    return cast


def test_a_manager_sees_his_month_against_last_year(closed, log_in):
    page = fetch(log_in("manager"), "figures", "zh-hans").content.decode()
    assert "12.35" in page
    assert "万元" in page
    assert "+50.0%" in page


def test_a_supervisor_sees_his_unit_and_its_parts(closed, log_in):
    client = log_in("supervisor")
    assert "123.46" in fetch(client, "figures").content.decode()
    ranking = fetch(client, "ranking").content.decode()
    assert "123.46" in ranking
    assert reverse("ledger:figures") in ranking


def test_customers_that_moved_are_those_in_sight(closed, log_in):
    ours = CurrentStanding.objects.get(customer=closed.customers["ours"])
    assert ours.change_share == Decimal("0.5")
    page = fetch(log_in("manager"), "moved").content.decode()
    assert "云桥机械有限公司" in page
    assert "50.0%" in page
    assert "乙县供销社" not in page


def test_a_lost_customer_is_listed_for_whom_it_belongs_to(closed, log_in):
    theirs = CurrentStanding.objects.get(customer=closed.customers["theirs"])
    assert theirs.activity == "lost"
    assert "乙县供销社" in fetch(log_in("neighbour"), "silent").content.decode()
    assert "乙县供销社" not in fetch(log_in("manager"), "silent").content.decode()


def test_customers_without_deputy_are_counted_within_the_scope(cast, log_in):
    page = fetch(log_in("supervisor"), "unserved").content.decode()
    assert "?missing=deputy" in page
    assert "of 2 customers" in page
    assert "of 3 customers" in fetch(log_in("administrator"), "unserved").content.decode()


def test_units_with_a_place_stand_on_the_map(closed, log_in):
    for key, lat in (("east", 30.1), ("west", None)):
        type(closed.units[key]).objects.filter(pk=closed.units[key].pk).update(
            lat=lat, lon=120.2 if lat else None
        )
    page = fetch(log_in("administrator"), "map").content.decode()
    assert "30.1" in page
    assert "East" in page
    assert "West" not in page


def test_closes_and_imports_lead_to_their_pages_for_whom_they_open(closed, log_in):
    assert "bills.csv" in fetch(log_in("administrator"), "imports").content.decode()
    assert "/ledger/close/" in fetch(log_in("administrator"), "closes").content.decode()
    assert "/ledger/close/" not in fetch(log_in("auditor"), "closes").content.decode()


def test_failed_log_ins_are_counted(cast, client, log_in):
    from qiao.runtime.clock import now
    from qiao.runtime.models import LoginRecord

    LoginRecord.objects.create(at=now(), username="stranger", outcome="failed")
    page = fetch(log_in("auditor"), "log_ins").content.decode()
    assert "stranger" in page
    assert "1 failed" in page


@pytest.mark.parametrize("name", CARDS)
def test_cards_stay_within_their_queries(closed, log_in, name, django_assert_max_num_queries):
    client = log_in("administrator")
    fetch(client, name)
    with django_assert_max_num_queries(12):
        assert fetch(client, name).status_code == 200
    assert fetch(log_in("outsider"), name).status_code == 403


@pytest.mark.parametrize("member", ["manager", "supervisor", "hr", "auditor", "administrator"])
def test_every_card_of_a_home_page_opens_for_whom_it_is_shown(cast, log_in, member):
    from qiao.runtime.contributions import HomeCard, list_for

    client = log_in(member)
    viewer = client.get("/").context["viewer"]
    cards = list_for(HomeCard, viewer)
    assert cards
    assert {client.get(reverse(card.url_name)).status_code for card in cards} == {200}
