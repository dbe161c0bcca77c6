"""Who sees a record and why; looking as a colleague; rights granted for a time."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from qiao.customers import access as customers
from qiao.kernel.errors import RuleBroken
from qiao.org import actions, queries
from qiao.org.access import check_may_grant, reach_of_person, viewer_of, visible_people
from qiao.org.models import AccessRequest, Grant, Look, RoleType
from qiao.runtime import clock
from qiao.work import queries as work_queries
from qiao.work.models import Approval

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=30)


def sees(cast, row, members):
    return {m for m in members if customers.visible(viewer_of(cast.users[m])).filter(pk=row.pk).exists()}


def test_the_page_names_exactly_those_who_see_a_customer(cast):
    names = {cast.people[m].pk: m for m in cast.people}
    for row in cast.customers.values():
        found = queries.list_reaching(customers.reach_of(row.pk), "customers.view", clock.today())
        assert {names[one.person_id] for one in found} == sees(cast, row, cast.people)


def test_and_exactly_those_who_see_a_colleague(cast):
    names = {cast.people[m].pk: m for m in cast.people}
    for member, person in cast.people.items():
        found = queries.list_reaching(reach_of_person(person.pk), "org.view", clock.today())
        seeing = {
            m
            for m in cast.people
            if (viewer := viewer_of(cast.users[m])).can("org.view")
            and visible_people(viewer).filter(pk=person.pk).exists()
        }
        assert {names[one.person_id] for one in found} == seeing, member


def test_every_reason_is_said(cast, log_in, call):
    ours = cast.customers["ours"].pk
    page = log_in("administrator").get(f"/org/sees/customer/{ours}/", HTTP_HX_REQUEST="true").content.decode()
    assert "客户经理 · 本人即相关人" in page
    assert "属于其岗位所在单位或下级单位" in page
    assert "岗位数据范围为全企业" in page
    assert "明文显示：联系人电话、联系人邮箱" in page
    assert log_in("manager").get(f"/org/sees/customer/{ours}/").status_code == 403
    told = call("administrator", ["org.who_sees", "customers.view"])(
        "GET", f"/org/sees/customer/{ours}"
    ).json()
    assert {one["name"] for one in told if one["changes"]} >= {"张三丰", "李四光", "王五一"}
    assert log_in("administrator").get("/org/sees/notice/1/").status_code == 404


def test_a_look_shows_what_the_colleague_sees_and_writes_nothing(cast, log_in):
    client = log_in("administrator")
    manager, far = cast.people["manager"].pk, cast.customers["far"].pk
    assert client.get(f"/customers/{far}/").status_code == 200
    assert client.post(f"/org/people/{manager}/look/", {"reason": "核对权限"}).status_code == 302
    home = client.get("/").content.decode()
    assert "您正以<strong>张三丰</strong>的视角查看" in home
    assert client.get(f"/customers/{far}/").status_code == 404
    ours = cast.customers["ours"].pk
    refused = client.post(f"/customers/{ours}/edit/", {"name": "改了"})
    assert refused.status_code == 422
    assert "不能修改任何内容" in refused.content.decode()
    assert client.get("/customers/?export=csv").status_code == 403
    refused = client.delete(f"/api/v1/customers/{ours}/contacts/1")
    assert refused.status_code == 422
    assert client.post("/org/looks/end/").status_code == 302
    assert client.get(f"/customers/{far}/").status_code == 200
    look = Look.objects.get()
    assert (look.person_id, look.by_id, look.reason) == (manager, cast.users["administrator"].pk, "核对权限")
    assert look.ended_at is not None
    assert "核对权限" in log_in("auditor").get("/org/looks/").content.decode()


def test_protected_fields_stay_masked_while_looking(cast):
    viewer = viewer_of(cast.users["manager"])
    assert viewer.sight("contact.phone").code == "open"
    assert viewer.as_looked_at(viewer_of(cast.users["administrator"])).sight("contact.phone").code == "masked"


def test_a_look_ends_with_the_right_to_it(cast, log_in):
    client = log_in("administrator")
    client.post(f"/org/people/{cast.people['manager'].pk}/look/", {"reason": "x"})
    role = RoleType.objects.get(code="administrator")
    actions.put_role_type(role_type=role, rights=[r for r in role.rights if r != "org.look"], by=None)
    assert "您正以" not in client.get("/").content.decode()


def test_only_who_may_looks_as_others(cast, log_in):
    assert log_in("supervisor").get(f"/org/people/{cast.people['manager'].pk}/look/").status_code == 403
    own = cast.people["administrator"].pk
    assert log_in("administrator").get(f"/org/people/{own}/look/").status_code == 404


def test_looks_are_not_taken_out_of_the_book(cast):
    look = actions.begin_look(
        person=cast.people["manager"], reason="x", by=cast.users["administrator"], network=None
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        look.delete()


def test_a_granted_right_counts_from_today_until_its_day(cast, monkeypatch):
    before = viewer_of(cast.users["manager"])
    assert not before.can("customers.merge")
    actions.grant(
        person=cast.people["manager"], right="customers.merge", scope_kind="unit", unit=cast.units["jia"],
        ends_before=clock.today() + DAYS, reason="合并清理", by=None,
    )  # fmt: skip
    held = viewer_of(cast.users["manager"]).scope("customers.merge")
    assert held.unit_ids == {cast.units["jia"].pk}
    monkeypatch.setattr("qiao.runtime.clock.today", lambda: date(2026, 12, 22))
    assert not viewer_of(cast.users["manager"]).can("customers.merge")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"right": "customers.fly"}, "unknown_right"),
        ({"scope_kind": "unit"}, "grant_unit"),
        ({"ends_before": date(2026, 11, 22)}, "grant_over"),
        ({"ends_before": date(2028, 11, 22)}, "grant_long"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(cast, values, code):
    usual = {"right": "customers.merge", "scope_kind": "self", "ends_before": clock.today() + DAYS}
    with pytest.raises(RuleBroken) as refusal:
        actions.grant(person=cast.people["manager"], reason="x", by=None, **{**usual, **values})
    assert refusal.value.code == code
    assert not Grant.objects.exists()


def test_who_lacks_a_right_asks_on_the_page_that_refuses_him(cast, log_in):
    client = log_in("manager")
    refused = client.get("/customers/?export=csv")
    assert refused.status_code == 403
    address = "/inbox/ask/?right=customers.export&amp;page=%2Fcustomers%2F%3Fexport%3Dcsv"
    assert address in refused.content.decode()
    asked = client.post(
        address.replace("&amp;", "&"),
        {"scope_kind": "self", "ends_before": clock.today() + DAYS, "reason": "年度走访名单"},
    )
    assert asked.status_code == 302
    row = AccessRequest.objects.get()
    assert (row.page, row.right) == ("/customers/?export=csv", "customers.export")
    approval = Approval.objects.get()
    assert "导出客户列表" in approval.title
    decider = log_in("administrator")
    assert "年度走访名单" in decider.get(f"/inbox/access/{row.pk}/").content.decode()
    decider.post(f"/inbox/approvals/{approval.pk}/decide/", {"verdict": "agree", "comment": ""})
    assert viewer_of(cast.users["manager"]).scope("customers.export").person_id == cast.people["manager"].pk
    assert log_in("manager").get("/customers/?export=csv").status_code == 200
    assert log_in("neighbour").get(f"/inbox/access/{row.pk}/").status_code == 404


def test_a_page_outside_is_never_linked(cast, log_in):
    client = log_in("manager")
    data = {"scope_kind": "self", "ends_before": clock.today() + DAYS, "reason": "x"}
    client.post("/inbox/ask/?right=customers.export&page=https://elsewhere.example/", data)
    assert AccessRequest.objects.get().page == ""
    assert client.get("/inbox/ask/?right=customers.fly").status_code == 404


def test_who_grants_reaches_the_asker_and_holds_the_right_himself(cast):
    role = RoleType.objects.get(code="supervisor")
    actions.put_role_type(role_type=role, rights=[*role.rights, "org.grant"], by=None)
    asked = _ask(cast, "manager", "customers.export")
    signers = set(work_queries.list_stages(asked.pk)[0].signs.values_list("signer_id", flat=True))
    assert signers == {cast.people["supervisor"].pk, cast.people["administrator"].pk}
    # Beyond the supervisor's reach, or a right he lacks: only the administrator.
    for right, reach in (("customers.export", "all"), ("ledger.close", "self")):
        asked = _ask(cast, "manager", right, reach)
        signers = set(work_queries.list_stages(asked.pk)[0].signs.values_list("signer_id", flat=True))
        assert signers == {cast.people["administrator"].pk}


@pytest.mark.parametrize("right", ["log_ins.edit", "org.roles", "org.look"])
def test_nobody_posts_others_into_what_makes_an_administrator(cast, right):
    with pytest.raises(RuleBroken) as refusal:
        check_may_grant(viewer_of(cast.users["hr"]), [right], "self")
    assert refusal.value.code == "grant_rights"
    check_may_grant(viewer_of(cast.users["administrator"]), [right], "self")


def test_where_nobody_may_grant_it_is_said(cast):
    role = RoleType.objects.get(code="administrator")
    actions.put_role_type(role_type=role, rights=[r for r in role.rights if r != "org.grant"], by=None)
    with pytest.raises(RuleBroken) as refusal:
        _ask(cast, "manager", "customers.export")
    assert refusal.value.code == "nobody_grants"
    assert not AccessRequest.objects.exists()


def test_a_grant_ends_before_its_time(cast, log_in, call):
    grant = actions.grant(
        person=cast.people["manager"], right="customers.export", scope_kind="self", reason="x", by=None,
        ends_before=clock.today() + DAYS,
    )  # fmt: skip
    assert "张三丰" in log_in("administrator").get("/org/grants/").content.decode()
    assert log_in("administrator").post(f"/org/grants/{grant.pk}/end/").status_code == 302
    assert not viewer_of(cast.users["manager"]).can("customers.export")
    assert call("administrator", ["org.grant"])("GET", "/org/grants").json() == []


def test_by_program_too(cast, call):
    manager = call("manager", ["customers.view"])
    body = {"right": "customers.export", "ends_before": "2026-12-20", "reason": "x"}
    made = manager("POST", "/inbox/access", body)
    assert made.status_code == 201
    asked = manager("GET", f"/inbox/access/{made.json()['subject_id']}").json()
    assert (asked["right"], asked["granted_on"]) == ("customers.export", None)
    late = manager("POST", "/inbox/access", {**body, "ends_before": "2020-01-01"})
    assert (late.status_code, late.json()["code"]) == (422, "grant_over")


def _ask(cast, member, right, reach="self"):
    from qiao.work import actions as work

    return work.ask_for_access(
        viewer=viewer_of(cast.users[member]), right=right, scope_kind=reach, ends_before=clock.today() + DAYS,
        reason="x", by=cast.users[member],
    )  # fmt: skip
