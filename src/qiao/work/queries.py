"""Reads of tasks, clocks, approvals and the inbox."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from qiao.kernel.errors import N_
from qiao.org.queries import away_for, substitutes_of
from qiao.runtime import clock
from qiao.runtime.i18n import say
from qiao.runtime.listing.locking import locked
from qiao.runtime.spans import in_force

from .core.route import WAITING
from .models import (
    Address,
    Approval,
    ApprovalStage,
    ChannelInUse,
    Clock,
    Delegation,
    Delivery,
    HookDelivery,
    InboxItem,
    Notice,
    NoticeReader,
    Preference,
    QuietHours,
    Sign,
    Task,
    TrailEntry,
    Webhook,
)


def stands_for(person_id: int, kind: str, on: date) -> dict[int, str]:
    """People somebody may decide for on a day, with the ground: delegate or substitute."""
    given = Delegation.objects.filter(in_force(on), Q(kind="") | Q(kind=kind), delegate_id=person_id)
    found = dict.fromkeys(away_for(person_id, on), "substitute")
    found |= dict.fromkeys(given.values_list("person_id", flat=True), "delegate")
    return found


def list_stand_ins(person_ids: Iterable[int], kind: str, on: date) -> set[int]:
    """Delegates and substitutes who may decide for these people on a day."""
    people = list(person_ids)
    given = Delegation.objects.filter(in_force(on), Q(kind="") | Q(kind=kind), person_id__in=people)
    return {*substitutes_of(people, on).values(), *given.values_list("delegate_id", flat=True)}


def list_tasks() -> QuerySet[Task]:
    """All tasks, with the names a list shows."""
    return Task.objects.select_related("owner", "unit")


def find_task(tasks: QuerySet[Task], task_id: int) -> Task | None:
    """A task among those given."""
    return tasks.select_related("made_by", "ended_by").filter(pk=task_id).first()


def list_tasks_of(tasks: QuerySet[Task], kind: str, pk: int) -> QuerySet[Task]:
    """Tasks of a record among those given: open ones by due time, then those ended, newest first."""
    rows = tasks.filter(source_kind=kind, source_id=pk)
    return rows.order_by(F("ended_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "id")


def list_task_parties(task_id: int) -> list[int]:
    """Log-ins of a task's owner and of who gave it."""
    found = Task.objects.filter(pk=task_id).values_list("owner__user_id", "made_by_id").first()
    return [user for user in found or () if user is not None]


def find_clock(kind: str, subject_id: int) -> Clock | None:
    """The newest clock of a subject, with its pauses."""
    return (
        Clock.objects.filter(kind=kind, subject_id=subject_id)
        .prefetch_related("pauses")
        .order_by("-id")
        .first()
    )


def list_approvals() -> QuerySet[Approval]:
    """All approvals, with the author's name."""
    return Approval.objects.select_related("author")


def waiting_for(person_id: int, on: date) -> Q:
    """Approvals in which a person may decide today: his own seats and those of people he stands in for."""
    away = away_for(person_id, on)
    seats = Sign.objects.filter(
        approval=OuterRef("pk"), stage__number=OuterRef("stage"), verdict="waiting"
    ).filter(
        Q(signer_id=person_id)
        | Q(signer_id__in=away)
        | Exists(
            Delegation.objects.filter(
                in_force(on),
                Q(kind="") | Q(kind=OuterRef("approval__kind")),
                person=OuterRef("signer_id"),
                delegate_id=person_id,
            )
        )
    )
    return Q(Exists(seats), state="open") & ~Q(author_id=person_id)


def seen_by(person_id: int, on: date) -> Q:
    """Approvals a person takes part in: author, signer of any stage, or somebody who may decide now."""
    signed = Sign.objects.filter(approval=OuterRef("pk")).filter(
        Q(signer_id=person_id) | Q(decided_by_id=person_id)
    )
    return Q(author_id=person_id) | Q(Exists(signed)) | waiting_for(person_id, on)


def list_stages(approval_id: int) -> Sequence[ApprovalStage]:
    """The route of an approval with every signature."""
    stages = ApprovalStage.objects.filter(approval_id=approval_id).order_by("number")
    return list(stages.prefetch_related("signs__signer", "signs__decided_by"))


def list_trail(approval_id: int) -> Sequence[TrailEntry]:
    """The steps of an approval, oldest first."""
    return list(
        TrailEntry.objects.filter(approval_id=approval_id)
        .select_related("person", "instead_of")
        .order_by("id")
    )


def find_open_approval(kind: str, subject_id: int) -> Approval | None:
    """The approval a record waits for."""
    return Approval.objects.filter(kind=kind, subject_id=subject_id, state__in=("open", "returned")).first()


def is_asked(approval: Approval, person_id: int) -> bool:
    """Whether a person may decide an approval now."""
    return Approval.objects.filter(waiting_for(person_id, clock.today()), pk=approval.pk).exists()


def find_last_approval(kind: str, subject_id: int) -> Approval | None:
    """The newest approval of a record, open or over."""
    return Approval.objects.filter(kind=kind, subject_id=subject_id).order_by("-id").first()


def list_delegations(person_id: int, on: date) -> Sequence[Delegation]:
    """Delegations a person gave that have not ended."""
    rows = Delegation.objects.filter(person_id=person_id, ends_before__gt=on)
    return list(rows.select_related("delegate").order_by("starts_on"))


def list_inbox(person_id: int, *, done: bool = False, snoozed: bool = False) -> QuerySet[InboxItem]:
    """Lines of a person's inbox: open ones, those put off, or those done."""
    items = InboxItem.objects.filter(person_id=person_id, done_at__isnull=not done)
    if done:
        return items.order_by("-done_at", "-id")
    later = Q(snoozed_until__gt=clock.now())
    return (items.filter(later) if snoozed else items.exclude(later)).order_by("-created_at", "-id")


def count_inbox(person_id: int) -> dict[str, int]:
    """Open lines by kind, and how many of them are unread, in one query."""
    rows = (
        list_inbox(person_id)
        .order_by()
        .values_list("kind")
        .annotate(n=Count("id"), new=Count("id", filter=Q(read_at__isnull=True)))
    )
    counts = {kind: n for kind, n, _ in rows}
    return counts | {"all": sum(counts.values()), "unread": sum(new for _, _, new in rows)}


def count_unread(person_id: int) -> int:
    """Open lines nobody has looked at yet, counted to a hundred: every page tells it."""
    return list_inbox(person_id).filter(read_at__isnull=True).order_by()[:100].count()


def task_values(field: str, ids: Sequence[int]) -> dict[int, Any]:
    """One field of many tasks, as an edit in a list compares it."""
    return dict(locked(Task.objects.filter(pk__in=list(ids))).values_list("pk", field))


def next_tasks_of(tasks: QuerySet[Task], kind: str, ids: Sequence[int]) -> dict[int, Task]:
    """The open task of each record that is due first, among tasks in reach; those without a time are left out."""
    rows = tasks.filter(source_kind=kind, source_id__in=list(ids), state="open", due_at__isnull=False)
    first = rows.order_by("source_id", "due_at", "id").distinct("source_id")
    return {row.source_id: row for row in first if row.source_id is not None}


def running_dues(kind: str, subject_ids: Iterable[int]) -> dict[int, datetime]:
    """When the running clocks of a kind fall due, by subject; one that stands still promises no time."""
    rows = Clock.objects.filter(kind=kind, subject_id__in=list(subject_ids), state=Clock.State.RUNNING)
    return dict(rows.values_list("subject_id", "due_at"))


def list_task_sources(kind: str, ids: Sequence[int]) -> set[int]:
    """Which of these records there are tasks about."""
    rows = Task.objects.filter(source_kind=kind, source_id__in=list(ids))
    return {pk for pk in rows.values_list("source_id", flat=True) if pk is not None}


def with_urgency(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with ``urgency``: 2 overdue, 1 due within a day, 0 otherwise."""
    now: Any = clock.now()
    return tasks.annotate(
        urgency=Case(
            When(state="open", due_at__lte=now, then=Value(2)),
            default=Value(0),
            output_field=IntegerField(),
        ),
        owner_name=F("owner__name"),
    )


def list_channels() -> dict[str, ChannelInUse]:
    """Channels set up, by code."""
    return {row.code: row for row in ChannelInUse.objects.all()}


def settings_of_channel(code: str) -> Mapping[str, Any]:
    """What a channel is set up with, secrets included; empty where it never was."""
    row = ChannelInUse.objects.filter(code=code).first()
    return dict(row.settings) if row else {}


def list_deliveries() -> QuerySet[Delivery]:
    """What went over channels, for the log."""
    return Delivery.objects.select_related("item", "person")


def list_preferences(person_id: int) -> dict[str, str]:
    """How a person wants to be told, by channel."""
    return dict(Preference.objects.filter(person_id=person_id).values_list("channel", "mode"))


def find_quiet_hours(person_id: int) -> QuietHours | None:
    """A person's quiet hours and the time of his digest."""
    return QuietHours.objects.filter(person_id=person_id).first()


def list_addresses(person_id: int) -> Sequence[Address]:
    """Where a person is reached besides his phone and mailbox."""
    return list(Address.objects.filter(person_id=person_id).order_by("channel", "id"))


def list_webhooks() -> QuerySet[Webhook]:
    """Systems that are told, with the number of events that failed."""
    failed = Count("deliveries", filter=Q(deliveries__state="failed"))
    waiting = Count("deliveries", filter=Q(deliveries__state="waiting"))
    return Webhook.objects.annotate(failed=failed, waiting=waiting).order_by("name", "id")


def find_webhook(hook_id: int) -> Webhook | None:
    """One of them."""
    return Webhook.objects.filter(pk=hook_id).first()


def list_hook_deliveries(hook_id: int) -> QuerySet[HookDelivery]:
    """Events on their way to a system."""
    return HookDelivery.objects.filter(hook_id=hook_id)


def find_hook_delivery(hook_id: int, delivery_id: int) -> HookDelivery | None:
    """One of them."""
    return HookDelivery.objects.filter(hook_id=hook_id, pk=delivery_id).first()


def list_notices() -> QuerySet[Notice]:
    """All notices, with counts of readers."""
    return Notice.objects.select_related("unit", "author")


def with_reading(notices: QuerySet[Notice], person_id: int) -> QuerySet[Notice]:
    """Notices with ``to_acknowledge``: whether this person still has to."""
    mine = NoticeReader.objects.filter(
        notice=OuterRef("pk"), person_id=person_id, acknowledged_at__isnull=True
    )
    return notices.annotate(to_acknowledge=Exists(mine))


def notices_for(person_id: int) -> Q:
    """Notices a person is a reader or the author of."""
    return Q(author_id=person_id) | Q(
        Exists(NoticeReader.objects.filter(notice=OuterRef("pk"), person_id=person_id))
    )


def find_reader(notice_id: int, person_id: int) -> NoticeReader | None:
    """A person's copy of a notice."""
    return NoticeReader.objects.filter(notice_id=notice_id, person_id=person_id).first()


def count_readers(notice_id: int, unit_ids: Iterable[int] | None) -> list[tuple[int | None, int, int]]:
    """(unit, readers, acknowledged) of a notice within units, or in all."""
    rows = NoticeReader.objects.filter(notice_id=notice_id)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=list(unit_ids))
    counted = rows.order_by().values_list("unit_id").annotate(n=Count("id"), done=Count("acknowledged_at"))
    return list(counted)


def list_open_readers(notice_id: int, unit_ids: Iterable[int] | None, limit: int) -> Sequence[NoticeReader]:
    """Who has not acknowledged, within units, or in all."""
    rows = NoticeReader.objects.filter(notice_id=notice_id, acknowledged_at__isnull=True)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=list(unit_ids))
    return list(rows.select_related("person").order_by("unit_id", "person__pinyin")[:limit])


def live_clocks(person_id: int) -> QuerySet[Clock]:
    """Clocks that run or stand still for a person."""
    return Clock.objects.filter(person_id=person_id).exclude(state=Clock.State.STOPPED)


def waiting_signs(person_id: int) -> QuerySet[Sign]:
    """Seats of a person, not decided, in approvals under way."""
    states = (Approval.State.OPEN, Approval.State.RETURNED)
    return Sign.objects.filter(signer_id=person_id, verdict=WAITING, approval__state__in=states)


def live_delegations(person_id: int, on: date) -> QuerySet[Delegation]:
    """Delegations from or to a person that reach beyond a day."""
    rows = Delegation.objects.filter(ends_before__gt=on)
    return rows.filter(person_id=person_id) | rows.filter(delegate_id=person_id)


def count_in_hand(person_id: int, on: date) -> list[tuple[str, int]]:
    """What of work a person who leaves has in hand, for the check-list: one query."""
    asked = Approval.objects.filter(
        author_id=person_id, state__in=(Approval.State.OPEN, Approval.State.RETURNED)
    )
    lines: list[tuple[str, QuerySet[Any]]] = [
        (N_("Open tasks"), Task.objects.filter(owner_id=person_id, state=Task.State.OPEN)),
        (N_("Running clocks"), live_clocks(person_id)),
        (N_("Approvals that wait for him"), waiting_signs(person_id)),
        (N_("His own requests under way"), asked),
        (N_("Delegations from and to him"), live_delegations(person_id, on)),
    ]
    counts = [
        rows.order_by()
        .annotate(line=Value(i))
        .values("line")
        .annotate(n=Count("pk"))
        .values_list("line", "n")
        for i, (_label, rows) in enumerate(lines)
    ]
    found = dict(counts[0].union(*counts[1:], all=True))
    return [(say(label), found.get(i, 0)) for i, (label, _rows) in enumerate(lines)]


def last_done_about_customers(ids: Sequence[int]) -> dict[int, date]:
    """The day of the newest task done about each customer. Tasks that only warn of something, made with a key, do not count."""
    rows = Task.objects.filter(source_kind="customer", source_id__in=list(ids), state="done", key="")
    last = rows.values_list("source_id").annotate(last=Max("ended_at")).order_by()
    return {pk: timezone.localtime(at).date() for pk, at in last}
