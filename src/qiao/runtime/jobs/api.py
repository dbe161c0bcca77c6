"""Jobs in the API."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

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


@router.get("/{int:job_id}", response=JobOut, summary="State and progress of a job")
def job(request: Request, job_id: int) -> Any:
    return queries.get_job(request.viewer, job_id)


@router.post("/{int:job_id}/cancel", response=JobOut, summary="Ask a job to stop")
def cancel(request: Request, job_id: int) -> Any:
    queries.get_job(request.viewer, job_id)
    return actions.cancel(job_id=job_id, by=request.user)
