"""Second factors: set up, asked for, lost, reset; who must have one has nothing else open until he does."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client

from qiao.org.models import RoleType
from qiao.runtime.login.queries import gather_factors
from qiao.runtime.models import LoginRecord, Session
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
APP = "/accounts/2fa/app/"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()
    yield
    cache.clear()


def digits(secret, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def enter(client, member="manager", password=PASSWORD, follow=False):
    return client.post("/accounts/login/", {"login": member, "password": password}, follow=follow)


def set_up_app(client):
    page = client.get(APP).content.decode()
    secret = re.search(r'<code class="q-secret">([A-Z2-7]+)</code>', page)[1]
    assert 'src="data:image/svg+xml;base64,' in page
    return secret, client.post(APP, {"code": digits(secret, -1)})


def read_codes(client):
    return re.findall(r"<li><code>(\d{8})</code></li>", client.get("/accounts/2fa/codes/").content.decode())


@pytest.fixture
def with_app(cast, django_capture_on_commit_callbacks):
    """A manager with an app: (secret, his recovery codes, the browser he set it up in)."""
    client = Client()
    enter(client)
    with django_capture_on_commit_callbacks(execute=True):
        secret, response = set_up_app(client)
    assert response["Location"] == "/accounts/2fa/codes/"
    return secret, read_codes(client), client


def test_who_has_an_app_is_asked_for_its_digits_and_gets_in_with_them(with_app):
    secret, _codes, _client = with_app
    other = Client()
    assert enter(other)["Location"] == "/accounts/2fa/"
    assert other.get("/customers/").status_code == 302  # the password alone opens nothing
    wrong = other.post("/accounts/2fa/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "q-error" in wrong.content.decode() or "q-notice" in wrong.content.decode()
    assert other.post("/accounts/2fa/", {"code": digits(secret)})["Location"] == "/"
    assert other.get("/customers/").status_code == 200


def test_digits_are_taken_once(with_app):
    secret, _codes, _client = with_app
    code = digits(secret)
    first, second = Client(), Client()
    enter(first), enter(second)
    assert first.post("/accounts/2fa/", {"code": code}).status_code == 302
    assert second.post("/accounts/2fa/", {"code": code}).status_code == 200
    assert second.get("/customers/").status_code == 302


def test_guessing_digits_ends_after_ten(with_app):
    secret, _codes, _client = with_app
    other = Client()
    enter(other)
    for _ in range(11):
        other.post("/accounts/2fa/", {"code": "000000"})
    assert other.post("/accounts/2fa/", {"code": digits(secret)}).status_code == 200
    assert LoginRecord.objects.filter(outcome="failed", detail="authenticator app").count() >= 10


def test_a_recovery_code_opens_once_and_the_codes_are_shown_once(with_app):
    _secret, codes, client = with_app
    assert len(codes) == 10
    assert read_codes(client) == []
    assert "10" in client.get("/accounts/2fa/codes/").content.decode()
    for expected in (302, 200):
        other = Client()
        enter(other)
        assert other.post("/accounts/2fa/", {"code": codes[3]}).status_code == expected
    user = Authenticator.objects.first().user
    assert gather_factors(user.pk).codes_left == 9


def test_secrets_are_not_readable_in_the_database(with_app):
    secret, codes, _client = with_app
    stored = " ".join(str(row.data) for row in Authenticator.objects.all())
    assert secret not in stored
    assert not any(code in stored for code in codes)


def test_adding_and_removing_stands_in_the_record(with_app, cast, django_capture_on_commit_callbacks):
    _secret, _codes, client = with_app
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/accounts/2fa/app/remove/").status_code == 302
    told = LoginRecord.objects.filter(user=cast.users["manager"]).values_list("outcome", "detail")
    assert ("factor_added", "authenticator app") in told
    assert ("factor_removed", "authenticator app") in told
    assert not gather_factors(cast.users["manager"].pk).any
    assert enter(Client())["Location"] == "/"


def test_an_old_session_types_the_password_again_before_it_changes_factors(cast, monkeypatch):
    client = Client()
    enter(client)
    late = time.time() + 3600
    monkeypatch.setattr("qiao.runtime.login.time.time", lambda: late)
    response = client.get(APP)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/reauthenticate/")


def require(code="manager", asked=True):
    RoleType.objects.filter(code=code).update(asks_second_factor=asked)


@pytest.mark.django_db(transaction=True)
def test_who_must_have_one_is_led_to_set_it_up_and_has_nothing_else_open(cast):
    require()
    client = Client()
    enter(client)
    for path in ("/", "/customers/", "/me/", "/me/tokens/", "/inbox/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/second-factor/?next="), path
    part = client.get("/inbox/", HTTP_HX_REQUEST="true")
    assert part.status_code == 401
    assert part["HX-Redirect"].startswith("/accounts/second-factor/")
    assert client.get("/api/v1/customers").status_code == 403
    assert "/accounts/2fa/app/" in client.get("/accounts/second-factor/").content.decode()
    set_up_app(client)
    assert client.get("/customers/").status_code == 200
    assert client.get("/api/v1/customers").status_code == 200


def test_a_session_from_before_must_show_the_factor(with_app, cast):
    secret, _codes, _client = with_app
    old = Client()
    old.force_login(cast.users["manager"], backend="qiao.runtime.login.backend.Backend")
    assert old.get("/customers/").status_code == 200
    require()
    assert old.get("/customers/")["Location"].startswith("/accounts/second-factor/")
    page = old.get("/accounts/second-factor/?next=/customers/").content.decode()
    assert "/accounts/2fa/again/?next=%2Fcustomers%2F" in page
    answer = old.post(
        "/accounts/2fa/again/?next=/customers/", {"code": digits(secret), "next": "/customers/"}
    )
    assert answer["Location"] == "/customers/"
    assert old.get("/customers/").status_code == 200


def test_after_the_second_factor_nobody_is_led_elsewhere(with_app):
    secret, _codes, _client = with_app
    client = Client()
    enter(client)
    client.post("/accounts/2fa/", {"code": digits(secret)})
    assert client.get("/accounts/second-factor/?next=https://evil.example/")["Location"] == "/"


def test_the_requirement_costs_no_query(cast, log_in, django_assert_num_queries):
    client = log_in("manager")
    client.get("/accounts/logout/")
    require()
    client.get("/me/")
    with django_assert_num_queries(1):
        client.get("/me/")


def test_an_administrator_says_which_posts_must_and_others_may_not(cast, log_in):
    role = RoleType.objects.get(code="manager")
    path = f"/org/roles/{role.pk}/"
    log_in("hr")
    assert log_in("hr").get(path).status_code == 403
    admin = log_in("administrator")
    form = admin.get(path).context["form"]
    filled = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "")}
    assert admin.post(path, {**filled, "asks_second_factor": "on"}).status_code == 302
    role.refresh_from_db()
    assert role.asks_second_factor
    assert log_in("manager").get("/")["Location"].startswith("/accounts/second-factor/")


def test_an_administrator_resets_what_somebody_lost(with_app, cast):
    _secret, _codes, his = with_app
    admin = Client()
    enter(admin, "administrator")
    person = cast.people["manager"]
    path = f"/org/people/{person.pk}/log-in/factors/"
    assert admin.post(path, {"reason": ""}).status_code == 422
    assert gather_factors(person.user_id).any
    assert admin.post(path, {"reason": "手机丢失，当面核实"}).status_code == 302
    assert not gather_factors(person.user_id).any
    assert not Session.objects.filter(user=person.user_id).exists()
    assert his.get("/customers/").status_code == 302
    record = LoginRecord.objects.get(outcome="factors_reset")
    assert record.user_id == person.user_id
    assert record.detail == "administrator: 手机丢失，当面核实"
    assert admin.post(path, {"reason": "x"}).status_code == 422  # nothing is left


def test_nobody_resets_his_own_or_without_the_right(with_app, cast, log_in):
    own = cast.people["administrator"]
    assert (
        log_in("administrator").post(f"/org/people/{own.pk}/log-in/factors/", {"reason": "x"}).status_code
        == 422
    )
    path = f"/org/people/{cast.people['manager'].pk}/log-in/factors/"
    assert log_in("hr").post(path, {"reason": "x"}).status_code == 403
    assert gather_factors(cast.users["manager"].pk).any


def test_a_new_password_ends_the_sessions_and_a_weak_one_is_refused(cast, log_in):
    his = Client()
    enter(his)
    admin = Client()
    enter(admin, "administrator")
    path = f"/org/people/{cast.people['manager'].pk}/log-in/password/"
    assert admin.post(path, {"password": "short"}).status_code == 422
    assert his.get("/customers/").status_code == 200
    assert admin.post(path, {"password": "another-bridge-88"}).status_code == 302
    assert his.get("/customers/").status_code == 302
    assert enter(Client()).status_code == 200
    assert enter(Client(), password="another-bridge-88")["Location"] == "/"
    assert LoginRecord.objects.filter(outcome="password_set", detail="administrator").exists()


def test_the_api_does_the_same(with_app, call, cast):
    person = cast.people["manager"]
    ask = call("administrator", ["log_ins.edit", "org.roles", "org.view"])
    found = ask("GET", f"/org/people/{person.pk}/log-in").json()
    assert (found["username"], found["passkeys"], found["codes_left"]) == ("manager", 0, 10)
    role = RoleType.objects.get(code="manager")
    assert ask("PATCH", f"/org/role-types/{role.pk}", {"asks_second_factor": True}).json()[
        "asks_second_factor"
    ]
    own = call("manager", ["org.view"])("GET", "/sessions/factors").json()
    assert own["must_have"] is True
    assert own["app_since"]
    assert ask("POST", f"/org/people/{person.pk}/reset-factors", {"reason": "手机丢失"}).status_code == 204
    assert ask("POST", f"/org/people/{person.pk}/reset-factors", {"reason": "手机丢失"}).status_code == 422
    assert (
        ask("POST", f"/org/people/{person.pk}/password", {"password": "another-bridge-88"}).status_code == 204
    )
    stranger = call("hr", ["org.view"])
    assert stranger("POST", f"/org/people/{person.pk}/reset-factors", {"reason": "x"}).status_code == 403


def test_rows_of_log_ins_stay_as_written(with_app):
    from django.db import ProgrammingError, transaction

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE runtime_loginrecord SET detail = 'x'")
