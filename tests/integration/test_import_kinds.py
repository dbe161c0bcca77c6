"""Units, people, register and labour cost through the wizard of imports: keys, modes, clearing, custom fields, undo."""

from datetime import date
from decimal import Decimal

import pghistory
import pytest

from qiao.customers.models import Customer
from qiao.ledger.models import Run
from qiao.org import actions as org
from qiao.org.access import viewer_of
from qiao.org.models import (
    Attribute,
    LabourCost,
    Person,
    PersonalDetail,
    Posting,
    Qualification,
    StaffWord,
    Unit,
    UnitPlacement,
)
from qiao.runtime import clock
from qiao.runtime.importing.models import ImportRun
from qiao.runtime.jobs.queue import run_inline
from qiao.runtime.records import access as record_access
from qiao.runtime.records import actions as records
from qiao.runtime.records.models import CustomValues
from tests.integration.test_import_wizard import undo
from tests.integration.test_imports import commit, upload

pytestmark = pytest.mark.django_db


def choose(client, run, **options: str) -> ImportRun:
    """The dry run anew with other options; columns as their headings say."""
    page = client.get(f"/imports/{run.kind}/{run.pk}/columns/").content.decode()
    data = {}
    for part in page.split('<select class="form-select form-select-sm" name="')[1:]:
        name = part.split('"')[0]
        chosen = part.split("</select>")[0].split(" selected>")[0]
        data[name] = (
            chosen.rsplit('value="', 1)[1].split('"')[0] if " selected>" in part.split("</select>")[0] else ""
        )
    answer = client.post(
        f"/imports/{run.kind}/{run.pk}/columns/",
        {**data, "key": "code", "mode": "both", "empty": "leave", **options},
    )
    assert answer.status_code == 302, answer.content[:800]
    run.refresh_from_db()
    run_inline(run.job_id)
    run.refresh_from_db()
    return run


def stock(*models) -> list[tuple]:
    return [row for model in models for row in model.objects.order_by("pk").values_list()]


ORG = (Unit, UnitPlacement, Person, Posting, Attribute, PersonalDetail, Qualification, LabourCost)


def own_field(cast, kind: str, code: str, **more) -> None:
    found = record_access.get_kind(viewer_of(cast.users["administrator"]), kind)
    records.put_field(kind=found, by=None, code=code, label_zh=more.pop("label", code), type="text", **more)


def test_units_are_taken_back_as_a_tree(cast, log_in):
    before, client = stock(*ORG), log_in("hr")
    head = "code,name_zh,name_en,kind,parent_code,starts_on\n"
    rows = "jia,甲县新名,Jia,county,,2020-01-01\nroom,一室,,room,dept,2026-01-01\ndept,新部,,department,jia,2026-01-01\n"
    run = commit(client, upload(client, head + rows, kind="units"))
    assert run.state == "written", run.problems
    assert Unit.objects.get(code="room").placements.get().parent.code == "dept"
    run = undo(client, run)
    assert (run.state, run.kept_count) == ("undone", 0)
    assert stock(*ORG) == before


def test_a_unit_that_stays_keeps_the_new_ones_above_it(cast, log_in):
    client = log_in("hr")
    head = "code,name_zh,kind,parent_code,starts_on\n"
    rows = "top,上层,department,jia,2026-01-01\nmid,中层,department,top,2026-01-01\nlow,下层,department,mid,2026-01-01\nfree,别的,department,jia,2026-01-01\n"
    run = commit(client, upload(client, head + rows, kind="units"))
    with pghistory.context(path="later"):
        org.rename_unit(code="low", name_zh="下层改名", by=None)
    run = undo(client, run)
    assert {name for name, _why in run.kept} == {"上层", "中层", "下层改名"}
    assert not Unit.objects.filter(code="free").exists()
    assert Unit.objects.filter(code__in=["top", "mid", "low"]).count() == 3


def test_units_out_of_reach_are_neither_renamed_nor_built_under(cast, log_in):
    role = cast.people["supervisor"].postings.get().role_type
    role.rights = [*role.rights, "org.import"]
    role.save()
    client = log_in("supervisor")
    head = "code,name_zh,kind,parent_code,starts_on\n"
    run = upload(
        client,
        head + "west,改名,city,,2020-01-01\nn1,新,county,west,2026-01-01\nn2,新,city,,2026-01-01\n",
        kind="units",
    )
    assert (run.state, run.refused) == ("refused", 3)
    assert {p["code"] for p in run.problems} == {"out_of_scope", "unknown_reference"}
    assert upload(client, head + "n1,新,county,east,2026-01-01\n", kind="units").state == "ready"


def test_units_are_matched_by_name_and_their_place_is_cleared(cast, log_in):
    org.rename_unit(code="jia", lat=30.1, lon=120.1, by=None)
    client = log_in("hr")
    run = upload(client, "name_zh,name_en,lat,lon\n甲县,Jia County,,\n", kind="units")
    run = choose(client, run, key="name_zh", mode="update", empty="clear")
    assert (run.state, run.updated) == ("ready", 1), run.problems
    commit(client, run)
    row = Unit.objects.get(code="jia")
    assert (row.name_en, row.lat, row.lon, row.kind) == ("Jia County", None, None, "county")
    undo(client, run)
    row.refresh_from_db()
    assert (row.name_en, row.lat, row.lon) == ("Jia", 30.1, 120.1)


def test_people_are_taken_back_but_for_those_in_use(cast, log_in):
    before, client = stock(*ORG), log_in("hr")
    head = "code,name,starts_on,phone,employment_kind,unit_code,role_code\n"
    rows = "P-manager,张三丰,2020-01-01,13811110000,合同,jia,manager\n" + "".join(
        f"N{n},新人{n},2026-01-01,,合同,jia,manager\n" for n in range(3)
    )
    run = commit(client, upload(client, head + rows, kind="people"))
    assert run.state == "written", run.problems
    assert Attribute.objects.filter(person__code__in=["N0", "P-manager"]).count() == 2
    with pghistory.context(path="later"):
        record = record_access.get_record(
            viewer_of(cast.users["hr"]), "person", Person.objects.get(code="N1").pk
        )
        records.comment(record=record, text="欢迎", by=cast.users["hr"])
    run = undo(client, run)
    assert [name for name, _why in run.kept] == ["新人1"]
    assert set(Person.objects.filter(code__startswith="N").values_list("code", flat=True)) == {"N1"}
    Attribute.objects.filter(person__code="N1").delete()
    Posting.objects.filter(person__code="N1").delete()
    Person.objects.filter(code="N1").delete()
    assert stock(*ORG) == before


@pytest.mark.parametrize(("empty", "phone", "words"), [("leave", "13900000000", 1), ("clear", "", 0)])
def test_empty_cells_of_people_leave_or_take_away(cast, log_in, empty, phone, words):
    client = log_in("hr")
    word = StaffWord.objects.filter(list="employment").first()
    org.describe(person=cast.people["manager"], word=word, on=date(2024, 1, 1), by=None)
    run = upload(client, "code,phone,employment_kind\nP-manager,,\n", kind="people")
    run = choose(client, run, mode="update", empty=empty)
    assert run.state == "ready", run.problems
    assert (run.updated, run.unchanged) == ((0, 1) if empty == "leave" else (1, 0))
    commit(client, run)
    assert Person.objects.get(code="P-manager").phone == phone
    held = Attribute.objects.filter(person=cast.people["manager"], ends_before__isnull=True)
    assert held.count() == words
    undo(client, run)
    assert Person.objects.get(code="P-manager").phone == "13900000000"
    assert held.count() == 1


def test_people_are_matched_by_the_number_another_system_knows_them_by(cast, log_in):
    own_field(cast, "person", "badge", label="工卡号")
    records.load_values(kind="person", rows={cast.people["manager"].pk: {"badge": "B77"}}, by=None)
    client = log_in("hr")
    run = upload(client, "工卡号,英文名\nB77,Sanfeng\nB99,Nobody\n", kind="people")
    run = choose(client, run, key="own_badge", mode="update")
    assert (run.state, run.refused) == ("refused", 1)
    run = upload(client, "工卡号,英文名\nB77,Sanfeng\n", kind="people")
    run = choose(client, run, key="own_badge", mode="update")
    assert (run.state, run.updated) == ("ready", 1), run.problems
    commit(client, run)
    assert Person.objects.get(code="P-manager").name_en == "Sanfeng"


def test_customers_are_matched_by_a_custom_field_within_reach(cast, log_in):
    own_field(cast, "customer", "erp", label="ERP编号")
    ids = {key: cast.customers[key].pk for key in ("ours", "far")}
    records.load_values(
        kind="customer", rows={ids["ours"]: {"erp": "X1"}, ids["far"]: {"erp": "X2"}}, by=None
    )
    client = log_in("supervisor")
    run = choose(client, upload(client, "ERP编号,行业\nX1,零售\n"), key="own_erp", mode="update")
    assert (run.state, run.updated) == ("ready", 1), run.problems
    commit(client, run)
    assert Customer.objects.get(code="C-ours").industry == "零售"
    run = choose(client, upload(client, "ERP编号,行业\nX1,零售\n"), key="own_erp", mode="update")
    assert (run.updated, run.unchanged) == (0, 1)  # the key's own cell changes nothing
    run = choose(client, upload(client, "ERP编号,行业\nX2,零售\n"), key="own_erp", mode="update")
    assert run.state == "refused"
    assert "C-far" not in str(run.problems)


def test_a_new_group_goes_though_a_known_customer_was_put_into_it(cast, log_in):
    client = log_in("supervisor")
    head = "客户编号,客户名称,归属单位,所属集团\n"
    run = commit(client, upload(client, head + "G1,新集团,jia,\nC-ours,云桥机械有限公司,jia,G1\n"))
    assert Customer.objects.get(code="C-ours").group.code == "G1"
    run = undo(client, run)
    assert run.kept_count == 0, run.kept
    assert Customer.objects.get(code="C-ours").group is None
    assert not Customer.objects.filter(code="G1").exists()


def test_the_register_is_matched_cleared_and_taken_back(cast, log_in):
    own_field(cast, "person", "badge", label="工卡号")
    client = log_in("hr")
    head = "code,employment,education,field,born_on,kind,number,issued_on,badge\n"
    first = commit(
        client,
        upload(
            client,
            head + "P-manager,合同,本科,信息技术,1990-01-01,上岗资格证,Z1,2024-01-01,B1\n",
            kind="register",
        ),
    )
    assert first.state == "written", first.problems
    between = stock(*ORG)
    person = cast.people["manager"]
    Person.objects.filter(pk=person.pk).update(phone="13712345678")
    between = stock(*ORG)
    run = upload(client, "phone,employment,field,born_on,badge\n137-1234-5678,,,,\n", kind="register")
    assert run.state == "refused"
    run = choose(client, run, key="phone", empty="clear")
    assert (run.state, run.updated) == ("ready", 1), run.problems
    run = commit(client, run)
    assert run.state == "written", run.problems
    held = Attribute.objects.filter(person=person, starts_on__lte=clock.today()).exclude(
        ends_before__lte=clock.today()
    )
    assert [one.list for one in held] == ["education"]
    assert PersonalDetail.objects.get(person=person).born_on is None
    assert CustomValues.objects.get(object_id=person.pk, kind="person").values == {}
    undo(client, run)
    assert stock(*ORG) == between
    assert CustomValues.objects.get(object_id=person.pk, kind="person").values == {"badge": "B1"}
    undo(client, first)
    assert not Attribute.objects.filter(person=person).exists()
    assert not Qualification.objects.exists()
    assert not PersonalDetail.objects.exists()


def test_a_person_of_whom_a_row_names_nobody_is_said_once(cast, log_in):
    client = log_in("hr")
    run = upload(client, "phone,education\n13711112222,本科\n", kind="register")
    run = choose(client, run, key="phone")
    assert run.state == "refused"
    assert [p["code"] for p in run.problems] == ["unknown_reference"]
    assert "phone" in run.problems[0]["place"]


def test_who_may_not_see_birthdays_does_not_clear_them(cast, log_in):
    role = cast.people["hr"].postings.get().role_type
    role.rights = [one for one in role.rights if one != "org.personal"]
    role.save()
    org.put_personal(person=cast.people["manager"], born_on=date(1990, 1, 1), by=None)
    client = log_in("hr")
    run = choose(client, upload(client, "code,born_on\nP-manager,\n", kind="register"), empty="clear")
    assert {p["code"] for p in run.problems} == {"not_allowed"}


def test_labour_cost_is_matched_by_name_cleared_and_taken_back(cast, log_in):
    client = log_in("hr")
    month = clock.today().strftime("%Y-%m")
    run = upload(client, f"unit_name,month,yuan\n甲县,{month},100.50\n乙县,{month},7\n", kind="labour_costs")
    run = choose(client, run, key="unit_name")
    assert (run.state, run.created) == ("ready", 2), run.problems
    first = commit(client, run)
    run = upload(client, f"unit_code,month,yuan\njia,{month},\nyi,{month},8\n", kind="labour_costs")
    assert run.state == "refused"
    run = choose(client, run, key="unit_code", empty="clear")
    assert (run.state, run.updated) == ("ready", 2), run.problems
    commit(client, run)
    assert list(LabourCost.objects.values_list("unit__code", "yuan")) == [("yi", Decimal(8))]
    undo(client, run)
    assert dict(LabourCost.objects.values_list("unit__code", "yuan")) == {
        "jia": Decimal("100.50"),
        "yi": Decimal(7),
    }
    with pghistory.context(path="later"):
        org.put_labour_cost(unit=cast.units["yi"], month=clock.today(), yuan=Decimal(9), by=None)
    first = undo(client, first)
    assert [name for name, _why in first.kept] == [f"乙县 {month}"]
    assert list(LabourCost.objects.values_list("unit__code", "yuan")) == [("yi", Decimal(9))]


def test_a_month_closed_since_keeps_its_costs_and_its_people(cast, log_in):
    client, month = log_in("hr"), clock.today().strftime("%Y-%m")
    costs = commit(client, upload(client, f"unit_code,month,yuan\njia,{month},5\n", kind="labour_costs"))
    head = "code,name,starts_on,unit_code,role_code\n"
    people = commit(client, upload(client, head + "N1,新人,2026-01-01,jia,manager\n", kind="people"))
    Run.objects.create(
        month=month,
        state="done",
        is_current=True,
        code_version="1",
        started_at=clock.now(),
        finished_at=clock.now(),
    )
    assert undo(client, costs).kept == [[f"甲县 {month}", "Its month was closed since."]]
    assert undo(client, people).kept == [["新人", "A month was closed with it since."]]
    assert LabourCost.objects.exists()
    assert Person.objects.filter(code="N1").exists()


def test_the_api_says_by_what_rows_are_matched(cast, call):
    kinds = {
        one["code"]: one for one in call("hr", ["org.import", "org.labour_cost"])("GET", "/imports").json()
    }
    assert kinds["people"]["keys"] == ["code", "phone", "email", "name"]
    assert kinds["labour_costs"]["keys"] == ["unit_code", "unit_name"]
    assert all(one["clears"] and one["can_be_undone"] for one in kinds.values())
