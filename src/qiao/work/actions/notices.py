"""Notices that go down the units and are acknowledged. Source: requirement 10.11."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.org.queries import people_in_units
from qiao.runtime import clock
from qiao.runtime.contributions import call_hooks

from ..core.inbox import NOTICE, Line
from ..models import Notice, NoticeReader
from .hooks import emit
from .inbox import settle, tell


@transaction.atomic
def publish(
    *, title: str, text: str, kind: str, unit_id: int, unit_ids: frozenset[int], author_id: int,
    for_customers: bool, acknowledge_by: date | None, by: Any,
) -> Notice:  # fmt: skip
    """Announce something to everybody with a post in a unit or below, today.

    Args:
        title: One line.
        text: The notice.
        kind: Word of the enterprise, such as policy or price.
        unit_id: Where it goes down from.
        unit_ids: That unit and all below.
        author_id: Who announces.
        for_customers: Managers carry it on to the customers they serve.
        acknowledge_by: Last day to acknowledge.
        by: The log-in.

    Raises:
        RuleBroken: The day has passed, or nobody is there to read it.
    """
    if acknowledge_by is not None and acknowledge_by < clock.today():
        raise RuleBroken(N_("Choose a later day."), code="day_past", field="acknowledge_by")
    people = people_in_units(unit_ids, clock.today())
    if not people:
        raise RuleBroken(N_("Nobody has a post in this unit or below."), code="nobody", field="unit")
    row = Notice.objects.create(
        title=title, text=text, kind=kind, unit_id=unit_id, author_id=author_id, for_customers=for_customers,
        acknowledge_by=acknowledge_by, published_at=clock.now(),
    )  # fmt: skip
    NoticeReader.objects.bulk_create(
        (NoticeReader(notice=row, person_id=person, unit_id=unit) for person, unit in people.items()),
        batch_size=2000,
    )
    line = Line(
        NOTICE, f"notice:{row.pk}", N_("Notice: %(title)s"), {"title": title}, reverse("work:notice", args=[row.pk]),
        "notice", row.pk,
    )  # fmt: skip
    tell(people=people, line=line)
    emit("notice.published", {"id": row.pk, "title": title, "kind": kind, "unit_id": unit_id})
    call_hooks(
        "on_notice", notice_id=row.pk, person_ids=frozenset(people), for_customers=for_customers, by=by
    )
    return row


@transaction.atomic
def acknowledge(*, notice_id: int, person_id: int, by: Any) -> None:
    """A person has read a notice and will act by it; the first time counts.

    Raises:
        NotFound: It is not for him.
    """
    reader = NoticeReader.objects.select_for_update().filter(notice_id=notice_id, person_id=person_id).first()
    if reader is None:
        raise NotFound
    if reader.acknowledged_at is None:
        reader.acknowledged_at = clock.now()
        reader.save(update_fields=["acknowledged_at"])
    settle(source_kind="notice", source_id=notice_id, people=[person_id])


@transaction.atomic
def remind_of_notice(*, notice_id: int, by: Any) -> int:
    """Remind everybody who has not acknowledged; once a day.

    Returns:
        How many were reminded.
    """
    row = Notice.objects.select_for_update().get(pk=notice_id)
    open_readers = NoticeReader.objects.filter(notice=row, acknowledged_at__isnull=True)
    people = list(open_readers.values_list("person_id", flat=True))
    line = Line(
        NOTICE, f"notice:{row.pk}:reminded:{clock.today()}", N_("Please acknowledge: %(title)s"), {"title": row.title},
        reverse("work:notice", args=[row.pk]), "notice", row.pk,
    )  # fmt: skip
    return tell(people=people, line=line)
