"""Writes of the inbox: tell, settle, read, snooze, done."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.org.directory import people_of
from qiao.runtime import clock

from ..core.inbox import MENTION, Line
from ..models import InboxItem
from .deliveries import plan_deliveries


def tell(*, people: Iterable[int], line: Line) -> int:
    """Put a line into people's inboxes; who heard of the event already is left in peace.

    Args:
        people: Person ids.
        line: What to tell.

    Returns:
        How many lines are new.
    """
    rows = [
        InboxItem(
            person_id=person, kind=line.kind, event=line.event, title=line.title, params=dict(line.params),
            url=line.url, source_kind=line.source_kind, source_id=line.source_id, due_at=line.due_at,
            created_at=clock.now(),
        )
        for person in sorted(set(people))
    ]  # fmt: skip
    with transaction.atomic():
        heard = InboxItem.objects.filter(event=line.event, person_id__in=[row.person_id for row in rows])
        before = set(heard.values_list("person_id", flat=True))
        fresh = [row for row in rows if row.person_id not in before]
        InboxItem.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2000)
        plan_deliveries(line.event, [row.person_id for row in fresh])
    return len(fresh)


def tell_log_ins(
    *,
    users: Iterable[int],
    event: str,
    title: str,
    params: Mapping[str, Any],
    url: str,
    source: tuple[str, int],
) -> int:
    """Tell the people behind log-ins that somebody turned to them. Returns how many lines are new."""
    line = Line(MENTION, event, title, params, url, *source)
    return tell(people=people_of(users), line=line)


def forget_telling(*, source: tuple[str, int]) -> None:
    """What people were told of is gone: they are not led to it any more."""
    kind, pk = source
    settle(source_kind=kind, source_id=pk)


def settle(*, source_kind: str, source_id: int, people: Iterable[int] | None = None) -> None:
    """The matter is over: its lines leave the inboxes, of these people or of all."""
    lines = InboxItem.objects.filter(source_kind=source_kind, source_id=source_id, done_at__isnull=True)
    if people is not None:
        lines = lines.filter(person_id__in=list(people))
    lines.update(done_at=clock.now())


def _own(item_id: int, person_id: int) -> InboxItem:
    item = InboxItem.objects.select_for_update().filter(pk=item_id, person_id=person_id).first()
    if item is None:
        raise NotFound
    return item


@transaction.atomic
def read(*, item_id: int, person_id: int) -> InboxItem:
    """Note that a person has seen a line of his.

    Raises:
        NotFound: It is not his.
    """
    item = _own(item_id, person_id)
    if item.read_at is None:
        item.read_at = clock.now()
        item.save(update_fields=["read_at"])
    return item


@transaction.atomic
def snooze(*, item_id: int, person_id: int, until: datetime) -> InboxItem:
    """Hide a line until later.

    Raises:
        NotFound: It is not his.
        RuleBroken: The time has passed, or the line is done.
    """
    item = _own(item_id, person_id)
    if item.done_at is not None:
        raise RuleBroken(N_("This line is done already."), code="line_done")
    if until <= clock.now():
        raise RuleBroken(N_("Choose a later time."), code="snooze_past", field="until")
    item.snoozed_until = until
    item.save(update_fields=["snoozed_until"])
    return item


@transaction.atomic
def done(*, item_ids: Iterable[int], person_id: int) -> int:
    """Put lines away. Tasks and approvals stay until they are done themselves.

    Returns:
        How many were put away.
    """
    lines = InboxItem.objects.filter(pk__in=list(item_ids), person_id=person_id, done_at__isnull=True)
    return lines.exclude(kind__in=(InboxItem.Kind.TASK, InboxItem.Kind.APPROVAL)).update(done_at=clock.now())
