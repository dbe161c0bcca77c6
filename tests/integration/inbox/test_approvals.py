"""Approvals from asking to the end, alone and against each other."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from qiao.kernel.errors import NotFound, QiaoError, RuleBroken
from qiao.org import actions as org
from qiao.org.models import Absence
from qiao.runtime import clock
from qiao.runtime.contributions import ApprovalKind, register, unregister
from qiao.work import access, actions, queries
from qiao.work.core.route import ALL, ANY, Stage
from qiao.work.models import Approval, InboxItem, Sign


@pytest.fixture
def outcome():
    """A kind of approval that notes how it ends."""
    ends = []
    kind = ApprovalKind(
        "test.paper", "Paper", lambda pk: f"/paper/{pk}/",
        on_agreed=lambda subject_id, by: ends.append(("agreed", subject_id)),
        on_refused=lambda subject_id, by: ends.append(("refused", subject_id)),
    )  # fmt: skip
    register(kind)
    yield ends
    unregister(kind)


def ask(cast, *stages, author="manager", subject=1):
    route = [
        Stage(f"S{n}", mode, tuple(cast.people[s].pk for s in signers))
        for n, (mode, *signers) in enumerate(stages, 1)
    ]
    return actions.ask(
        kind="test.paper", subject_id=subject, title="一份文件", author_id=cast.people[author].pk, route=route,
        by=cast.users[author],
    )  # fmt: skip


def decide(cast, row, who, agrees=True, comment=""):
    return actions.decide(
        approval_id=row.pk, person_id=cast.people[who].pk, agrees=agrees, comment=comment, by=cast.users[who]
    )


def open_lines(cast, who):
    return InboxItem.objects.filter(person=cast.people[who], done_at__isnull=True, kind="approval").count()


def refused(call, code):
    with pytest.raises(RuleBroken) as refusal:
        call()
    assert refusal.value.code == code


def test_stages_follow_one_another_and_the_last_agreement_takes_effect(cast, outcome):
    row = ask(cast, (ALL, "supervisor", "hr"), (ANY, "auditor", "administrator"))
    assert open_lines(cast, "auditor") == 0
    decide(cast, row, "supervisor")
    assert open_lines(cast, "supervisor") == 0
    assert open_lines(cast, "hr") == 1
    decide(cast, row, "hr")
    assert open_lines(cast, "auditor") == open_lines(cast, "administrator") == 1
    decide(cast, row, "administrator")
    assert outcome == [("agreed", 1)]
    assert open_lines(cast, "auditor") == 0, "who need not sign any more is left in peace"
    row.refresh_from_db()
    assert row.state == "agreed"
    assert Sign.objects.get(signer=cast.people["auditor"]).verdict == "skipped"
    assert [entry.step for entry in queries.list_trail(row.pk)] == ["asked", "agreed", "agreed", "agreed"]
    assert InboxItem.objects.get(person=cast.people["manager"]).title.startswith("Approved")


def test_a_refusal_needs_a_reason_and_ends_the_matter(cast, outcome):
    row = ask(cast, (ALL, "supervisor", "hr"))
    refused(lambda: decide(cast, row, "hr", agrees=False), "comment_missing")
    decide(cast, row, "hr", agrees=False, comment="依据不足")
    assert outcome == [("refused", 1)]
    refused(lambda: decide(cast, row, "supervisor"), "approval_over")


def test_the_author_never_approves_his_own_in_no_ones_place(cast, outcome):
    refused(lambda: ask(cast, (ANY, "manager", "hr")), "route_author")
    row = ask(cast, (ANY, "hr"))
    refused(lambda: decide(cast, row, "manager"), "own_approval")
    today = clock.today()
    actions.delegate(
        person_id=cast.people["hr"].pk, delegate_id=cast.people["manager"].pk, starts_on=today,
        ends_before=today + timedelta(days=5), kind="", reason="", by=None,
    )  # fmt: skip
    refused(lambda: decide(cast, row, "manager"), "own_approval")
    refused(
        lambda: actions.add_signer(
            approval_id=row.pk,
            person_id=cast.people["hr"].pk,
            signer_id=cast.people["manager"].pk,
            comment="",
            by=None,
        ),
        "own_approval",
    )


def test_who_is_not_asked_cannot_decide(cast, outcome):
    row = ask(cast, (ANY, "hr"), (ANY, "auditor"))
    refused(lambda: decide(cast, row, "supervisor"), "not_asked")
    refused(lambda: decide(cast, row, "auditor"), "not_asked")


def test_a_delegate_decides_between_his_days_only(cast, outcome):
    today = clock.today()
    row = ask(cast, (ANY, "hr"))
    given = actions.delegate(
        person_id=cast.people["hr"].pk, delegate_id=cast.people["auditor"].pk, starts_on=today,
        ends_before=today + timedelta(days=2), kind="test.paper", reason="出差", by=None,
    )  # fmt: skip
    assert open_lines(cast, "auditor") == 1, "what waits already reaches the delegate"
    decide(cast, row, "auditor")
    assert Sign.objects.get().ground == "delegate"
    assert queries.list_trail(row.pk)[-1].instead_of_id == cast.people["hr"].pk
    actions.end_delegation(delegation_id=given.pk, person_id=cast.people["hr"].pk, by=None)
    later = ask(cast, (ANY, "hr"), subject=2)
    refused(lambda: decide(cast, later, "auditor"), "not_asked")


def test_a_substitute_decides_while_the_signer_is_away(cast, outcome):
    today = clock.today()
    org.note_absence(
        person=cast.people["hr"], substitute=cast.people["auditor"], starts_on=today,
        ends_before=today + timedelta(days=3), reason="年休", by=None,
    )  # fmt: skip
    row = ask(cast, (ANY, "hr"))
    decide(cast, row, "auditor")
    assert outcome == [("agreed", 1)]
    org.end_absence(absence=Absence.objects.get(), on=today, by=None)
    row = ask(cast, (ANY, "hr"), subject=2)
    refused(lambda: decide(cast, row, "auditor"), "not_asked")


def test_returned_to_the_author_it_starts_again(cast, outcome):
    row = ask(cast, (ANY, "supervisor"), (ANY, "hr"))
    decide(cast, row, "supervisor")
    back = {"approval_id": row.pk, "person_id": cast.people["hr"].pk, "by": None}
    refused(lambda: actions.send_back(to_stage=0, comment=" ", **back), "comment_missing")
    refused(lambda: actions.send_back(to_stage=2, comment="再看", **back), "stage_not_earlier")
    actions.send_back(to_stage=0, comment="补充附件", **back)
    assert InboxItem.objects.filter(person=cast.people["manager"], done_at__isnull=True).count() == 1
    refused(lambda: decide(cast, row, "supervisor"), "approval_over")
    actions.ask_again(approval_id=row.pk, person_id=cast.people["manager"].pk, comment="已补", by=None)
    assert open_lines(cast, "supervisor") == 1
    decide(cast, row, "supervisor")
    decide(cast, row, "hr")
    assert outcome == [("agreed", 1)]


def test_returned_to_an_earlier_stage_only_later_signatures_are_asked_again(cast, outcome):
    row = ask(cast, (ANY, "supervisor"), (ANY, "hr"), (ANY, "auditor"))
    decide(cast, row, "supervisor")
    decide(cast, row, "hr")
    actions.send_back(
        approval_id=row.pk, person_id=cast.people["auditor"].pk, to_stage=2, comment="请再核", by=None
    )
    assert open_lines(cast, "hr") == 1
    decide(cast, row, "hr")
    decide(cast, row, "auditor")
    assert outcome == [("agreed", 1)]


def test_the_author_withdraws_and_nobody_is_asked_any_more(cast, outcome):
    row = ask(cast, (ALL, "hr", "auditor"))
    with pytest.raises(RuleBroken):
        actions.withdraw(approval_id=row.pk, person_id=cast.people["hr"].pk, comment="", by=None)
    actions.withdraw(approval_id=row.pk, person_id=cast.people["manager"].pk, comment="写错", by=None)
    assert open_lines(cast, "hr") == 0
    assert outcome == []
    ask(cast, (ANY, "hr"))


def test_an_added_signer_must_sign_too_in_a_joint_stage(cast, outcome):
    row = ask(cast, (ALL, "hr"))
    actions.add_signer(
        approval_id=row.pk,
        person_id=cast.people["hr"].pk,
        signer_id=cast.people["auditor"].pk,
        comment="请一并看",
        by=None,
    )
    decide(cast, row, "hr")
    assert outcome == []
    decide(cast, row, "auditor")
    assert outcome == [("agreed", 1)]


def test_a_record_waits_for_one_approval_at_a_time(cast, outcome):
    ask(cast, (ANY, "hr"))
    refused(lambda: ask(cast, (ANY, "auditor")), "approval_open")


def test_a_signer_who_left_cannot_be_asked_and_can_be_replaced(cast, outcome):
    row = ask(cast, (ANY, "hr"))
    hr = cast.people["hr"]
    type(hr).objects.filter(pk=hr.pk).update(ends_before=clock.today())
    refused(lambda: ask(cast, (ANY, "hr"), subject=2), "route_left")
    actions.replace_signer(approval_id=row.pk, old_id=hr.pk, new_id=cast.people["auditor"].pk, by=None)
    decide(cast, row, "auditor")
    assert outcome == [("agreed", 1)]


def test_reminders_go_out_once_a_day(cast, outcome):
    row = ask(cast, (ALL, "hr", "auditor"))
    by = {"approval_id": row.pk, "person_id": cast.people["manager"].pk, "by": None}
    assert actions.remind(**by) == 2
    refused(lambda: actions.remind(**by), "reminded")


def test_several_are_decided_together_and_one_that_fails_holds_up_none(cast, outcome):
    rows = [ask(cast, (ANY, "hr"), subject=n) for n in (1, 2)]
    other = ask(cast, (ANY, "auditor"), subject=3)
    decided, failed = actions.decide_many(
        approval_ids=[rows[0].pk, other.pk, rows[1].pk],
        person_id=cast.people["hr"].pk,
        agrees=True,
        comment="",
        by=None,
    )
    assert decided == [rows[0].pk, rows[1].pk]
    assert [pk for pk, _ in failed] == [other.pk]


def test_what_does_not_stand_its_checks_is_not_approved(cast):
    def refuse(subject_id, by):
        raise RuleBroken("No.", code="no")

    kind = ApprovalKind("test.paper", "Paper", str, on_agreed=refuse)
    register(kind)
    try:
        row = ask(cast, (ANY, "hr"))
        refused(lambda: decide(cast, row, "hr"), "no")
        assert Approval.objects.get().state == "open"
        assert Sign.objects.get().verdict == "waiting"
    finally:
        unregister(kind)


def test_who_takes_part_sees_it_and_nobody_else(cast, outcome):
    from qiao.org.access import viewer_of

    row = ask(cast, (ANY, "hr"), (ANY, "supervisor"))
    for member, sees in (
        ("manager", True),
        ("hr", True),
        ("supervisor", True),
        ("neighbour", False),
        ("outsider", False),
        ("auditor", True),
    ):
        viewer = viewer_of(cast.users[member])
        assert access.visible_approvals(viewer).filter(pk=row.pk).exists() is sees, member
    viewer = viewer_of(cast.users["outsider"])
    with pytest.raises(NotFound):
        access.get_approval(viewer, row.pk)
    assert access.may_decide(viewer_of(cast.users["hr"]), row)
    assert not access.may_decide(viewer_of(cast.users["supervisor"]), row), "his stage has not come"


@pytest.mark.django_db(transaction=True)
def test_of_two_opposite_decisions_at_once_one_wins(outcome):
    from tests.cast import make_cast

    cast = make_cast()
    row = ask(cast, (ANY, "hr", "auditor"))
    errors, gate = [], threading.Barrier(2)

    def run(who, agrees):
        gate.wait()
        try:
            decide(cast, row, who, agrees=agrees, comment="并发")
        except QiaoError as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=a) for a in (("hr", True), ("auditor", True))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 1
    assert outcome == [("agreed", 1)]
    row.refresh_from_db()
    assert row.state == "agreed"
