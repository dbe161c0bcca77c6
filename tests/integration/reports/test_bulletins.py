"""Bulletins: prepared once an occasion, published by a person, seen by whom they are for, acknowledged."""

from datetime import time, timedelta

import pytest

from qiao.kernel.errors import NotAllowed, RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import actions as ledger
from qiao.reports import actions
from qiao.reports.models import Bulletin
from qiao.runtime import clock
from qiao.runtime.models import Job
from qiao.work import actions as work
from qiao.work.models import Clock, InboxItem, Notice
from tests.integration.ledger.conftest import activity, bills, home, put  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("activity")]


@pytest.fixture
def closed(cast, bills, put):  # noqa: F811
    put(
        bills,
        [
            "C-ours,2026-09,烟,10,5",
            "C-theirs,2026-09,酒,50,20",
            "C-ours,2026-10,烟,100,60",
            "C-theirs,2026-10,酒,50,20",
        ],
    )
    ledger.close_month(month=Month(2026, 9), by=None)
    ledger.close_month(month=Month(2026, 10), by=None)
    return cast


def wish(cast, **more):
    values = {"title": "十月龙虎榜", "text": "再接再厉", "unit_id": cast.units["east"].pk, "indicator": "revenue", "ranked": "unit3",
              "acknowledge_days": 3}  # fmt: skip
    return actions.Wish(**(values | more))


def test_a_draft_ranks_with_movement_and_only_publishers_see_it(closed, log_in):
    row = actions.prepare(wish=wish(closed), by=closed.users["supervisor"])
    assert [(r["label"], r["rank"], r["before"]) for r in row.rows] == [("甲县", 1, 2), ("乙县", 2, 1)]
    page = log_in("supervisor").get(f"/reports/bulletins/{row.pk}/").content.decode()
    assert "甲县" in page
    assert "▲1" in page
    assert log_in("manager").get(f"/reports/bulletins/{row.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        actions.prepare(wish=wish(closed), by=closed.users["manager"])
    with pytest.raises(NotAllowed):
        actions.prepare(wish=wish(closed, unit_id=closed.units["west"].pk), by=closed.users["supervisor"])
    with pytest.raises(RuleBroken):
        actions.prepare(wish=wish(closed, ranked="customer"), by=closed.users["supervisor"])


def test_published_it_goes_down_the_units_and_is_acknowledged(closed, log_in):
    row = actions.prepare(wish=wish(closed), by=closed.users["supervisor"])
    client = log_in("supervisor")
    assert (
        client.post(f"/reports/bulletins/{row.pk}/edit/", {"title": "改过的", "text": "好"}).status_code
        == 302
    )
    assert client.post(f"/reports/bulletins/{row.pk}/publish/").status_code == 302
    row.refresh_from_db()
    notice = Notice.objects.get(pk=row.notice_id)
    assert "1. 甲县" in notice.text
    assert notice.acknowledge_by == clock.today() + timedelta(days=3)
    assert client.post(f"/reports/bulletins/{row.pk}/publish/").status_code == 422, "not twice"
    assert client.post(f"/reports/bulletins/{row.pk}/edit/", {"title": "再改", "text": ""}).status_code == 422
    reader = log_in("manager")
    page = reader.get(f"/reports/bulletins/{row.pk}/").content.decode()
    assert "/acknowledge/" in page
    assert reader.post(f"/inbox/notices/{notice.pk}/acknowledge/").status_code == 302
    assert "/acknowledge/" not in reader.get(f"/reports/bulletins/{row.pk}/").content.decode()
    assert log_in("outsider").get(f"/reports/bulletins/{row.pk}/").status_code == 404, "below another city"


def test_a_plan_prepares_once_an_occasion_and_tells_once(closed):
    user = closed.users["supervisor"]
    plan = actions.plan_bulletin(wish=wish(closed), every="week", at=time(8), by=user)
    past = clock.now() - timedelta(seconds=1)
    Clock.objects.filter(kind=actions.BULLETIN_CLOCK).update(due_at=past, next_at=past)
    assert work.speak_due() == 1
    assert Clock.objects.filter(kind=actions.BULLETIN_CLOCK, state="running").count() == 1
    [job] = Job.objects.filter(name="reports.bulletin")
    assert actions.prepare_planned(**job.args) is not None
    assert actions.prepare_planned(**job.args) is None
    assert Bulletin.objects.filter(plan=plan).count() == 1
    assert InboxItem.objects.filter(person=closed.people["supervisor"], source_kind="bulletin").count() == 1
    assert not Notice.objects.exists(), "the system prepares, a person publishes"
    actions.end_plan(plan=plan, by=user)
    assert not Clock.objects.filter(kind=actions.BULLETIN_CLOCK).exclude(state="stopped").exists()
    assert Bulletin.objects.count() == 1


def test_the_interface_does_the_same(closed, call):
    send = call("supervisor", ["ledger.view", "work.announce"])
    body = {"title": "榜", "unit_id": closed.units["east"].pk, "indicator": "revenue", "ranked": "manager"}
    made = send("POST", "/reports/bulletins", body).json()
    assert made["rows"][0]["rank"] == 1
    assert send("PUT", f"/reports/bulletins/{made['id']}", {"title": "二", "text": ""}).status_code == 200
    assert send("POST", f"/reports/bulletins/{made['id']}/publish").json()["notice_id"]
    assert send("DELETE", f"/reports/bulletins/{made['id']}").status_code == 422
    plan = send("POST", "/reports/bulletins/plans", {**body, "every": "close", "at": "08:00"}).json()
    assert (
        send("POST", "/reports/bulletins/plans", {**body, "every": "never", "at": "08:00"}).status_code == 422
    )
    assert send("DELETE", f"/reports/bulletins/plans/{plan['id']}").status_code == 204
    assert call("manager", ["ledger.view"])("POST", "/reports/bulletins", body).status_code == 403
