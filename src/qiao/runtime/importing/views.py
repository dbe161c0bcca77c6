"""Pages of imports: upload, dry run, error file, commit, template."""

from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from qiao.kernel.errors import NotFound
from qiao.runtime.i18n import say
from qiao.runtime.jobs.views import panel_of
from qiao.runtime.requests import Request

from . import actions, queries, templates
from .kinds import ImportKind, get_kind


class UploadForm(forms.Form):
    """The file to import."""

    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX; UTF-8 or GB18030."))


def _allowed(request: Request, kind_code: str) -> ImportKind:
    kind = get_kind(kind_code)
    request.viewer.check(kind.right)
    return kind


def upload(request: Request, kind: str) -> HttpResponse:
    """Choose a file; its dry run starts at once."""
    found = _allowed(request, kind)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = actions.receive_upload(kind=found, upload=form.cleaned_data["file"], by=request.user)
        return HttpResponseRedirect(reverse("imports:run", args=[kind, run.pk]))
    context = {
        "kind": found,
        "title": say(found.label),
        "form": form,
        "fields": [
            {
                "label": say(f.label),
                "code": f.code,
                "required": f.required,
                "example": f.example,
                "note": say(f.note) if f.note else "",
            }
            for f in found.fields
        ],
        "runs": queries.list_runs(request.viewer, kind),
    }
    return render(request, "runtime/import_upload.html", context, status=422 if form.errors else 200)


def run(request: Request, kind: str, pk: int) -> HttpResponse:
    """One import: progress, what the dry run found, the button that writes it."""
    found = _allowed(request, kind)
    row = queries.get_run(request.viewer, pk)
    if row.kind != kind:
        raise NotFound
    return render(request, "runtime/import_run.html", _run_context(found, row))


def _run_context(kind: ImportKind, row: Any) -> dict[str, Any]:
    problems = [(p["place"], say(p["message"], p["params"])) for p in row.problems if not p.get("warning")]
    warnings = [(p["place"], say(p["message"], p["params"])) for p in row.problems if p.get("warning")]
    return {
        "kind": kind,
        "title": say(kind.label),
        "run": row,
        "job": panel_of(row.job) if row.job else None,
        "problems": problems[:50],
        "more": max(0, len(problems) - 50),
        "warnings": warnings[:50],
        "more_warnings": max(0, len(warnings) - 50),
        "has_error_file": actions.error_file_of(row).exists(),
        "list_url": reverse(kind.list_url),
    }


@require_POST
def commit(request: Request, kind: str, pk: int) -> HttpResponse:
    """Write a checked import."""
    _allowed(request, kind)
    queries.get_run(request.viewer, pk)
    actions.start_commit(run_id=pk, by=request.user)
    return HttpResponseRedirect(reverse("imports:run", args=[kind, pk]))


def errors(request: Request, kind: str, pk: int) -> FileResponse:
    """The refused rows with what is wrong, to correct and import again."""
    _allowed(request, kind)
    row = queries.get_run(request.viewer, pk)
    path = actions.error_file_of(row)
    if not path.exists():
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{kind}-{path.name}")


def template(request: Request, kind: str) -> HttpResponse:
    """An empty workbook with the right headings, notes and an example."""
    found = _allowed(request, kind)
    return HttpResponse(
        templates.workbook(found),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{kind}.xlsx"'},
    )
