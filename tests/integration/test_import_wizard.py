"""Imports as a wizard: columns assigned, rows matched by any key, modes, empty cells, and a whole import taken back."""

import pghistory
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiao.customers import actions as customers
from qiao.customers.models import Assignment, Contact, Customer, HomeUnit, Site
from qiao.org.access import viewer_of
from qiao.runtime.importing.models import ImportRun
from qiao.runtime.jobs.queue import run_inline
from qiao.runtime.records import access as record_access
from qiao.runtime.records import actions as records
from qiao.runtime.records.models import CustomValues
from qiao.work import actions as work
from tests.integration.test_imports import commit, upload

pytestmark = pytest.mark.django_db


def assign(client, run, columns: dict[str, str], **more: str) -> ImportRun:
    """The columns page filled in, and its dry run."""
    page = client.get(f"/imports/customers/{run.pk}/columns/").content.decode()
    headings = page.split('<th scope="row">')[1:]
    names = {part.split("</th>")[0]: part.split('name="')[1].split('"')[0] for part in headings}
    data = {names[heading]: code for heading, code in columns.items()}
    answer = client.post(
        f"/imports/customers/{run.pk}/columns/",
        {**data, "key": "code", "mode": "both", "empty": "leave", **more},
    )
    if answer.status_code == 302:
        run.refresh_from_db()
        run_inline(run.job_id)
        run.refresh_from_db()
    return run


def undo(client, run) -> ImportRun:
    assert client.post(f"/imports/{run.kind}/{run.pk}/undo/").status_code == 302
    run.refresh_from_db()
    run_inline(run.job_id)
    run.refresh_from_db()
    return run


def test_headings_nobody_knows_are_assigned_and_remembered(cast, log_in):
    client = log_in("supervisor")
    text = "编号(旧系统),客户全称,归属单位,备注\nN1,新桥商店,jia,无\n"
    answer = client.post("/imports/customers/", {"file": SimpleUploadedFile("旧.csv", text.encode())})
    run = ImportRun.objects.latest("pk")
    assert answer["Location"] == f"/imports/customers/{run.pk}/columns/"
    run_inline(run.job_id)
    run.refresh_from_db()
    assert run.state == "refused"
    chosen = {"编号(旧系统)": "code", "客户全称": "name", "归属单位": "unit_code", "备注": ""}
    run = assign(client, run, chosen)
    assert (run.state, run.created) == ("ready", 1)
    commit(client, run)
    assert Customer.objects.get(code="N1").name == "新桥商店"
    client.post("/imports/customers/", {"file": SimpleUploadedFile("旧.csv", text.encode())})
    again = ImportRun.objects.latest("pk")
    page = client.get(f"/imports/customers/{again.pk}/columns/").content.decode()
    for code in ("code", "name", "unit_code"):
        assert f'<option value="{code}" selected>' in page


def test_two_headings_for_one_column_are_refused_in_place(cast, log_in):
    client = log_in("supervisor")
    run = upload(client, "客户编号,客户名称,归属单位\nN1,甲,jia\n")
    assign(client, run, {"客户编号": "name", "客户名称": "name", "归属单位": "unit_code"})
    answer = client.post(
        f"/imports/customers/{run.pk}/columns/", {"column-0": "name", "column-1": "name", "key": "code", "mode": "both", "empty": "leave"}
    )  # fmt: skip
    assert answer.status_code == 422
    run.refresh_from_db()
    assert run.state == "ready"


def test_known_customers_are_updated_by_phone_with_two_columns(cast, log_in):
    ours = cast.customers["ours"]
    customers.change_file(customer=ours, changes={"phone": "0571-8888-0001", "industry": "机械"}, by=None)
    client = log_in("supervisor")
    run = upload(client, "电话,行业\n057188880001,零售\n")
    assert run.state == "refused"  # as it stands it lacks columns
    run = assign(client, run, {"电话": "phone", "行业": "industry"}, key="phone", mode="update")
    assert (run.state, run.updated) == ("ready", 1), run.problems
    commit(client, run)
    row = Customer.objects.get(pk=ours.pk)
    assert (row.industry, row.name, row.home_unit) == ("零售", "云桥机械有限公司", cast.units["jia"])
    assert "云 桥" in row.search_key


def test_a_key_that_fits_several_is_a_problem_at_its_row(cast, log_in):
    client = log_in("administrator")  # all three bear one phone
    run = upload(client, "电话,行业\n057188886666,零售\n")
    run = assign(client, run, {"电话": "phone", "行业": "industry"}, key="phone", mode="update")
    assert run.state == "refused"
    assert {p["code"] for p in run.problems} == {"ambiguous"}


def test_customers_out_of_reach_are_not_found_by_any_key(cast, log_in):
    customers.change_file(customer=cast.customers["far"], changes={"phone": "13711112222"}, by=None)
    client = log_in("supervisor")
    run = upload(client, "电话,行业\n13711112222,零售\n")
    run = assign(client, run, {"电话": "phone", "行业": "industry"}, key="phone", mode="update")
    assert run.state == "refused"
    assert "C-far" not in str(run.problems)


@pytest.mark.parametrize(("mode", "code"), [("create", "is_there"), ("update", "not_there")])
def test_a_mode_writes_only_what_it_says(cast, log_in, mode, code):
    client = log_in("supervisor")
    run = upload(client, "客户编号,客户名称,归属单位\nC-ours,改名,jia\nN1,新桥商店,jia\n")
    columns = {"客户编号": "code", "客户名称": "name", "归属单位": "unit_code"}
    run = assign(client, run, columns, mode=mode)
    assert (run.state, run.refused) == ("refused", 1)
    assert {p["code"] for p in run.problems} == {code}


@pytest.mark.parametrize(("empty", "after"), [("leave", "机械"), ("clear", "")])
def test_an_empty_cell_leaves_or_takes_away_as_chosen(cast, log_in, empty, after):
    ours = cast.customers["ours"]
    customers.change_file(customer=ours, changes={"industry": "机械"}, by=None)
    client = log_in("supervisor")
    run = upload(client, "客户编号,客户名称,归属单位,行业\nC-ours,云桥机械,jia,\n")
    columns = {"客户编号": "code", "客户名称": "name", "归属单位": "unit_code", "行业": "industry"}
    commit(client, assign(client, run, columns, empty=empty))
    assert Customer.objects.get(pk=ours.pk).industry == after


def test_custom_fields_are_columns_and_a_wrong_value_is_named_at_its_cell(cast, log_in):
    kind = record_access.get_kind(viewer_of(cast.users["administrator"]), "customer")
    records.put_field(kind=kind, by=None, code="boilers", label_zh="锅炉数", type="number")
    client = log_in("supervisor")
    assert "锅炉数" in client.get("/imports/customers/").content.decode()
    head = "客户编号,客户名称,归属单位,锅炉数\n"
    run = upload(client, f"{head}C-ours,云桥机械有限公司,jia,许多\n")
    assert run.state == "refused"
    assert "锅炉数" in run.problems[0]["place"]
    run = upload(client, f"{head}C-ours,云桥机械有限公司,jia,3\nN1,新,jia,\n")
    commit(client, run)
    assert CustomValues.objects.get(object_id=cast.customers["ours"].pk).values == {"boilers": "3"}
    undo(client, run)
    assert not CustomValues.objects.exclude(values={}).exists()


def stock() -> list[tuple]:
    """All that an import writes, as it stands."""
    found = [
        list(
            Customer.objects.order_by("pk").values_list(
                "pk", "name", "industry", "home_unit", "primary", "search_key", "pinyin"
            )
        )
    ]
    for model in (HomeUnit, Assignment, Site, Contact):
        fields = [f.attname for f in model._meta.concrete_fields]
        found.append(list(model.objects.order_by("pk").values_list(*fields)))
    return found


FULL = "客户编号,客户名称,归属单位,行业,地址,联系人,客户经理\n"


def test_a_whole_import_is_taken_back_as_if_it_had_not_been(cast, log_in):
    before, client = stock(), log_in("supervisor")
    rows = "C-ours,云桥机械股份,yi,零售,新街1号,王二,P-neighbour\nN1,新桥商店,jia,零售,新街2号,李三,P-manager\nN2,老桥商店,yi,,,,\n"
    run = commit(client, upload(client, FULL + rows))
    assert stock() != before
    run = undo(client, run)
    assert (run.state, run.kept_count) == ("undone", 0)
    assert stock() == before
    assert client.post(f"/imports/customers/{run.pk}/undo/").status_code == 422
    assert "已撤销" in client.get(f"/imports/customers/{run.pk}/").content.decode()


def test_records_changed_or_used_since_are_named_and_left(cast, log_in):
    client = log_in("supervisor")
    rows = "C-ours,云桥机械股份,jia,,,,\nC-theirs,乙县新社,yi,,,,\n" + "".join(
        f"N{n},新店{n},jia,,,,\n" for n in range(5)
    )
    run = commit(client, upload(client, FULL + rows))
    new = {row.code: row for row in Customer.objects.filter(code__startswith="N")}
    with pghistory.context(
        path="later"
    ):  # within one transaction the audit would take it for the import's own
        customers.change_file(customer=cast.customers["ours"], changes={"industry": "医药"}, by=None)
        customers.put_contact(customer=new["N0"], by=None, name="后来的人")
        record = record_access.get_record(viewer_of(cast.users["supervisor"]), "customer", new["N1"].pk)
        records.comment(record=record, text="已走访", by=cast.users["supervisor"])
        work.give_task(
            title="回访", owner_id=cast.people["manager"].pk, source=("customer", new["N2"].pk), by=None
        )
    run = undo(client, run)
    assert run.kept_count == 4, run.kept
    assert {name for name, _why in run.kept} == {"云桥机械股份", "新店0", "新店1", "新店2"}
    assert set(Customer.objects.filter(code__startswith="N").values_list("code", flat=True)) == {
        "N0",
        "N1",
        "N2",
    }
    assert Customer.objects.get(code="C-theirs").name == "乙县供销社"
    assert Customer.objects.get(code="C-ours").name == "云桥机械股份"
    page = client.get(f"/imports/customers/{run.pk}/").content.decode()
    assert "新店0" in page


def test_only_what_was_written_by_oneself_is_taken_back(cast, log_in):
    client = log_in("supervisor")
    run = upload(client, FULL + "N1,新,jia,,,,\n")
    assert client.post(f"/imports/customers/{run.pk}/undo/").status_code == 422  # not written yet
    commit(client, run)
    assert log_in("manager").post(f"/imports/customers/{run.pk}/undo/").status_code == 403
    assert Customer.objects.filter(code="N1").exists()


def test_the_api_assigns_columns_and_takes_back(cast, log_in, call):
    client = log_in("supervisor")
    run = upload(client, "甲,乙,丙\nN1,新桥商店,jia\n")
    send = call("supervisor", ["customers.import", "customers.view"])
    path, chosen = f"/imports/customers/{run.pk}", {"甲": "code", "乙": "name", "丙": "unit_code"}
    assert send("POST", f"{path}/columns", {"columns": {**chosen, "丙": "nothing"}}).status_code == 422
    assert send("POST", f"{path}/columns", {"columns": chosen, "mode": "all"}).status_code == 422
    assert send("POST", f"{path}/columns", {"columns": chosen}).json()["state"] == "checking"
    run.refresh_from_db()
    run_inline(run.job_id)
    assert send("POST", f"{path}/commit").status_code == 202
    run.refresh_from_db()
    run_inline(run.job_id)
    assert send("POST", f"{path}/undo").status_code == 202
    run.refresh_from_db()
    run_inline(run.job_id)
    told = send("GET", path).json()
    assert (told["state"], told["kept_count"]) == ("undone", 0)
    assert not Customer.objects.filter(code="N1").exists()
