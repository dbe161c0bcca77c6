"""Imports: nothing shows before it is written, all of it after; undo, new versions, two at once."""

from decimal import Decimal

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.ledger import actions, queries
from qiao.ledger.actions.importing import error_file_of
from qiao.ledger.models import Category, LakeFile, Product
from tests.integration.ledger.conftest import DAILY, MONTHLY, ledger_total

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]

NOVEMBER = ["C-ours,2026-10,烟,100.10,60", "C-theirs,2026-10,酒,50,", "C-far,2026-09,烟,7,1"]


def test_a_dry_run_changes_nothing_anybody_reads(bills, put):
    batch = put(bills, NOVEMBER, dry_run=True)
    assert batch.state == "checked"
    assert batch.report["amount_cents"] == 15_710
    assert ledger_total() == 0
    assert not Category.objects.exists()


def test_a_written_import_shows_to_the_cent_with_its_new_categories(bills, put):
    assert put(bills, NOVEMBER).state == "written"
    assert ledger_total() == Decimal("157.10")
    assert set(Category.objects.values_list("code", flat=True)) == {"烟", "酒"}
    assert queries.months_of_feed(bills) == ["2026-09", "2026-10"]


def test_refused_rows_keep_the_whole_import_out_until_somebody_says_otherwise(bills, put):
    rows = [*NOVEMBER, "C-nobody,2026-10,烟,1,1"]
    with pytest.raises(RuleBroken, match="1 rows were refused"):
        put(bills, rows)
    assert ledger_total() == 0
    assert put(bills, rows, without_rejected=True).state == "written"
    assert ledger_total() == Decimal("157.10")


def test_the_corrected_error_file_adds_the_missing_rows(bills, put, tmp_path):
    batch = put(bills, [*NOVEMBER, "C-nobody,2026-10,烟,1.01,1"], without_rejected=True)
    text = error_file_of(batch).read_text(encoding="utf-8-sig")
    fixed = tmp_path / "fixed.csv"
    fixed.write_text(text.replace("C-nobody", "C-far"), encoding="utf-8-sig")
    bills.refresh_from_db()
    assert actions.import_file(feed=bills, path=fixed, by=None, mode="append").state == "written"
    assert ledger_total() == Decimal("158.11")


def test_a_corrected_file_cannot_be_added_twice(bills, put):
    put(bills, NOVEMBER)
    batch = put(bills, NOVEMBER[:1], mode="append")
    assert batch.state == "refused"
    assert [p["code"] for p in batch.report["problems"]] == ["already_there"]


def test_a_reimport_replaces_its_months_and_the_old_version_stays_readable(bills, put):
    first = put(bills, NOVEMBER)
    put(bills, ["C-ours,2026-10,烟,1,1"])
    assert ledger_total() == Decimal("8.00")  # September stands
    old = LakeFile.objects.get(batch=first, month="2026-10")
    assert not old.live
    assert queries.lake().path_of("sales", "month=2026-10", old.digest).exists()
    assert actions.collect_orphans(older_than_seconds=0) == 0


def test_undo_brings_back_what_was_replaced(bills, put):
    put(bills, NOVEMBER)
    second = put(bills, ["C-ours,2026-10,烟,1,1"])
    actions.undo_batch(batch_id=second.pk, by=None)
    assert ledger_total() == Decimal("157.10")
    with pytest.raises(RuleBroken, match="Only a written import"):
        actions.undo_batch(batch_id=second.pk, by=None)


def test_an_import_replaced_later_is_undone_only_after_the_later_one(bills, put):
    first = put(bills, NOVEMBER)
    second = put(bills, ["C-ours,2026-10,烟,1,1"])
    with pytest.raises(RuleBroken, match=f"number {second.pk}"):
        actions.undo_batch(batch_id=first.pk, by=None)
    actions.undo_batch(batch_id=second.pk, by=None)
    actions.undo_batch(batch_id=first.pk, by=None)
    assert ledger_total() == 0


def test_undo_waits_for_lines_added_since(bills, put):
    put(bills, NOVEMBER)
    second = put(bills, ["C-ours,2026-10,烟,1,1"])
    added = put(bills, ["C-far,2026-10,烟,2,1"], mode="append")
    with pytest.raises(RuleBroken, match=f"import {added.pk}"):
        actions.undo_batch(batch_id=second.pk, by=None)
    assert ledger_total() == Decimal("10.00")


def test_lines_are_found_twice_by_key_across_imports(orders, put):
    rows = ["C-ours,2026-10-03,甲,1,1,n1", "C-ours,2026-10-04,甲,2,1,n2"]
    put(orders, rows)
    batch = put(orders, [*rows, "C-ours,2026-10-05,甲,4,1,n3"], without_rejected=True)
    assert batch.report["rejected"] == 2
    assert ledger_total() == 7
    assert Product.objects.count() == 1


def test_a_dry_run_that_another_import_overtook_must_be_repeated(orders, put):
    rows = ["C-ours,2026-10-03,甲,1,1,n1"]
    waiting = put(orders, rows, dry_run=True)
    put(orders, rows)
    with pytest.raises(RuleBroken, match="since the dry run"):
        actions.write_batch(batch_id=waiting.pk, by=None)
    again = actions.check_batch(batch_id=waiting.pk)
    assert again.report["rejected"] == 1
    assert ledger_total() == 1


def test_writing_twice_writes_once(bills, put):
    batch = put(bills, NOVEMBER, dry_run=True)
    actions.write_batch(batch_id=batch.pk, by=None)
    actions.write_batch(batch_id=batch.pk, by=None)
    assert ledger_total() == Decimal("157.10")


def test_an_unreadable_file_is_refused_with_its_reason_and_leaves_nothing(bills, tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xff\xfe\x00")
    batch = actions.import_file(feed=bills, path=path, by=None)
    assert batch.state == "refused"
    assert batch.problems[0]["code"] == "encoding"
    assert not list((queries.lake().root / "staging").glob("*"))


def test_a_dropped_import_leaves_files_for_the_collector(bills, put, django_capture_on_commit_callbacks):
    batch = put(bills, NOVEMBER, dry_run=True)
    assert actions.collect_orphans(older_than_seconds=0) == 0  # still wanted
    with django_capture_on_commit_callbacks(execute=True):
        actions.drop_batch(batch_id=batch.pk, by=None)
    assert actions.collect_orphans(older_than_seconds=0) == 2
    assert not list(queries.lake().files())


def test_a_staged_file_that_vanished_stops_the_write(bills, put):
    batch = put(bills, NOVEMBER, dry_run=True)
    next(queries.lake().files())[0].unlink()
    with pytest.raises(RuleBroken, match="staged file is gone"):
        actions.write_batch(batch_id=batch.pk, by=None)
    assert not LakeFile.objects.exists()


def test_a_full_disk_leaves_nothing_behind(bills, put, monkeypatch):
    from qiao.ledger.lake import store

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_flush", full)
    with pytest.raises(RuleBroken, match="The disk is full at QIAO_HOME/lake"):
        put(bills, NOVEMBER)
    assert ledger_total() == 0
    assert not list((queries.lake().root / "staging").glob("*"))


def test_a_feed_with_facts_keeps_fact_and_grain(bills, put):
    put(bills, NOVEMBER)
    with pytest.raises(RuleBroken, match="its fact and grain stay"):
        actions.put_feed(mapping_text=MONTHLY.replace("grain: month", "grain: day"), name="x", by=None)
    better = MONTHLY.replace("月账单", "账单")
    assert actions.put_feed(mapping_text=better, name="x", by=None).title_zh == "账单"


@pytest.mark.parametrize("first", ["bills", "orders"])
def test_two_grains_of_a_fact_count_once_by_precedence_of_customer_and_month(bills, orders, put, first):
    if first == "orders":
        actions.put_feed(mapping_text=DAILY.replace("precedence: 2", "precedence: 1"), name="o", by=None)
        actions.put_feed(mapping_text=MONTHLY.replace("precedence: 1", "precedence: 2"), name="b", by=None)
    put(bills, ["C-ours,2026-10,烟,100.10,60", "C-theirs,2026-10,酒,50,20"])
    lines = [
        "C-ours,2026-10-03,甲,33.37,1,n1",
        "C-ours,2026-10-04,甲,33.37,1,n2",
        "C-far,2026-10-04,甲,0.01,1,n3",
    ]
    put(orders, lines)
    expected = {"bills": "150.11", "orders": "116.75"}[first]  # ours once, theirs by month, far by day
    assert ledger_total() == Decimal(expected)


def test_products_come_from_a_table_and_change_by_code(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("货号,名称,类\n01,甲,烟\n02,乙,酒\n", encoding="gb18030")
    columns = {"code": "货号", "name": "名称", "category": "类"}
    assert actions.import_products(path=path, name="p.csv", columns=columns, by=None)["products"] == 2
    path.write_text("货号,名称,类\n01,甲甲,烟\n02,乙,酒\n", encoding="utf-8")
    assert actions.import_products(path=path, name="p.csv", columns=columns, by=None) == {
        "products": 0,
        "changed": 1,
        "categories": 0,
    }
    assert Product.objects.get(code="01").name_zh == "甲甲"
    path.write_text("货号,名称,类,类名,类英文\n01,甲甲,烟,卷烟,Tobacco\n02,乙,酒,,\n", encoding="utf-8")
    columns |= {"category_name": "类名", "category_name_en": "类英文"}
    actions.import_products(path=path, name="p.csv", columns=columns, by=None)
    named = {row.code: (row.name_zh, row.name_en) for row in Category.objects.all()}
    assert named == {"烟": ("卷烟", "Tobacco"), "酒": ("酒", "")}
