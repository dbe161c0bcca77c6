"""Approvals on their way: asked, decided, returned, taken back.

Every decision locks the approval first, so two at once cannot both win.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from qiao.kernel.errors import N_, NotFound, QiaoError, RuleBroken
from qiao.org.queries import in_service
from qiao.runtime import clock
from qiao.runtime.contributions import ApprovalKind, find_registered

from .. import queries
from ..core import route as core
from ..core.inbox import APPROVAL, Line
from ..models import Approval, ApprovalStage, Sign, TrailEntry
from .hooks import emit
from .inbox import settle, tell

SOURCE = "approval"


def kind_of(code: str) -> ApprovalKind:
    kind = find_registered(ApprovalKind, code)
    if kind is None:
        raise KeyError(code)
    return kind


@transaction.atomic
def ask(
    *,
    kind: str,
    subject_id: int,
    title: str,
    author_id: int,
    route: Sequence[core.Stage],
    by: Any,
    text: str = "",
) -> Approval:
    """Ask for agreement along a route the caller read from policy.

    Args:
        kind: A registered approval kind.
        subject_id: What is to be approved.
        title: What people read in their inbox.
        author_id: Who asks; he never signs.
        route: Stages in order.
        by: The log-in that asks.
        text: More about it.

    Raises:
        RuleBroken: The route cannot be walked, or the record waits for approval already.
        KeyError: Nobody registered the kind.
    """
    kind_of(kind)
    signers = [person for stage in route for person in stage.signers]
    core.check_route(route, author_id, frozenset(in_service(signers, clock.today())))
    live = Approval.objects.filter(kind=kind, subject_id=subject_id, state__in=("open", "returned"))
    if live.exists():
        raise RuleBroken(N_("This record waits for approval already."), code="approval_open")
    row = Approval.objects.create(
        kind=kind,
        subject_id=subject_id,
        title=title[:200],
        text=text,
        author_id=author_id,
        asked_at=clock.now(),
    )
    for number, stage in enumerate(route, start=1):
        kept = ApprovalStage.objects.create(approval=row, number=number, name=stage.name, mode=stage.mode)
        Sign.objects.bulk_create(
            Sign(stage=kept, approval=row, signer_id=person) for person in dict.fromkeys(stage.signers)
        )
    note_step(row, author_id, "asked", text)
    call_signers(row)
    emit("approval.asked", _facts(row))
    return row


def _facts(row: Approval) -> dict[str, Any]:
    """What other systems are told of an approval."""
    return {
        "id": row.pk, "kind": row.kind, "subject_id": row.subject_id, "title": row.title, "author_id": row.author_id,
        "state": row.state,
    }  # fmt: skip


def note_step(
    row: Approval, person: int | None, step: str, comment: str = "", instead_of: int | None = None
) -> None:
    TrailEntry.objects.create(
        approval=row, at=clock.now(), person_id=person, instead_of_id=instead_of, step=step, stage=row.stage,
        comment=comment,
    )  # fmt: skip


def list_waiting(row: Approval) -> Any:
    return Sign.objects.filter(approval=row, stage__number=row.stage, verdict=core.WAITING)


def line_of(row: Approval, event: str, title: str) -> Line:
    return Line(
        APPROVAL, f"approval:{row.pk}:{event}", title, {"title": row.title}, reverse("work:approval", args=[row.pk]),
        SOURCE, row.pk,
    )  # fmt: skip


def call_signers(row: Approval) -> None:
    """Tell everyone who may decide now: signers, their delegates and substitutes, never the author."""
    signers = list(list_waiting(row).values_list("signer_id", flat=True))
    standing_in = queries.list_stand_ins(signers, row.kind, clock.today())
    people = {*signers, *standing_in} - {row.author_id}
    visit = TrailEntry.objects.filter(approval=row, step__in=("asked", "returned", "asked_again")).count()
    tell(people=people, line=line_of(row, f"{row.stage}.{visit}", N_("Please approve: %(title)s")))


def lock(approval_id: int) -> Approval:
    row = Approval.objects.select_for_update().filter(pk=approval_id).first()
    if row is None:
        raise NotFound
    return row


def lock_open(approval_id: int) -> Approval:
    row = lock(approval_id)
    if row.state != Approval.State.OPEN:
        raise RuleBroken(N_("This approval is not open any more."), code="approval_over")
    return row


@dataclass(frozen=True, slots=True)
class _Seat:
    sign: Sign
    ground: str


def list_seats(row: Approval, person: int) -> list[_Seat]:
    """The seats a person may decide in now.

    Raises:
        RuleBroken: He is the author, or not asked.
    """
    waiting = {sign.signer_id: sign for sign in list_waiting(row).select_for_update()}
    stands_for = queries.stands_for(person, row.kind, clock.today())
    signers = core.find_seats(person, list(waiting), stands_for, row.author_id)
    if not signers:
        if person == row.author_id:
            raise RuleBroken(N_("Nobody approves his own request."), code="own_approval")
        raise RuleBroken(N_("You are not asked in this stage, or have decided already."), code="not_asked")
    return [_Seat(waiting[s], "" if s == person else stands_for[s]) for s in signers]


@transaction.atomic
def decide(*, approval_id: int, person_id: int, agrees: bool, comment: str, by: Any) -> Approval:
    """Agree or refuse, in one's own place or that of somebody one stands in for.

    Args:
        approval_id: The approval.
        person_id: Who decides.
        agrees: Otherwise refuses; a refusal needs a comment.
        comment: Why.
        by: The log-in.

    Raises:
        NotFound: No such approval.
        RuleBroken: It is over, he is not asked, he is the author, or the refusal has no reason.
        BadInput: What is approved does not stand its checks.
    """
    if not agrees and not comment.strip():
        raise RuleBroken(N_("Say why you refuse."), code="comment_missing", field="comment")
    row = lock_open(approval_id)
    for seat in list_seats(row, person_id)[:1]:  # one decision fills one seat
        seat.sign.verdict = core.AGREED if agrees else core.REFUSED
        seat.sign.decided_by_id, seat.sign.decided_at = person_id, clock.now()
        seat.sign.ground, seat.sign.comment = seat.ground, comment.strip()
        seat.sign.save()
        instead_of = seat.sign.signer_id if seat.ground else None
        note_step(row, person_id, "agreed" if agrees else "refused", comment.strip(), instead_of)
    _settle_decided(row, person_id)
    go_on(row, by)
    return row


def _settle_decided(row: Approval, person: int) -> None:
    """The line leaves the inbox of who has nothing more to decide here."""
    waiting = list(list_waiting(row).values_list("signer_id", flat=True))
    stands_for = queries.stands_for(person, row.kind, clock.today())
    if not core.find_seats(person, waiting, stands_for, row.author_id):
        settle(source_kind=SOURCE, source_id=row.pk, people=[person])


def go_on(row: Approval, by: Any) -> None:
    """What follows when the present stage is decided."""
    stage = ApprovalStage.objects.get(approval=row, number=row.stage)
    signs = Sign.objects.filter(stage=stage).exclude(verdict=core.SKIPPED)
    verdict = core.decide_stage(stage.mode, list(signs.values_list("verdict", flat=True)))
    if verdict == core.WAITING:
        return
    list_waiting(row).update(verdict=core.SKIPPED)
    settle(source_kind=SOURCE, source_id=row.pk)
    if verdict == core.REFUSED:
        _finish(row, Approval.State.REFUSED, by)
    elif ApprovalStage.objects.filter(approval=row, number=row.stage + 1).exists():
        row.stage += 1
        row.save(update_fields=["stage"])
        call_signers(row)
    else:
        _finish(row, Approval.State.AGREED, by)


def _finish(row: Approval, state: str, by: Any) -> None:
    row.state, row.ended_at = state, clock.now()
    row.save(update_fields=["state", "ended_at"])
    emit("approval.ended", _facts(row))
    kind = kind_of(row.kind)
    if state == Approval.State.AGREED:
        kind.on_agreed(subject_id=row.subject_id, by=by)
    elif state == Approval.State.REFUSED and kind.on_refused is not None:
        kind.on_refused(subject_id=row.subject_id, by=by)
    if state != Approval.State.WITHDRAWN:
        title = N_("Approved: %(title)s") if state == Approval.State.AGREED else N_("Refused: %(title)s")
        told = line_of(row, state, title)
        tell(people=[row.author_id], line=Line("notice", told.event, title, told.params, told.url))


@transaction.atomic
def send_back(*, approval_id: int, person_id: int, to_stage: int, comment: str, by: Any) -> Approval:
    """Return the request to an earlier stage, or with 0 to its author, for a reason.

    Raises:
        RuleBroken: He is not asked now, no reason is given, or the stage does not lie before the present one.
    """
    if not comment.strip():
        raise RuleBroken(N_("Say why you return it."), code="comment_missing", field="comment")
    row = lock_open(approval_id)
    seat = list_seats(row, person_id)[0]
    if not 0 <= to_stage < row.stage:
        raise RuleBroken(N_("Choose an earlier stage."), code="stage_not_earlier", field="to_stage")
    note_step(row, person_id, "returned", comment.strip(), seat.sign.signer_id if seat.ground else None)
    settle(source_kind=SOURCE, source_id=row.pk)
    row.stage = max(to_stage, 1)
    _ask_anew(row)
    if to_stage == 0:
        row.state = Approval.State.RETURNED
        row.save(update_fields=["state", "stage"])
        visit = TrailEntry.objects.filter(approval=row, step="returned").count()
        tell(people=[row.author_id], line=line_of(row, f"returned.{visit}", N_("Returned to you: %(title)s")))
    else:
        row.save(update_fields=["stage"])
        call_signers(row)
    return row


def _ask_anew(row: Approval) -> None:
    """Signatures from the present stage on are asked for again; what was decided stands in the trail."""
    later = Sign.objects.filter(approval=row, stage__number__gte=row.stage)
    for sign in later.exclude(verdict=core.WAITING):
        sign.verdict, sign.decided_by, sign.decided_at, sign.ground, sign.comment = (
            core.WAITING,
            None,
            None,
            "",
            "",
        )
        sign.save()


def lock_of_author(approval_id: int, person_id: int) -> Approval:
    row = lock(approval_id)
    if row.author_id != person_id:
        raise RuleBroken(N_("Only who asked may do this."), code="not_author")
    return row


@transaction.atomic
def ask_again(*, approval_id: int, person_id: int, comment: str, by: Any) -> Approval:
    """The author hands a returned request in again; it starts at the first stage.

    Raises:
        RuleBroken: It was not returned to him.
    """
    row = lock_of_author(approval_id, person_id)
    if row.state != Approval.State.RETURNED:
        raise RuleBroken(N_("This approval was not returned."), code="not_returned")
    settle(source_kind=SOURCE, source_id=row.pk)
    row.state = Approval.State.OPEN
    row.save(update_fields=["state"])
    note_step(row, person_id, "asked_again", comment.strip())
    call_signers(row)
    return row


@transaction.atomic
def withdraw(*, approval_id: int, person_id: int, comment: str, by: Any) -> Approval:
    """The author takes his request back.

    Raises:
        RuleBroken: It is over.
    """
    row = lock_of_author(approval_id, person_id)
    if row.state not in (Approval.State.OPEN, Approval.State.RETURNED):
        raise RuleBroken(N_("This approval is not open any more."), code="approval_over")
    list_waiting(row).update(verdict=core.SKIPPED)
    settle(source_kind=SOURCE, source_id=row.pk)
    note_step(row, person_id, "withdrawn", comment.strip())
    _finish(row, Approval.State.WITHDRAWN, by)
    return row


def close_approval(*, kind: str, subject_id: int, by: Any) -> None:
    """What was to be approved is gone: its open approval ends as withdrawn."""
    row = Approval.objects.filter(kind=kind, subject_id=subject_id, state__in=("open", "returned")).first()
    if row is not None:
        withdraw(approval_id=row.pk, person_id=row.author_id, comment="", by=by)


def decide_many(
    *, approval_ids: Iterable[int], person_id: int, agrees: bool, comment: str, by: Any
) -> tuple[list[int], list[tuple[int, QiaoError]]]:
    """Decide several, each in a transaction of its own: one that is refused does not hold up the others.

    Returns:
        (decided, [(approval, why not)]).
    """
    decided, refused = [], []
    for pk in approval_ids:
        try:
            decide(approval_id=pk, person_id=person_id, agrees=agrees, comment=comment, by=by)
        except QiaoError as error:
            refused.append((pk, error))
        else:
            decided.append(pk)
    return decided, refused
