"""Pages of one's own exports: what was taken, what is being written, the file for as long as it is kept."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat

from qiao.kernel.errors import NotFound
from qiao.runtime import clock, figures
from qiao.runtime.jobs.views import panel_of
from qiao.runtime.requests import Request

from . import actions, queries

SHOWN = 50


def exports(request: Request) -> HttpResponse:
    """One's newest exports."""
    rows = queries.list_own(request.viewer).order_by("-at")[:SHOWN]
    return render(request, "runtime/exports.html", {"exports": [_told(row) for row in rows]})


def export(request: Request, pk: int) -> HttpResponse:
    """One export: how far its job is, then the file."""
    row = queries.get_own(request.viewer, pk)
    job = panel_of(row.job) if row.job and row.state != "ready" else None
    return render(request, "runtime/export.html", {**_told(row), "export": row, "job": job})


def _told(row: Any) -> dict[str, Any]:
    there = row.state == "ready" and row.expires_at is not None and row.expires_at > clock.now()
    return {"row": row, "is_there": there, "size": filesizeformat(row.size) if row.size else ""}


def fetch(request: Request, pk: int) -> FileResponse:
    """The file, for its owner, until its time is over."""
    row = queries.get_own(request.viewer, pk)
    path = actions.file_of(row)
    if not _told(row)["is_there"] or not path.is_file():
        raise NotFound
    actions.note_fetched(row)
    name = f"{row.title} {figures.day(row.at.date())}.{row.kind}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
