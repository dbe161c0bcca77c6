"""Tasks, clocks, signatures and delegations of a person who leaves go to others, and come back (4.4)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from qiao.kernel.errors import N_, RuleBroken
from qiao.org.queries import people_names
from qiao.runtime import clock
from qiao.runtime.i18n import say

from .. import queries
from ..core import route
from ..core.inbox import APPROVAL, Line
from ..models import Approval, Clock, Delegation, Sign, Task, TrailEntry
from .approvals import SOURCE
from .inbox import settle, tell
from .signers import replace_signer
from .tasks import TASK_CLOCK, drop_task, give_task, hand_on_task


@transaction.atomic
def hand_over_work(
    *, person_id: int, on: date, successor_id: int, signer_id: int, parts: Mapping[str, int],
    checklist: Sequence[Sequence[Any]], by: Any, **_: Any,
) -> dict[str, Any]:  # fmt: skip
    """Give all that waits for a person to others, at once; who takes over gets the check-list as a task.

    Args:
        person_id: Who leaves.
        on: First day away; delegations from and to him end then.
        successor_id: Who takes over tasks and clocks.
        signer_id: Who signs in his place.
        parts: Others who take something over; each gets the task too.
        checklist: Label and count of what he had in hand.
        by: The log-in.

    Raises:
        RuleBroken: Who is to sign is the author of a request.
    """
    tasks = list(Task.objects.filter(owner_id=person_id, state=Task.State.OPEN).order_by("pk").values_list("pk", flat=True))  # fmt: skip
    for pk in tasks:
        hand_on_task(task_id=pk, owner_id=successor_id, by=by)
    clocks = queries.live_clocks(person_id).exclude(kind=TASK_CLOCK).select_for_update()
    moved = {
        "tasks": tasks,
        "clocks": [row.pk for row in clocks],
        "successor": successor_id,
        "signer": signer_id,
    }
    clocks.update(person_id=successor_id)
    moved["signs"] = _replace_signer(person_id, signer_id, by)
    moved["delegations"] = _end_delegations(person_id, on)
    takers = sorted({successor_id, *parts.values()})
    moved["given"] = [_give_list(person_id, taker, on, checklist, by) for taker in takers]
    return moved


def _replace_signer(person_id: int, signer_id: int, by: Any) -> list[list[Any]]:
    """Ask the signer instead. Returns per seat: its id, the approval, and the stage it was in."""
    rows = queries.waiting_signs(person_id).order_by("approval_id", "pk")
    seats = list(
        rows.values_list("pk", "approval_id", "approval__stage", "approval__title", "approval__author_id")
    )
    for _pk, _approval, _stage, title, author in seats:
        if author == signer_id:
            raise RuleBroken(
                N_("“%(title)s” waits for his approval and was asked for by who is to sign; choose another signer."),
                code="own_approval", field="signer", title=title,
            )  # fmt: skip
    for approval in dict.fromkeys(seat[1] for seat in seats):
        replace_signer(approval_id=approval, old_id=person_id, new_id=signer_id, by=by)
    return [list(seat[:3]) for seat in seats]


def _end_delegations(person_id: int, on: date) -> list[dict[str, Any]]:
    kept = []
    for row in queries.live_delegations(person_id, on).select_for_update():
        kept.append({
            "id": row.pk, "person_id": row.person_id, "delegate_id": row.delegate_id, "kind": row.kind,
            "starts_on": row.starts_on.isoformat(), "ends_before": row.ends_before.isoformat(), "reason": row.reason,
        })  # fmt: skip
        if row.starts_on >= on:
            row.delete()
        else:
            row.ends_before = on
            row.save(update_fields=["ends_before"])
    return kept


def _give_list(person_id: int, taker: int, on: date, checklist: Sequence[Sequence[Any]], by: Any) -> int:
    name = people_names([person_id])[person_id]
    due = clock.start_of_day(on)
    task = give_task(
        title=say(N_("Take over from %(name)s"), {"name": name}), owner_id=taker, by=by,
        text="\n".join(f"{label}: {number}" for label, number in checklist), source=("person", person_id),
        due_at=due if due > clock.now() else None,
    )  # fmt: skip
    return task.pk


@transaction.atomic
def take_work_back(*, moved: Mapping[str, Any], person_id: int, on: date, by: Any, **_: Any) -> None:
    """What a departure handed over stands with the person again.

    Raises:
        RuleBroken: A task ended or went on, a clock stopped, an approval was decided since.
    """
    for pk in moved["given"]:
        _check_task(pk, None)
        drop_task(task_id=pk, reason=say(N_("The departure was taken back.")), by=by)
    for pk in moved["tasks"]:
        _check_task(pk, moved["successor"])
        hand_on_task(task_id=pk, owner_id=person_id, by=by)
    clocks = queries.live_clocks(moved["successor"]).filter(pk__in=moved["clocks"]).select_for_update()
    if len(clocks) != len(moved["clocks"]):
        raise _changed(say(N_("a clock")))
    Clock.objects.filter(pk__in=moved["clocks"]).update(person_id=person_id)
    for pk, approval, stage in moved["signs"]:
        _restore_sign(pk, approval, stage, person_id, moved["signer"])
    for kept in moved["delegations"]:
        _restore_delegation(kept, on)


def _check_task(pk: int, owner: int | None) -> None:
    task = Task.objects.select_for_update().get(pk=pk)
    if task.state != Task.State.OPEN or (owner is not None and task.owner_id != owner):
        raise _changed(task.title)


def _restore_sign(pk: int, approval_id: int, stage: int, person_id: int, signer_id: int) -> None:
    row = Approval.objects.select_for_update().get(pk=approval_id)
    sign = Sign.objects.select_for_update().get(pk=pk)
    replaced = sign.signer_id == signer_id and sign.verdict == route.WAITING
    skipped = sign.signer_id == person_id and sign.verdict == route.SKIPPED
    under_way = row.state in (Approval.State.OPEN, Approval.State.RETURNED) and row.stage == stage
    if not under_way or not (replaced or skipped):
        raise _changed(row.title)
    sign.signer_id, sign.verdict = person_id, route.WAITING
    sign.save(update_fields=["signer", "verdict"])
    note = TrailEntry.objects.create(
        approval=row, at=clock.now(), person_id=person_id, instead_of_id=signer_id, step="signer_replaced", stage=row.stage
    )  # fmt: skip
    still = Sign.objects.filter(approval=row, stage__number=row.stage, verdict=route.WAITING)
    waiting = set(still.values_list("signer_id", flat=True))
    if signer_id not in waiting:
        settle(source_kind=SOURCE, source_id=row.pk, people=[signer_id])
    if row.state == Approval.State.OPEN and person_id in waiting:
        url, event = reverse("work:approval", args=[row.pk]), f"approval:{row.pk}:{row.stage}.back.{note.pk}"
        line = Line(
            APPROVAL, event, N_("Please approve: %(title)s"), {"title": row.title}, url, SOURCE, row.pk
        )
        tell(people=[person_id], line=line)


def _restore_delegation(kept: Mapping[str, Any], on: date) -> None:
    values = {key: value for key, value in kept.items() if key != "id"}
    values |= {key: date.fromisoformat(kept[key]) for key in ("starts_on", "ends_before")}
    if values["starts_on"] >= on:
        Delegation.objects.create(**values)
    elif not Delegation.objects.filter(pk=kept["id"], ends_before=on).update(
        ends_before=values["ends_before"]
    ):
        raise _changed(say(N_("a delegation")))


def _changed(what: str) -> RuleBroken:
    return RuleBroken(
        N_("This cannot be taken back any more: %(what)s changed since."), code="changed_since", what=what
    )
