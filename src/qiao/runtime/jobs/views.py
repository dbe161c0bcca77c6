"""Pages of jobs: the list, one job, its progress panel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qiao.runtime.i18n import say
from qiao.runtime.requests import Request

from . import actions, queries
from .handlers import label_of

LIVE = ("waiting", "running", "cancelling")
TONES = {"done": "good", "failed": "bad", "cancelled": "neutral"}


@dataclass(frozen=True, slots=True)
class JobPanel:
    """A job as the progress panel shows it."""

    id: int
    title: str
    state: str
    state_text: str
    tone: str
    is_live: bool
    done: int
    total: int | None
    message: str
    error: str
    panel_url: str
    cancel_url: str
    result_url: str
    created_at: datetime
    finished_at: datetime | None
    by: str


def panel_of(job: Any) -> JobPanel:
    """What is shown of a job row."""
    states = {
        "waiting": _("Waiting"),
        "running": _("Running"),
        "cancelling": _("Stopping"),
        "done": _("Done"),
        "failed": _("Failed"),
        "cancelled": _("Cancelled"),
    }
    return JobPanel(
        id=job.pk,
        title=say(label_of(job.name)),
        state=job.state,
        state_text=states[job.state],
        tone=TONES.get(job.state, "info"),
        is_live=job.state in LIVE,
        done=job.done,
        total=job.total,
        message=job.message,
        error=job.error,
        panel_url=reverse("jobs:panel", args=[job.pk]),
        cancel_url=reverse("jobs:cancel", args=[job.pk]),
        result_url=job.result_url,
        created_at=job.created_at,
        finished_at=job.finished_at,
        by=job.by.username if job.by else "",
    )


def jobs(request: Request) -> HttpResponse:
    """The newest jobs in sight."""
    rows = queries.list_jobs(request.viewer).order_by("-created_at")[:100]
    return render(request, "runtime/jobs.html", {"jobs": [panel_of(job) for job in rows]})


def job(request: Request, pk: int) -> HttpResponse:
    """One job with its progress."""
    found = queries.get_job(request.viewer, pk)
    return render(request, "runtime/job.html", {"job": panel_of(found)})


def panel(request: Request, pk: int) -> HttpResponse:
    """The progress panel alone; htmx asks for it until the job has ended."""
    found = queries.get_job(request.viewer, pk)
    return render(request, "ui/parts/progress.html", {"job": panel_of(found)})


@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """Ask a job to stop."""
    queries.get_job(request.viewer, pk)
    actions.cancel(job_id=pk, by=request.user)
    return panel(request, pk)
