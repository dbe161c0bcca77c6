"""Reads of jobs."""

from typing import Any

from django.db.models import QuerySet

from qiao.kernel.errors import NotFound

from .models import Job


def list_jobs(viewer: Any) -> QuerySet[Job]:
    """Jobs a person may see: his own, or all with the right ``jobs.view``."""
    jobs = Job.objects.select_related("by")
    return jobs if viewer.can("jobs.view") else jobs.filter(by_id=viewer.user_id)


def get_job(viewer: Any, job_id: int) -> Job:
    """One job in scope.

    Raises:
        NotFound: There is none, or it is somebody else's.
    """
    job = list_jobs(viewer).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job


def find_newest(viewer: Any, name: str) -> Job | None:
    """The newest job of a name a person may see; None when there is none."""
    return list_jobs(viewer).filter(name=name).order_by("-created_at").first()
