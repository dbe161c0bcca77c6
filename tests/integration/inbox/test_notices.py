"""Notices go down the units and are acknowledged."""

from datetime import timedelta

import pytest

from qiao.kernel.errors import NotFound, RuleBroken
from qiao.runtime import clock
from qiao.work import actions, queries
from qiao.work.models import InboxItem, NoticeReader

pytestmark = pytest.mark.django_db


def publish(cast, unit="east", **more):
    from qiao.org.queries import get_tree

    units = frozenset(get_tree().descendants(cast.units[unit].pk))
    given = {
        "title": "资费调整", "text": "自下月起执行。", "kind": "price", "unit_id": cast.units[unit].pk, "unit_ids": units,
        "author_id": cast.people["hr"].pk, "for_customers": False, "acknowledge_by": None, "by": cast.users["hr"],
    }  # fmt: skip
    return actions.publish(**(given | more))


def test_it_reaches_everybody_below_once_and_nobody_else(cast):
    row = publish(cast)
    readers = set(NoticeReader.objects.filter(notice=row).values_list("person__code", flat=True))
    assert readers == {"P-manager", "P-deputy", "P-former", "P-supervisor", "P-neighbour"}
    assert InboxItem.objects.filter(kind="notice").count() == 5


def test_acknowledging_settles_the_line_and_counts_by_unit(cast, log_in):
    row = publish(cast)
    client = log_in("manager")
    assert client.post(f"/inbox/notices/{row.pk}/acknowledge/").status_code == 302
    first = NoticeReader.objects.get(notice=row, person=cast.people["manager"]).acknowledged_at
    actions.acknowledge(notice_id=row.pk, person_id=cast.people["manager"].pk, by=None)
    assert NoticeReader.objects.get(notice=row, person=cast.people["manager"]).acknowledged_at == first
    assert not InboxItem.objects.filter(person=cast.people["manager"], done_at__isnull=True).exists()
    counted = {unit: (n, done) for unit, n, done in queries.count_readers(row.pk, None)}
    assert counted[cast.units["jia"].pk] == (3, 1)


def test_who_is_no_reader_cannot_acknowledge(cast, log_in):
    row = publish(cast)
    with pytest.raises(NotFound):
        actions.acknowledge(notice_id=row.pk, person_id=cast.people["outsider"].pk, by=None)
    assert log_in("outsider").post(f"/inbox/notices/{row.pk}/acknowledge/").status_code == 404


def test_a_supervisor_sees_the_readers_of_his_units_only(cast, log_in):
    row = publish(cast, unit="province")
    page = (
        log_in("supervisor").get(f"/inbox/notices/{row.pk}/readers/", HTTP_HX_REQUEST="true").content.decode()
    )
    assert "张三丰" in page
    assert "郑外人" not in page
    page = log_in("hr").get(f"/inbox/notices/{row.pk}/readers/", HTTP_HX_REQUEST="true").content.decode()
    assert "郑外人" in page


def test_a_supervisor_announces_only_below_himself(cast, log_in):
    client = log_in("supervisor")
    form = {"title": "x", "kind": "work", "text": "y", "unit": cast.units["west"].pk}
    assert client.post("/inbox/notices/new/", form).status_code == 422
    form["unit"] = cast.units["jia"].pk
    assert client.post("/inbox/notices/new/", form).status_code == 302


def test_reminders_go_to_who_has_not_acknowledged(cast):
    row = publish(cast, unit="jia")
    actions.acknowledge(notice_id=row.pk, person_id=cast.people["manager"].pk, by=None)
    assert actions.remind_of_notice(notice_id=row.pk, by=None) == 2
    assert actions.remind_of_notice(notice_id=row.pk, by=None) == 0


def test_a_day_that_has_passed_is_refused(cast):
    with pytest.raises(RuleBroken):
        publish(cast, acknowledge_by=clock.today() - timedelta(days=1))


def test_a_manager_carries_it_on_to_the_customers_he_serves_and_to_no_others(cast, log_in):
    row = publish(cast, for_customers=True)
    client, ours = log_in("manager"), cast.customers["ours"].pk
    page = client.get(f"/customers/notices/{row.pk}/list/").content.decode()
    assert "云桥机械" in page
    assert "乙县供销社" not in page
    told = f"/customers/notices/{row.pk}/told/"
    assert client.post(told, {"pick": [cast.customers["theirs"].pk]}).status_code == 404
    assert client.post(told, {"pick": [ours]}).status_code == 302
    assert client.get(f"/api/v1/customers/notices/{row.pk}").json() == {
        "customers": 1,
        "told": 1,
        "acknowledged": 0,
    }
    client.post(f"/customers/notices/{row.pk}/acknowledged/", {"pick": [ours]})
    client.post(told, {"pick": [ours]})
    assert client.get(f"/api/v1/customers/notices/{row.pk}").json() == {
        "customers": 1,
        "told": 1,
        "acknowledged": 1,
    }
    assert log_in("neighbour").post(told, {"pick": [ours]}).status_code == 404


def test_a_notice_for_staff_has_no_list_of_customers(cast, log_in):
    row = publish(cast)
    assert log_in("manager").get(f"/customers/notices/{row.pk}/list/").status_code == 404
