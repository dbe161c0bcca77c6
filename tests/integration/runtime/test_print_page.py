"""A record of any kind on paper."""

import pytest

from qiao.org.access import viewer_of
from qiao.runtime import contributions as c
from qiao.runtime.records import access, actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(cast):
    return access.get_record(viewer_of(cast.users["manager"]), "customer", cast.customers["ours"].pk)


def test_a_customer_on_paper_says_whose_it_is_and_who_printed_it(cast, log_in, ours):
    actions.comment(record=ours, text="已走访", by=cast.users["manager"])
    page = log_in("manager").get(f"/records/customer/{ours.pk}/print/").content.decode()
    for text in ("云桥省公司", "云桥机械有限公司", "C-ours", "057188886666", "李四光", "已走访", "张三丰"):
        assert text in page


def test_what_a_role_does_not_see_is_not_on_its_paper(cast, log_in, call, ours):
    field = {
        "kind": ours.descriptor,
        "by": None,
        "code": "margin",
        "type": "number",
        "seen_by": ["supervisor"],
    }
    actions.put_field(label_zh="毛利", **field)
    supervisor = access.get_record(viewer_of(cast.users["supervisor"]), "customer", ours.pk)
    fields = access.check_fields_to_fill(viewer_of(cast.users["supervisor"]), supervisor)
    actions.put_values(record=supervisor, fields=fields, given={"margin": "77"}, by=cast.users["supervisor"])
    url = f"/records/customer/{ours.pk}/print/"
    assert "毛利" in log_in("supervisor").get(url).content.decode()
    assert "毛利" not in log_in("manager").get(url).content.decode()
    assert log_in("outsider").get(url).status_code == 404
    send = call("outsider", ["customers.view"])
    assert send("GET", f"/records/customer/{ours.pk}/sheets").status_code == 404
    sheets = call("manager", ["customers.view"])("GET", f"/records/customer/{ours.pk}/sheets").json()
    assert "毛利" not in str(sheets)
    assert ["客户编号", "C-ours"] in sheets[0]["pairs"]


@pytest.mark.parametrize(("kind", "name"), [("person", "张三丰"), ("unit", "甲县")])
def test_people_and_units_are_printed_too(cast, log_in, kind, name):
    pk = cast.people["manager"].pk if kind == "person" else cast.units["jia"].pk
    assert name in log_in("manager").get(f"/records/{kind}/{pk}/print/").content.decode()


def test_a_kind_nobody_knows_is_printed_with_what_it_contributes(cast, log_in):
    fake = c.RecordKind("fake", "Fake", "me", lambda viewer, pk: "假的", address_of=lambda pk: "/fake/")
    source = c.PrintSource("fake", "x", "", 1, lambda viewer, pk: [c.Sheet("部分", [("甲", "乙")])])
    c.register(fake, source)
    try:
        page = log_in("manager").get("/records/fake/7/print/").content.decode()
        assert "部分" in page
        assert "假的" in page
    finally:
        c.unregister(fake, source)


def test_a_print_page_stays_within_its_queries(cast, log_in, ours, django_assert_max_num_queries):
    for n in range(5):
        actions.comment(record=ours, text=f"第{n}条", by=cast.users["manager"])
    client, url = log_in("manager"), f"/records/customer/{ours.pk}/print/"
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)
