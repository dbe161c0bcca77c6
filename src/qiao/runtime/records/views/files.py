"""Pages of attachments."""

from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qiao.kernel.errors import BadInput, NotFound, RuleBroken

from ...i18n import say_error
from ...pages import render_part, render_tab, wants_part
from ...requests import Request
from .. import access, actions, showing, store
from ..access import Record
from ..content import TYPES

PART = "runtime/records/files.html"
# What is delivered runs nothing and loads nothing, whatever a browser takes it for.
_LOCKED = "sandbox; default-src 'none'"


@require_http_methods(["GET", "POST"])
def files(request: Request, kind: str, pk: int) -> HttpResponse:
    """Tab: files hung on a record, and the field to add some."""
    if request.method == "POST":
        return _attach(request, access.get_record_to_write(request.viewer, kind, pk))
    record = access.get_record(request.viewer, kind, pk)
    text = request.GET.get("before", "")
    return _files_part(request, record, before=int(text) if text.isdecimal() and len(text) < 19 else None)


def _files_part(request: Request, record: Record, *, before: int | None = None) -> HttpResponse:
    context = showing.files_page(request.viewer, record, before)
    return render_tab(request, record.kind, record.pk, "files", PART, context)


def _attach(request: Request, record: Record) -> HttpResponse:
    uploads = [(upload.name or "", upload.chunks()) for upload in request.FILES.getlist("file")]
    try:
        actions.attach(record=record, uploads=uploads, by=request.user)
    except (BadInput, RuleBroken) as refusal:
        if not wants_part(request):
            raise
        problems = (
            [(str(p.place), say_error(p)) for p in refusal.problems]
            if isinstance(refusal, BadInput)
            else [("", say_error(refusal))]
        )
        context = {**showing.files_page(request.viewer, record), "problems": problems}
        return render_part(request, PART, context, status=422)
    return _again(request, record)


def _again(request: Request, record: Record) -> HttpResponse:
    if wants_part(request):
        return _files_part(request, record)
    return HttpResponseRedirect(f"{record.url}?tab=files")


@require_POST
def remove_file(request: Request, kind: str, pk: int, file_id: int) -> HttpResponse:
    """Take a file off a record."""
    attachment = access.get_attachment_to_remove(request.viewer, kind, pk, file_id)
    actions.remove_file(attachment=attachment, by=request.user)
    return _again(request, access.get_record(request.viewer, kind, pk))


@require_safe
def file(request: Request, kind: str, pk: int, file_id: int) -> HttpResponseBase:
    """The file itself, to be kept and never run."""
    return deliver(access.get_attachment(request.viewer, kind, pk, file_id))


@require_safe
def small(request: Request, kind: str, pk: int, file_id: int) -> HttpResponseBase:
    """The small picture of a picture."""
    attachment = access.get_attachment(request.viewer, kind, pk, file_id)
    if not attachment.small:
        raise NotFound
    return deliver(attachment, small=True)


def deliver(attachment: Any, *, small: bool = False) -> HttpResponseBase:
    """A content from the store. Raises NotFound when the disk lost it."""
    try:
        opened = store.path_of(attachment.small if small else attachment.digest).open("rb")
    except FileNotFoundError:
        raise NotFound from None
    response = FileResponse(
        opened, as_attachment=True, filename=attachment.name, content_type=TYPES[attachment.type].media
    )
    response["Content-Security-Policy"] = _LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300" if small else "private, no-store"
    return response
