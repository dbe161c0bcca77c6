"""Several people at once: two imports of one file, one import undone twice, an import while a close runs."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from qiao.kernel.errors import RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import actions, queries
from qiao.ledger.actions import steps
from qiao.ledger.models import Batch, LakeFile, Run
from tests.integration.ledger.conftest import ledger_total

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("cast")]
ROWS = ["C-ours,2026-10,烟,100.10,60", "C-theirs,2026-09,酒,50,20"]
LINES = ["C-ours,2026-10-03,甲,1,1,n1", "C-ours,2026-10-04,甲,2,1,n2"]
OCTOBER = Month(2026, 10)


def at_once(*calls):
    """Each call in a thread of its own, begun together; the codes of what was refused, and how many were not."""
    start, refused, done = threading.Barrier(len(calls)), [], []

    def live(call):
        start.wait()
        try:
            done.append(call())
        except RuleBroken as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=live, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return refused, len(done)


def test_two_imports_of_the_same_lines_written_at_once_count_once(orders, put):
    first, second = put(orders, LINES, dry_run=True), put(orders, LINES, dry_run=True)
    refused, done = at_once(
        lambda: actions.write_batch(batch_id=first.pk, by=None),
        lambda: actions.write_batch(batch_id=second.pk, by=None),
    )
    assert (refused, done) == (["stale_check"], 1)
    assert ledger_total() == 3
    waiting = Batch.objects.get(state="checked")
    again = actions.check_batch(batch_id=waiting.pk)
    assert (again.state, again.report["rejected"]) == ("refused", 2)


def test_the_same_file_imported_twice_at_once_counts_once(bills, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["客户,账期,品类,金额,成本", *ROWS]) + "\n", encoding="utf-8")
    refused, done = at_once(*[lambda: actions.import_file(feed=bills, path=path, by=None)] * 2)
    assert done >= 1
    assert set(refused) <= {"stale_check"}
    assert ledger_total() == Decimal("150.10")
    assert LakeFile.objects.filter(live=True).count() == 2


def test_one_import_written_twice_at_once_is_written_once(bills, put):
    batch = put(bills, ROWS, dry_run=True)
    write = [lambda: actions.write_batch(batch_id=batch.pk, by=None)] * 2
    assert at_once(*write) == ([], 2)
    assert ledger_total() == Decimal("150.10")
    bills.refresh_from_db()
    assert bills.commits == 1


def test_one_import_undone_twice_at_once_is_undone_once(bills, put):
    put(bills, ["C-ours,2026-10,烟,7,1"])
    batch = put(bills, ROWS)
    undo = [lambda: actions.undo_batch(batch_id=batch.pk, by=None)] * 2
    assert at_once(*undo) == (["batch_state"], 1)
    assert ledger_total() == 7
    bills.refresh_from_db()
    assert bills.commits == 3


@pytest.mark.usefixtures("activity")
def test_an_import_written_while_a_close_runs_waits_for_the_next_close(bills, put, cast, monkeypatch):
    put(bills, ROWS)
    real = steps.compute

    def compute(*args):
        refused, _done = at_once(lambda: put(bills, ["C-ours,2026-10,烟,1,1"], name="late.csv"))
        assert refused == []
        return real(*args)

    monkeypatch.setattr(steps, "compute", compute)
    first = actions.close_month(month=OCTOBER, by=None)
    monkeypatch.setattr(steps, "compute", real)
    assert ledger_total(since="2026-10") == Decimal("1.00")
    assert revenue(first, cast) == Decimal("100.10")
    second = actions.close_month(month=OCTOBER, by=None)
    assert revenue(second, cast) == Decimal("1.00")
    assert second.steps.get(code="ledger.inputs").summary["changed_since"] == ["facts.sales"]


@pytest.mark.usefixtures("activity")
def test_a_month_is_closed_by_one_at_a_time(bills, put, monkeypatch):
    put(bills, ROWS)
    refusals = []
    real = steps.compute

    def compute(*args):
        refusals.append(at_once(lambda: actions.close_month(month=OCTOBER, by=None)))
        return real(*args)

    monkeypatch.setattr(steps, "compute", compute)
    run = actions.close_month(month=OCTOBER, by=None)
    assert refusals == [(["job_running"], 0)]
    assert (run.state, Run.objects.count()) == ("done", 1)
    monkeypatch.setattr(steps, "compute", real)
    assert actions.close_month(month=OCTOBER, by=None).pk == run.pk  # the wish is given back


def revenue(run, cast):
    figures = queries.list_figures(run, "unit", cast.units["jia"].pk, "month")
    return next(f.result.numerator for f in figures if f.indicator.code == "revenue")
