"""Jobs in the API."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request

from . import actions, queries

router = Router()


class JobOut(Schema):
    """A job's state and progress."""

    id: int
    name: str
    state: str
    done: int
    total: int | None
    message: str
    error: str
    result_url: str
    created_at: datetime
    finished_at: datetime | None


class JobPage(Page):
    """A page of jobs."""

    items: list[JobOut]


@router.get("", response=JobPage, summary="Jobs in sight, oldest first: one's own, or all with the right")
def list_jobs(request: Request, cursor: str | None = None, limit: int = 50) -> Any:
    return cut_page(queries.list_jobs(request.viewer), order="id", cursor=cursor, limit=limit)


@router.get("/{int:job_id}", response=JobOut, summary="State and progress of a job")
def job(request: Request, job_id: int) -> Any:
    return queries.get_job(request.viewer, job_id)


@router.post("/{int:job_id}/cancel", response=JobOut, summary="Ask a job to stop")
def cancel(request: Request, job_id: int) -> Any:
    queries.get_job(request.viewer, job_id)
    return actions.cancel(job_id=job_id, by=request.user)
