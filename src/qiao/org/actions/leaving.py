"""A person leaves: everything he has in hand goes to others in one step, which can be taken back (4.4)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import HandOver, call_hooks, list_registered
from qiao.runtime.i18n import say
from qiao.runtime.login.actions import switch_log_in
from qiao.runtime.spans import in_force

from .. import queries
from ..models import Departure, Person, Posting


@transaction.atomic
def leave(
    *, person: Person, on: date, successor: Person, reason: str, by: Any, signer: Person | None = None,
    parts: Mapping[str, Person] | None = None,
) -> Departure:  # fmt: skip
    """A person leaves: his posts end, what he has in hand goes to others, his log-in closes on the day.

    Posts and customers change on the day; tasks, clocks and signatures are handed over at once.

    Args:
        person: Who leaves.
        on: First day away.
        successor: Who takes over.
        reason: Why; stands at every change.
        by: The log-in.
        signer: Who signs in his place; the successor when None.
        parts: What goes to somebody else than the successor, by key of a registered hand-over.

    Raises:
        RuleBroken: He has left, the day or the successor does not suit, something cannot be handed over. Nothing
            is moved then.
    """
    row = Person.objects.select_for_update().get(pk=person.pk)
    signer = signer or successor
    takers = {p.pk: p for p in (successor, signer, *(parts or {}).values())}
    _check_leaving(row, on, reason, set(takers), successor.pk)
    unit_id = queries.main_units([row.pk], on).get(row.pk)
    checklist = [[label, number] for label, number in queries.list_in_hand(row.pk, on)]
    moved: dict[str, Any] = {"org": _end_posts(row, on, reason)}
    row.ends_before = on
    row.save(update_fields=["ends_before"])
    for item in list_registered(HandOver):
        moved[item.code] = item.move(
            checklist=checklist, person_id=row.pk, on=on, successor_id=successor.pk, signer_id=signer.pk, reason=reason, by=by,
            parts={key: taker.pk for key, taker in (parts or {}).items()},
        )  # fmt: skip
    call_hooks("on_untold", source=("missed", row.pk))  # a directory missed him; his hand-over is done
    if on <= clock.today() and row.user_id is not None:
        moved["org"]["log_in"] = switch_log_in(user_ids=[row.user_id], on=False)
    return Departure.objects.create(
        person=row, unit_id=unit_id, on=on, successor=successor, signer=signer, reason=reason, checklist=checklist,
        moved=moved, made_at=clock.now(), made_by=by,
    )  # fmt: skip


def _check_leaving(row: Person, on: date, reason: str, takers: set[int], successor: int) -> None:
    if not reason.strip():
        raise RuleBroken(N_("Say why he leaves."), code="reason_missing", field="reason")
    if row.ends_before is not None:
        raise RuleBroken(N_("This person leaves or has left already."), code="left_already", field="on")
    if on <= row.starts_on:
        raise RuleBroken(
            N_("The first day away must lie after the day he joined."), code="leave_day", field="on"
        )
    if row.pk in takers:
        raise RuleBroken(N_("Somebody else must take over."), code="own_successor", field="successor")
    # Tasks go over at once and customers on the day: who takes over is there on both.
    there = queries.in_service(takers, on) & queries.in_service(takers, clock.today())
    if takers - there:
        field = "successor" if successor not in there else "signer"
        raise RuleBroken(N_("Who takes over must be in service."), code="successor_left", field=field)
    if Posting.objects.filter(person=row, starts_on__gte=on).exists():
        raise RuleBroken(
            N_("A post of his begins on or after that day; end it first."), code="later_post", field="on"
        )


def _end_posts(row: Person, on: date, reason: str) -> dict[str, Any]:
    """End the posts in force and say when they would have ended."""
    ended = []
    for posting in Posting.objects.select_for_update().filter(in_force(on), person=row):
        ended.append([posting.pk, _text(posting.ends_before), posting.reason])
        posting.ends_before, posting.reason = on, reason
        posting.save(update_fields=["ends_before", "reason"])
    return {"postings": ended}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


@transaction.atomic
def undo_departure(*, departure_id: int, by: Any) -> Departure:
    """Take a departure back as one step: posts, customers, tasks and signatures stand as before.

    Raises:
        NotFound: There is none.
        RuleBroken: It was taken back already, or something it moved has changed since; nothing is moved then.
    """
    row = Departure.objects.select_for_update().filter(pk=departure_id).first()
    if row is None:
        raise NotFound
    if row.undone_at is not None:
        raise RuleBroken(N_("This departure was taken back already."), code="undone_already")
    person = Person.objects.select_for_update().get(pk=row.person_id)
    if person.ends_before != row.on:
        raise _changed(say(N_("the day he left")))
    person.ends_before = None
    person.save(update_fields=["ends_before"])
    _restore_posts(row)
    for item in reversed(list_registered(HandOver)):
        if item.code in row.moved:
            item.move_back(moved=row.moved[item.code], person_id=row.person_id, on=row.on, by=by)
    if person.user_id is not None and row.on <= clock.today():
        switch_log_in(user_ids=[person.user_id], on=True)
    row.undone_at, row.undone_by = clock.now(), by
    row.save(update_fields=["undone_at", "undone_by"])
    return row


def _restore_posts(row: Departure) -> None:
    kept = {p.pk: p for p in Posting.objects.select_for_update().filter(person_id=row.person_id)}
    if any(p.starts_on >= row.on for p in kept.values()):
        raise _changed(say(N_("his posts")))
    for pk, ends, reason in row.moved["org"]["postings"]:
        posting = kept.get(pk)
        if posting is None or posting.ends_before != row.on:
            raise _changed(say(N_("his posts")))
        posting.ends_before, posting.reason = (date.fromisoformat(ends) if ends else None), reason
        posting.save(update_fields=["ends_before", "reason"])


def _changed(what: str) -> RuleBroken:
    return RuleBroken(
        N_("This cannot be taken back any more: %(what)s changed since."), code="changed_since", what=what
    )


def close_log_ins(*, on: date) -> int:
    """New day: log-ins of people who have left by it are closed. Idempotent. Returns how many."""
    left = Person.objects.filter(ends_before__lte=on, user__is_active=True)
    return switch_log_in(user_ids=left.values_list("user_id", flat=True), on=False)
