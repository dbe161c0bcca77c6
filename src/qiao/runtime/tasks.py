"""The queue's entry point; found by the queue when the app is ready."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from .editing import tasks as _editing  # noqa: F401 - registers its jobs
from .jobs import queue
from .jobs.actions import TASK
from .listing import export_job as _export_job  # noqa: F401 - registers its job


@app.task(name=TASK)
def run_job(job_id: int) -> None:
    """Run one job by its number."""
    close_old_connections()
    try:
        queue.run_job(job_id)
    finally:
        close_old_connections()
