"""Bad input to the imports of units, people and customers: named by its place, nothing lost, nothing half done."""

import zipfile
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.utils import translation

from qiao.customers import actions as customers
from qiao.customers.models import Customer
from qiao.org.models import Person, Unit
from qiao.runtime.i18n import say
from qiao.runtime.importing import actions
from qiao.runtime.importing.models import ImportRun
from qiao.runtime.jobs.models import Job
from qiao.runtime.jobs.queue import run_inline
from qiao.runtime.tables import Limits, reading
from tests.integration.test_imports import commit, upload

pytestmark = pytest.mark.django_db
FULL = OSError(28, "No space left on device")
HEADS = {
    "units": "单位编码,单位名称,单位类型,上级单位,成立日期",
    "people": "工号,姓名,入职日期,单位编码,角色",
    "customers": "客户编号,客户名称,归属单位",
}
ROWS = {
    "units": "new,新县,county,east,2026-01-01",
    "people": "new,冯新人,2026-02-01,jia,manager",
    "customers": "new,新桥商店,jia",
}
MODELS = {"units": Unit, "people": Person, "customers": Customer}
KINDS = pytest.mark.parametrize("kind", MODELS)


def text_of(kind, *rows):
    return "\n".join([HEADS[kind], *rows]) + "\n"


def workbook(tmp_path, kind, *rows, change=None):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表一")
    for r, row in enumerate([HEADS[kind], *rows]):
        sheet.write_row(r, 0, row.split(","))
    book.close()
    if change:
        with zipfile.ZipFile(path) as old:
            parts = [(i.filename, old.read(i)) for i in old.infolist()]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name, content in change(parts):
                new.writestr(name, content)
    return path.read_bytes()


def swollen(parts):
    return [(n, b + b" " * 20_000_000 if n.endswith("sheet1.xml") else b) for n, b in parts]


def climbing(parts):
    return [*parts, ("../../secret", b"x")]


def declaring(parts):
    return [(n, b'<!DOCTYPE x [<!ENTITY e "e">]>' + b if n.endswith("styles.xml") else b) for n, b in parts]


WHOLE_FILES = {
    "blank": (lambda tmp, kind: b"\n\n , ,\n", "empty"),
    "no rows": (lambda tmp, kind: text_of(kind).encode(), "no_rows"),
    "unknown column": (lambda tmp, kind: (HEADS[kind] + ",谁知道\n" + ROWS[kind] + ",1\n").encode(), "unknown_column"),
    "missing column": (lambda tmp, kind: "编码\n1\n".encode() if kind == "units" else HEADS[kind].split(",")[0].encode() + b"\n1\n", "missing_column"),
    "broken workbook": (lambda tmp, kind: b"PK\x03\x04broken", "damaged"),
    "cut workbook": (lambda tmp, kind: workbook(tmp, kind, ROWS[kind])[:-200], "damaged"),
    "never closed": (lambda tmp, kind: text_of(kind, '"' + ROWS[kind]).encode(), "quoting"),
    "binary": (lambda tmp, kind: b"\x7fELF\0\0\0\0", "binary"),
    "broken byte": (lambda tmp, kind: text_of(kind, ROWS[kind]).encode() + b"\xe5\xbc\n", "encoding"),
    "zip bomb": (lambda tmp, kind: workbook(tmp, kind, ROWS[kind], change=swollen), "zip_bomb"),
    "path trick": (lambda tmp, kind: workbook(tmp, kind, ROWS[kind], change=climbing), "path"),
    "entities": (lambda tmp, kind: workbook(tmp, kind, ROWS[kind], change=declaring), "entities"),
}  # fmt: skip


@KINDS
def test_unusable_files_are_refused_by_name_and_reason_and_change_nothing(cast, log_in, tmp_path, kind):
    client, before = log_in("administrator"), MODELS[kind].objects.count()
    for what, (make, code) in WHOLE_FILES.items():
        run = upload(client, make(tmp_path, kind), kind=kind, name="名单.csv")
        assert run.state == "refused", what
        problem = next((p for p in run.problems if p["code"] == code), None)
        assert problem is not None, (what, run.problems)
        assert "名单.csv" in problem["place"], what
        with translation.override("zh-hans"):
            assert any(
                "\u4e00" <= letter <= "\u9fff" for letter in say(problem["message"], problem["params"])
            ), what
        assert client.post(f"/imports/{kind}/{run.pk}/commit/").status_code == 422, what
    assert MODELS[kind].objects.count() == before


@KINDS
def test_an_empty_file_is_refused_by_the_form(cast, log_in, kind):
    answer = log_in("administrator").post(f"/imports/{kind}/", {"file": SimpleUploadedFile("x.csv", b"")})
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()


@KINDS
def test_a_bad_cell_of_a_workbook_is_named_with_file_sheet_cell_and_column(cast, log_in, tmp_path, kind):
    bad = ROWS[kind].replace("new,", "bad,").replace(ROWS[kind].split(",")[1], "")
    run = upload(
        log_in("administrator"), workbook(tmp_path, kind, ROWS[kind], bad), kind=kind, name="名单.xlsx"
    )
    heading = HEADS[kind].split(",")[1]
    assert (run.state, run.refused) == ("refused", 1)
    assert f"名单.xlsx · 表一 · B3 · {heading}" in {p["place"] for p in run.problems}
    assert not MODELS[kind].objects.filter(code__in=["new", "bad"]).exists()


@KINDS
def test_more_rows_than_allowed_are_refused(cast, log_in, monkeypatch, kind):
    monkeypatch.setattr(reading, "Limits", lambda: Limits(rows=2))
    rows = [ROWS[kind].replace("new", f"new{n}") for n in range(3)]
    run = upload(log_in("administrator"), text_of(kind, *rows), kind=kind)
    assert (run.state, run.problems[0]["code"]) == ("refused", "too_many_rows")


@KINDS
def test_a_file_that_is_too_big_is_refused_while_it_comes_in(cast, log_in, settings, monkeypatch, kind):
    monkeypatch.setattr(actions, "Limits", lambda: Limits(file_bytes=20))
    data = SimpleUploadedFile("名单.csv", text_of(kind, ROWS[kind]).encode())
    answer = log_in("administrator").post(f"/imports/{kind}/", {"file": data})
    assert answer.status_code == 422
    assert "名单.csv" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert not list((settings.QIAO_HOME / "imports").iterdir())


def test_unknown_units_roles_and_people_are_named(cast, log_in):
    client = log_in("administrator")
    run = upload(
        client,
        text_of("people", "n1,甲,2026-01-01,nowhere,manager", "n2,乙,2026-01-01,jia,king"),
        kind="people",
    )
    assert {(p["code"], p["params"]["value"]) for p in run.problems} == {("unknown_reference", "nowhere"), ("unknown_reference", "king")}  # fmt: skip
    run = upload(client, text_of("units", "n1,甲,county,nowhere,2026-01-01"), kind="units")
    assert [(p["code"], p["params"]["value"]) for p in run.problems] == [("unknown_reference", "nowhere")]
    run = upload(client, "客户编号,客户名称,归属单位,客户经理,所属集团\nn1,甲,jia,nobody,nothing\n")
    assert {p["params"]["value"] for p in run.problems} == {"nobody", "nothing"}


@pytest.mark.parametrize("value", ["91", "-90.0001", "1e999", "nan", "12,3,4x", "北纬30"])
def test_a_number_beyond_its_range_or_no_number_is_refused_at_its_cell(cast, log_in, value):
    text = f'客户编号,客户名称,归属单位,纬度,经度\nn1,甲,jia,"{value}",120\n'
    run = upload(log_in("administrator"), text, name="名单.csv")
    assert (run.state, run.problems[0]["place"]) == ("refused", "名单.csv · D2 · 纬度")


@pytest.mark.parametrize("value", ["2026-13-01", "2026-02-30", "昨天", "99999999"])
@pytest.mark.parametrize("kind", ["units", "people"])
def test_a_day_that_is_none_is_refused_at_its_cell(cast, log_in, kind, value):
    first = {"units": f"n1,甲,county,east,{value}", "people": f"n1,甲,{value},jia,manager"}[kind]
    run = upload(log_in("administrator"), text_of(kind, first), kind=kind)
    assert [p["code"] for p in run.problems] == ["date"]


def test_a_formula_is_text_all_the_way_and_disarmed_on_its_way_out(cast, log_in):
    client = log_in("administrator")
    run = upload(client, text_of("customers", "=1+1,=cmd|' /C calc'!A0,jia", "x,@SUM(A1),nowhere"))
    assert run.state == "refused"
    text = b"".join(client.get(f"/imports/customers/{run.pk}/errors/").streaming_content).decode("utf-8-sig")
    assert "\nx,'@SUM(A1)," in text
    commit(client, upload(client, text_of("customers", "=1+1,=cmd|' /C calc'!A0,jia")))
    assert Customer.objects.get(code="=1+1").name == "=cmd|' /C calc'!A0"


def test_the_same_customers_in_two_imports_at_once_are_entered_once(cast, log_in):
    client = log_in("administrator")
    first, second = (upload(client, text_of("customers", ROWS["customers"])) for _ in range(2))
    assert client.post(f"/imports/customers/{first.pk}/commit/").status_code == 302
    assert client.post(f"/imports/customers/{first.pk}/commit/").status_code == 422
    busy = client.post(f"/imports/customers/{second.pk}/commit/")
    assert busy.status_code == 422  # one at a time; nothing is lost
    first.refresh_from_db()
    run_inline(first.job_id)
    second.refresh_from_db()
    assert (second.state, Customer.objects.filter(code="new").count()) == ("ready", 1)
    second = commit(client, second)
    assert (second.state, second.created, second.unchanged) == ("written", 0, 1)
    assert Customer.objects.filter(code="new").count() == 1


@pytest.mark.parametrize(("error", "told"), [(FULL, "磁盘已满"), (IntegrityError("duplicate key"), "同时")])
def test_what_stops_the_writing_is_told_and_it_can_be_written_again(cast, log_in, monkeypatch, error, told):
    client = log_in("administrator")
    run = upload(client, text_of("customers", ROWS["customers"]))

    def fails(**kwargs):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(customers, "load_customers", fails)
        run = commit(client, run)
    assert run.state == "ready"
    with translation.override("zh-hans"):
        assert told in Job.objects.get(pk=run.job_id).error
    assert not Customer.objects.filter(code="new").exists()
    assert commit(client, run).state == "written"


def test_a_dry_run_on_a_full_disk_is_told_and_changes_nothing(cast, log_in, monkeypatch):
    def fails(*args, **kwargs):
        raise FULL

    monkeypatch.setattr(actions, "write_error_file", fails)
    run = upload(log_in("administrator"), text_of("customers", "n1,,jia"))
    assert run.state == "failed"
    assert "磁盘已满" in Job.objects.get(pk=run.job_id).error


@KINDS
def test_an_upload_onto_a_full_disk_leaves_nothing_behind(cast, log_in, settings, monkeypatch, kind):
    def fails(*args, **kwargs):
        raise FULL

    digest = SimpleNamespace(update=fails)
    monkeypatch.setattr("qiao.runtime.uploads.hashlib", SimpleNamespace(sha256=lambda: digest))
    data = SimpleUploadedFile("x.csv", text_of(kind, ROWS[kind]).encode())
    answer = log_in("administrator").post(f"/imports/{kind}/", {"file": data})
    assert answer.status_code == 422
    assert "磁盘已满" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert not list((settings.QIAO_HOME / "imports").iterdir())
