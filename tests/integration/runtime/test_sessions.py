"""Everybody sees where he is logged in, and ends what he does not recognise."""

import pytest
from django.test import Client
from django.urls import reverse

from qiao.runtime.login.queries import list_sessions
from qiao.runtime.models import LoginRecord, Session

pytestmark = pytest.mark.django_db
PAGE = "/me/sessions/"


def log_in_as(cast, member, agent):
    client = Client(headers={"user-agent": agent})
    client.force_login(cast.users[member], backend="qiao.runtime.login.backend.Backend")
    return client


def test_each_browser_is_a_line_and_no_key_is_told(cast):
    phone, desk = log_in_as(cast, "manager", "A phone"), log_in_as(cast, "manager", "A desk")
    log_in_as(cast, "supervisor", "Somebody else")
    page = desk.get(PAGE).content.decode()
    assert page.count("<tr>") == 3  # the head and two
    assert "Somebody else" not in page
    for key in Session.objects.values_list("session_key", flat=True):
        assert key not in page
    rows = list_sessions(cast.users["manager"].pk, desk.session.session_key)
    assert [row.current for row in rows] == [True, False]
    assert phone.get(PAGE).status_code == 200


def test_an_ended_session_is_out_at_once_and_the_one_asked_from_stays(cast):
    phone, desk = log_in_as(cast, "manager", "A phone"), log_in_as(cast, "manager", "A desk")
    other = list_sessions(cast.users["manager"].pk, desk.session.session_key)[1]
    assert desk.post(reverse("sessions:end", args=[other.name])).status_code == 302
    assert phone.get("/").status_code == 302
    assert desk.get("/").status_code == 200
    assert LoginRecord.objects.filter(user=cast.users["manager"], outcome="logged_out").count() == 1
    own = list_sessions(cast.users["manager"].pk, desk.session.session_key)[0]
    assert desk.post(reverse("sessions:end", args=[own.name])).status_code == 404


def test_all_others_end_together_and_nobody_ends_a_strangers(cast):
    clients = [log_in_as(cast, "manager", f"B{n}") for n in range(3)]
    stranger = log_in_as(cast, "supervisor", "S")
    theirs = list_sessions(cast.users["manager"].pk, None)[0]
    assert stranger.post(reverse("sessions:end", args=[theirs.name])).status_code == 404
    clients[0].post(reverse("sessions:end", args=["others"]))
    assert [client.get("/").status_code for client in clients] == [200, 302, 302]
    assert stranger.get("/").status_code == 200
