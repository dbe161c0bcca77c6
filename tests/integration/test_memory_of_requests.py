"""What a process keeps in memory never outlives what it was read from: every change counts at the next request."""

from datetime import date

import pytest
from django.db import connection, transaction

from qiao.customers.models import Customer
from qiao.org import actions as org
from qiao.org.models import Posting, RoleType
from qiao.org.queries import get_tree
from qiao.runtime import stamps
from qiao.runtime.models import Session

pytestmark = pytest.mark.django_db
LIST = "/customers/"


def test_an_empty_page_costs_two_queries(log_in, django_assert_num_queries):
    client = log_in("manager")
    client.get("/me/")
    with django_assert_num_queries(2):  # who asks, and what waits unread for him
        assert client.get("/me/").status_code == 200


def test_a_log_out_counts_for_the_cookie_somebody_kept(log_in, client):
    log_in("manager")
    kept = client.cookies["sessionid"].value
    assert client.get("/me/").status_code == 200
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = kept
    assert client.get("/me/").status_code == 302
    assert not Session.objects.filter(session_key=kept).exists()


def test_a_log_in_put_out_of_use_is_out_at_once(log_in, cast):
    client = log_in("manager")
    assert client.get("/me/").status_code == 200
    type(cast.users["manager"]).objects.filter(pk=cast.users["manager"].pk).update(is_active=False)
    assert client.get("/me/").status_code == 302


def test_a_new_password_ends_the_other_sessions(log_in, cast):
    client = log_in("manager")
    assert client.get("/me/").status_code == 200
    cast.users["manager"].set_password("another-bridge-8")
    cast.users["manager"].save()
    assert client.get("/me/").status_code == 302


def test_a_session_past_its_end_is_none(log_in, cast):
    client = log_in("manager")
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert client.get("/me/").status_code == 302


def test_the_end_of_a_post_counts_at_the_next_request(log_in, cast):
    client = log_in("supervisor")
    assert client.get(LIST).status_code == 200
    post = Posting.objects.get(person=cast.people["supervisor"])
    org.end_posting(posting=post, on=date(2026, 11, 22), reason="x", by=None)
    assert client.get(LIST).status_code == 403


def test_a_right_taken_from_a_role_counts_at_the_next_request(log_in):
    client = log_in("manager")
    assert client.get(LIST).status_code == 200
    role = RoleType.objects.get(code="manager")
    role.rights = [right for right in role.rights if right != "customers.view"]
    role.save()
    assert client.get(LIST).status_code == 403


def test_a_unit_made_is_in_the_tree_at_once_also_behind_the_back_of_the_models(cast):
    before = set(get_tree().nodes)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO org_unit (code, name_zh, name_en, kind, starts_on) VALUES ('new', '新', '', 'x', '2020-01-01')"
        )
    assert len(set(get_tree().nodes) - before) == 1


def test_what_a_rolled_back_transaction_saw_is_never_shown(cast):
    class Undone(Exception):
        pass

    before = set(get_tree().nodes)

    def begin(name: str) -> None:
        with transaction.atomic():
            org.create_unit(code=name, name_zh=name, kind="x", starts_on=date(2020, 1, 1), by=None)
            assert len(get_tree().nodes) == len(before) + 1
            raise Undone

    for name in ("one", "two"):
        with pytest.raises(Undone):
            begin(name)
    assert set(get_tree().nodes) == before


def test_stamps_thinned_out_are_still_new(cast):
    seen = {stamps.read_stamp()}
    for _ in range(3):
        stamps.thin_out()
        seen.add(stamps.read_stamp())
    assert len(seen) == 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM runtime_stamp")
        assert cursor.fetchone() == (1,)


def test_writes_to_customers_leave_the_stamp_alone(cast):
    before = stamps.read_stamp()
    Customer.objects.update(industry="x")
    assert stamps.read_stamp() == before


def test_the_frame_shows_each_person_his_own_name_and_token(log_in, cast):
    client = log_in("manager")
    mine = client.get("/me/").content.decode()
    client = log_in("deputy")
    his = client.get("/me/?x=%22%3Cb%3E").content.decode()
    assert "张三丰" in mine
    assert "李四光" not in mine
    assert "李四光" in his
    assert "张三丰" not in his
    assert "q-fill-in" not in mine + his
    assert '"<b>' not in his
