"""Who signs an approval, and who in whose place: added, replaced, reminded, delegated to; comments."""

from datetime import date
from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.org.queries import in_service
from qiao.runtime import clock

from ..core import route as core
from ..core.inbox import Line
from ..models import Approval, ApprovalStage, Delegation, Sign, TrailEntry
from .approvals import (
    SOURCE,
    call_signers,
    go_on,
    kind_of,
    line_of,
    list_seats,
    list_waiting,
    lock,
    lock_of_author,
    lock_open,
    note_step,
)
from .inbox import settle, tell


@transaction.atomic
def add_signer(*, approval_id: int, person_id: int, signer_id: int, comment: str, by: Any) -> Sign:
    """A signer asks one more person in the present stage. In a stage any one may sign, both must sign from then on.

    Raises:
        RuleBroken: He is not asked himself, the other is the author, left, or is asked already.
    """
    row = lock_open(approval_id)
    list_seats(row, person_id)
    if signer_id == row.author_id:
        raise RuleBroken(N_("The author cannot sign."), code="own_approval", field="signer")
    if not in_service([signer_id], clock.today()):
        raise RuleBroken(N_("This person is not in service."), code="signer_left", field="signer")
    stage = ApprovalStage.objects.get(approval=row, number=row.stage)
    if Sign.objects.filter(stage=stage, signer_id=signer_id).exists():
        raise RuleBroken(N_("This person is asked already."), code="signer_known", field="signer")
    sign = Sign.objects.create(stage=stage, approval=row, signer_id=signer_id, added_by_id=person_id)
    note_step(row, person_id, "signer_added", comment.strip())
    line = line_of(row, f"{row.stage}.added.{signer_id}", N_("Please approve: %(title)s"))
    tell(people=[signer_id], line=line)
    return sign


@transaction.atomic
def replace_signer(*, approval_id: int, old_id: int, new_id: int, by: Any) -> None:
    """Another person is asked instead: when a signer leaves.

    Raises:
        RuleBroken: The new one is the author or not in service, or the old one is not asked.
    """
    row = lock(approval_id)
    if new_id == row.author_id:
        raise RuleBroken(N_("The author cannot sign."), code="own_approval", field="signer")
    if not in_service([new_id], clock.today()):
        raise RuleBroken(N_("This person is not in service."), code="signer_left", field="signer")
    signs = Sign.objects.select_for_update().filter(approval=row, signer_id=old_id, verdict=core.WAITING)
    found = list(signs)
    if not found:
        raise RuleBroken(N_("This person is not asked here."), code="not_asked", field="old")
    for sign in found:
        if Sign.objects.filter(stage_id=sign.stage_id, signer_id=new_id).exists():
            sign.verdict = core.SKIPPED
        else:
            sign.signer_id = new_id
        sign.save()
    note_step(row, new_id, "signer_replaced", instead_of=old_id)
    settle(source_kind=SOURCE, source_id=row.pk, people=[old_id])
    if row.state == Approval.State.OPEN:
        go_on(row, by)
        if row.state == Approval.State.OPEN:
            tell(
                people=[new_id],
                line=line_of(row, f"{row.stage}.instead.{new_id}", N_("Please approve: %(title)s")),
            )


@transaction.atomic
def remind(*, approval_id: int, person_id: int, by: Any) -> int:
    """The author reminds those who have not decided; once a day each.

    Returns:
        How many were reminded.
    """
    row = lock_of_author(approval_id, person_id)
    if row.state != Approval.State.OPEN:
        raise RuleBroken(N_("This approval is not open any more."), code="approval_over")
    today = clock.start_of_day(clock.today())
    rows = [
        s for s in list_waiting(row).select_for_update() if s.reminded_at is None or s.reminded_at < today
    ]
    if not rows:
        raise RuleBroken(N_("Everybody was reminded today already."), code="reminded")
    tell(
        people=[sign.signer_id for sign in rows],
        line=line_of(row, f"reminded.{clock.today()}", N_("Reminder, please approve: %(title)s")),
    )
    for sign in rows:
        sign.reminded_at = clock.now()
        sign.save(update_fields=["reminded_at"])
    note_step(row, person_id, "reminded")
    return len(rows)


@transaction.atomic
def comment(*, approval_id: int, person_id: int, text: str, by: Any) -> None:
    """Say something without deciding; the caller checked that the person may read the approval.

    Raises:
        RuleBroken: Nothing is said.
    """
    if not text.strip():
        raise RuleBroken(N_("Write a comment."), code="comment_missing", field="comment")
    row = lock(approval_id)
    note_step(row, person_id, "commented", text.strip())
    last = TrailEntry.objects.filter(approval=row).latest("id")
    people = {
        row.author_id,
        *Sign.objects.filter(approval=row, stage__number=row.stage).values_list("signer_id", flat=True),
    }
    line = line_of(row, f"comment.{last.pk}", N_("Comment on %(title)s"))
    tell(people=people - {person_id}, line=Line("mention", line.event, line.title, line.params, line.url))


@transaction.atomic
def delegate(
    *, person_id: int, delegate_id: int, starts_on: date, ends_before: date, kind: str, reason: str, by: Any
) -> Delegation:
    """Let another person decide approvals in one's place between two days.

    Raises:
        RuleBroken: To oneself, to somebody who left, or over days that run backwards.
    """
    if delegate_id == person_id:
        raise RuleBroken(N_("Choose another person."), code="own_delegate", field="delegate")
    if ends_before <= starts_on:
        raise RuleBroken(
            N_("The delegation must end after it begins."), code="delegation_days", field="ends_before"
        )
    if not in_service([delegate_id], clock.today()):
        raise RuleBroken(N_("This person is not in service."), code="delegate_left", field="delegate")
    if kind:
        kind_of(kind)
    row = Delegation.objects.create(
        person_id=person_id,
        delegate_id=delegate_id,
        starts_on=starts_on,
        ends_before=ends_before,
        kind=kind,
        reason=reason,
    )
    for approval in Approval.objects.filter(
        pk__in=Sign.objects.filter(signer_id=person_id, verdict=core.WAITING).values("approval_id"),
        state="open",
    ):
        if list_waiting(approval).filter(signer_id=person_id).exists():
            call_signers(approval)
    return row


@transaction.atomic
def end_delegation(*, delegation_id: int, person_id: int, by: Any) -> None:
    """Take a delegation back from today on.

    Raises:
        NotFound: It is not his.
    """
    row = Delegation.objects.select_for_update().filter(pk=delegation_id, person_id=person_id).first()
    if row is None:
        raise NotFound
    today = clock.today()
    if row.starts_on >= today:
        row.delete()
    elif row.ends_before > today:
        row.ends_before = today
        row.save(update_fields=["ends_before"])
