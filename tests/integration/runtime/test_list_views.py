"""One query as lanes, calendar and map: the same rows as the table, the same reach, a bounded number of queries."""

import json
from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.customers import actions as customers
from qiao.customers.models import Customer, StageChange
from qiao.runtime.listing import places
from qiao.runtime.listing.agenda import read_spread
from qiao.runtime.models import ListChange
from qiao.work import actions as work

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ours(cast):
    return cast.customers["ours"]


def lane(html: str, code: str) -> str:
    return html.split(f'data-lane="{code}"')[1].split("</section>")[0]


def test_lanes_hold_what_the_list_holds_and_no_more(cast, log_in, ours):
    Customer.objects.filter(pk=ours.pk).update(stage="warning")
    html = log_in("supervisor").get("/customers/?view=kanban").content.decode()
    assert "云桥机械有限公司" in lane(html, "warning")
    assert "乙县供销社" in lane(html, "service")
    assert "丙县医院" not in html
    narrowed = log_in("supervisor").get("/customers/?view=kanban&q=供销").content.decode()
    assert "云桥机械有限公司" not in narrowed


def test_lanes_cost_the_same_however_many_cards(cast, log_in, ours, connection_of_test):
    client = log_in("supervisor")
    client.get("/customers/?view=kanban")
    with CaptureQueriesContext(connection_of_test) as few:
        client.get("/customers/?view=kanban")
    for number in range(30):
        customers.open_file(
            code=f"C-{number}", name=f"客户{number}", home_unit=cast.units["jia"], starts_on=ours.starts_on, by=None
        )  # fmt: skip
    with CaptureQueriesContext(connection_of_test) as many:
        html = client.get("/customers/?view=kanban").content.decode()
    assert len(many) <= len(few) + 1
    assert "另有 12 条" in lane(html, "service")


@pytest.fixture
def connection_of_test():
    from django.db import connection

    return connection


def test_a_card_is_moved_by_the_action_of_the_form_and_back(log_in, ours):
    client, url = log_in("manager"), "/lists/move/"
    asked = {"address": "/customers/", "column": "stage", "row": ours.pk}
    panel = client.get(url, {**asked, "to": "warning"}, **HTMX).content.decode()
    assert '<option value="warning" selected>' in panel
    sent = {**asked, "was": '"service"', "cell-value": "warning"}
    assert "q-error" in client.post(url, sent, **HTMX).content.decode()  # why?
    moved = client.post(url, {**sent, "cell-reason": "三个月未下单"}, **HTMX)
    assert moved.status_code == 204
    assert StageChange.objects.get(customer=ours).stage == "warning"
    client.post(json.loads(moved.headers["HX-Trigger"])["cardMoved"]["undo"], **HTMX)
    assert Customer.objects.get(pk=ours.pk).stage == "service"
    assert ListChange.objects.get().state == "undone"


def test_who_may_not_change_is_offered_no_move(log_in, ours):
    html = log_in("auditor").get("/customers/?view=kanban").content.decode()
    assert "data-card" not in html
    asked = {"address": "/customers/", "column": "stage", "row": ours.pk}
    assert log_in("auditor").get("/lists/move/", asked, **HTMX).status_code == 403
    assert log_in("neighbour").get("/lists/move/", asked, **HTMX).status_code == 404


def test_contracts_stand_on_the_day_they_end(cast, log_in, ours):
    for number, ends in (("1", date(2026, 12, 1)), ("2", date(2026, 12, 31)), ("3", date(2027, 3, 1))):
        customers.put_contract(
            customer=ours, by=None, number=number, title=f"合同{number}", starts_on=date(2026, 1, 1), ends_before=ends
        )  # fmt: skip
    client, url = log_in("manager"), reverse("customers:contracts")
    month = client.get(f"{url}?view=calendar&at=2026-12").content.decode()
    assert "合同1" in month
    assert "合同2" in month
    assert "合同3" not in month
    week = client.get(f"{url}?view=calendar&at=2026-W49").content.decode()
    assert "合同1" in week
    assert "合同2" not in week
    assert client.get(f"{url}?view=calendar&at=soon").status_code == 422
    assert client.get(f"{url}?ends.from=2026-12-01&ends.to=2026-12-01").content.decode().count("合同") >= 1


@pytest.mark.parametrize("at", ["2026-11", "2026-02", "2024-02", "2026-12"])
def test_a_month_is_whole_weeks_from_monday(at):
    spread = read_spread(at)
    assert (spread.first.weekday(), spread.last.weekday()) == (0, 6)
    assert spread.first <= date.fromisoformat(f"{at}-01")
    assert (spread.last - spread.first).days < 42


def test_weeks_follow_one_another_over_the_turn_of_the_year():
    at, seen = "2026-W51", []
    for _number in range(5):
        seen.append(at)
        at = read_spread(at).after
    assert seen == ["2026-W51", "2026-W52", "2026-W53", "2027-W01", "2027-W02"]


def test_a_task_due_late_in_the_evening_stands_on_that_day(cast, log_in):
    from django.utils import timezone

    due = timezone.make_aware(timezone.datetime(2026, 11, 30, 23, 30))
    work.give_task(title="月末回访", owner_id=cast.people["manager"].pk, by=None, due_at=due)
    html = log_in("manager").get(f"{reverse('work:tasks')}?view=calendar&at=2026-11").content.decode()
    cell = html.split('datetime="2026-11-30"')[1].split("</td>")[0]
    assert "月末回访" in cell


def test_the_map_says_how_many_it_shows_and_gathers_what_is_too_many(cast, log_in, ours, monkeypatch):
    for row in cast.customers.values():
        customers.put_site(customer=row, by=None, lat=30.25, lon=120.15, address="x")
    client = log_in("supervisor")
    html = client.get("/customers/?view=map").content.decode()
    assert "2 个有坐标的地点" in html
    assert "云桥机械有限公司" in html
    assert "丙县医院" not in html
    monkeypatch.setattr(places, "MOST", 1)
    gathered = client.get("/customers/?view=map").content.decode()
    assert "云桥机械有限公司" not in gathered
    assert "按区域合并为 1 个圆" in gathered


def test_a_list_without_the_view_shows_its_table(log_in):
    html = log_in("administrator").get("/org/people/?view=kanban").content.decode()
    assert "q-table" in html
