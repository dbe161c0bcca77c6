"""What people do all day, in a real browser."""

import re

import pytest

from tests.cast import PASSWORD

pytestmark = pytest.mark.browser


def test_a_wrong_password_is_told_and_the_right_one_lets_in(browse):
    person = browse()
    page = person.open("/customers/")
    page.fill("#id_login", "manager")
    page.fill("#id_password", "wrong-password")
    page.click("form.q-form button[type=submit]")
    page.wait_for_selector("[role=alert]")
    person.check()
    page.fill("#id_password", PASSWORD)
    page.click("form.q-form button[type=submit]")
    page.wait_for_selector(".q-list")
    assert page.url.endswith("/customers/"), "leads on to the page asked for"


def test_a_list_narrows_as_one_types_and_its_address_can_be_shared(browse):
    person = browse()
    person.log_in("supervisor")
    page = person.open("/design/list/")
    page.fill("#q-list-q", "harbour")
    page.wait_for_url("**/design/list/?q=harbour")
    rows = page.locator(".q-list tbody tr")
    assert rows.count() == 17
    page.select_option("select[name=tier]", "C")
    page.wait_for_url("**q=harbour&tier=C")
    page.click(
        "th a[href*='tier=C']:has-text('起始日期')"
    )  # the heading of the answer, not the one it is about to replace
    page.locator("th[aria-sort=ascending]", has_text="起始日期").wait_for()
    shared = page.url
    assert shared.endswith("?q=harbour&tier=C&sort=since")
    other = person.open(shared.removeprefix(person.address))
    assert other.locator(".q-list tbody tr").count() == 17
    assert other.input_value("#q-list-q") == "harbour"
    person.check()


def test_a_late_answer_does_not_undo_what_was_asked_after_it(browse):
    person = browse()
    person.log_in("supervisor")
    page = person.open("/design/list/")
    held = []

    def hold_the_filter(route):
        if "sort=since" not in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile(r"/design/list/\?"), hold_the_filter)
    page.select_option("select[name=tier]", "C")
    page.click("th:has-text('起始日期') a")
    page.locator("th[aria-sort=ascending]", has_text="起始日期").wait_for()
    assert held, "the filter's own answer is still on its way"
    with page.expect_response(lambda response: "sort=since" not in response.url):
        held[0].continue_()
    page.wait_for_timeout(100)
    assert page.locator("th[aria-sort=ascending]").count() == 1
    assert page.url.endswith("?tier=C&sort=since")


def test_pages_of_a_list_go_forth_and_back_also_with_the_browsers_buttons(browse):
    person = browse()
    person.log_in("supervisor")
    page = person.open("/design/list/")

    def first() -> str:
        return page.locator(".q-list tbody th").first.inner_text()

    def shows(name: str) -> None:
        page.locator(".q-list tbody th").first.filter(has_text=name).wait_for()

    start = first()
    page.click("nav.q-list-foot a")
    page.wait_for_url("**after=20")
    page.wait_for_function(
        "before => document.querySelector('.q-list tbody th').innerText !== before", arg=start
    )
    second = first()
    page.go_back()
    shows(start)
    page.go_forward()
    shows(second)


def test_columns_are_chosen_and_remembered(browse):
    person = browse()
    person.log_in("supervisor")
    page = person.open("/design/list/?q=harbour")
    page.click(".q-columns-menu summary")
    page.check("input[name=columns][value=code]")
    page.uncheck("input[name=columns][value=lines]")
    page.click(".q-columns button")
    page.wait_for_selector("th:has-text('编码')")
    assert page.locator("th:has-text('行数')").count() == 0
    assert "q=harbour" in page.url, "the search stays"
    page = person.open("/design/list/")
    assert page.locator("th:has-text('编码')").count() == 1


def test_why_opens_beside_the_page_and_escape_closes_it(browse):
    person = browse()
    person.log_in("supervisor")
    page = person.open("/design/list/")
    page.locator(".q-why").first.click()
    page.wait_for_selector("dialog[open] .q-trace")
    person.check()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.url.endswith("/design/list/")


def test_a_tab_has_an_address_of_its_own(browse):
    person = browse()
    person.log_in("supervisor")
    page = person.open("/design/record/")
    page.wait_for_selector("#q-tab canvas")
    page.click("a[data-tab]:has-text('历史')")
    page.wait_for_selector("#q-tab .q-timeline")
    assert page.url.endswith("?tab=history")
    assert page.locator("a[data-tab][aria-current=page]").inner_text() == "历史"
    page.go_back()
    page.wait_for_selector("#q-tab canvas")
    person.expected = ("403",)
    page.click("a[data-tab]:has-text('无权限')")
    page.wait_for_selector("#q-tab .q-refusal")
    person.check()


def test_a_form_tells_all_its_errors_and_keeps_a_draft(browse):
    person = browse()
    person.expected = ("422",)
    person.log_in("supervisor")
    page = person.open("/design/form/")
    page.fill("#id_name", "云桥")
    page.fill("#id_remark", "draft")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.input_value("#id_remark") == "draft", "what was typed survives a reload"
    page.fill("#id_limit", "1.234")
    page.click("form.q-form button[type=submit]")
    page.wait_for_selector("[role=alert] a[href='#id_limit']")
    assert page.locator("#id_limit[aria-invalid=true]").count() == 1
    person.check()


def test_a_job_moves_until_it_has_ended(browse):
    person = browse()
    person.log_in("supervisor")
    page = person.open("/design/")
    page.wait_for_selector("#job-9001 .q-tone-good", timeout=15_000)
    assert page.locator("#job-9001 progress").count() == 0


def test_the_search_is_reached_and_walked_by_keyboard(browse):
    person = browse()
    person.log_in("manager")
    page = person.open("/customers/")
    page.keyboard.press("/")
    page.keyboard.type("云桥")
    page.wait_for_selector("#q-search-hits a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/\d+/"))
    person.check()


def test_the_language_is_switched_and_stays(browse):
    person = browse()
    person.log_in("manager")
    page = person.open("/customers/")
    assert page.get_attribute("html", "lang") == "zh-Hans"
    page.click(".q-top-button:has-text('English')")
    page.wait_for_selector("html[lang=en]")
    page = person.open("/me/")
    assert page.get_attribute("html", "lang") == "en"


def test_a_phone_reaches_its_four_places_with_the_thumb(browse):
    person = browse("phone")
    person.log_in("manager")
    page = person.open("/")
    places = page.locator(".q-phone a")
    assert places.count() == 4
    for place in places.all():
        assert place.bounding_box()["height"] >= 44
    places.nth(1).click()
    page.wait_for_url("**/customers/")
    assert page.locator(".q-phone a[aria-current=page]").inner_text() == "客户"


def test_a_chart_can_be_read_as_a_table(browse):
    person = browse()
    person.log_in("supervisor")
    page = person.open("/design/board/")
    page.wait_for_selector(".q-chart canvas")
    page.locator(".q-chart-table summary").first.click()
    cell = page.locator(".q-chart-table[open] td[title='该月计费数据未导入']").first
    assert cell.inner_text() == "—", "a missing month is a gap with its reason, not 0"


def test_nothing_is_loaded_from_elsewhere(browse):
    person = browse()
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    person.log_in("supervisor")
    person.open("/design/board/")
    assert asked
    assert {url for url in asked if not url.startswith((person.address, "data:", "blob:"))} == set()


def press(page, selector: str) -> None:
    """Scroll to a button as a thumb does, clear of the bar at the bottom, and press it."""
    button = page.locator(selector)
    button.evaluate("element => element.scrollIntoView({block: 'center'})")
    button.click()


@pytest.mark.parametrize(("viewport", "language"), [("desktop", "zh-hans"), ("phone", "en")])
def test_an_article_is_drafted_as_a_form_submitted_and_approved_by_another(browse, viewport, language):
    from qiao.rulebook.actions import install_pack

    install_pack(name="telecom", by=None)
    author = browse(viewport, language)
    author.expected = ("422",)
    author.log_in("hr")
    page = author.open("/rulebook/telecom-core/1/")
    page.click("a[href*='/rulebook/edit/?of=telecom-core']")
    page.wait_for_selector("form.q-edit")
    author.check()
    share = page.locator("input[name='body.customers_share']")
    assert share.input_value() == "20"
    share.fill("a quarter")
    page.fill("input[name=starts_on]", "2026-11-22")
    press(page, ".q-form-buttons button[value=check]")
    page.wait_for_selector(".q-field-bad input[name='body.customers_share']")
    author.check()
    page.fill("input[name='body.customers_share']", "25")
    press(page, ".q-form-buttons button[value=check]")
    page.wait_for_selector(".q-changes")
    assert "20 % → 25 %" in page.inner_text(".q-changes")
    author.check()
    press(page, "button[value=keep]")
    page.wait_for_url("**/rulebook/telecom-core/2/")
    assert page.locator("button[formaction*=approve]").count() == 0, "the author cannot approve"
    second = browse(viewport, language)
    second.log_in("administrator")
    page = second.open("/rulebook/telecom-core/2/")
    assert "20 % → 25 %" in page.inner_text(".q-changes")
    press(page, "button[formaction*=approve]")
    page.wait_for_selector(".q-tone-good")
    second.check()
    from datetime import date

    from qiao.rulebook.queries import get_version, standing_on

    row = get_version("telecom-core", 2)
    assert (standing_on(row, date(2026, 11, 22)), standing_on(row, date(2026, 11, 21))) == (
        "in_force",
        "approved",
    )


def test_rows_of_an_article_are_added_on_a_phone(browse):
    from qiao.rulebook.actions import install_pack

    install_pack(name="telecom", by=None)
    person = browse("phone")
    person.log_in("hr")
    page = person.open("/rulebook/edit/?of=telecom-staffing")
    person.check()
    rows = page.locator("[name^='body.groups[0].rows['][name$='].accounts_per_manager']")
    before = rows.count()
    page.click("button[value='add:body.groups[0].rows[0]']")
    page.wait_for_function(
        "n => document.querySelectorAll(\"[name^='body.groups[0].rows['][name$='].accounts_per_manager']\").length === n",
        arg=before + 1,
    )
    person.check()


def test_a_draft_is_agreed_to_on_the_phone_from_the_inbox(browse):
    from qiao.org import actions as org
    from qiao.org.queries import proposed_rights
    from qiao.rulebook import actions as rulebook
    from qiao.rulebook.queries import get_version
    from qiao.runtime.models import User

    lacking = [(one.role_id, right) for one in proposed_rights() for right in one.rights]
    org.decide_rights(picked=lacking, accept=False, by=None)  # else that waits for the administrator too
    rulebook.install_pack(name="telecom", by=None)
    first = get_version("telecom-core", 1)
    text = first.text.replace(f"starts_on: {first.starts_on}", "starts_on: 2026-12-01", 1)
    rulebook.draft(
        text=text.replace("customers_share: 0.2", "customers_share: 0.25", 1),
        by=User.objects.get(username="hr"),
    )
    person = browse("phone")
    person.log_in("administrator")
    page = person.open("/")
    assert page.locator(".q-phone .q-unread").count() == 1, "the bar tells that something waits"
    page.click(".q-phone a[href='/inbox/']")
    page.wait_for_url("**/inbox/")
    person.check()
    page.click(".q-inbox-line a:has-text('v2')")
    page.wait_for_url(re.compile(r"/inbox/approvals/\d+/"))
    person.check()
    agree = page.locator("button[value=agree]").bounding_box()
    refuse = page.locator("button[value=refuse]").bounding_box()
    assert agree["y"] == refuse["y"], "both buttons stand in one line"
    press(page, "button[value=agree]")
    page.wait_for_selector(".q-head .q-tone-good")
    assert page.locator(".q-phone .q-unread").count() == 0, "nothing waits any more"
    assert get_version("telecom-core", 2).approved_by is not None
    person.check()


def test_a_policy_is_tried_opened_and_taken_away_on_both_screens(browse):
    for device in ("desktop", "phone"):
        person = browse(device)
        person.log_in("hr")
        page = person.open("/rulebook/try/")
        person.check()
        press(page, "#q-try button[type=submit]")
        page.wait_for_selector("td:has-text('9700.00')")
        person.check()
        page.locator("tbody tr button").nth(3).click()
        page.wait_for_selector("#q-steps .q-trace")
        assert "350,000" in page.locator("#q-steps").inner_text()
        with page.expect_download() as download:
            page.click("button[formaction]")
        assert download.value.suggested_filename == "collections.xlsx"
        page.fill("#q-try textarea[name=policy]", "policy: x\nitems: {a: b + 1}")
        person.expected = ("422",)
        press(page, "#q-try button[type=submit]")
        page.wait_for_selector("code:has-text('items.a.value')")
