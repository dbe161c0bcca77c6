"""From a question to its lines, kept and put on a board, at a desk and on a phone."""

import pytest

from qiao.kernel.period import Month
from qiao.ledger import actions as ledger
from qiao.reports import actions as reports
from qiao.reports.models import Board
from qiao.rulebook import actions as rulebook
from tests.integration.ledger.conftest import ACTIVITY, MONTHLY

pytestmark = pytest.mark.browser


@pytest.fixture
def closed(browse, tmp_path, django_user_model):
    """Two closed months on the cast of the browser's enterprise."""
    people = [django_user_model.objects.create_user(name) for name in ("author-a", "second-a")]
    rulebook.approve(row=rulebook.draft(text=ACTIVITY, by=people[0]), by=people[1])
    feed = ledger.put_feed(mapping_text=MONTHLY, name="bills.yaml", by=None)
    path = tmp_path / "rows.csv"
    rows = [
        f"C-ours,{m},烟,{100 + n},60\nC-theirs,{m},酒,50,20" for n, m in enumerate(("2026-09", "2026-10"))
    ]
    path.write_text("\n".join(["客户,账期,品类,金额,成本", *rows]) + "\n", encoding="utf-8")
    ledger.import_file(feed=feed, path=path, by=None)
    for month in (9, 10):
        ledger.close_month(month=Month(2026, month), by=None)
    return browse


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_build_change_drill_save_and_put_on_a_board(closed, viewport):
    person = closed(viewport)
    person.log_in("administrator")
    page = person.open("/ledger/analysis/?i=revenue&r=unit3&by=month&last=2&build=1")
    person.check()
    page.select_option("select[name=c]", "period")
    page.wait_for_url("**c=period**")
    page.select_option("select[name=chart]", "heat")
    page.wait_for_url("**chart=heat**")
    page.wait_for_selector(".q-analysis-chart canvas")
    person.check()
    page.locator(".q-pivot tbody a[data-cell]").first.click()
    page.wait_for_selector("#q-panel[open] .q-cell-value")
    page.click("#q-panel a:has-text('台账明细')")
    page.wait_for_selector("h1:has-text('台账明细')")
    assert page.locator(".q-table tbody tr").count() == 1
    person.check()
    page.go_back()
    page.click("a:has-text('保存')")
    page.fill("#q-panel input[name=name]", "单位逐月")
    page.click("#q-panel button[type=submit]")
    page.wait_for_selector("h1:has-text('单位逐月')")
    board = reports.put_board(
        board=None, title_zh="看板", title_en="", profiles=["administrator"], at_home=True, by=None
    )
    page = person.open(f"/reports/boards/{board.pk}/edit/")
    person.check()
    page.click("button:has-text('放到看板')")
    page.wait_for_selector(".q-arrange-name:has-text('单位逐月')")
    page = person.open(f"/reports/boards/{Board.objects.get().pk}/")
    page.wait_for_selector("section canvas")
    person.check()
