"""Pages of edits in lists: a cell in place, many rows with a preview, what was changed and taking it back."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import NotFound, RuleBroken
from qiao.runtime import figures
from qiao.runtime.i18n import say, say_error
from qiao.runtime.jobs.views import panel_of
from qiao.runtime.listing import Column
from qiao.runtime.listing.again import Opened, open_list
from qiao.runtime.listing.cells import writer
from qiao.runtime.listing.page import paths
from qiao.runtime.listing.render import edited_columns
from qiao.runtime.pages import render_panel, wants_part
from qiao.runtime.requests import Request

from . import actions, queries
from .values import ValueForm, in_words, typed_again

SAMPLE = 12
MOST_PICKED = 5000


def _number(text: str) -> int:
    if not (text.isdecimal() and len(text) < 19):
        raise NotFound
    return int(text)


@require_http_methods(["GET", "POST"])
def cell(request: Request) -> HttpResponse:
    """One cell: its control, or what it says after it was saved."""
    data = request.POST if request.method == "POST" else request.GET
    opened = open_list(data.get("address", "").partition("?")[0], viewer=request.viewer, user=request.user)
    column, edit = actions.column_of(opened, data.get("column", ""), request.viewer)
    pk = _number(data.get("row", ""))
    if request.method == "GET":
        if "plain" in data:
            return HttpResponse(_cell_html(opened, column, pk))
        return _control(request, opened, column, pk, None)
    form = ValueForm(request.POST, column=column, request=opened.request, prefix="cell")
    if not form.is_valid():
        return _control(request, opened, column, pk, form)
    wanted = actions.wanted_of(edit, opened.request, form.wanted(), form.reason)
    try:
        change = actions.change_cell(
            opened=opened, code=column.code, pk=pk, was=_json(data.get("was", "null")), wanted=wanted,
            viewer=request.viewer, by=request.user,
        )  # fmt: skip
    except RuleBroken as refusal:
        form.add_error("value" if refusal.field != "reason" else "reason", say_error(refusal))
        return _control(request, opened, column, pk, form, stale=isinstance(refusal, actions.Stale))
    response = HttpResponse(_cell_html(opened, column, pk))
    if change is not None:
        said = _("%(column)s of %(name)s saved.") % {"column": change.label, "name": change.rows.get().name}
        undo = reverse("lists:undo", args=[change.pk]) if change.undoable else ""
        response.headers["HX-Trigger"] = json.dumps({"cellSaved": {"said": said, "undo": undo}})
    return response


@require_http_methods(["GET", "POST"])
def move(request: Request) -> HttpResponse:
    """A card put into another lane: the edit of its column, in the side panel."""
    data = request.POST if request.method == "POST" else request.GET
    opened = open_list(data.get("address", "").partition("?")[0], viewer=request.viewer, user=request.user)
    column, edit = actions.column_of(opened, data.get("column", ""), request.viewer)
    pk = _number(data.get("row", ""))
    names, found = actions.names_of(opened, [pk]), edit.gather([pk])
    if pk not in found or pk not in names:
        raise NotFound
    posted, stale = request.POST if request.method == "POST" else None, False
    initial = {"value": data.get("to") or typed_again(edit, found[pk])}
    form = ValueForm(posted, column=column, request=opened.request, prefix="cell", initial=initial)
    if posted is not None and form.is_valid():
        wanted = actions.wanted_of(edit, opened.request, form.wanted(), form.reason)
        try:
            change = actions.change_cell(
                opened=opened, code=column.code, pk=pk, was=_json(data.get("was", "null")), wanted=wanted,
                viewer=request.viewer, by=request.user,
            )  # fmt: skip
        except RuleBroken as refusal:
            stale = isinstance(refusal, actions.Stale)
            form.add_error("value" if refusal.field != "reason" else "reason", say_error(refusal))
        else:
            return _moved(names[pk], change, wanted.text)
    refused = edit.refuse(request.viewer, [pk]).get(pk)
    context = {
        "form": form,
        "address": opened.request.path,
        "column": column.code,
        "label": say(str(column.label)),
        "row": pk,
        "was": json.dumps(found[pk]) if stale or posted is None else data.get("was", "null"),
        "now": in_words(edit, found[pk], form.pairs),
        "refusal": say(refused) if refused else "",
    }
    return render_panel(request, names[pk], "runtime/move_form.html", context)


def _moved(name: str, change: Any, text: str) -> HttpResponse:
    """The panel closes, the lanes renew themselves."""
    said = _("%(name)s: %(value)s") % {"name": name, "value": text}
    undo = reverse("lists:undo", args=[change.pk]) if change is not None and change.undoable else ""
    return HttpResponse(
        status=204, headers={"HX-Trigger": json.dumps({"cardMoved": {"said": said, "undo": undo}})}
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _control(
    request: Request, opened: Opened, column: Column, pk: int, form: Any, *, stale: bool = False
) -> HttpResponse:
    edit = column.edit
    assert edit is not None
    refusal = edit.refuse(request.viewer, [pk]).get(pk)
    found = edit.gather([pk])
    if pk not in found or pk not in actions.names_of(opened, [pk]):
        raise NotFound
    now = found[pk]
    bound = form is not None
    if not bound:
        initial = {"value": typed_again(edit, now)}
        form = ValueForm(None, column=column, request=opened.request, prefix="cell", initial=initial)
    # Who is told that the value changed saves against the value he is told of; otherwise against the one he saw.
    was = json.dumps(now) if stale or not bound else request.POST.get("was", "null")
    context = {
        "form": form,
        "column": column.code,
        "label": say(str(column.label)),
        "row": pk,
        "address": opened.request.path,
        "was": was,
        "now": in_words(edit, now, form.pairs) if stale else "",
        "refusal": say(refusal) if refusal else "",
    }
    response = render(request, "runtime/cell_form.html", context, status=422 if bound else 200)
    return response


def _cell_html(opened: Opened, column: Column, pk: int) -> str:
    key = opened.listing.key
    row = opened.rows.filter(**{key: pk}).values(*paths(opened.listing, [column])).first()
    if row is None:
        raise NotFound
    return writer(column, True)(row)


@require_http_methods(["GET", "POST"])
def bulk(request: Request) -> HttpResponse:
    """Many rows: which, what, a preview, and writing it."""
    data = request.POST if request.method == "POST" else request.GET
    opened = open_list(data.get("address", ""), viewer=request.viewer, user=request.user)
    columns = [c for c in edited_columns(opened.listing, request.viewer) if c.edit and c.edit.many]
    if not columns or isinstance(opened.rows, list):
        raise NotFound
    column = next((c for c in columns if c.code == data.get("column", "")), columns[0])
    asked = _Asked(request, data, opened, column)
    stage = data.get("stage", "")
    form = ValueForm(
        data if stage in ("preview", "apply") else None, column=column, request=opened.request, many=True
    )
    if stage not in ("preview", "apply") or not form.is_valid():
        return asked.show_form(form, columns)
    wanted = actions.wanted_of(column.edit, opened.request, form.wanted(), form.reason)  # type: ignore[arg-type]
    if stage == "preview":
        return asked.show_preview(form, wanted)
    try:
        change = actions.order_change(
            opened=opened, column=column, wanted=wanted, picks=asked.picks, digest=data.get("digest", ""), by=request.user
        )  # fmt: skip
    except RuleBroken as refusal:
        form.add_error(None, say_error(refusal))
        return asked.show_form(form, columns)
    return HttpResponseRedirect(reverse("lists:change", args=[change.pk]))


class _Asked:
    """What the page of many rows was asked with."""

    def __init__(self, request: Request, data: QueryDict, opened: Opened, column: Column) -> None:
        self.request, self.data, self.opened, self.column = request, data, opened, column
        picked = sorted({_number(text) for text in data.getlist("pick")[:MOST_PICKED]})
        self.picked = picked
        self.all = data.get("which", "" if picked else "all") == "all"
        self.picks = None if self.all else picked

    def _context(self, form: ValueForm) -> dict[str, Any]:
        opened = self.opened
        narrowed = actions.address_of(opened)
        return {
            "form": form,
            "title": _("Edit many rows"),
            "list_title": opened.title,
            "back": narrowed,
            "address": narrowed,
            "picked": self.picked,
            "picked_count": len(self.picked),
            "all": self.all,
            "narrowed": opened.state.is_narrowed,
            "column": self.column.code,
            "column_label": say(str(self.column.label)),
        }

    def show_form(self, form: ValueForm, columns: list[Column]) -> HttpResponse:
        """Which rows, which field, which value."""
        count = self.opened.narrowed.order_by()[: actions.MOST + 1].count()
        context = {
            **self._context(form),
            "columns": [(c.code, say(str(c.label)), c is self.column) for c in columns],
            "count": count if count <= actions.MOST else f"{figures.number(actions.MOST)}+",
            "too_many": count > actions.MOST,
            "most": actions.MOST,
        }
        part = getattr(self.request.htmx, "target", "") == "q-bulk"
        template = "runtime/bulk_form.html" if part else "runtime/bulk_edit.html"
        return render(self.request, template, context, status=422 if form.errors else 200)

    def show_preview(self, form: ValueForm, wanted: actions.Wanted) -> HttpResponse:
        """For how many it changes, for whom not and why; examples with before and after."""
        opened, edit = self.opened, self.column.edit
        assert edit is not None
        ids = actions.chosen_ids(opened, self.picks)
        planned = actions.plan_change(
            opened=opened, edit=edit, ids=ids, wanted=wanted.value, viewer=self.request.viewer
        )
        shown = list(planned.changes)[:SAMPLE]
        names = actions.names_of(opened, [*shown, *list(planned.refused)[:50]])
        context = {
            **self._context(form),
            "fields": [(name, value) for name in form.fields for value in self.data.getlist(name)],
            "wanted": wanted.text,
            "reason": wanted.reason,
            "count": len(planned.changes),
            "same": planned.same,
            "refused_count": len(planned.refused),
            "refused": [(names.get(pk, str(pk)), say(why)) for pk, why in list(planned.refused.items())[:50]],
            "sample": [
                (
                    names.get(pk, str(pk)),
                    *(in_words(edit, value, form.pairs) for value in planned.changes[pk]),
                )
                for pk in shown
            ],
            "rest": max(0, len(planned.changes) - SAMPLE),
            "digest": planned.digest,
            "as_job": len(ids) > actions.AT_ONCE,
            "undoable": edit.undoable,
        }
        return render(self.request, "runtime/bulk_preview.html", context)


def changes(request: Request) -> HttpResponse:
    """One's newest changes in lists; everybody's for auditors."""
    rows = queries.visible_changes(request.viewer).order_by("-at")[:100]
    return render(request, "runtime/list_changes.html", {"changes": [_told(row) for row in rows]})


STATES = {
    "waiting": ("info", gettext_lazy("Under way")),
    "done": ("good", gettext_lazy("Done")),
    "failed": ("bad", gettext_lazy("Not written")),
    "undoing": ("info", gettext_lazy("Being taken back")),
    "undone": ("neutral", gettext_lazy("Undone")),
}


def change(request: Request, pk: int) -> HttpResponse:
    """One change: what it did, for whom not, and the button that takes it back."""
    row = queries.get_change(request.viewer, pk)
    return render(request, "runtime/list_change.html", _change_context(request, row))


def _told(row: Any) -> dict[str, Any]:
    tone, state = STATES[row.state]
    return {"row": row, "state": state, "tone": tone}


def _change_context(request: HttpRequest, row: Any) -> dict[str, Any]:
    live = row.job is not None and row.job.state in ("waiting", "running", "cancelling", "failed")
    rows = queries.list_rows(row)
    return {
        **_told(row),
        "change": row,
        "job": panel_of(row.job)
        if row.job and (live or row.state in ("waiting", "failed", "undoing"))
        else None,
        "rows": rows,
        "rest": max(0, row.changed - len(rows)),
        "kept": [(one.name, say(one.kept)) for one in queries.list_rows(row, kept=True)]
        if row.kept_count
        else [],
        "left": [(name, say(why)) for name, why in row.left_out[:50]],
        "may_undo": row.state == "done" and row.undoable and row.by_id == request.user.pk and row.changed > 0,
    }


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Take a change back."""
    queries.get_change(request.viewer, pk)
    row = actions.start_undo(change_id=pk, by=request.user, viewer=request.viewer)
    if wants_part(request):  # beside the list, which then renews itself
        said = (
            _("It is as it was before.")
            if not row.kept_count
            else _("It was changed again since and stays as it is.")
        )
        return HttpResponse(headers={"HX-Trigger": json.dumps({"listUndone": {"said": said}})})
    return HttpResponseRedirect(reverse("lists:change", args=[pk]))
