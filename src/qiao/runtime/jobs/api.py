"""Jobs in the API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

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


@router.get("/{job_id}", response=JobOut, summary="State and progress of a job")
def job(request: HttpRequest, job_id: int) -> Any:
    return queries.get_job(request.viewer, job_id)  # type: ignore[attr-defined]


@router.post("/{job_id}/cancel", response=JobOut, summary="Ask a job to stop")
def cancel(request: HttpRequest, job_id: int) -> Any:
    queries.get_job(request.viewer, job_id)  # type: ignore[attr-defined]
    return actions.cancel(job_id=job_id, by=request.user)
