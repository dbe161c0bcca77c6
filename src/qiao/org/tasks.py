"""Jobs that act for a person: they need to know who he is and how far he reaches."""

from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_, BadInput, RuleBroken
from qiao.runtime.importing import actions, queries
from qiao.runtime.jobs import JobHandle, Outcome, register

from . import access
from . import actions as org


def _viewer(user_id: int) -> access.Viewer:
    return access.viewer_of(get_user_model().objects.get(pk=user_id))


@register("imports.check", N_("Check a file to import"))
def check(job: JobHandle, *, run_id: int) -> Outcome:
    """The dry run of an import."""
    viewer = _viewer(job.by_id or 0)
    run = queries.get_run(viewer, run_id)
    try:
        actions.check(run, viewer, job)
    except Exception:
        actions.mark_failed(run_id)
        raise
    return Outcome(_("The dry run is done."))


@register("imports.commit", N_("Write an import"))
def commit(job: JobHandle, *, run_id: int) -> Outcome:
    """Write a checked import: everything or nothing."""
    try:
        run = actions.commit(run_id, _viewer(job.by_id or 0), job)
    except BadInput as error:
        actions.mark_failed(run_id, error.problems)
        raise
    except IntegrityError as error:
        actions.give_back(run_id)
        message = N_(
            "Somebody changed the same records at the same moment. Nothing was written; write it again."
        )
        raise RuleBroken(message, code="changed_meanwhile") from error
    except Exception:
        actions.give_back(run_id)
        raise
    return Outcome(_("%(rows)s rows written.") % {"rows": (run.created or 0) + (run.updated or 0)})


@register("imports.undo", N_("Take an import back"))
def undo(job: JobHandle, *, run_id: int) -> Outcome:
    """Take a whole import back, but for what was changed or used since."""
    try:
        run = actions.undo(run_id, job)
    except IntegrityError as error:
        actions.undo_failed(run_id)
        message = N_("Something else refers to these records by now. Nothing was taken back.")
        raise RuleBroken(message, code="in_use") from error
    except Exception:
        actions.undo_failed(run_id)
        raise
    return Outcome(_("Taken back; %(kept)s records were left alone.") % {"kept": run.kept_count or 0})


@register("org.directory_read", N_("Compare a directory with the register"))
def read_directory(job: JobHandle, *, run_id: int) -> Outcome:
    """The dry run of a directory; at night what follows from it."""
    try:
        run = org.read_for_run(run_id, job)
        org.go_on_at_night(run)
    except RuleBroken as error:
        org.note_run_failed(run_id, error)
        org.conclude_night(run_id)
        raise
    except Exception:
        org.note_run_failed(run_id)
        org.conclude_night(run_id)
        raise
    return Outcome(_("The dry run is done."), reverse("org:directory_run", args=[run_id]))


@register("org.directory_apply", N_("Apply what a directory says"))
def apply_directory(job: JobHandle, *, run_id: int) -> Outcome:
    """Apply a dry run: everything or nothing."""
    user = get_user_model().objects.filter(pk=job.by_id).first() if job.by_id else None
    try:
        org.apply_run(run_id, by=user, job=job)
    except IntegrityError as error:
        org.give_run_back(run_id)
        org.conclude_night(run_id)
        message = N_(
            "Somebody changed the same records at the same moment. Nothing was written; write it again."
        )
        raise RuleBroken(message, code="changed_meanwhile") from error
    except RuleBroken as error:
        org.give_run_back(run_id, error)
        org.conclude_night(run_id, error.message)
        raise
    except Exception:
        org.give_run_back(run_id)
        org.conclude_night(run_id)
        raise
    org.conclude_night(run_id)
    return Outcome(_("Applied."), reverse("org:directory_run", args=[run_id]))
