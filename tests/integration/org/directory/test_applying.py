"""From the dry run to the register: all or nothing, once, only on unchanged ground, and by who may."""

from datetime import timedelta

import pytest
from django.urls import reverse

from qiao.customers.models import Assignment
from qiao.kernel.errors import RuleBroken
from qiao.org import actions, queries
from qiao.org.models import DirectoryAccount, DirectoryRun, Person, Posting, RoleType
from qiao.org.queries import get_unit
from qiao.runtime import clock
from qiao.runtime.jobs import Cancelled
from qiao.runtime.jobs import actions as jobs
from qiao.runtime.jobs.models import Job
from qiao.runtime.jobs.queue import InlineJob, run_inline
from qiao.work.models import InboxItem

from .standins import ding_member, wecom_member

pytestmark = pytest.mark.django_db
UNITS = {"1": "province", "2": "jia", "3": "yi", "4": "east"}


def dry_run(directory="wecom", **more):
    run = actions.start_directory_run(directory=directory, by=None, **more)
    run_inline(run.job_id)
    run.refresh_from_db()
    return run


def apply(run, **more):
    run = actions.start_applying(run_id=run.pk, by=None, **more)
    run_inline(run.job_id)
    run.refresh_from_db()
    return run


def rows(run):
    return [(row.kind, row.name, row.reason) for row in queries.stored_rows(run.pk)]


def place(cast, directory="wecom"):
    for row in queries.list_departments(directory):
        unit = get_unit(cast.units[UNITS[row.department]].pk)
        actions.place_department(row=row, treatment="unit", unit=unit, by=None)


@pytest.fixture
def known(cast, wecom):
    """Everybody of the five is noted with his user id, and departments are placed."""
    dry_run()
    place(cast)
    assert apply(dry_run()).state == "applied"
    return cast


def test_the_first_time_people_are_found_by_number_and_nothing_else_changes(cast, wecom):
    run = dry_run()
    assert run.state == "ready"
    assert run.counts["link"] == 5
    assert {reason for kind, _name, reason in rows(run) if kind == "conflict"} == {"department_open"}
    assert not DirectoryAccount.objects.exists()
    assert Person.objects.count() == len(cast.people)


def test_applied_once_nothing_is_left_to_do(known):
    assert DirectoryAccount.objects.filter(directory="wecom").count() == 5
    run = dry_run()
    assert rows(run) == []
    assert run.counts["same"] == 5


def test_who_joins_gets_a_file_and_where_settings_say_so_a_post(known, wecom):
    role = RoleType.objects.get(code="nothing")
    actions.put_directory_setup(directory="wecom", joiner_role=role, by=None)
    wecom.members.append(
        wecom_member(
            "wx-new", "新来", 3, mobile="13811112222", extattr={"attrs": [{"name": "工号", "value": "N-1"}]}
        )
    )
    run = apply(dry_run())
    assert run.state == "applied"
    person = Person.objects.get(code="N-1")
    assert (person.name, person.phone, person.starts_on) == ("新来", "13811112222", clock.today())
    (post,) = Posting.objects.filter(person=person)
    assert (post.unit, post.role_type, post.reason) == (known.units["yi"], role, "企业微信通讯录")


def test_who_moves_is_transferred_on_the_day_and_history_says_from_where(known, wecom, log_in):
    wecom.members[0]["department"], wecom.members[0]["main_department"] = [3], 3
    assert apply(dry_run()).state == "applied"
    person, today = known.people["manager"], clock.today()
    posts = list(Posting.objects.filter(person=person).order_by("starts_on"))
    assert [(p.unit.code, p.starts_on, p.ends_before) for p in posts] == [
        ("jia", posts[0].starts_on, today),
        ("yi", today, None),
    ]
    history = log_in("administrator").get(
        reverse("org:person_history", args=[person.pk]), HTTP_HX_REQUEST="true"
    )
    assert "企业微信通讯录" in history.content.decode()


def test_who_changes_is_changed_and_what_is_not_told_stays(known, wecom):
    wecom.members[0] |= {"mobile": "13812345678", "name": "张三封"}
    wecom.members[1].pop("mobile")
    apply(dry_run())
    person = Person.objects.get(pk=known.people["manager"].pk)
    assert (person.name, person.phone) == ("张三封", "13812345678")
    assert Person.objects.get(pk=known.people["deputy"].pk).phone == "13900000000"


def test_who_leaves_keeps_his_customers_until_the_hand_over_is_done(known, wecom, log_in):
    person = known.people["manager"]
    del wecom.members[0]
    run = dry_run()
    assert rows(run) == [("leave", person.name, "not_there")]
    apply(run)
    served = Assignment.objects.filter(person=person, ends_before__isnull=True)
    assert served.exists()
    assert Person.objects.get(pk=person.pk).ends_before is None
    told = InboxItem.objects.filter(source_kind="missed", source_id=person.pk)
    assert set(told.values_list("person__name", flat=True)) == {
        known.people["hr"].name,
        known.people["administrator"].name,
    }
    assert told[0].url == reverse("org:leave", args=[person.pk])
    assert person.name in log_in("hr").get(reverse("org:departures")).content.decode()
    assert rows(dry_run()) == []  # begun once
    actions.leave(person=person, on=clock.today(), successor=known.people["deputy"], reason="离职", by=None)
    assert not served.exists()
    assert not told.filter(done_at__isnull=True).exists()
    assert not queries.list_missed().exists()


def test_who_is_back_has_his_hand_over_called_off(known, wecom):
    gone = wecom.members.pop(0)
    apply(dry_run())
    assert queries.list_missed().count() == 1
    wecom.members.append(gone)
    run = dry_run()
    assert [kind for kind, _name, _why in rows(run)] == ["return"]
    apply(run)
    assert not queries.list_missed().exists()
    assert not InboxItem.objects.filter(source_kind="missed", done_at__isnull=True).exists()


def test_dingtalk_notes_both_ids_so_that_log_in_by_the_second_still_works(cast, dingtalk):
    actions.put_accounts(person=cast.people["manager"], accounts={"dingtalk": "u-dd-manager"}, by=None)
    dry_run("dingtalk")
    place(cast, "dingtalk")
    assert apply(dry_run("dingtalk")).state == "applied"
    row = DirectoryAccount.objects.get(person=cast.people["manager"])
    assert (row.account, row.union) == ("dd-manager", "u-dd-manager")
    assert queries.find_user_by_account("dingtalk", ("u-dd-manager",), clock.today()) == cast.users["manager"]
    assert rows(dry_run("dingtalk")) == []


def test_many_leavers_are_refused_until_somebody_says_why(known, wecom):
    del wecom.members[:4]
    run = dry_run()
    with pytest.raises(RuleBroken) as refusal:
        actions.start_applying(run_id=run.pk, by=None)
    assert refusal.value.code == "many_leavers"
    assert refusal.value.params == {"leavers": 4, "known": 5}
    run = apply(run, override="甲县整体移交")
    assert (run.state, run.override) == ("applied", "甲县整体移交")
    assert queries.list_missed().count() == 4


@pytest.mark.parametrize("what", ["person", "posting", "department", "setting"])
def test_changed_ground_refuses_with_the_reason(known, wecom, what):
    wecom.members[0] |= {"mobile": "13812345678", "department": [3], "main_department": 3}
    run = dry_run()
    person = known.people["manager"]
    if what == "person":
        actions.change_person(person=person, phone="13800000001", by=None)
    elif what == "posting":
        actions.end_posting(posting=Posting.objects.get(person=person), on=clock.today(), reason="", by=None)
    elif what == "department":
        row = queries.list_departments("wecom").get(department="3")
        actions.place_department(row=row, treatment="unit", unit=get_unit(known.units["west"].pk), by=None)
    else:
        actions.put_directory_setup(directory="wecom", fields=["name"], by=None)
    before = (Person.objects.get(pk=person.pk).phone, Posting.objects.filter(person=person).count())
    run = apply(run)
    assert run.state == "outdated"
    assert run.trouble["params"]["name"] == person.name
    assert (Person.objects.get(pk=person.pk).phone, Posting.objects.filter(person=person).count()) == before


def test_a_dry_run_of_yesterday_is_not_applied(known, wecom, monkeypatch):
    wecom.members[0]["mobile"] = "13812345678"
    run = dry_run()
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    with pytest.raises(RuleBroken) as refusal:
        actions.start_applying(run_id=run.pk, by=None)
    assert refusal.value.code == "run_outdated"


def test_one_row_that_is_refused_leaves_everything_as_it_was(known, wecom, monkeypatch):
    wecom.members[0]["mobile"] = "13812345678"
    wecom.members[2] |= {"department": [2], "main_department": 2}
    run = dry_run()
    assert [kind for kind, *_rest in rows(run)] == ["move", "change"]
    from qiao.org.actions.directory import applying

    def refuse(**_):
        raise RuleBroken("no", code="no")

    monkeypatch.setattr(applying, "change_person", refuse)
    run = apply(run)
    assert run.state == "ready"
    assert known.people["manager"].name in run.job.error
    assert Posting.objects.filter(person=known.people["neighbour"]).count() == 1


class Stopping(InlineJob):
    """A worker that is stopped at the second row."""

    def progress(self, done, total=None, message=""):
        if done == 2:
            raise Cancelled


def test_stopped_half_way_nothing_is_applied_and_again_it_is_applied_once(known, wecom):
    wecom.members[0]["mobile"] = "13812345678"
    wecom.members[2] |= {"department": [2], "main_department": 2}
    run = actions.start_applying(run_id=dry_run().pk, by=None)
    with pytest.raises(Cancelled):
        actions.apply_run(run.pk, by=None, job=Stopping())
    assert Posting.objects.filter(person=known.people["neighbour"]).count() == 1
    actions.apply_run(run.pk, by=None, job=InlineJob())  # as after a killed worker: the job runs again
    actions.apply_run(run.pk, by=None, job=InlineJob())
    assert Posting.objects.filter(person=known.people["neighbour"]).count() == 2
    assert DirectoryRun.objects.get(pk=run.pk).state == "applied"


def test_a_job_stopped_before_it_began_leaves_nothing_stuck(known, wecom):
    wecom.members[0]["mobile"] = "13812345678"
    reading = actions.start_directory_run(directory="wecom", by=None)
    jobs.cancel(job_id=reading.job_id, by=None)
    reading.refresh_from_db()
    assert reading.standing == "failed"
    run = actions.start_applying(run_id=dry_run().pk, by=None)
    jobs.cancel(job_id=run.job_id, by=None)
    run.refresh_from_db()
    assert run.standing == "ready"
    assert apply(run).state == "applied"


def test_a_directory_that_breaks_off_compares_nothing(known, wecom):
    wecom.broken["/cgi-bin/user/list"] = {"errcode": 60011, "errmsg": "no privilege"}
    run = dry_run()
    assert run.state == "failed"
    assert "60011" in run.trouble["params"]["said"]
    assert rows(run) == []
    assert queries.list_departments("wecom").count() == 4


def test_two_runs_at_once_are_refused_and_a_newer_one_replaces_the_older(known, wecom):
    first = actions.start_directory_run(directory="wecom", by=None)
    with pytest.raises(RuleBroken):
        actions.start_directory_run(directory="wecom", by=None)
    run_inline(first.job_id)
    dry_run()
    first.refresh_from_db()
    assert (first.state, first.picture) == ("outdated", None)


def test_secrets_stand_in_no_row_of_job_run_or_page(cast, wecom, log_in):
    from .standins import SECRET

    wecom.broken["/cgi-bin/user/list"] = b"nonsense"
    run = dry_run()
    client = log_in("administrator")
    for url in (reverse("org:directory", args=["wecom"]), reverse("org:directory_run", args=[run.pk])):
        text = client.get(url).content.decode()
        assert SECRET not in text
        assert "access_token" not in text
    assert SECRET not in str(Job.objects.get(pk=run.job_id).__dict__) + str(run.__dict__)


# Nights


def night(day=None):
    actions.queue_nights(day or clock.today())
    for job in Job.objects.filter(state="waiting").order_by("pk"):
        run_inline(job.pk)
    for job in Job.objects.filter(state="waiting").order_by("pk"):
        run_inline(job.pk)
    return DirectoryRun.objects.filter(night__isnull=False).order_by("-night").first()


def told(kind="directory"):
    return InboxItem.objects.filter(source_kind=kind).order_by("pk")


def test_nights_are_off_until_the_settings_say_so(known):
    assert night() is None


def test_a_night_applies_and_tells_nobody(known, wecom):
    actions.put_directory_setup(directory="wecom", nightly="apply", by=None)
    wecom.members[0]["mobile"] = "13812345678"
    run = night()
    assert (run.state, run.outcome) == ("applied", "done")
    assert Person.objects.get(pk=known.people["manager"].pk).phone == "13812345678"
    assert not told().exists()
    actions.queue_nights(clock.today())  # another process sees the same day
    assert DirectoryRun.objects.filter(night__isnull=False).count() == 1


def test_the_same_trouble_is_told_once_and_settled_when_it_is_over(known, wecom):
    actions.put_directory_setup(directory="wecom", nightly="apply", by=None)
    today = clock.today()
    wecom.broken["/cgi-bin/user/list"] = {"errcode": 60011, "errmsg": "no privilege"}
    for days in range(3):
        night(today + timedelta(days=days))
    assert told().count() == 1  # who keeps directories in the cast: the administrator
    assert told()[0].person == known.people["administrator"]
    wecom.broken.clear()
    night(today + timedelta(days=3))
    assert not told().filter(done_at__isnull=True).exists()
    wecom.broken["/cgi-bin/user/list"] = {"errcode": 60011, "errmsg": "no privilege"}
    night(today + timedelta(days=4))
    assert told().count() == 2


def test_a_night_does_not_let_many_leave_nor_link_by_what_members_change_themselves(known, wecom):
    actions.put_directory_setup(directory="wecom", nightly="apply", by=None)
    kept = list(wecom.members)
    del wecom.members[:4]
    assert night().outcome.startswith("many:")
    assert not queries.list_missed().exists()
    wecom.members[:] = [*kept, wecom_member("wx-hr", known.people["hr"].name, 1, mobile="13877776666")]
    Person.objects.filter(pk=known.people["hr"].pk).update(phone="13877776666")
    assert night(clock.today() + timedelta(days=1)).outcome.startswith("waits:")
    assert not DirectoryAccount.objects.filter(person=known.people["hr"]).exists()


def test_a_member_of_dingtalk_is_read_with_what_it_tells(cast, dingtalk):
    dingtalk.members.append(ding_member("dd-x", "无号", 2))
    run = dry_run("dingtalk")
    place(cast, "dingtalk")
    run = dry_run("dingtalk")
    assert ("conflict", "无号", "no_number") in rows(run)
