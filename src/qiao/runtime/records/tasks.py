"""Jobs of what hangs on records."""

import contextlib
from datetime import date

from django.utils.translation import ngettext

from qiao.kernel.errors import N_, RuleBroken

from ..jobs import JobHandle, Outcome, register
from ..jobs.actions import enqueue
from . import actions, store

CLEAR_FILES = "records.clear_files"


@register(CLEAR_FILES, N_("Clear up files nothing shows any more"))
def clear_files(job: JobHandle) -> Outcome:
    """Contents of removed attachments and leavings of broken uploads."""
    count = actions.clear_files(check=job.check_cancelled)
    return Outcome(ngettext("%(count)s file deleted.", "%(count)s files deleted.", count) % {"count": count})


def queue_clearing(on: date) -> None:
    """Once a day where there are files, by whichever process sees the day first; another's is not waited for."""
    if not store.holds_anything_old():
        return
    with contextlib.suppress(RuleBroken):
        enqueue(CLEAR_FILES, by=None, args={}, key=f"{CLEAR_FILES}:{on}")
