"""What work adds elsewhere."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from qiao.kernel.errors import N_
from qiao.runtime import figures
from qiao.runtime.contributions import (
    ActivitySource,
    ChannelSettings,
    ClockKind,
    Door,
    EventKind,
    HandOver,
    HomeCard,
    Hook,
    NavItem,
    NextActivity,
    PrintSource,
    QuickAction,
    RecordFact,
    RecordKind,
    RecordPart,
    RecordTab,
    RecordUse,
    Right,
    SearchHit,
    SearchSource,
    Sheet,
    list_registered,
    register,
)
from qiao.runtime.i18n import say

from . import access, actions, queries
from .core import words

EVERYBODY = frozenset({"manager", "supervisor", "executive", "hr", "back_office", "auditor", "administrator"})


def _find(rows: Any, pk: int) -> str | None:
    found = rows.filter(pk=pk).first()
    return found.title if found else None


def _task_label(viewer: Any, pk: int) -> str | None:
    return _find(access.visible_tasks(viewer), pk)


def _can_change_task(viewer: Any, pk: int) -> bool:
    row = access.visible_tasks(viewer).filter(pk=pk).first()
    return row is not None and access.can_work_on(viewer, row)


def _task_sheets(viewer: Any, pk: int) -> list[Sheet]:
    task = access.get_task(viewer, pk)
    pairs = [
        (say(N_("What is to be done")), task.text or task.title),
        (say(N_("State")), say(words.TASK_STATES[task.state])),
        (say(N_("Owner")), task.owner.name),
        (say(N_("Due")), figures.instant(task.due_at) if task.due_at else figures.MISSING),
        (say(N_("Outcome")), task.outcome or figures.MISSING),
    ]
    return [Sheet(say(N_("Task")), pairs)]


def _notice_sheets(viewer: Any, pk: int) -> list[Sheet]:
    notice = access.get_notice(viewer, pk)
    pairs = [(say(N_("Published at")), figures.instant(notice.published_at)), (say(N_("Text")), notice.text)]
    return [Sheet(say(N_("Notice")), pairs)]


def _approval_label(viewer: Any, pk: int) -> str | None:
    return _find(access.visible_approvals(viewer), pk)


def _notice_label(viewer: Any, pk: int) -> str | None:
    return _find(access.visible_notices(viewer), pk)


def _next_tasks(viewer: Any, kind: str, ids: Sequence[int]) -> dict[int, NextActivity]:
    found = queries.next_tasks_of(access.visible_tasks(viewer), kind, ids)
    return {
        pk: NextActivity(row.due_at, row.title, reverse("work:task", args=[row.pk]))
        for pk, row in found.items()
        if row.due_at is not None
    }


def _clocks_of_tasks(viewer: Any, kind: str, ids: Sequence[int]) -> dict[int, tuple[int, str, str]]:
    """A task's own clock; of other records the tasks themselves are next."""
    if kind != "task":
        return {}
    rows = access.visible_tasks(viewer).filter(pk__in=list(ids), state="open")
    return {row.pk: (row.pk, row.title, reverse("work:task", args=[row.pk])) for row in rows}


def _next_clocks(viewer: Any, kind: str, ids: Sequence[int]) -> dict[int, NextActivity]:
    """The running clock of each record that is due first, of every kind that says what it is about."""
    found: dict[int, NextActivity] = {}
    for one in list_registered(ClockKind):
        about = one.about(viewer, kind, ids) if one.about else {}
        dues = queries.running_dues(one.code, about) if about else {}
        for subject, due_at in dues.items():
            pk, title, url = about[subject]
            if pk not in found or due_at < found[pk].at:
                found[pk] = NextActivity(due_at, title, url)
    return found


def _plan_task(kind: str, pk: int) -> str:
    return f"{reverse('work:new_task')}?of={kind}:{pk}"


def _find_tasks(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    rows = (
        access.visible_tasks(viewer)
        .filter(title__icontains=text, state="open")
        .order_by("due_at", "id")[:limit]
    )
    return [SearchHit(row.title, reverse("work:task", args=[row.pk]), row.owner.name) for row in rows]


def _find_notices(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    rows = (
        access.visible_notices(viewer).filter(title__icontains=text).order_by("-published_at", "-id")[:limit]
    )
    return [
        SearchHit(row.title, reverse("work:notice", args=[row.pk]), figures.day(row.published_at))
        for row in rows
    ]


def _unread(viewer: Any) -> int:
    return queries.count_unread(viewer.person_id) if viewer.person_id else 0


register(
    Door("ask_access", "work:ask_access"),
    Door("channels", "work:channels"),
    actions.ACCESS,
    ChannelSettings("work.channels", queries.settings_of_channel),
    Right("work.view", N_("See tasks of one's units")),
    Right("work.give", N_("Give tasks to others")),
    Right("work.announce", N_("Publish notices")),
    Right("work.channels", N_("Set up channels and webhooks"), scoped=False),
    EventKind("task.given", N_("A task was given")),
    EventKind("task.ended", N_("A task ended")),
    EventKind("approval.asked", N_("An approval was asked for")),
    EventKind("approval.ended", N_("An approval ended")),
    EventKind("notice.published", N_("A notice was published")),
    NavItem("notices", N_("Notices"), "work:notices", "speakerphone", "", 8),
    NavItem(
        "channels", N_("Channels"), "work:channels", "device-mobile", "work.channels", 920, group=N_("System")
    ),
    NavItem("webhooks", N_("Webhooks"), "work:webhooks", "webhook", "work.channels", 930, group=N_("System")),
    RecordPart("customer", "tasks", N_("Open tasks"), "work:customer_open_tasks", "", 30),
    RecordKind("notice", N_("Notice"), "work:notice", _notice_label, icon="speakerphone"),
    RecordTab("customer", "tasks", N_("Tasks"), "work:customer_tasks", "", 70),
    RecordTab("notice", "readers", N_("Who has acknowledged"), "work:notice_readers", "", 10),
    NavItem("inbox", N_("Inbox"), "work:inbox", "inbox", "", 5, count=_unread),
    NavItem("tasks", N_("Tasks"), "work:tasks", "checkbox", "", 6),
    NavItem("approvals", N_("Approvals"), "work:approvals", "checks", "", 7),
    HomeCard("inbox", N_("What waits for you"), "work:inbox_card", "", 5, EVERYBODY, width=6),
    RecordKind(
        "task",
        N_("Task"),
        "work:task",
        _task_label,
        icon="checkbox",
        followers_of=queries.list_task_parties,
        can_change=_can_change_task,
    ),
    RecordKind("approval", N_("Approval"), "work:approval", _approval_label, icon="checks"),
    PrintSource("task", "file", "", 10, _task_sheets),
    PrintSource("notice", "file", "", 10, _notice_sheets),
    Hook("on_told", "work.inbox", actions.tell_log_ins),
    Hook("on_untold", "work.inbox", actions.forget_telling),
    SearchSource("tasks", N_("Tasks"), "", 60, _find_tasks),
    SearchSource("notices", N_("Notices"), "", 70, _find_notices),
    QuickAction("new_task", N_("New task"), "work:new_task", "", 20),
    QuickAction("new_notice", N_("New notice"), "work:new_notice", "work.announce", 25),
    actions.CUSTOMERS,
    ActivitySource("work.tasks", 10, _next_tasks, _plan_task),
    ActivitySource("work.clocks", 20, _next_clocks),
    RecordFact("customer", "task", N_("Task done"), queries.last_done_about_customers),
    RecordUse(
        "",
        "work",
        N_("There are tasks about it by now."),
        lambda kind, pks, since: queries.list_task_sources(kind, pks),
    ),
    HandOver("work", 50, queries.count_in_hand, actions.hand_over_work, actions.take_work_back),
    ClockKind(
        actions.TASK_CLOCK,
        N_("Task"),
        actions.warn_of_tasks,
        pauses=(
            ("customer", N_("Waiting for the customer")),
            ("elsewhere", N_("Waiting for another department")),
            ("agreed", N_("Put off by agreement")),
        ),
        about=_clocks_of_tasks,
    ),
)
