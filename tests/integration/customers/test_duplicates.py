"""Duplicates: warned on entry and import, found over the whole register, remembered when they are none."""

from datetime import date

import pytest
from django.urls import reverse

from qiao.customers import access, actions, policy, queries
from qiao.customers.models import Customer, DuplicatePair
from qiao.org.access import viewer_of
from qiao.rulebook import actions as rulebook
from qiao.runtime import clock
from qiao.runtime.importing import actions as importing
from qiao.runtime.importing import get_kind
from qiao.runtime.jobs.queue import InlineJob, run_inline

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruled(cast):
    """The small enterprise under the telecom pack's articles."""
    rulebook.install_pack(name="telecom", by=cast.users["administrator"])
    return cast


def opened(cast, code, name, unit="bing", **values):
    return actions.open_file(
        code=code, name=name, home_unit=cast.units[unit], starts_on=date(2024, 1, 1), by=None, **values
    )


def entered(**values):
    plain = {"code": "C-new", "name": "云桥机械有限责任公司", "starts_on": "2026-01-01", "stage": "service"}
    return {**plain, **values}


def test_on_entry_a_file_that_looks_like_another_is_saved_only_with_a_reason(ruled, log_in):
    manager = log_in("supervisor")
    body = entered(unit=ruled.units["jia"].pk)
    page = manager.post(reverse("customers:new"), body)
    assert page.status_code == 422
    assert "云桥机械有限公司" in page.content.decode()
    assert not Customer.objects.filter(code="C-new").exists()
    assert manager.post(reverse("customers:new"), {**body, "anyway": "另一家厂"}).status_code == 302
    pair = DuplicatePair.objects.get()
    assert (pair.first_id, pair.reason, pair.state) == (ruled.customers["ours"].pk, "另一家厂", "open")


def test_a_look_alike_out_of_reach_is_masked_and_names_its_unit(ruled, log_in):
    page = log_in("neighbour").post(
        reverse("customers:new"), entered(name="丙县人民医院", unit=ruled.units["yi"].pk)
    )
    assert page.status_code in (422, 302)
    marks = queries.marks_from(name="云桥机械厂", phones=["0571-88886666"])
    article = policy.duplicate_policy(clock.today())
    (found,) = access.look_alikes(viewer_of(ruled.users["neighbour"]), marks, article)[:1]
    assert (found.pk, found.code, found.unit.code) == (None, "", "jia")
    assert "＊" in found.name
    assert "云桥机械有限公司" not in found.name


def test_without_an_article_nothing_is_compared(cast, log_in):
    page = log_in("supervisor").post(reverse("customers:new"), entered(unit=cast.units["jia"].pk))
    assert page.status_code == 302


def test_the_api_warns_the_same_way(ruled, call):
    send = call("supervisor", ["customers.view", "customers.edit"])
    body = {
        "code": "C-9",
        "name": "云桥机械有限责任公司",
        "home_unit_id": ruled.units["jia"].pk,
        "starts_on": "2026-01-01",
    }
    refused = send("POST", "/customers", body)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        422,
        "looks_alike",
        "anyway",
    )
    (alike,) = send("POST", "/customers/look-alikes", {"name": body["name"]}).json()
    assert alike["id"] == ruled.customers["ours"].pk
    assert send("POST", "/customers", {**body, "anyway": "分厂"}).status_code == 201


def test_a_slip_in_a_tax_number_is_refused_at_its_field(cast, call):
    send = call("supervisor", ["customers.view", "customers.edit"])
    ours = f"/customers/{cast.customers['ours'].pk}"
    refused = send("PATCH", ours, {"tax_number": "91350100M000100Y44"})
    assert (refused.status_code, refused.json()["code"]) == (422, "tax_number_check")
    assert (
        send("PATCH", ours, {"tax_number": "91350100m000100y43"}).json()["tax_number"] == "91350100M000100Y43"
    )


def test_the_search_finds_pairs_by_name_phone_and_tax_number_and_forgets_those_gone(ruled):
    same_tax = opened(ruled, "C-t1", "江边渔具行", tax_number="91350100M000100Y43")
    other_tax = opened(ruled, "C-t2", "完全两样", tax_number="91350100M000100Y43")
    alike = opened(ruled, "C-n", "云桥 机械（有限公司）", unit="jia")
    article = policy.duplicate_policy(clock.today())
    assert actions.find_pairs(policy=article, job=InlineJob(id=7)) == 2
    found = {(p.first_id, p.second_id) for p in DuplicatePair.objects.all()}
    assert found == {(same_tax.pk, other_tax.pk), (ruled.customers["ours"].pk, alike.pk)}
    actions.change_file(customer=alike, changes={"name": "蓝天学校", "phone": ""}, by=None)
    assert actions.find_pairs(policy=article, job=InlineJob(id=8)) == 1
    assert DuplicatePair.objects.count() == 1


def test_not_a_duplicate_is_remembered_by_later_searches(ruled):
    opened(ruled, "C-n", "云桥 机械（有限公司）", unit="jia")
    article = policy.duplicate_policy(clock.today())
    actions.find_pairs(policy=article, job=InlineJob(id=7))
    pair = DuplicatePair.objects.get()
    actions.call_different(pair_id=pair.pk, reason="父子两家厂", by=None)
    actions.find_pairs(policy=article, job=InlineJob(id=8))
    pair.refresh_from_db()
    assert (pair.state, pair.reason) == ("different", "父子两家厂")


def test_the_search_runs_as_a_job_and_the_page_shows_its_pairs(ruled, log_in):
    opened(ruled, "C-n", "云桥 机械（有限公司）", unit="bing")
    run_inline(actions.start_search(by=ruled.users["administrator"]).pk)
    page = log_in("manager").get(reverse("customers:duplicates")).content.decode()
    assert "云桥机械有限公司" in page
    assert "云桥 机械（有限公司）" not in page, "the other one is of another unit"
    assert "丙县" in page
    assert (
        "云桥机械"
        not in log_in("neighbour").get(reverse("customers:duplicates") + "?state=different").content.decode()
    )


def test_an_import_warns_of_look_alikes_on_file_and_within_itself(ruled):
    text = "客户编号,客户名称,归属单位\nK1,云桥机械有限责任公司,jia\nK2,蓝天幼儿园,jia\nK3,蓝天幼儿园,yi\n"
    admin = ruled.users["administrator"]
    run = importing.receive(kind=get_kind("customers"), name="a.csv", chunks=[text.encode()], by=admin)
    importing.check(run, viewer_of(admin))
    run.refresh_from_db()
    assert run.state == "ready"
    said = {p["message"]: p["params"] for p in run.problems if p["warning"]}
    assert said["looks like %(name)s %(code)s of %(unit)s"]["name"] == "云桥机械有限公司"
    assert said["looks like row %(row)s of this file"] == {"row": "3"}
