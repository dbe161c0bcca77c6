"""Custom fields: an enterprise's own, typed, per segment, without a change of tables."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from qiao.customers import actions as customers
from qiao.kernel.errors import BadInput, RuleBroken
from qiao.org.access import viewer_of
from qiao.runtime import clock
from qiao.runtime.contributions import RecordKind, get_record_kind, register, unregister
from qiao.runtime.records import access, actions, queries
from qiao.runtime.records.models import CustomField, CustomValues
from qiao.runtime.records.typed_values import OwnField, read_value, typed

pytestmark = pytest.mark.django_db
LIST = "/customers/"


@pytest.fixture
def ours(cast):
    return access.get_record(viewer_of(cast.users["manager"]), "customer", cast.customers["ours"].pk)


def make(code, type="text", kind="customer", **values):
    values = {"label_zh": f"字段{code}", **values}
    return actions.put_field(kind=get_record_kind(kind), by=None, code=code, type=type, **values)


def fill(record, user, **given):
    own = access.check_fields_to_fill(viewer_of(user), record)
    return actions.put_values(record=record, fields=own, given=given, by=user)


def test_an_administrator_adds_a_field_and_a_manager_fills_it_in(cast, log_in, ours):
    values = {
        "label_zh": "合同类型",
        "label_en": "Deal",
        "code": "deal",
        "type": "choice",
        "choices": "year = 年框 | Yearly\nonce = 单次",
        "order": 10,
    }
    assert log_in("administrator").post("/records/customer/fields/", values).status_code == 302
    client, url = log_in("manager"), f"/records/customer/{ours.pk}/fields/"
    assert "合同类型" in client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert client.post(f"{url}fill/", {"own_deal": "year"}).status_code == 302
    part = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert "年框" in part
    page = client.get(f"{LIST}?columns=name&columns=own_deal&own_deal=year").content.decode()
    assert "云桥机械有限公司" in page
    assert "年框" in page
    assert (
        "云桥机械有限公司" not in client.get(f"{LIST}?own_deal=once", HTTP_HX_REQUEST="true").content.decode()
    )


@pytest.mark.parametrize(
    ("type", "given", "stored", "shown"),
    [
        ("number", "1,234.50", "1234.5", Decimal("1234.5")),
        ("number", Decimal("-0.001"), "-0.001", Decimal("-0.001")),
        ("money", "100000.10", "100000.1", Decimal("100000.1")),
        ("date", "2026-11-22", "2026-11-22", date(2026, 11, 22)),
        ("yes_no", "是", True, True),
        ("yes_no", False, False, False),
        ("text", " 蒸汽锅炉 ", "蒸汽锅炉", "蒸汽锅炉"),
        ("choice", "乙", "b", "b"),
        ("text", "  ", None, None),
    ],
)
def test_values_are_read_by_their_type(type, given, stored, shown):
    field = OwnField(1, "x", "某", "", type, choices=(("a", "甲", "A"), ("b", "乙", "B")))
    assert read_value(field, given) == stored
    assert typed(field, stored) == shown


@pytest.mark.parametrize(
    ("type", "given"),
    [
        ("number", "abc"), ("number", "NaN"), ("number", "1e400"), ("number", "0.1234567"), ("money", "1.005"),
        ("date", "2026-02-30"), ("date", "0001-01-01"), ("yes_no", "vielleicht"), ("choice", "丙"), ("text", "x" * 501),
        ("text", "a\x00b"),
    ],
)  # fmt: skip
def test_what_is_no_value_of_a_field_is_refused_at_the_field(type, given):
    field = OwnField(1, "x", "某", "", type, choices=(("a", "甲", "A"),))
    with pytest.raises(RuleBroken) as refused:
        read_value(field, given)
    assert refused.value.field == "own_x"


def test_all_wrong_values_are_named_and_nothing_is_written(cast, log_in, ours):
    make("area", "number", label_zh="面积")
    make("since", "date", label_zh="投产日期", is_required=True)
    with pytest.raises(BadInput) as refused:
        fill(ours, cast.users["manager"], area="大", since="")
    assert {p.place.column for p in refused.value.problems} == {"面积", "投产日期"}
    assert CustomValues.objects.filter(values__has_any_keys=["area", "since"]).count() == 0
    answer = log_in("manager").post(
        f"/records/customer/{ours.pk}/fields/fill/", {"own_area": "大", "own_since": "2020-01-01"}
    )
    assert answer.status_code == 422
    assert "id_own_area_error" in answer.content.decode()


def test_a_field_of_a_segment_stands_on_its_records_only(cast, ours):
    make("rooms", "number", segments=["hotel"])
    viewer = viewer_of(cast.users["manager"])
    assert access.fields_on(viewer, ours) == []
    make("any")
    with pytest.raises(BadInput):
        fill(ours, cast.users["manager"], rooms="3")
    customers.change_file(customer=cast.customers["ours"], changes={"segment": "hotel"}, by=None)
    assert {one.code for one in access.fields_on(viewer, ours)} == {"rooms", "any"}
    assert fill(ours, cast.users["manager"], rooms="3")["rooms"] == "3"


def test_a_field_is_seen_and_filled_in_by_the_roles_it_names(cast, call, log_in, ours):
    make("margin", "number", seen_by=["supervisor"], changed_by=["supervisor"])
    make("free")
    fill(
        access.get_record(viewer_of(cast.users["supervisor"]), "customer", ours.pk),
        cast.users["supervisor"],
        margin="0.2",
    )
    send, of = (
        call("manager", ["customers.view", "records.write", "customers.edit"]),
        f"/records/customer/{ours.pk}/fields",
    )
    assert send("GET", of).json() == {"values": {}}
    assert send("PATCH", of, {"values": {"margin": "0.9"}}).status_code == 422
    assert "字段margin" not in log_in("manager").get(f"{LIST}?columns=own_margin").content.decode()
    assert log_in("manager").get(f"{LIST}?own_margin.from=0").status_code == 422
    assert queries.values_of("customer", ours.pk) == {"margin": "0.2"}
    assert log_in("auditor").get(f"/records/customer/{ours.pk}/fields/fill/").status_code == 403


def test_a_field_that_ended_keeps_its_values_and_a_filter_on_it_says_so(cast, log_in, ours):
    row = make("old", label_zh="旧字段", type="yes_no")
    fill(ours, cast.users["manager"], old="1")
    client = log_in("administrator")
    url = f"/records/customer/fields/{row.pk}/"
    client.post(url, {"label_zh": "旧字段", "order": 1, "ends_on": clock.today().isoformat()})
    assert "1" in client.get("/records/customer/fields/").content.decode()
    assert queries.values_of("customer", ours.pk) == {"old": True}
    assert access.fields_on(viewer_of(cast.users["manager"]), ours) == []
    answer = log_in("manager").get(f"{LIST}?own_old=1")
    assert answer.status_code == 422
    assert "旧字段" in answer.content.decode()
    assert log_in("manager").get(f"{LIST}?own_never=1").status_code == 422
    client = log_in("administrator")
    client.post(
        url, {"label_zh": "旧字段", "order": 1, "ends_on": (clock.today() + timedelta(days=1)).isoformat()}
    )
    assert (
        "旧字段"
        in log_in("manager")
        .get(f"/records/customer/{ours.pk}/fields/", HTTP_HX_REQUEST="true")
        .content.decode()
    )


def test_lists_filter_by_numbers_dates_and_yes_or_no(cast, log_in, ours):
    for code, type in (("n", "number"), ("d", "date"), ("y", "yes_no")):
        make(code, type)
    fill(ours, cast.users["manager"], n="9.5", d="2026-05-01", y="0")
    client = log_in("supervisor")

    def found(query):
        return "云桥机械有限公司" in client.get(f"{LIST}?{query}").content.decode()

    assert found("own_n.from=9&own_n.to=10")
    assert not found("own_n.from=10")  # 10 > 9.5 although "10" < "9.5"
    assert found("own_d.from=2026-05-01&own_d.to=2026-05-01")
    assert not found("own_d.to=2026-04-30")
    assert found("own_y=0")
    assert not found("own_y=1")
    export = client.get(f"{LIST}?columns=name&columns=own_n&own_y=0&export=csv")
    assert "9.5" in b"".join(export.streaming_content).decode("utf-8-sig")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "Bad Code", "type": "text"}, "code"),
        ({"code": "x", "type": "text", "label_zh": " "}, "label_zh"),
        ({"code": "x", "type": "choice"}, "choices"),
        ({"code": "x", "type": "choice", "choices": "a = 甲\na = 乙"}, "choices"),
        ({"code": "x", "type": "choice", "choices": "甲"}, "choices"),
        ({"code": "x", "type": "colour"}, "type"),
        ({"code": "taken", "type": "text"}, "code"),
    ],
)
def test_a_field_badly_made_is_refused_at_its_field(cast, values, field):
    make("taken")
    with pytest.raises(RuleBroken) as refused:
        actions.put_field(kind=get_record_kind("customer"), by=None, **{"label_zh": "某", **values})
    assert refused.value.field == field
    assert CustomField.objects.count() == 1


@pytest.mark.parametrize("member", ["outsider", "neighbour", "former", "hr"])
def test_out_of_scope_there_is_nothing_by_any_route(cast, log_in, call, ours, member):
    make("x")
    client, url = log_in(member), f"/records/customer/{ours.pk}/fields/"
    assert client.get(url, HTTP_HX_REQUEST="true").status_code == 404
    assert client.get(f"{url}fill/").status_code == 404
    assert client.post(f"{url}fill/", {"own_x": "1"}).status_code == 404
    assert client.get("/records/customer/fields/").status_code == 403
    send, of = call(member, ["customers.view", "records.write"]), f"/records/customer/{ours.pk}/fields"
    assert send("GET", of).status_code == 404
    assert send("PATCH", of, {"values": {"x": "1"}}).status_code == 404
    assert not CustomValues.objects.exists()


def test_a_kind_nobody_knows_has_custom_fields_too(cast, log_in):
    fake = RecordKind(
        "fake",
        "Fake",
        "me",
        lambda viewer, pk: "假的" if pk == 7 else None,
        can_change=lambda viewer, pk: True,
        address_of=lambda pk: f"/fake/{pk}/",
    )
    register(fake)
    try:
        make("x", kind="fake")
        client = log_in("manager")
        client.post("/records/fake/7/fields/fill/", {"own_x": "有了"})
        assert "有了" in client.get("/records/fake/7/fields/", HTTP_HX_REQUEST="true").content.decode()
    finally:
        unregister(fake)


def test_the_program_does_what_the_page_does(cast, call, ours):
    admin = call("administrator", ["customers.view", "records.write", "records.fields"])
    body = {"code": "area", "type": "number", "label_zh": "面积", "order": 5}
    made = admin("POST", "/records/customer/fields", body)
    assert made.status_code == 201
    assert admin("POST", "/records/customer/fields", body).status_code == 422
    pk = made.json()["id"]
    assert (
        admin("PUT", f"/records/customer/fields/{pk}", {"label_zh": "营业面积"}).json()["label_zh"]
        == "营业面积"
    )
    assert [row["code"] for row in admin("GET", "/records/customer/fields").json()] == ["area"]
    send, of = (
        call("manager", ["customers.view", "records.write", "customers.edit"]),
        f"/records/customer/{ours.pk}/fields",
    )
    assert send("PATCH", of, {"values": {"area": 120}}).json() == {"values": {"area": "120"}}
    refused = send("PATCH", of, {"values": {"area": "大", "nope": 1}})
    assert refused.status_code == 422
    assert {p["code"] for p in refused.json()["problems"]} == {"bad_value", "unknown_field"}
    assert send("PATCH", of, {"values": {"area": None}}).json() == {"values": {}}
    assert send("GET", "/records/customer/fields").status_code == 403


def test_many_fields_cost_the_list_no_more_queries(cast, log_in, ours, django_assert_max_num_queries):
    for n in range(30):
        make(f"f{n}", "number")
    fill(ours, cast.users["manager"], **{f"f{n}": "1" for n in range(30)})
    client = log_in("supervisor")
    wide = LIST + "?" + "&".join(f"columns=own_f{n}" for n in range(30))
    for url in (wide, f"/records/customer/{ours.pk}/fields/", f"/records/customer/{ours.pk}/fields/fill/"):
        client.get(url, HTTP_HX_REQUEST="true")
        with django_assert_max_num_queries(12):
            client.get(url, HTTP_HX_REQUEST="true")


def test_a_choice_offered_no_longer_stays_until_another_is_made(cast, log_in, ours):
    row = make("deal", "choice", choices="year = 年框\nonce = 单次")
    fill(ours, cast.users["manager"], deal="once")
    values = {"label_zh": "合同类型", "choices": "year = 年框"}
    actions.put_field(kind=ours.descriptor, by=None, field=row, **values)
    client, url = log_in("manager"), f"/records/customer/{ours.pk}/fields/fill/"
    assert "once –" in client.get(url).content.decode()
    assert client.post(url, {"own_deal": "once"}).status_code == 302
    assert queries.values_of("customer", ours.pk) == {"deal": "once"}
    with pytest.raises(BadInput):
        fill(ours, cast.users["manager"], deal="other")
