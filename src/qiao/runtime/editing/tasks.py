"""Changes of many rows, as jobs."""

from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_
from qiao.runtime.jobs import JobHandle, Outcome, register

from . import actions


@register("lists.change", N_("Change a list"))
def change(job: JobHandle, *, change_id: int) -> Outcome:
    """Write an ordered change: everything or nothing."""
    try:
        row = actions.apply_change(change_id, job)
    except Exception:
        actions.mark_failed(change_id)
        raise
    url = reverse("lists:change", args=[change_id])
    return Outcome(_("%(rows)s rows changed.") % {"rows": row.changed}, url)


@register("lists.undo", N_("Take a change of a list back"))
def undo(job: JobHandle, *, change_id: int) -> Outcome:
    """Take a change back."""
    try:
        row = actions.undo_change(change_id, job)
    except Exception:
        actions.give_back(change_id)
        raise
    url = reverse("lists:change", args=[change_id])
    return Outcome(_("%(rows)s rows taken back.") % {"rows": row.changed - row.kept_count}, url)
