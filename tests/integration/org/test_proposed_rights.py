"""Rights of a new version are proposed to the role types of an older home: given, or decided against, and remembered."""

import pytest
from django.urls import reverse

from qiao.config.doctor import _rights
from qiao.org import actions, queries
from qiao.org.core.shipped import ROLE_TYPES, propose_rights
from qiao.org.models import RightDecision, RoleType
from qiao.runtime import clock
from qiao.work.models import InboxItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def older(cast):
    """A home whose role types are those of this version, but that supervisors lack two of its rights."""
    actions.put_role_types(role_types=ROLE_TYPES, by=None)
    row = RoleType.objects.get(code="supervisor")
    row.rights = [one for one in row.rights if one not in ("org.grant", "pool.claim")]
    row.save()
    return row


def proposed() -> list[tuple[str, tuple[str, ...]]]:
    return [(one.code, one.rights) for one in queries.proposed_rights()]


def test_what_is_held_decided_or_unknown_is_not_proposed():
    shipped = next(one for one in ROLE_TYPES if one["code"] == "hr")["rights"]
    roles = [(1, "hr", shipped[1:]), (2, "of_their_own", []), (3, "hr", [])]
    found = propose_rights(roles, {(3, right) for right in shipped[2:]}, set(shipped) - {shipped[1]})
    assert [(one.role_id, one.rights) for one in found] == [(1, (shipped[0],)), (3, (shipped[0],))]


def test_rights_are_given_where_ticked_and_the_others_remembered(older, cast, log_in):
    client, url = log_in("administrator"), reverse("org:proposed_rights")
    assert "pool.claim" in client.get(url).content.decode()
    assert url in client.get(reverse("org:role_types")).content.decode()
    assert _rights().state == "warning"
    client.post(url, {"right": [f"{older.pk}:pool.claim", f"{older.pk}:org.roles", "x:y"], "decide": "give"})
    older.refresh_from_db()
    assert "pool.claim" in older.rights
    assert "org.roles" not in older.rights  # only what is proposed is given
    client.post(url, {"right": [f"{older.pk}:org.grant"], "decide": "dismiss"})
    older.refresh_from_db()
    assert "org.grant" not in older.rights
    assert proposed() == []
    assert _rights().state == "ok"
    again = RightDecision.objects.get(right="org.grant")
    client.post(reverse("org:propose_again", args=[again.pk]))
    assert proposed() == [("supervisor", ("org.grant",))]


def test_whoever_may_change_role_types_is_told_once(older, cast):
    for _day in range(2):
        actions.tell_of_rights(clock.today())
    told = InboxItem.objects.filter(source_kind="proposed_rights")
    assert [one.person for one in told] == [cast.people["administrator"]]
    actions.decide_rights(
        picked=[(older.pk, "org.grant"), (older.pk, "pool.claim")],
        accept=False,
        by=cast.users["administrator"],
    )
    assert not told.filter(done_at__isnull=True).exists()


def test_a_right_taken_away_on_purpose_is_not_proposed_the_next_day(older, cast, log_in):
    manager = RoleType.objects.get(code="manager")
    rights = [one for one in manager.rights if one != "pool.claim"]
    actions.put_role_type(role_type=manager, rights=rights, by=cast.users["administrator"])
    assert "manager" not in dict(proposed())


def test_only_who_may_change_role_types_decides(older, log_in, call):
    assert log_in("hr").get(reverse("org:proposed_rights")).status_code == 403
    administrator = call("administrator", ["org.roles", "org.view"])
    (one,) = administrator("GET", "/org/role-types/proposed").json()
    body = {"role_id": one["role_id"], "rights": ["org.grant"], "accept": False}
    assert administrator("POST", "/org/role-types/proposed", body).json() == {"decided": 1}
    (decision,) = administrator("GET", "/org/role-types/decisions").json()
    assert administrator("DELETE", f"/org/role-types/decisions/{decision['id']}").status_code == 204
    assert call("hr", ["org.view"])("GET", "/org/role-types/proposed").status_code == 403
