"""What watches the service from outside: health, figures, logs."""

import json
import logging
from io import StringIO

import pytest
import structlog
from django.db import DatabaseError

from qiao.config import health
from qiao.runtime import logs

pytestmark = pytest.mark.django_db


def test_anybody_may_ask_for_health_by_any_host_name_and_learns_no_particulars(client):
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert answer.status_code == 200
    found = answer.json()
    assert set(found) == {"status", "checks"}
    assert found["checks"]["database"] == "ok"
    assert set(found["checks"].values()) <= {"ok", "warning", "fault"}


def test_without_a_database_the_probe_answers_503(client, monkeypatch):
    def broken():
        raise DatabaseError("the server is away, password=x")

    monkeypatch.setattr(health.connection, "cursor", broken)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "fault"
    assert "password" not in answer.content.decode()


def test_figures_are_for_who_has_the_token_and_count_what_was_asked(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.QIAO_METRICS_TOKEN = "abc"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer abd"}).status_code == 404
    client.get("/accounts/login/")
    told = client.get("/metrics", headers={"authorization": "Bearer abc"}).content.decode()
    assert 'qiao_requests_total{method="GET",route="account_login",status="200"}' in told
    assert "qiao_database_bytes " in told
    assert "qiao_lake_bytes " in told


@pytest.fixture
def lines():
    """What is logged, as the production set-up writes it."""
    logs.configure({})
    handler = logging.getLogger().handlers[0]
    stream, handler.stream = handler.stream, StringIO()  # type: ignore[attr-defined]
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]  # type: ignore[attr-defined]
    handler.stream = stream  # type: ignore[attr-defined]


def test_logs_hold_no_personal_data_under_any_name_or_in_any_text(lines):
    structlog.get_logger("qiao.test").warning(
        "called 13800138000 of a@b.cn", phone="x", password="y", customer=7, deep={"email": "z", "n": 1},
        url="postgresql://qiao:geheim@127.0.0.1/qiao",
    )  # fmt: skip
    logging.getLogger("django.db").error(
        "duplicate\nDETAIL:  Key (name)=(张三丰) exists.", extra={"token": "t"}
    )
    try:
        raise ValueError("110101199003074477 is no number")
    except ValueError:
        structlog.get_logger("qiao.test").exception("broken")
    told = lines()
    assert told[0]["customer"] == 7
    assert told[0]["deep"] == {"email": "…", "n": 1}
    text = json.dumps(told, ensure_ascii=False)
    for secret in ("13800138000", "a@b.cn", '"x"', '"y"', "geheim", "张三丰", '"t"', "110101199003074477"):
        assert secret not in text, secret


def test_a_broken_page_is_logged_with_its_route_and_nothing_of_the_person(lines, client, monkeypatch):
    from django.http import HttpResponse

    client.raise_request_exception = False
    monkeypatch.setattr("qiao.config.probes.settings.QIAO_LOG_REQUESTS", True, raising=False)
    assert isinstance(client.get("/accounts/login/?login=13800138000"), HttpResponse)
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert line["route"] == "account_login"
    assert line["status"] == 200
    assert "13800138000" not in json.dumps(line)
