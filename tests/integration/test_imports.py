"""Imports: dry run, errors at their cell, all or nothing, update by key, scope."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiao.customers.models import Customer
from qiao.org.models import Person
from qiao.runtime.importing.actions import error_file_of
from qiao.runtime.importing.models import ImportRun
from qiao.runtime.jobs.queue import run_inline

pytestmark = pytest.mark.django_db
HEAD = "客户编号,客户名称,归属单位,电话,纬度,经度,坐标系,客户经理"


def upload(client, text, *, kind="customers", name="客户.csv", encoding="utf-8") -> ImportRun:
    data = text if isinstance(text, bytes) else text.encode(encoding)
    answer = client.post(f"/imports/{kind}/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content[:500]
    run = ImportRun.objects.latest("pk")
    run_inline(run.job_id)
    run.refresh_from_db()
    return run


def commit(client, run) -> ImportRun:
    assert client.post(f"/imports/{run.kind}/{run.pk}/commit/").status_code == 302
    run.refresh_from_db()
    run_inline(run.job_id)
    run.refresh_from_db()
    return run


def test_a_dry_run_writes_nothing_and_a_commit_writes_all(cast, log_in):
    client = log_in("supervisor")
    text = f"{HEAD}\nN1,新桥商店,jia,0571,30.25,120.15,GCJ-02,P-manager\nN2,老桥商店,yi,,,,,\n"
    run = upload(client, text)
    assert (run.state, run.rows, run.created, run.refused) == ("ready", 2, 2, 0)
    assert not Customer.objects.filter(code="N1").exists()

    run = commit(client, run)

    assert run.state == "written"
    new = Customer.objects.get(code="N1")
    assert (new.home_unit, new.primary, new.pinyin) == (
        cast.units["jia"],
        cast.people["manager"],
        "xinqiaoshangdian",
    )
    site = new.sites.get()
    assert site.source_datum == "gcj02"
    assert 0.001 < abs(site.lon - 120.15) < 0.01  # moved to WGS-84


def test_gb18030_is_read_like_utf8(cast, log_in):
    run = upload(log_in("supervisor"), f"{HEAD}\nN1,云桥龑记,jia,,,,,\n", encoding="gb18030")
    assert run.state == "ready"


def test_errors_name_row_and_column_and_nothing_is_written(cast, log_in):
    client = log_in("supervisor")
    rows = "N1,,jia,,,,,\nN2,好,nowhere,,,,,\nN3,好,jia,,95,120,,\nN4,好,jia,,30,,,\nN4,好,jia,,,,,\nN5,好,jia,,,,,P-nobody\n"
    run = upload(client, f"{HEAD}\n{rows}")
    assert (run.state, run.refused) == ("refused", 6)
    places = [p["place"] for p in run.problems]
    assert any("客户名称" in place and "B2" in place for place in places)
    codes = {p["code"] for p in run.problems}
    assert codes == {"required", "unknown_reference", "range", "half_place", "twice"}
    assert Customer.objects.filter(code__startswith="N").count() == 0
    errors = client.get(f"/imports/customers/{run.pk}/errors/")
    assert "N2" in b"".join(errors.streaming_content).decode("utf-8-sig")
    assert client.post(f"/imports/customers/{run.pk}/commit/").status_code == 422


def test_a_known_number_is_updated_and_an_unchanged_row_leaves_no_trace(cast, log_in):
    client = log_in("supervisor")
    run = upload(client, "客户编号,客户名称,归属单位\nC-ours,云桥机械股份公司,jia\nC-theirs,乙县供销社,yi\n")
    assert (run.updated, run.unchanged) == (1, 1)
    commit(client, run)
    assert Customer.objects.get(code="C-ours").name == "云桥机械股份公司"
    assert Customer.objects.get(code="C-ours").primary == cast.people["manager"]
    events = Customer.pgh_event_model.objects.filter(
        pgh_obj_id=cast.customers["theirs"].pk, pgh_label="update"
    )
    assert all(event.name == "乙县供销社" for event in events)


def test_a_customer_outside_the_importers_reach_is_refused(cast, log_in):
    run = upload(log_in("supervisor"), "客户编号,客户名称,归属单位\nC-far,改名,jia\n")
    assert run.state == "refused"
    assert run.problems[0]["code"] == "out_of_scope"


def test_what_changed_since_the_dry_run_cannot_slip_through(cast, log_in):
    client = log_in("supervisor")
    run = upload(client, "客户编号,客户名称,归属单位,客户经理\nN1,新桥商店,jia,P-manager\n")
    Person.objects.filter(code="P-manager").update(ends_before="2026-11-01")
    run = commit(client, run)
    assert run.state == "failed"
    assert not Customer.objects.filter(code="N1").exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", None),
        ("客户编号,谁知道\nN1,x\n".encode(), "unknown_column"),
        ("客户编号,客户名称,归属单位\n".encode(), "no_rows"),
        (b"PK\x03\x04broken", None),
        (b"\xff\xfe\xfd\x00\x81\x8d\x00", None),
    ],
)
def test_a_broken_file_is_refused_as_a_whole(cast, log_in, data, code):
    client = log_in("supervisor")
    if not data:
        assert (
            client.post("/imports/customers/", {"file": SimpleUploadedFile("x.csv", data)}).status_code == 422
        )
        return
    run = upload(client, data)
    assert run.state == "refused"
    assert run.problems
    assert code is None or code in {p["code"] for p in run.problems}


def test_a_hostile_name_stays_inside_the_imports_folder(cast, log_in):
    run = upload(log_in("supervisor"), "客户编号\n1\n", name="../../../etc/passwd.csv")
    assert "/" not in run.file_name
    assert "imports" in Path(error_file_of(run)).parts


def test_people_and_units_come_by_table_too(cast, log_in):
    client = log_in("administrator")
    run = upload(
        client,
        "单位编码,单位名称,单位类型,上级单位,成立日期\nding-a,丁县一所,grid,ding,2026-01-01\nding,丁县,county,west,2026-01-01\n",
        kind="units",
    )
    assert run.state == "ready", run.problems
    commit(client, run)
    run = upload(
        client, "工号,姓名,入职日期,单位编码,角色\nE1,冯新人,2026-02-01,ding,manager\n", kind="people"
    )
    commit(client, run)
    person = Person.objects.get(code="E1")
    assert person.postings.get().unit.code == "ding"


def test_units_in_a_circle_are_refused(cast, log_in):
    text = (
        "单位编码,单位名称,单位类型,上级单位,成立日期\na1,甲,grid,b1,2026-01-01\nb1,乙,grid,a1,2026-01-01\n"
    )
    run = upload(log_in("administrator"), text, kind="units")
    assert {p["code"] for p in run.problems} == {"unit_cycle"}
