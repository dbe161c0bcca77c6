"""Pages of imports: upload, dry run, error file, commit, template."""

from itertools import islice
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import BadInput, NotFound, RuleBroken
from qiao.runtime.i18n import say, say_error
from qiao.runtime.jobs.views import panel_of
from qiao.runtime.requests import Request

from . import actions, queries, templates
from .fields import match_headings
from .kinds import ImportKind, fields_of, get_kind, keys_of
from .options import EMPTY, MODES, check_columns, read_options, suggest


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
        step = "imports:run" if _fits(found, run, request.viewer) else "imports:columns"
        return HttpResponseRedirect(reverse(step, args=[kind, run.pk]))
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
            for f in fields_of(found, request.viewer)
        ],
        "runs": queries.list_runs(request.viewer, kind),
    }
    return render(request, "runtime/import_upload.html", context, status=422 if form.errors else 200)


def _fits(kind: ImportKind, run: Any, viewer: Any) -> bool:
    """Whether every heading is known by its name; a file that cannot be read is told by its dry run."""
    try:
        match_headings(actions.headers_of(run), fields_of(kind, viewer), say)
    except BadInput as error:
        return not any(problem.code == "unknown_column" for problem in error.problems)
    return True


@require_http_methods(["GET", "POST"])
def columns(request: Request, kind: str, pk: int) -> HttpResponse:
    """Which heading is which column, by which key rows are matched, what is written; then the dry run anew."""
    found = _allowed(request, kind)
    row = queries.get_run(request.viewer, pk)
    if row.kind != kind or row.state in ("written", "writing", "undoing", "undone"):
        raise NotFound
    try:
        table = actions.headers_of(row)
    except BadInput:
        return HttpResponseRedirect(reverse("imports:run", args=[kind, pk]))
    fields = fields_of(found, request.viewer)
    refusal = ""
    if request.method == "POST":
        chosen = {heading: request.POST.get(f"column-{n}", "") for n, heading in enumerate(table.headers)}
        given = {name: request.POST.get(name, "") for name in ("key", "mode", "empty")}
        try:
            options = read_options(found, {"columns": chosen, **given}, request.viewer)
            check_columns(options, fields)
            actions.check_again(run_id=pk, options=options, by=request.user)
        except RuleBroken as error:
            refusal = say_error(error)
        else:
            return HttpResponseRedirect(reverse("imports:run", args=[kind, pk]))
    else:
        kept = read_options(found, row.options, request.viewer)
        chosen = {**suggest(table, fields, queries.remembered_columns(kind)), **kept.columns}
        given = {"key": kept.key, "mode": kept.mode, "empty": kept.empty}
    context = _columns_context(found, row, table, fields, chosen, request.viewer) | {
        "given": given,
        "refusal": refusal,
    }
    return render(request, "runtime/import_columns.html", context, status=422 if refusal else 200)


def _columns_context(
    kind: ImportKind, row: Any, table: Any, fields: Any, chosen: Any, viewer: Any
) -> dict[str, Any]:
    samples = [record.cells for record in islice(table.rows(), 3)]
    names = {f.code: say(f.label) for f in fields}
    return {
        "kind": kind,
        "title": say(kind.label),
        "run": row,
        "headings": [
            {
                "name": f"column-{n}",
                "heading": heading,
                "samples": [cells[n] for cells in samples if n < len(cells) and cells[n]],
                "options": [(f.code, names[f.code], f.code == chosen.get(heading)) for f in fields],
                "chosen": bool(chosen.get(heading)),
            }
            for n, heading in enumerate(table.headers)
        ],
        "required": [names[f.code] for f in fields if f.required],
        "keys": [
            (code, names[code])
            for code in (kind.key, *(key.code for key in keys_of(kind, viewer)))
            if code in names
        ],
        "modes": [(code, say(text)) for code, text in MODES.items()],
        "empties": [(code, say(text)) for code, text in EMPTY.items()] if kind.partial else [],
    }


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
        "may_choose": row.state in ("ready", "refused", "failed"),
        "unknown": any(p["code"] in ("unknown_column", "missing_column") for p in row.problems),
        "may_undo": row.state == "written" and kind.undo is not None and row.context is not None,
        "kept": [(name, say(reason)) for name, reason in row.kept[:50]],
        "more_kept": max(0, (row.kept_count or 0) - 50),
    }


@require_POST
def commit(request: Request, kind: str, pk: int) -> HttpResponse:
    """Write a checked import."""
    _allowed(request, kind)
    queries.get_run(request.viewer, pk)
    actions.start_commit(run_id=pk, by=request.user)
    return HttpResponseRedirect(reverse("imports:run", args=[kind, pk]))


@require_POST
def undo(request: Request, kind: str, pk: int) -> HttpResponse:
    """Take a whole import back."""
    _allowed(request, kind)
    row = queries.get_run(request.viewer, pk)
    if row.kind != kind:
        raise NotFound
    actions.start_undo(run_id=pk, by=request.user)
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
        templates.workbook(found, request.viewer),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{kind}.xlsx"'},
    )
