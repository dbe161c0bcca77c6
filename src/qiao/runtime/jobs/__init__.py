"""Long work: enqueued by name in the caller's transaction, run by a worker, seen and cancelled by a person.

A context's ``tasks.py`` registers handlers::

    @register("ledger.import", N_("Import a file"))
    def import_file(job: JobHandle, *, batch_id: int) -> None:
        for done, total in ...:
            job.progress(done, total, _("reading"))

Handlers are idempotent: a worker that dies mid-way has its job started again by another.
"""

from .handlers import Cancelled, JobHandle, Outcome, label_of, register

__all__ = ["Cancelled", "JobHandle", "Outcome", "label_of", "register"]
