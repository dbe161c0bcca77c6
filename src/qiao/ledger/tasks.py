"""Jobs of the ledger: each parses, calls one action, reports progress."""

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_
from qiao.ledger import actions
from qiao.runtime.jobs import JobHandle, Outcome, register


@register("ledger.check", N_("Check a file of facts"))
def check(job: JobHandle, *, batch_id: int) -> Outcome:
    """The dry run of an import."""
    actions.check_batch(batch_id=batch_id, progress=job.progress)
    return Outcome(_("The dry run is done."), reverse("ledger:batch", args=[batch_id]))


@register("ledger.close", N_("Close a month"))
def close(job: JobHandle, *, run_id: int) -> Outcome:
    """The steps of a close that are not done yet."""
    by = get_user_model().objects.filter(pk=job.by_id or 0).first()
    run = actions.resume_close(run_id=run_id, by=by, progress=job.progress)
    return Outcome(_("%(month)s is closed.") % {"month": run.month}, reverse("ledger:run", args=[run.pk]))


@register("ledger.prepare", N_("Prepare free analysis"))
def prepare(job: JobHandle) -> Outcome:
    """What analysis reads of closes made before there was analysis."""
    count = actions.prepare_closes(progress=job.progress)
    return Outcome(_("%(count)s closes are prepared.") % {"count": count}, reverse("ledger:analysis"))


@register("ledger.mail", N_("Send an analysis"))
def mail(job: JobHandle, *, mail_id: int, occasion: str) -> Outcome:
    """One analysis for one person."""
    actions.send_mail(mail_id=mail_id, occasion=occasion)
    return Outcome()
