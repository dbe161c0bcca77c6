"""Pages of custom fields: what an enterprise adds, and a record's values."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qiao.kernel.errors import BadInput

from ...contributions import RecordKind, list_registered
from ...i18n import pick, say, say_error
from ...pages import answer_form, render_form, render_part, wants_part
from ...requests import Request
from .. import access, actions, forms, queries, showing
from ..typed_values import TYPES, choice_lines


def kinds(request: Request) -> HttpResponse:
    """Kinds of record, each with its custom fields and tags."""
    request.viewer.check(access.FIELDS)
    rows = [
        {"kind": one.kind, "label": say(one.label), "icon": one.icon} for one in list_registered(RecordKind)
    ]
    return render(
        request,
        "runtime/records/kinds.html",
        {"kinds": rows, "may_keep_tags": request.viewer.can(access.TAGS)},
    )


@require_http_methods(["GET", "POST"])
def fields(request: Request, kind: str) -> HttpResponse:
    """Custom fields of a kind of record, and the form for a new one."""
    found = access.get_kind_to_shape(request.viewer, kind)
    form = forms.FieldForm(request.POST or None, is_new=True)

    def write(values: dict[str, Any]) -> str:
        actions.put_field(kind=found, by=request.user, **values)
        return request.path

    return answer_form(
        request, form, write, title=_("Custom fields"), cancel=reverse("records:kinds"), submit=_("Add the field"),
        subtitle=say(found.label), template="runtime/records/fields.html", kind=kind,
        rows=[(row, say(TYPES[row.type])) for row in queries.fields_of_kind(kind)],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def field(request: Request, kind: str, field_id: int) -> HttpResponse:
    """Change a custom field, or end it."""
    row = access.get_field(request.viewer, kind, field_id)
    back = reverse("records:fields", args=[kind])
    names = ("label_zh", "label_en", "is_required", "seen_by", "changed_by", "order", "ends_on")
    initial = {name: getattr(row, name) for name in names}
    initial |= {"choices": choice_lines(row.choices), "segments": " ".join(row.segments)}
    form = forms.FieldForm(request.POST or None, is_new=False, initial=initial)
    filled = queries.count_filled(kind, row.code)

    def write(values: dict[str, Any]) -> str:
        changed = actions.put_field(
            kind=access.get_kind(request.viewer, kind), field=row, by=request.user, **values
        )
        if changed.ends_on is not None:
            text = _("“%(name)s” ends on %(day)s; the values of %(count)s records are kept.")
            messages.success(
                request, text % {"name": changed.label_zh, "day": changed.ends_on, "count": filled}
            )
        return back

    return answer_form(
        request, form, write, title=_("Change the field"), cancel=back,
        subtitle=f"{pick(row.label_zh, row.label_en)} · {row.code} · {say(TYPES[row.type])}",
    )  # fmt: skip


def values(request: Request, kind: str, pk: int) -> HttpResponse:
    """The part of a record's page with its custom fields."""
    record = access.get_record(request.viewer, kind, pk)
    if not wants_part(request):
        return HttpResponseRedirect(record.url)
    return render_part(request, "runtime/records/values.html", showing.values_part(request.viewer, record))


@require_http_methods(["GET", "POST"])
def fill(request: Request, kind: str, pk: int) -> HttpResponse:
    """Fill in a record's custom fields."""
    record = access.get_record(request.viewer, kind, pk)
    own = access.check_fields_to_fill(request.viewer, record)
    form = forms.ValuesForm(request.POST or None, own=own, values=queries.values_of(kind, pk))
    page = {"title": _("Further particulars"), "cancel": record.url, "subtitle": record.label}
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_values(record=record, fields=own, given=form.given(own), by=request.user)
        except BadInput as refusal:
            names = {pick(one.label_zh, one.label_en): one.name for one in own}
            for problem in refusal.problems:
                form.add_error(names.get(problem.place.column), say_error(problem))
        else:
            return HttpResponseRedirect(record.url)
    return render_form(request, form, **page)
