"""Work in lists, in a real browser: cells edited in place, many rows at once, cards moved, an import and its undo."""

import pytest

from qiao.customers.models import Customer
from qiao.runtime.importing.models import ImportRun
from qiao.runtime.jobs.queue import run_inline
from tests.browser.test_journeys import press

pytestmark = pytest.mark.browser
SCREENS = [("desktop", "zh-hans"), ("phone", "en")]


def industry(code: str = "C-ours") -> str:
    return Customer.objects.get(code=code).industry


@pytest.mark.parametrize(("viewport", "language"), SCREENS)
def test_a_cell_is_edited_where_it_stands_and_taken_back(browse, viewport, language):
    person = browse(viewport, language)
    person.log_in("manager")
    page = person.open("/customers/?columns=industry")
    cell = page.locator("td[data-edit=industry]").first
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".q-cell-form input[type=text]:focus")
    person.check()
    page.keyboard.press("Escape")
    page.wait_for_selector(".q-cell-form", state="detached")
    page.locator("td[data-edit=industry]").first.click()
    page.wait_for_selector(".q-cell-form input[type=text]:focus")
    page.keyboard.type("机械")
    page.keyboard.press("Enter")
    page.wait_for_selector("#q-said button")
    assert "机械" in page.locator("td[data-edit=industry]").first.inner_text()
    assert industry() == "机械"
    person.check()
    page.click("#q-said button")
    page.wait_for_function(
        "() => !document.querySelector('td[data-edit=industry]').innerText.includes('机械')"
    )
    assert industry() == ""


def test_who_is_overtaken_by_another_is_told_and_keeps_what_he_typed(browse):
    person = browse()
    person.expected = ("422",)
    person.log_in("manager")
    page = person.open("/customers/?columns=industry")
    page.locator("td[data-edit=industry]").first.click()
    page.wait_for_selector(".q-cell-form input[type=text]:focus")
    Customer.objects.filter(code="C-ours").update(industry="医药")
    page.keyboard.type("机械")
    page.keyboard.press("Enter")
    page.wait_for_selector(".q-cell-now")
    assert "医药" in page.inner_text(".q-cell-now")
    assert page.input_value(".q-cell-form input[type=text]") == "机械"
    page.keyboard.press("Enter")
    page.wait_for_selector("#q-said button")
    assert industry() == "机械"


@pytest.mark.parametrize(("viewport", "language"), SCREENS)
def test_many_rows_are_previewed_changed_and_taken_back(browse, viewport, language):
    person = browse(viewport, language)
    person.log_in("supervisor")
    page = person.open("/customers/")
    page.click(".q-bulk-all")
    page.wait_for_selector("#q-bulk")
    page.select_option("#id_column", "industry")
    page.wait_for_selector("input#id_value")
    page.fill("#id_value", "零售")
    person.check()
    press(page, "button[value=preview]")
    page.wait_for_selector(".q-counts")
    assert industry() == ""
    person.check()
    press(page, "button[value=apply]")
    page.wait_for_selector(".q-bulk-undo")
    assert (industry(), industry("C-theirs"), industry("C-far")) == ("零售", "零售", "")
    person.check()
    press(page, ".q-bulk-undo button")
    page.wait_for_selector(".q-notice.q-tone-good")
    assert industry() == ""
    person.check()


@pytest.mark.parametrize(("viewport", "language"), SCREENS)
def test_a_card_is_moved_into_another_lane_with_a_reason(browse, viewport, language):
    person = browse(viewport, language)
    person.log_in("manager")
    page = person.open("/customers/?view=kanban")
    person.check()
    if viewport == "desktop":
        page.locator("[data-card]").first.drag_to(page.locator("[data-lane=credit]"))
    else:
        press(page, ".q-lane-move")
    page.wait_for_selector("#q-panel form select")
    page.select_option("#q-panel select", "credit")
    page.fill("#q-panel input[name='cell-reason']", "资料齐全")
    page.click("#q-panel form button.btn-primary")
    page.wait_for_selector("[data-lane=credit] [data-card]")
    assert Customer.objects.get(code="C-ours").stage == "credit"
    person.check()
    page.click("#q-said button")
    page.wait_for_selector("[data-lane=service] [data-card]")
    assert Customer.objects.get(code="C-ours").stage == "service"


def test_a_calendar_and_a_map_stand_on_both_screens(browse):
    for viewport, language in SCREENS:
        person = browse(viewport, language)
        person.log_in("supervisor")
        for path in ("/customers/contracts/?view=calendar", "/customers/?view=map"):
            person.open(path)
            person.check()


@pytest.mark.parametrize(("viewport", "language"), SCREENS)
def test_an_import_is_assigned_checked_written_and_taken_back(browse, viewport, language):
    def work() -> None:
        run_inline(ImportRun.objects.latest("pk").job_id)

    person = browse(viewport, language)
    person.log_in("supervisor")
    page = person.open("/imports/customers/")
    text = "旧编号,客户名称,归属单位\nN1,新桥商店,jia\n"
    page.set_input_files(
        "input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    press(page, "form.q-form button[type=submit]")
    page.wait_for_url("**/columns/")
    person.check()
    work()  # the dry run that did not know the heading
    page.select_option("select[name=column-0]", "code")
    press(page, ".q-form-buttons button")
    page.wait_for_url("**/imports/customers/*/")
    work()
    page.reload()
    person.check()
    press(page, "form[action$='/commit/'] button")
    page.wait_for_selector("#import-progress")
    work()
    page.reload()
    assert Customer.objects.get(code="N1").name == "新桥商店"
    person.check()
    press(page, "form[action$='/undo/'] button")
    page.wait_for_selector("#import-progress")
    work()
    page.reload()
    assert not Customer.objects.filter(code="N1").exists()
    person.check()
