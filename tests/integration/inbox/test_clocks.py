"""Clocks in the database: none missed, none twice, whatever happens to a worker."""

import threading
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from qiao.kernel.errors import RuleBroken
from qiao.org import actions as org
from qiao.runtime import clock as machine
from qiao.runtime.contributions import ClockKind, register, unregister
from qiao.work import actions
from qiao.work.models import Clock, ClockPause, ClockSaid, InboxItem, Task


def local(*parts):
    """An instant in the enterprise's time zone."""
    return datetime(*parts, tzinfo=timezone.get_default_timezone())


MONDAY = local(2026, 11, 23, 9)


@pytest.fixture
def at(monkeypatch):
    """``at(instant)`` sets the clock of the machine."""

    def set_to(instant):
        monkeypatch.setattr(machine, "now", lambda: instant)

    set_to(MONDAY)
    return set_to


@pytest.fixture
def heard():
    """A kind of clock that notes what it says."""
    said = []
    kind = ClockKind("test.promise", "Promise", said.extend, pauses=(("customer", "Customer"),))
    register(kind)
    yield said
    unregister(kind)


@pytest.fixture
def office_hours(db):
    org.set_working_hours(
        starts_on=date(2020, 1, 1), weekdays=range(5), by=None,
        spans=[(time(8, 30), time(12)), (time(14), time(17, 30))],
    )  # fmt: skip


def start(subject=1, **more):
    given = {"minutes": 60, "counts": "round", "person_id": None, **more}
    return actions.start_clock(kind="test.promise", subject_id=subject, **given)


def test_a_clock_warns_once_and_falls_due_once(db, at, heard):
    start(warn_minutes=20)
    at(MONDAY + timedelta(minutes=39))
    assert actions.speak_due() == 0
    at(MONDAY + timedelta(minutes=41))
    assert actions.speak_due() == 1
    assert actions.speak_due() == 0
    at(MONDAY + timedelta(minutes=61))
    assert actions.speak_due() == 1
    assert actions.speak_due() == 0
    assert [s.stage for s in heard] == ["warn", "due"]
    assert ClockSaid.objects.count() == 2


def test_working_time_goes_on_after_the_weekend(at, heard, office_hours):
    friday = local(2026, 11, 27, 17)
    at(friday)
    row = start(counts="working")
    assert row.due_at == local(2026, 11, 30, 9)


def test_without_working_hours_the_calendar_is_named_and_nothing_is_kept(db, at, heard):
    with pytest.raises(RuleBroken) as refusal:
        start(counts="working")
    assert refusal.value.code == "calendar_empty"
    assert not Clock.objects.exists()


def test_a_pause_keeps_the_minutes_left_and_needs_a_stated_reason(db, at, heard):
    start()
    at(MONDAY + timedelta(minutes=20))
    with pytest.raises(RuleBroken):
        actions.pause_clock(kind="test.promise", subject_id=1, reason="because", by=None)
    actions.pause_clock(kind="test.promise", subject_id=1, reason="customer", by=None)
    at(MONDAY + timedelta(hours=30))
    assert actions.speak_due() == 0
    row = actions.resume_clock(kind="test.promise", subject_id=1, by=None)
    assert row.due_at == MONDAY + timedelta(hours=30, minutes=40)
    assert ClockPause.objects.get().resumed_at == MONDAY + timedelta(hours=30)


def test_a_stopped_clock_is_silent_and_its_subject_may_have_another(db, at, heard):
    start()
    with pytest.raises(RuleBroken):
        start()
    actions.stop_clock(kind="test.promise", subject_id=1)
    start()
    at(MONDAY + timedelta(hours=2))
    actions.speak_due()
    assert len(heard) == 1


def test_one_clock_that_cannot_speak_does_not_silence_the_others(db, at):
    said = []

    def speak(part):
        if any(s.subject_id == 2 for s in part):
            raise ValueError("no such promise")
        said.extend(s.subject_id for s in part)

    kind = ClockKind("test.promise", "Promise", speak)
    register(kind)
    try:
        for subject in (1, 2, 3):
            start(subject)
        at(MONDAY + timedelta(hours=2))
        actions.speak_due()
        assert sorted(said) == [1, 3]
        trouble = Clock.objects.get(subject_id=2)
        assert "no such promise" in trouble.trouble
        assert trouble.next_at == MONDAY + timedelta(hours=2, minutes=5)
        assert ClockSaid.objects.count() == 2
    finally:
        unregister(kind)


def die_in_the_middle():
    with transaction.atomic():
        actions.clocks._speak(actions.clocks._take(50))
        raise RuntimeError("killed")


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_clocks_and_a_dying_one_loses_nothing(at):
    said, lock = [], threading.Lock()

    def speak(part):
        with lock:
            said.extend(s.subject_id for s in part)

    kind = ClockKind("test.promise", "Promise", speak)
    register(kind)
    try:
        for subject in range(200):
            start(subject)
        at(MONDAY + timedelta(hours=2))
        # A worker dies in the middle of its batch: its transaction is undone.
        with pytest.raises(RuntimeError, match="killed"):
            die_in_the_middle()
        said.clear()

        def work():
            while actions.speak_due(limit=20):
                pass
            connections.close_all()

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(said) == list(range(200))
        assert ClockSaid.objects.count() == 200
    finally:
        unregister(kind)


def test_the_due_index_answers_without_reading_the_clocks(db, at, heard):
    Clock.objects.bulk_create(
        Clock(kind="test.promise", subject_id=n, counts="round", minutes=60, started_at=MONDAY,
              due_at=MONDAY + timedelta(days=n), next_at=MONDAY + timedelta(days=n))
        for n in range(1, 3000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE work_clock")
        cursor.execute("EXPLAIN SELECT * FROM work_clock WHERE next_at <= now() ORDER BY next_at LIMIT 10")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "clock_due_index" in plan


def test_a_task_tells_its_owner_and_when_overdue_also_who_gave_it(cast, at, office_hours):
    owner, giver = cast.people["manager"], cast.users["supervisor"]
    task = actions.give_task(
        title="回访客户", owner_id=owner.pk, by=giver, minutes=60, counts="round", warn_minutes=10
    )
    at(MONDAY + timedelta(minutes=55))
    actions.speak_due()
    at(MONDAY + timedelta(minutes=65))
    actions.speak_due()
    lines = InboxItem.objects.filter(person=owner).order_by("id")
    assert [line.kind for line in lines] == ["task", "warning", "warning"]
    assert InboxItem.objects.filter(person=cast.people["supervisor"]).count() == 1
    actions.end_task(task_id=task.pk, outcome="已回访", by=cast.users["manager"])
    assert not InboxItem.objects.filter(done_at__isnull=True).exists()
    assert Clock.objects.get().state == "stopped"


def test_a_task_of_one_key_is_given_once(cast, at):
    for _ in range(2):
        actions.give_task(title="欢迎新用户", owner_id=cast.people["manager"].pk, by=None, key="greet:7")
    assert Task.objects.count() == InboxItem.objects.count() == 1


def test_a_task_handed_on_takes_clock_and_line_along(cast, at):
    task = actions.give_task(
        title="跟进", owner_id=cast.people["manager"].pk, by=None, minutes=60, counts="round"
    )
    actions.hand_on_task(task_id=task.pk, owner_id=cast.people["deputy"].pk, by=None)
    waiting = InboxItem.objects.filter(done_at__isnull=True)
    assert [line.person_id for line in waiting] == [cast.people["deputy"].pk]
    assert Clock.objects.get().person_id == cast.people["deputy"].pk
    actions.end_task(task_id=task.pk, outcome="好", by=None)
    with pytest.raises(RuleBroken):
        actions.hand_on_task(task_id=task.pk, owner_id=cast.people["manager"].pk, by=None)


def test_public_holidays_seed_the_calendar_once(db):
    first = org.seed_holidays(year=2026, by=None)
    assert first > 10
    assert org.seed_holidays(year=2026, by=None) == 0
    with pytest.raises(RuleBroken) as refusal:
        org.seed_holidays(year=2099, by=None)
    assert refusal.value.code == "year_unknown"


def test_a_task_about_a_customer_stands_on_his_file_and_only_who_sees_him_gives_it(cast, log_in):
    ours, theirs = cast.customers["ours"].pk, cast.customers["theirs"].pk
    client = log_in("manager")
    form = {"title": "核对合同", "owner": cast.people["manager"].pk}
    assert client.post(f"/inbox/tasks/new/?of=customer:{theirs}", form).status_code == 404
    assert client.post(f"/inbox/tasks/new/?of=customer:{ours}", form).status_code == 302
    task = Task.objects.get()
    assert (task.source_kind, task.source_id) == ("customer", ours)
    tab = f"/inbox/of-customer/{ours}/"
    assert "核对合同" in client.get(tab, HTTP_HX_REQUEST="true").content.decode()
    assert client.get(f"/inbox/tasks/{task.pk}/").content.decode().count("云桥机械") == 1
    assert "核对合同" not in log_in("deputy").get(tab, HTTP_HX_REQUEST="true").content.decode(), (
        "another's task"
    )
    assert log_in("neighbour").get(tab, HTTP_HX_REQUEST="true").status_code == 404


def test_a_task_handed_to_who_was_warned_of_it_and_back_again_waits_with_its_owner_alone(cast, at):
    manager, giver = cast.people["manager"].pk, cast.people["supervisor"].pk
    task = actions.give_task(
        title="跟进", owner_id=manager, by=cast.users["supervisor"], minutes=60, counts="round"
    )
    at(MONDAY + timedelta(minutes=61))
    actions.speak_due()  # tells both that it is overdue
    for step, owner in enumerate((giver, manager, giver), 62):
        at(MONDAY + timedelta(minutes=step))
        actions.hand_on_task(task_id=task.pk, owner_id=owner, by=None)
        waiting = InboxItem.objects.filter(done_at__isnull=True, kind="task")
        assert [line.person_id for line in waiting] == [owner]
