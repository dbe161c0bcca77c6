"""Limits and keys of requests, headers of every answer, what a spreadsheet must not run."""

import csv
import io
import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from qiao.org.models import Unit
from qiao.runtime import clock
from qiao.runtime.guard import actions, limits
from qiao.runtime.guard.models import Counted, KeptAnswer
from qiao.runtime.listing.export import _csv_lines
from qiao.runtime.models import ApiToken
from qiao.runtime.tokens.actions import issue

pytestmark = pytest.mark.django_db


def caller(cast, member="administrator", rights=("org.view", "org.edit", "tokens.use")):
    """A program with a token; ``send(method, path, body, key)``."""
    token, secret = issue(user=cast.users[member], held=rights, name="t", rights=rights, days=1)

    def send(method, path, body=None, key=""):
        headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        return Client().generic(
            method, f"/api/v1{path}", json.dumps(body) if body is not None else "", content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {secret}", **headers,
        )  # fmt: skip

    send.token = token
    return send


def new_unit(cast, code="U-1"):
    return {
        "code": code,
        "name_zh": "新单位",
        "kind": "county",
        "starts_on": "2026-01-01",
        "parent_id": cast.units["east"].pk,
    }


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(cast):
    send = caller(cast)
    first = send("POST", "/org/units", new_unit(cast), "k-1")
    again = send("POST", "/org/units", new_unit(cast), "k-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Unit.objects.filter(code="U-1").count() == 1
    without = send("POST", "/org/units", new_unit(cast))
    assert without.status_code == 422  # the code is taken


def test_a_refusal_is_kept_too(cast):
    send = caller(cast)
    send("POST", "/org/units", new_unit(cast))
    refused = send("POST", "/org/units", new_unit(cast), "k-2")
    Unit.objects.filter(code="U-1").update(code="U-other")
    assert send("POST", "/org/units", new_unit(cast), "k-2").json() == refused.json()


def test_a_key_for_another_body_or_address_is_refused(cast):
    send = caller(cast)
    send("POST", "/org/units", new_unit(cast), "k-3")
    other = send("POST", "/org/units", new_unit(cast, "U-2"), "k-3")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert (
        send("POST", "/tokens", {"name": "x", "rights": ["org.view"]}, "k-3").json()["code"] == "key_reused"
    )
    assert not Unit.objects.filter(code="U-2").exists()
    assert send("POST", "/org/units", new_unit(cast, "U-2"), "x" * 201).json()["code"] == "key_too_long"


def test_keys_of_different_tokens_are_different(cast):
    assert caller(cast)("POST", "/org/units", new_unit(cast), "k-4").status_code == 201
    other = caller(cast)("POST", "/org/units", new_unit(cast, "U-3"), "k-4")
    assert other.status_code == 201


def test_a_request_under_way_or_broken_off_is_not_begun_again(cast):
    send = caller(cast)
    claim, answer = actions.claim(
        user_id=cast.users["administrator"].pk, scope=f"token:{send.token.pk}", key="k-5", fingerprint="x"
    )
    assert answer is None
    KeptAnswer.objects.filter(pk=claim).update(fingerprint=_fingerprint(cast))
    busy = send("POST", "/org/units", new_unit(cast), "k-5")
    assert (busy.status_code, busy.json()["code"]) == (409, "key_in_use")
    assert not Unit.objects.filter(code="U-1").exists()


def _fingerprint(cast):
    from django.test import RequestFactory

    request = RequestFactory().generic(
        "POST", "/api/v1/org/units", json.dumps(new_unit(cast)), content_type="application/json"
    )
    return actions.fingerprint_of(request)


@pytest.mark.django_db(transaction=True)
def test_of_the_same_requests_at_once_one_wins(cast):
    send = caller(cast)
    answers = []

    def go():
        answers.append(send("POST", "/org/units", new_unit(cast), "k-6").status_code)
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert Unit.objects.filter(code="U-1").count() == 1


def test_a_secret_in_a_kept_answer_is_not_readable_and_a_dead_token_gets_none(cast):
    send = caller(cast)
    made = send("POST", "/tokens", {"name": "x", "rights": ["org.view"], "days": 5}, "k-7").json()
    assert send("POST", "/tokens", {"name": "x", "rights": ["org.view"], "days": 5}, "k-7").json() == made
    assert made["secret"].encode() not in bytes(KeptAnswer.objects.get().body)
    ApiToken.objects.filter(pk=send.token.pk).update(revoked_at=clock.now())
    assert send("POST", "/tokens", {"name": "x", "rights": ["org.view"], "days": 5}, "k-7").status_code == 401


def test_who_lacked_the_right_may_ask_again_once_he_has_it(cast):
    send = caller(cast, rights=("org.view",))
    assert send("POST", "/org/units", new_unit(cast), "k-8").status_code == 403
    assert not KeptAnswer.objects.exists()


def test_keys_are_forgotten_after_a_day(cast):
    send = caller(cast)
    send("POST", "/org/units", new_unit(cast), "k-9")
    KeptAnswer.objects.update(claimed_at=clock.now() - timedelta(hours=25))
    assert (
        send("POST", "/org/units", new_unit(cast), "k-9").status_code == 422
    )  # done anew: the code is taken
    KeptAnswer.objects.update(claimed_at=clock.now() - timedelta(hours=25))
    actions.forget_old()
    assert not KeptAnswer.objects.exists()


# --- limits -----------------------------------------------------------------------------------------------------


@pytest.fixture
def limited(settings, monkeypatch):
    monkeypatch.setattr(limits.time, "time", lambda: 60_000_015.0)

    def set_to(**some):
        settings.QIAO_LIMITS = {**dict.fromkeys(settings.QIAO_LIMITS, 0), **some}

    return set_to


def test_a_token_asks_so_often_a_minute_and_is_told_when_to_come_again(cast, limited, monkeypatch):
    limited(api=3)
    send = caller(cast)
    assert [send("GET", "/org/units").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = send("GET", "/org/units")
    assert answer["Retry-After"] == "45"
    assert answer.json()["code"] == "too_many"
    other = caller(cast, "hr", ("org.view",))
    assert other("GET", "/org/units").status_code == 200
    monkeypatch.setattr(limits.time, "time", lambda: 60_000_060.0)
    assert send("GET", "/org/units").status_code == 200


def test_guessing_tokens_from_one_address_ends(cast, limited):
    limited(address=5)
    client = Client()
    seen = [
        client.get("/api/v1/org/units", HTTP_AUTHORIZATION=f"Bearer qiao_{n}").status_code for n in range(7)
    ]
    assert seen == [401] * 5 + [429] * 2
    assert (
        client.get(
            "/api/v1/org/units", HTTP_AUTHORIZATION="Bearer qiao_x", REMOTE_ADDR="10.1.1.1"
        ).status_code
        == 401
    )


def test_searches_exports_and_uploads_have_their_own_limits(cast, limited, log_in):
    limited(search=2, exports=1, uploads=1)
    client = log_in("administrator")
    assert [client.get("/search/?q=云桥").status_code for _ in range(3)] == [200, 200, 429]
    assert [client.get("/customers/?export=csv").status_code for _ in range(2)] == [200, 429]
    part = client.get("/search/?q=云桥", HTTP_HX_REQUEST="true")
    assert part.status_code == 429
    assert "秒" in part.content.decode()
    upload = [client.post("/imports/people/", {"file": io.BytesIO(b"x")}).status_code for _ in range(2)]
    assert upload[1] == 429
    assert upload[0] != 429
    assert client.get("/customers/").status_code == 200  # reading goes on


def test_a_counted_request_costs_one_statement_and_old_counts_go(cast, limited, django_assert_num_queries):
    limited(api=9, address=9)
    with django_assert_num_queries(1):
        counts = actions.count(["api:user:1", "api:address:127.0.0.1"], 7)
    assert counts == {"api:user:1": 1, "api:address:127.0.0.1": 1}
    actions.forget_old()
    assert not Counted.objects.filter(minute=7).exists()


@pytest.mark.parametrize(
    ("tls", "noted", "expected"),
    [
        (True, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (True, "2001:db8::7", "2001:db8::7"),
        (True, "unknown", "127.0.0.1"),
        (False, "6.6.6.6, 203.0.113.9", "127.0.0.1"),
    ],
)
def test_behind_the_proxy_the_address_is_the_one_the_proxy_noted(cast, settings, tls, noted, expected):
    from qiao.runtime.models import LoginRecord

    settings.QIAO_BEHIND_TLS = tls
    Client().post("/accounts/login/", {"login": "manager", "password": "x"}, HTTP_X_FORWARDED_FOR=noted)
    assert LoginRecord.objects.latest("pk").address == expected


# --- headers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/accounts/login/", "/customers/", "/api/v1/customers", "/nowhere/"])
def test_every_answer_says_what_a_browser_may_do_with_it(log_in, path):
    answer = log_in("manager").get(path)
    policy = answer["Content-Security-Policy"]
    for part in (
        "default-src 'self'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "object-src 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=()" in answer["Permissions-Policy"]
    assert "geolocation=(self)" in answer["Permissions-Policy"]


def test_behind_tls_browsers_are_told_to_stay_on_it_and_cookies_do(cast, settings):
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    page = client.get("/accounts/login/", secure=True)
    assert page["Strict-Transport-Security"] == "max-age=31536000"
    client.post("/accounts/login/", {"login": "manager", "password": "bridge-over-water-7"}, secure=True)
    session, forgery = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert session["secure"]
    assert session["httponly"]
    assert session["samesite"] == forgery["samesite"] == "Lax"
    assert forgery["secure"]


def test_the_settings_say_so_behind_tls(tmp_path):
    import os
    import subprocess
    import sys

    code = (
        "from qiao.config import settings as s; "
        "print(s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.DEBUG)"
    )
    for tls, expected in (("1", "31536000 True True False"), ("0", "0 False False False")):
        surroundings = {**os.environ, "QIAO_HOME": str(tmp_path), "QIAO_BEHIND_TLS": tls}
        done = subprocess.run(
            [sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected


def test_headings_are_disarmed_too():
    lines = "".join(_csv_lines(["=1+1", "@x", "名称"], [["+cmd", "-2", "\tx"]]))
    rows = list(csv.reader(io.StringIO(lines.removeprefix("\ufeff"))))
    assert rows == [["'=1+1", "'@x", "名称"], ["'+cmd", "'-2", "'\tx"]]
