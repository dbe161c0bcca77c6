"""Writes of clocks: start, pause for a stated reason, go on, stop; and letting those speak that are due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from qiao.kernel.errors import N_, RuleBroken
from qiao.org.queries import get_calendar
from qiao.runtime import clock as time
from qiao.runtime.contributions import ClockKind, Spoken, find_registered

from ..core import clocks as core
from ..models import Clock, ClockPause, ClockSaid

log = structlog.get_logger("qiao.clocks")
BATCH = 500
AGAIN_AFTER = timedelta(minutes=5)


def _kind(code: str) -> ClockKind:
    kind = find_registered(ClockKind, code)
    if kind is None:
        raise KeyError(code)
    return kind


def _counting(counts: str) -> tuple[core.Add, core.Between]:
    """How this clock counts, on aware instants."""
    if counts == core.ROUND:
        return core.add_round, core.round_between
    calendar = get_calendar()

    def add(start: datetime, minutes: int) -> datetime:
        return timezone.make_aware(calendar.add(_local(start), minutes))

    def between(start: datetime, end: datetime) -> int:
        return calendar.minutes_between(_local(start), _local(end))

    return add, between


def _local(instant: datetime) -> datetime:
    return timezone.localtime(instant).replace(tzinfo=None)


@transaction.atomic
def start_clock(
    *, kind: str, subject_id: int, minutes: int, counts: str, person_id: int | None, warn_minutes: int = 0
) -> Clock:
    """Start the clock of a promise.

    Args:
        kind: A registered clock kind.
        subject_id: What was promised.
        minutes: Until it is due.
        counts: ``working`` or ``round`` the clock.
        person_id: Who keeps the promise and is told.
        warn_minutes: How long before the end it warns; 0 for no warning.

    Raises:
        RuleBroken: The subject's clock runs already, no time is given, or the calendar has no working hours.
        KeyError: Nobody registered the kind.
    """
    _kind(kind)
    if counts not in core.COUNTS:
        raise KeyError(counts)
    if Clock.objects.filter(kind=kind, subject_id=subject_id).exclude(state="stopped").exists():
        raise RuleBroken(N_("The clock of this record is running already."), code="clock_runs")
    now = time.now()
    times = core.set_times(now, minutes, warn_minutes, _counting(counts)[0])
    return Clock.objects.create(
        kind=kind, subject_id=subject_id, person_id=person_id, counts=counts, minutes=minutes,
        warn_minutes=warn_minutes, started_at=now, due_at=times.due_at, next_at=times.next_at,
    )  # fmt: skip


def _live(kind: str, subject_id: int) -> Clock:
    found = Clock.objects.select_for_update().filter(kind=kind, subject_id=subject_id)
    row = found.exclude(state="stopped").first()
    if row is None:
        raise RuleBroken(N_("No clock is running for this record."), code="clock_absent")
    return row


@transaction.atomic
def pause_clock(*, kind: str, subject_id: int, reason: str, by: Any, note: str = "") -> Clock:
    """Let a clock stand still, for one of the reasons its kind states.

    Raises:
        RuleBroken: The reason is not known, the clock stands already, or it is overdue.
    """
    row = _live(kind, subject_id)
    core.check_pause(reason, tuple(code for code, _ in _kind(kind).pauses))
    if row.state == "paused":
        raise RuleBroken(N_("The clock stands still already."), code="clock_paused")
    now = time.now()
    if row.due_at <= now:
        raise RuleBroken(
            N_("The promise is overdue; its clock cannot be paused any more."), code="clock_over"
        )
    row.left_minutes = core.minutes_left(now, row.due_at, _counting(row.counts)[1])
    row.state, row.paused_at, row.pause_reason, row.next_at = "paused", now, reason, None
    row.save()
    ClockPause.objects.create(clock=row, reason=reason, note=note, paused_at=now, by=by)
    return row


@transaction.atomic
def resume_clock(*, kind: str, subject_id: int, by: Any) -> Clock:
    """Let a clock go on with the minutes it had left.

    Raises:
        RuleBroken: It does not stand still.
    """
    row = _live(kind, subject_id)
    if row.state != "paused" or row.left_minutes is None:
        raise RuleBroken(N_("The clock does not stand still."), code="clock_not_paused")
    now = time.now()
    times = core.set_times(now, row.left_minutes, row.warn_minutes, _counting(row.counts)[0])
    row.state, row.due_at, row.next_at = "running", times.due_at, times.next_at
    row.paused_at, row.pause_reason, row.left_minutes = None, "", None
    row.save()
    ClockPause.objects.filter(clock=row, resumed_at__isnull=True).update(resumed_at=now)
    return row


@transaction.atomic
def stop_clock(*, kind: str, subject_id: int) -> Clock | None:
    """The promise is kept, or nobody waits for it any more. None when no clock was live."""
    row = (
        Clock.objects.select_for_update()
        .filter(kind=kind, subject_id=subject_id)
        .exclude(state="stopped")
        .first()
    )
    if row is None:
        return None
    if row.state == "paused":
        ClockPause.objects.filter(clock=row, resumed_at__isnull=True).update(resumed_at=time.now())
        row.paused_at, row.pause_reason, row.left_minutes = None, "", None
    row.state, row.stopped_at, row.next_at = "stopped", time.now(), None
    row.save()
    return row


def speak_due(limit: int = BATCH) -> int:
    """Let clocks speak whose time has come; call until it returns less than the limit.

    Each batch is one transaction that notes what was said and tells it: a killed worker's batch is undone whole
    and spoken by the next, so nothing is missed and nothing is said twice. Rows another worker holds are skipped.

    Returns:
        How many clocks were taken.
    """
    try:
        with transaction.atomic():
            return _speak(_take(limit))
    except Exception:
        log.exception("a batch of clocks could not speak; trying them one by one")
    taken = 0
    for _ in range(limit):
        count = _speak_one()
        if not count:
            break
        taken += count
    return taken


def _take(limit: int) -> list[Clock]:
    due = Clock.objects.select_for_update(skip_locked=True).filter(next_at__lte=time.now())
    return list(due.order_by("next_at")[:limit])


def _speak_one() -> int:
    with transaction.atomic():
        rows = _take(1)
        try:
            with transaction.atomic():
                return _speak(rows)
        except Exception as error:
            log.exception("a clock could not speak", clock=rows[0].pk)
            Clock.objects.filter(pk=rows[0].pk).update(
                next_at=time.now() + AGAIN_AFTER, trouble=f"{type(error).__name__}: {error}"[:500]
            )
            return 1


def _speak(rows: Sequence[Clock]) -> int:
    now = time.now()
    said: dict[str, list[Spoken]] = {}
    for row in rows:
        stage = core.stage_of(now, row.due_at)
        spoken = Spoken(row.pk, row.subject_id, row.person_id, stage, row.due_at)
        said.setdefault(row.kind, []).append(spoken)
        row.next_at = row.due_at if stage == core.WARN else None
        row.trouble = ""
    # A clock that was tried again has said nothing yet; one whose word is noted is not asked to repeat it.
    ClockSaid.objects.bulk_create(
        ClockSaid(clock_id=s.clock_id, stage=s.stage, due_at=s.due_at, at=now)
        for part in said.values()
        for s in part
    )
    Clock.objects.bulk_update(rows, ["next_at", "trouble"])
    for code, part in said.items():
        kind = find_registered(ClockKind, code)
        if kind is not None:
            kind.on_spoken(part)
    return len(rows)


def next_due() -> datetime | None:
    """When the next clock speaks; None when none runs."""
    return (
        Clock.objects.filter(next_at__isnull=False)
        .order_by("next_at")
        .values_list("next_at", flat=True)
        .first()
    )
