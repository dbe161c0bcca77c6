"""Pages of the rulebook: the list, an article as people read it, a draft, its approval."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import BadInput
from qiao.kernel.period import Month
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.work.queries import find_last_approval

from .. import access, actions, queries
from . import editing, forms, showing


def articles(request: HttpRequest) -> HttpResponse:
    """Every article by kind, and the drafts that wait for a second person."""
    viewer = request.viewer  # type: ignore[attr-defined]
    access.check_view(viewer)
    context = {
        "kinds": showing.list_by_kind(clock.today()),
        "drafts": [showing.head_of(row, clock.today()) for row in queries.list_drafts()],
        "can_draft": viewer.can("rulebook.draft"),
    }
    return render(request, "rulebook/articles.html", context)


def version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version as people read it; a draft also shows what it changes and what stands against it."""
    viewer = request.viewer  # type: ignore[attr-defined]
    access.check_view(viewer)
    row = queries.get_version(code, version)
    context = {
        **showing.page_of(row, clock.today()),
        "at": request.GET.get("at", ""),
        "can_draft": viewer.can("rulebook.draft"),
        "can_approve": access.can_approve(viewer, row),
        "can_end": viewer.can("rulebook.approve") and showing.may_end(row, clock.today()),
        "approval": find_last_approval(actions.APPROVAL, row.pk) if row.state == "draft" else None,
        "is_author": row.drafted_by_id is not None and row.drafted_by_id == viewer.user_id,
    }
    return render(request, "rulebook/version.html", context)


def text(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The stored text, as a file."""
    access.check_view(request.viewer)  # type: ignore[attr-defined]
    row = queries.get_version(code, version)
    disposition = f'attachment; filename="{row.code}-v{row.version}.yaml"'
    return HttpResponse(
        row.text, content_type="text/yaml; charset=utf-8", headers={"Content-Disposition": disposition}
    )


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Write a draft: of an article (``?of=code``), or of a new one. Problems stand at their lines."""
    viewer = request.viewer  # type: ignore[attr-defined]
    access.check_draft(viewer)
    form = forms.DraftForm(request.POST or None, initial={"text": _starting_text(request.GET.get("of", ""))})
    problems: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.draft(text=form.cleaned_data["text"], by=request.user)
        except BadInput as refusal:
            problems = [
                {"line": p.place.row, "field": p.place.column, "message": say_error(p)}
                for p in refusal.problems
            ]
        else:
            messages.success(request, _("The draft is kept. A second person can approve it now."))
            return HttpResponseRedirect(reverse("rulebook:version", args=[row.code, row.version]))
    refused = request.method == "POST"
    context = {"form": form, "problems": problems, "kinds": showing.list_kinds()}
    return render(request, "rulebook/draft.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Draft as a form: an article (``?of=code``) or a new one (``?kind=…``); without either, choose a kind."""
    access.check_draft(request.viewer)  # type: ignore[attr-defined]
    code, kind = request.GET.get("of", ""), request.GET.get("kind", "")
    if not code and not kind:
        return render(request, "rulebook/choose.html", {"kinds": showing.list_kinds()})
    sheet = editing.open_sheet(code=code, kind=kind)
    if request.method == "GET":
        tree = sheet.start((Month.containing(clock.today()) + 1).starts_on)
        return render(request, "rulebook/edit.html", editing.context_of(sheet, tree, [], None))
    filled = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    do = request.POST.get("do", "check")
    tree = sheet.taken(filled)
    if editing.change_rows(tree, do):
        return render(request, "rulebook/edit.html", editing.context_of(sheet, tree, [], None))
    article, faults = sheet.read(tree)
    if article is None or faults:
        return render(
            request, "rulebook/edit.html", editing.context_of(sheet, tree, faults, article), status=422
        )
    if do == "keep":
        row = actions.draft(text=editing.text_of(article), by=request.user)
        messages.success(request, _("The draft is kept. A second person can approve it now."))
        return HttpResponseRedirect(reverse("rulebook:version", args=[row.code, row.version]))
    context = editing.context_of(sheet, tree, [], article)
    sentences = showing.list_sentences(sheet.before, article) if sheet.before else []
    context |= {"checked": True, "changes": sentences, "compared_with": sheet.before, "article": article}
    return render(request, "rulebook/edit.html", context)


def _starting_text(code: str) -> str:
    """The open draft of an article, else its newest version."""
    if not code:
        return ""
    row = queries.find_draft(code) or queries.list_versions(code).first()
    return row.text if row else ""


@require_POST
def approve(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Approve a draft as the second person."""
    row = queries.get_version(code, version)
    access.check_approve(request.viewer, row)  # type: ignore[attr-defined]
    try:
        actions.approve(row=row, by=request.user)
    except BadInput as refusal:
        for problem in refusal.problems[:5]:
            messages.error(request, say_error(problem))
    else:
        messages.success(request, _("Approved. It is in force from %(day)s.") % {"day": row.starts_on})
    return HttpResponseRedirect(reverse("rulebook:version", args=[code, version]))


@require_POST
def discard(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Throw a draft away."""
    access.check_draft(request.viewer)  # type: ignore[attr-defined]
    actions.discard(row=queries.get_version(code, version), by=request.user)
    messages.success(request, _("The draft is gone."))
    return HttpResponseRedirect(reverse("rulebook:articles"))


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """End an approved version on a day."""
    viewer = request.viewer  # type: ignore[attr-defined]
    viewer.check("rulebook.approve")
    row = queries.get_version(code, version)
    form = forms.EndForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        actions.end(row=row, by=request.user, **form.cleaned_data)
        messages.success(request, _("The article ends before %(day)s.") % {"day": form.cleaned_data["on"]})
        return HttpResponseRedirect(reverse("rulebook:version", args=[code, version]))
    context = {
        "form": form,
        "title": _("End an article"),
        "subtitle": row.title_zh,
        "submit": _("End"),
        "cancel": reverse("rulebook:version", args=[code, version]),
        "danger": True,
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
