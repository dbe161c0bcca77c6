"""Every page, on desktop and phone, in both languages: no error, nothing too wide, nothing axe finds serious."""

import pytest

from qiao.customers.models import Customer

pytestmark = pytest.mark.browser

DESIGN = (
    "/design/",
    "/design/list/",
    "/design/list/?q=%E5%8C%97&tier=C",
    "/design/empty/",
    "/design/record/",
    "/design/record/?tab=history",
    "/design/why/",
    "/design/form/",
    "/design/import/",
    "/design/board/",
)
EVERYBODY = ("/", "/me/", "/jobs/", "/customers/", "/customers/map/", "/search/?q=%E4%BA%91%E6%A1%A5")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_the_design_page_is_clean(browse, viewport, language):
    person = browse(viewport, language)
    person.open("/accounts/login/")
    person.check()
    person.log_in("supervisor")
    for path in DESIGN:
        person.open(path)
        person.check()


@pytest.mark.parametrize(("member", "viewport"), [("manager", "phone"), ("supervisor", "desktop")])
def test_the_pages_of_a_role_are_clean(browse, member, viewport):
    person = browse(viewport)
    person.log_in(member)
    for path in (*EVERYBODY, f"/customers/{Customer.objects.get(code='C-ours').pk}/"):
        person.open(path)
        person.check()


def test_the_auditors_pages_are_clean(browse):
    person = browse()
    person.log_in("auditor")
    for path in ("/audit/", "/audit/log-ins/", "/jobs/"):
        person.open(path)
        person.check()


INBOX = ("/inbox/", "/inbox/tasks/", "/inbox/tasks/new/", "/inbox/approvals/", "/inbox/notices/", "/inbox/telling/",
         "/inbox/delegations/", "/org/absences/")  # fmt: skip


@pytest.mark.parametrize(("viewport", "language"), [("phone", "zh-hans"), ("desktop", "en")])
def test_what_waits_is_clean(browse, viewport, language):
    from qiao.org.models import Person
    from qiao.runtime.models import User
    from qiao.work import actions as work

    giver = User.objects.get(username="supervisor")
    owner = Person.objects.get(user__username="manager")
    given = work.give_task(title="走访云桥书店，核对联系人信息", owner_id=owner.pk, by=giver)
    person = browse(viewport, language)
    person.log_in("manager")
    for path in (*INBOX, f"/inbox/tasks/{given.pk}/", "/"):
        page = person.open(path)
        assert page.locator(".q-unread:visible").inner_text().startswith("1")
        person.check()


def test_the_administrators_pages_of_channels_and_days_are_clean(browse):
    person = browse()
    person.log_in("administrator")
    for path in ("/inbox/channels/", "/inbox/webhooks/", "/inbox/webhooks/new/", "/org/calendar/"):
        person.open(path)
        person.check()


def test_a_page_that_is_not_there_says_so(browse):
    person = browse()
    person.expected = ("404",)
    person.log_in("manager")
    person.open("/customers/999999/")
    assert person.page.title().startswith("未找到")
    person.check()
