"""Writes about saved analyses: keep, share, forget, and have one sent at fixed times."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from qiao.kernel.errors import N_, NotAllowed, NotFound, RuleBroken
from qiao.ledger import access, queries
from qiao.ledger.addresses import read_exactly
from qiao.ledger.core.mailing import EVERY, next_mail
from qiao.ledger.models import AnalysisMail, SavedAnalysis
from qiao.ledger.writing import summarise
from qiao.org.queries import find_person_of, get_calendar
from qiao.runtime import clock
from qiao.runtime.contributions import Spoken, get_directory
from qiao.runtime.i18n import say_error
from qiao.runtime.jobs.actions import enqueue
from qiao.work import actions as work
from qiao.work.core.inbox import NOTICE, Line

MAIL, MAIL_CLOCK = "ledger.mail", "ledger.analysis_mail"
MOST = 200
log = structlog.get_logger("qiao.analysis")


@transaction.atomic
def save_analysis(*, viewer: Any, name: str, query: str, shared: bool, by: Any) -> SavedAnalysis:
    """Keep a question under a name; the same name of the same person is written over.

    Raises:
        RuleBroken: It names what is not known, or there are too many.
        NotAllowed: Sharing without the right.
    """
    viewer.check(access.VIEW)
    if shared:
        viewer.check(access.SHARE)
    if not name.strip():
        raise RuleBroken(N_("Give it a name."), code="no_name", field="name")
    asked = read_exactly(query)
    mine = SavedAnalysis.objects.select_for_update().filter(owner=by)
    if mine.count() >= MOST:
        raise RuleBroken(
            N_("%(most)s saved analyses are enough; remove one first."), code="too_many", most=MOST
        )
    values = {"query": asked.query(), "shared": shared, "saved_at": clock.now()}
    row, _made = SavedAnalysis.objects.update_or_create(owner=by, name=name.strip()[:80], defaults=values)
    return row


@transaction.atomic
def remove_analysis(*, saved: SavedAnalysis, by: Any) -> None:
    """Forget a saved analysis; nobody gets it by mail any more."""
    for mail in saved.mails.all():
        work.stop_clock(kind=MAIL_CLOCK, subject_id=mail.pk)
    saved.delete()


@transaction.atomic
def subscribe(*, saved: SavedAnalysis, every: str, at: time, by: Any) -> AnalysisMail:
    """Have a saved analysis sent to oneself at fixed times, with what one may see then.

    Raises:
        RuleBroken: The rhythm is not known, or nobody ever works by the calendar.
    """
    if every not in dict(EVERY):
        raise RuleBroken(N_("Choose how often."), code="every", field="every")
    mail, _made = AnalysisMail.objects.update_or_create(
        analysis=saved, user=by, defaults={"every": every, "at": at, "made_at": clock.now()}
    )
    work.stop_clock(kind=MAIL_CLOCK, subject_id=mail.pk)
    if every != "close" and not _wind_up(mail):
        raise RuleBroken(N_("The working calendar has no working day."), code="no_working_day", field="every")
    return mail


@transaction.atomic
def unsubscribe(*, saved: SavedAnalysis, by: Any) -> None:
    """Have a saved analysis sent no more."""
    for mail in saved.mails.filter(user=by):
        work.stop_clock(kind=MAIL_CLOCK, subject_id=mail.pk)
        mail.delete()


def _wind_up(mail: AnalysisMail) -> bool:
    """Start the clock of the next mail."""
    now = timezone.localtime(clock.now())
    moment = next_mail(now.replace(tzinfo=None), mail.every, mail.at, get_calendar().works_on)
    if moment is None:
        return False
    minutes = -(-int((timezone.make_aware(moment) - now).total_seconds()) // 60)
    work.start_clock(
        kind=MAIL_CLOCK, subject_id=mail.pk, minutes=max(minutes, 1), counts="round", person_id=None
    )
    return True


def send_due_mails(spoken: Sequence[Spoken]) -> None:
    """Clocks of mails have come: queue the mails and wind the clocks up again, in the transaction that notes it."""
    due: dict[int, datetime] = {one.subject_id: one.due_at for one in spoken}
    mails = queries.list_mails(list(due))
    for number in due:
        work.stop_clock(kind=MAIL_CLOCK, subject_id=number)
    for mail in mails:
        _wind_up(mail)
        when = timezone.localtime(due[mail.pk]).date().isoformat()
        enqueue(MAIL, by=None, args={"mail_id": mail.pk, "occasion": when})


def send_after_close(*, run_id: int) -> None:
    """Queue the mails that wait for a close."""
    for mail in queries.list_mails_after_close():
        enqueue(MAIL, by=None, args={"mail_id": mail.pk, "occasion": f"run{run_id}"})


def send_mail(*, mail_id: int, occasion: str) -> int:
    """Tell a person his analysis, computed with his own reach; an occasion is told once however often this runs.

    Returns:
        Lines told: 1, or 0 when it was told before or he may not see figures any more.
    """
    found = queries.list_mails([mail_id])
    if not found:
        return 0
    mail = found[0]
    person = find_person_of(mail.user_id)
    try:
        viewer = get_directory().viewer_of(mail.user_id)
        saved = access.get_saved(viewer, mail.analysis_id)
    except (NotAllowed, NotFound):
        return 0
    if person is None:
        return 0
    with translation.override(mail.user.language or settings.LANGUAGE_CODE):
        text = _text_of(viewer, saved)
    line = Line(
        NOTICE, f"analysis:{mail.pk}:{occasion}", N_("%(name)s: %(text)s"), {"name": saved.name, "text": text},
        f"{reverse('ledger:analysis')}?{saved.query}&saved={saved.pk}"[:300], "analysis", saved.pk,
    )  # fmt: skip
    return work.tell(people=[person.pk], line=line)


def _text_of(viewer: Any, saved: SavedAnalysis) -> str:
    try:
        asked = read_exactly(saved.query)
        return summarise(queries.answer(asked, access.analysis_reach(viewer, asked)))
    except RuleBroken as refusal:
        return say_error(refusal)
