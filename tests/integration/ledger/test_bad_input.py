"""Bad input of every kind to the ledger: a clear error naming the place in the reader's language, nothing lost."""

import zipfile
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from qiao.kernel.errors import BadInput, RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import actions, queries
from qiao.ledger.actions import importing
from qiao.ledger.actions.importing import error_file_of, folder_of
from qiao.ledger.feeds import reading, sources
from qiao.ledger.models import Batch, LakeFile, Run
from qiao.runtime.i18n import say
from qiao.runtime.tables import Limits
from tests.integration.ledger.conftest import ledger_total

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
HEAD = "客户,账期,品类,金额,成本\n"
GOOD = "C-ours,2026-10,烟,100.10,60\n"


def workbook(path, rows, sheet="十月"):
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet(sheet)
    for r, row in enumerate(rows):
        page.write_row(r, 0, row)
    book.close()
    return path


def bomb(path):
    workbook(path, [HEAD.strip().split(","), ["C-ours", "2026-10", "烟", 1, 1]])
    with zipfile.ZipFile(path) as old:
        parts = [(i.filename, old.read(i)) for i in old.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts:
            new.writestr(name, content + b" " * 20_000_000 if name.endswith("sheet1.xml") else content)
    return path


def climbing(path):
    workbook(path, [HEAD.strip().split(",")])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../lake/sales/x.parquet", "x")
    return path


WHOLE_FILES = {
    "empty": (lambda path: path.write_bytes(b""), "empty", "空"),
    "no rows": (lambda path: path.write_text(HEAD, encoding="utf-8"), "no_rows", "没有数据"),
    "no such column": (lambda path: path.write_text("a,b\n1,2\n", encoding="utf-8"), "no_column", "客户"),
    "broken workbook": (lambda path: path.write_bytes(b"PK\x03\x04 broken"), "damaged", "损坏"),
    "broken parquet": (lambda path: path.write_bytes(b"PAR1 broken"), "damaged", "损坏"),
    "never closed": (lambda path: path.write_text(HEAD + 'C-ours,2026-10,"烟,1,1\n', encoding="utf-8"), "quoting", "引号"),
    "wrong encoding": (lambda path: path.write_bytes((HEAD + "陈陈陈").encode() + b"\xe9\n"), "encoding", "UTF-8"),
    "binary": (lambda path: path.write_bytes(b"\x7fELF\0\0"), "binary", "文本"),
    "zip bomb": (bomb, "zip_bomb", "攻击"),
    "path trick": (climbing, "path", "x.parquet"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WHOLE_FILES)
def test_an_unusable_file_is_refused_by_name_in_the_readers_language_and_leaves_nothing(
    bills, put, tmp_path, kind
):
    make, code, word = WHOLE_FILES[kind]
    put(bills, [GOOD.strip()])
    path = tmp_path / "十月账单.csv"
    make(path)
    bills.refresh_from_db()
    batch = actions.import_file(feed=bills, path=path, by=None)
    assert (batch.state, batch.problems[0]["code"]) == ("refused", code)
    assert "十月账单.csv" in batch.problems[0]["place"]
    with translation.override("zh-hans"):
        assert word in say(batch.problems[0]["message"], batch.problems[0]["params"])
    assert ledger_total() == Decimal("100.10")
    assert not list((queries.lake().root / "staging").glob("*"))
    with pytest.raises(RuleBroken):
        actions.write_batch(batch_id=batch.pk, by=None)


def test_a_bad_cell_of_a_workbook_is_named_with_file_sheet_row_and_column(bills, tmp_path, log_in):
    rows = [
        HEAD.strip().split(","),
        ["C-ours", "2026-10", "烟", "1", "1"],
        ["C-ours", "2026-10", "酒", "x", "1"],
    ]
    path = workbook(tmp_path / "账单.xlsx", rows)
    batch = actions.import_file(feed=bills, path=path, by=None, dry_run=True)
    page = log_in("administrator").get(reverse("ledger:batch", args=[batch.pk])).content.decode()
    assert "账单.xlsx · 十月 · #3 · 金额" in page
    assert error_file_of(batch).name == "errors.xlsx"


def test_a_hostile_cell_is_shown_as_text_and_disarmed_in_the_error_file(bills, put, log_in):
    batch = put(bills, ["=cmd|'/C calc'!A0,2026-10,烟,1,1", "<script>alert(1)</script>,2026-10,烟,1,1"])
    assert batch.state == "refused"
    text = error_file_of(batch).read_text(encoding="utf-8-sig")
    assert "\n'=cmd" in text
    assert "\n=cmd" not in text
    page = log_in("administrator").get(reverse("ledger:batch", args=[batch.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_hostile_file_name_stays_in_the_imports_own_folder(bills, home, log_in):
    upload = SimpleUploadedFile("..\\..\\lake\\x.csv", (HEAD + GOOD).encode())
    answer = log_in("administrator").post(reverse("ledger:new_batch"), {"feed": "bills", "file": upload})
    assert answer.status_code == 302
    batch = Batch.objects.get()
    assert batch.file_name == "x.csv"
    assert [path.name for path in folder_of(batch).iterdir()] == ["source"]


def test_a_file_that_is_too_big_is_refused_while_it_comes_in(bills, monkeypatch, put, home):
    monkeypatch.setattr(importing, "FILE_LIMITS", Limits(file_bytes=50))
    with pytest.raises(BadInput) as refused:
        put(bills, [GOOD.strip()] * 5)
    assert (refused.value.problems[0].code, refused.value.problems[0].place.file) == ("too_large", "rows.csv")
    assert not Batch.objects.exists()
    assert not list((home / "ledger" / "imports").iterdir())


def test_more_rows_than_allowed_are_refused(bills, monkeypatch, put):
    monkeypatch.setattr(sources, "FILE_LIMITS", Limits(rows=3))
    rows = [f"C-ours,2026-{m:02d},烟,1,1" for m in range(1, 6)]
    batch = put(bills, [*rows, ""])  # a blank line leads to the exact way, row by row
    assert (batch.state, batch.problems[0]["code"]) == ("refused", "too_many_rows")


def test_unknown_customers_are_listed_by_number_and_nothing_is_written(bills, put, log_in):
    batch = put(bills, ["C-ours,2026-10,烟,1,1", "X-9,2026-10,烟,1,1", "X-9,2026-10,酒,1,1"], dry_run=True)
    batch.refresh_from_db()
    assert batch.report["unknown_customers"] == [["X-9", 2]]
    page = log_in("administrator").get(reverse("ledger:batch", args=[batch.pk])).content.decode()
    assert "X-9" in page
    with pytest.raises(RuleBroken, match="2 rows were refused"):
        actions.write_batch(batch_id=batch.pk, by=None)
    assert ledger_total() == 0


@pytest.mark.usefixtures("activity")
def test_a_gap_in_the_months_is_told_at_import_and_makes_figures_incomplete_not_smaller(bills, put, cast):
    batch = put(bills, ["C-ours,2026-08,烟,1,1", "C-ours,2026-10,烟,1,1"])
    assert batch.report["gaps"] == ["2026-09"]
    run = actions.close_month(month=Month(2026, 10), by=None)
    assert run.steps.get(code="ledger.imports").summary["gaps"] == ["2026-09"]
    figures = {
        (f.indicator.code, window): f.result
        for window in ("month", "half")
        for f in queries.list_figures(run, "unit", cast.units["jia"].pk, window)
    }
    assert figures["revenue", "month"].numerator == 1
    assert figures["revenue", "half"].numerator is None
    assert "2026-09" in str(figures["revenue", "half"].incomplete)


def test_negative_and_refund_lines_count_against_and_are_shown_apart(bills, put, log_in, cast):
    batch = put(bills, ["C-ours,2026-10,烟,100,60", "C-ours,2026-10,酒,-30.01,-20", "C-far,2026-10,烟,-5,0"])
    assert (batch.report["amount_cents"], batch.report["refunds_cents"]) == (6499, -3501)
    assert ledger_total() == Decimal("64.99")
    assert ledger_total(customer_ids=[cast.customers["far"].pk]) == Decimal("-5.00")
    page = log_in("administrator").get(reverse("ledger:batch", args=[batch.pk])).content.decode()
    assert "35.01" in page


@pytest.mark.parametrize("amount", ["100000000000.01", "-100000000000.01", "1e99", "9" * 40])
def test_an_amount_beyond_range_is_refused_at_its_row(bills, put, amount):
    batch = put(bills, [GOOD.strip(), f"C-far,2026-10,烟,{amount},1"], dry_run=True)
    assert batch.report["rejected"] == 1
    (problem,) = batch.report["problems"]
    assert problem["code"] in {"out_of_range", "bad_number"}
    assert (problem["examples"][0]["row"], problem["examples"][0]["column"]) == (3, "金额")


def test_a_month_whose_amounts_cannot_be_added_up_is_refused(bills, put, monkeypatch):
    monkeypatch.setattr(reading, "_MOST_CENTS", 10_010)
    assert put(bills, [GOOD.strip()], dry_run=True).state == "checked"
    batch = put(bills, [GOOD.strip(), "C-far,2026-10,烟,0.01,0"])
    assert (batch.state, batch.problems[0]["code"]) == ("refused", "sum_out_of_range")
    assert batch.problems[0]["params"] == {"month": "2026-10"}


FULL = OSError(28, "No space left on device")


def _fails(*args, **kwargs):
    raise FULL


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (reading, "load_source"),
        (reading, "_stage"),
        (reading, "write_error_file"),
        (importing.shutil, "move"),
    ],
)
def test_a_disk_that_is_full_at_any_step_of_the_dry_run_is_named_and_nothing_is_lost(
    bills, put, monkeypatch, owner, name
):
    put(bills, [GOOD.strip()])
    with monkeypatch.context() as broken:
        broken.setattr(owner, name, _fails)
        with pytest.raises(RuleBroken) as refused:
            put(bills, ["C-ours,2026-10,烟,1,1", "X,2026-10,烟,1,1"])
    assert refused.value.code == "disk_full"
    assert ledger_total() == Decimal("100.10")
    assert not list((queries.lake().root / "staging").glob("*"))
    waiting = Batch.objects.latest("pk")
    actions.check_batch(batch_id=waiting.pk)  # once there is room
    actions.write_batch(batch_id=waiting.pk, by=None, without_rejected=True)
    assert ledger_total() == Decimal("1.00")


@pytest.mark.usefixtures("activity")
def test_a_close_on_a_full_disk_says_so_and_goes_on_once_there_is_room(bills, put, monkeypatch):
    from qiao.ledger.actions import steps

    put(bills, [GOOD.strip()])
    with monkeypatch.context() as broken:
        broken.setattr(steps, "compute", _fails)
        with pytest.raises(RuleBroken) as refused:
            actions.close_month(month=Month(2026, 10), by=None)
    assert refused.value.code == "disk_full"
    failed = Run.objects.get()
    assert (failed.state, failed.is_current) == ("failed", False)
    assert "disk is full" in failed.steps.get(code="ledger.indicators").error
    done = actions.close_month(month=Month(2026, 10), by=None)
    assert (done.pk, done.state, done.is_current) == (failed.pk, "done", True)


def test_an_upload_onto_a_full_disk_leaves_no_half_file(bills, home):
    def chunks():
        yield b"half"
        raise FULL

    with pytest.raises(RuleBroken) as refused:
        actions.receive_file(feed=bills, name="x.csv", chunks=chunks(), by=None)
    assert refused.value.code == "disk_full"
    assert not Batch.objects.exists()
    assert not LakeFile.objects.exists()
    assert not list((home / "ledger" / "imports").iterdir())
