"""Passkeys with Chromium's virtual authenticator: added, used as second factor, used alone; the pages of one's security."""

import pytest

from tests.cast import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def person(browse):
    """``person("desktop", "en")`` → a browser on localhost, which counts as secure, with an authenticator in it."""

    def start(viewport="desktop", language="zh-hans", *, log_in=True):
        one = browse(viewport, language)
        one.address = one.address.replace("127.0.0.1", "localhost")
        session = one.page.context.new_cdp_session(one.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        one.device = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        one.cdp = session
        if log_in:
            one.log_in("manager")
        return one

    return start


def add_passkey(one, name):
    page = one.open("/accounts/2fa/passkeys/add/")
    page.fill("#id_name", name)
    one.check()
    page.click("form[data-way=create] button")
    page.wait_for_selector(".q-codes")
    assert page.locator(".q-codes li").count() == 10
    one.check()
    page.click(".q-form-buttons a.btn-primary")
    page.wait_for_selector("#main")
    assert name in page.inner_text("#main")
    one.check()


@pytest.mark.parametrize(("viewport", "language"), [("desktop", "zh-hans"), ("phone", "en")])
def test_a_passkey_logs_in_alone(person, viewport, language):
    one = person(viewport, language)
    add_passkey(one, "办公室电脑")
    page = one.page
    page.context.clear_cookies()
    one.open("/accounts/login/")
    one.check()
    page.click("form[data-way=get] button")
    page.wait_for_selector("#main")
    one.open("/me/security/")
    assert page.locator("tbody tr").count() == 1
    one.check()


def test_a_passkey_is_the_second_factor_after_the_password(person):
    one = person()
    add_passkey(one, "钥匙")
    page = one.page
    page.context.clear_cookies()
    page.goto(one.address + "/accounts/login/")
    page.fill("#id_login", "manager")
    page.fill("#id_password", PASSWORD)
    page.click("form.q-form button[type=submit]")
    page.wait_for_url("**/accounts/2fa/")
    one.check()
    page.click("form[data-way=get] button")
    page.wait_for_selector("#main")


def test_without_the_device_the_page_says_so_and_another_way_is_open(person):
    one = person()
    add_passkey(one, "钥匙")
    page = one.page
    one.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": one.device})
    one.cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": one.device})
    page.context.clear_cookies()
    page.goto(one.address + "/accounts/login/")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    page.click("form[data-way=get] button")
    page.wait_for_selector("form[data-way=get] .q-error:visible")
    one.check()


def test_passkeys_are_renamed_and_removed(person):
    one = person()
    add_passkey(one, "旧名字")
    page = one.page
    page.click("tbody tr a >> nth=0")
    page.fill("#id_name", "新名字")
    one.check()
    page.click("form.q-form button[type=submit]")
    page.wait_for_url("**/me/security/")
    assert "新名字" in page.inner_text("#main")
    page.click("tbody tr a >> nth=1")
    one.check()
    page.click("form.q-form button.btn-danger")
    page.wait_for_url("**/me/security/")
    assert page.locator("tbody tr").count() == 0


@pytest.mark.parametrize(("viewport", "language"), [("desktop", "en"), ("phone", "zh-hans")])
def test_who_must_have_a_factor_is_led_through_the_set_up(person, viewport, language):
    from qiao.org.models import RoleType

    RoleType.objects.filter(code="manager").update(asks_second_factor=True)
    one = person(viewport, language, log_in=False)
    page = one.page
    page.goto(one.address + "/accounts/login/")
    page.fill("#id_login", "manager")
    page.fill("#id_password", PASSWORD)
    page.click("form.q-form button[type=submit]")
    page.wait_for_url("**/accounts/second-factor/**")
    one.check()
    page.click("a[href='/accounts/2fa/app/']")
    page.wait_for_selector(".q-qr img")
    one.check()
    one.open("/accounts/second-factor/")
    page.click("a[href='/accounts/2fa/passkeys/add/']")
    page.fill("#id_name", "手机")
    page.click("form[data-way=create] button")
    page.wait_for_selector(".q-codes")
    one.open("/customers/")
    one.check()


@pytest.mark.parametrize(("viewport", "language"), [("desktop", "zh-hans"), ("phone", "en")])
def test_the_administrators_pages_of_log_ins_are_clean(browse, viewport, language):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from qiao.org.models import Person

    other = Person.objects.select_related("user").get(user__username="manager")
    TOTP.activate(other.user, generate_totp_secret())
    one = browse(viewport, language)
    one.log_in("administrator")
    for path in ("card", "accounts", "password", "factors"):
        one.open(f"/org/people/{other.pk}/log-in/{path}/")
        one.check()
    for path in ("/org/roles/", "/audit/log-ins/", "/me/security/", "/me/"):
        one.open(path)
        one.check()
