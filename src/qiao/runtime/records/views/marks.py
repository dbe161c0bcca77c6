"""Pages of tags, favourites and the line below a record's head."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ...i18n import say
from ...pages import answer_form, render_form, render_part, wants_part
from ...requests import Request
from .. import access, actions, forms, queries, showing
from ..access import Record

MOST_PICKED = 5000


def bar(request: Request, kind: str, pk: int) -> HttpResponse:
    """The line below a record's head: tags, favourite, print. Whoever sees it has looked at the record."""
    record = access.get_record(request.viewer, kind, pk)
    if not request.viewer.looked_at_by:
        actions.note_visit(record=record, user_id=request.viewer.user_id)
    return _bar(request, record)


def _bar(request: Request, record: Record) -> HttpResponse:
    return render_part(request, "runtime/records/bar.html", showing.record_bar(request.viewer, record))


def _bar_again(request: Request, record: Record) -> HttpResponse:
    return _bar(request, record) if wants_part(request) else HttpResponseRedirect(record.url)


@require_POST
def favourite(request: Request, kind: str, pk: int) -> HttpResponse:
    """Keep a record at hand, or no more."""
    record = access.get_record(request.viewer, kind, pk)
    on = request.POST.get("on") != "0"
    actions.keep_at_hand(record=record, user_id=request.viewer.user_id, on=on)
    return _bar_again(request, record)


@require_POST
def mark(request: Request, kind: str, pk: int) -> HttpResponse:
    """Put a tag on a record, or take it off."""
    record = access.get_record_to_write(request.viewer, kind, pk)
    text = request.POST.get("tag", "")
    tags = access.tags_among(kind, [int(text) if text.isdecimal() and len(text) < 19 else 0])
    side = "remove" if request.POST.get("on") == "0" else "add"
    actions.mark(pks=[record.pk], by=request.user, **{side: tags})
    return _bar_again(request, record)


@require_http_methods(["GET", "POST"])
def mark_many(request: Request, kind: str) -> HttpResponse:
    """Put tags on picked records of a list, or take them off."""
    data = request.POST if request.method == "POST" else request.GET
    pks = sorted({int(text) for text in data.getlist("pick") if text.isdecimal() and len(text) < 19})[
        :MOST_PICKED
    ]
    names = access.names_to_write(request.viewer, kind, pks)
    back = _safe(data.get("next") or request.META.get("HTTP_REFERER", ""))
    posted = request.POST if "chosen" in request.POST else None
    form = forms.MarkForm(posted, tags=queries.tags_of_kind(kind))
    if posted is not None and form.is_valid():
        count = actions.mark(
            pks=pks, add=access.tags_among(kind, form.cleaned_data["add"]),
            remove=access.tags_among(kind, form.cleaned_data["remove"]), by=request.user,
        )  # fmt: skip
        text = ngettext("%(count)s mark changed.", "%(count)s marks changed.", count) % {"count": count}
        messages.success(request, text)
        return HttpResponseRedirect(back)
    return render_form(
        request, form, title=_("Tags"), cancel=back, submit=_("Apply tags"),
        subtitle=ngettext("%(count)s record", "%(count)s records", len(pks)) % {"count": len(pks)},
        template="runtime/records/mark_many.html", picked=pks, next=back, names=list(names.values())[:20],
    )  # fmt: skip


def _safe(address: str) -> str:
    """Where to go back to: an address of ours, as a path."""
    path = "/" + address.partition("://")[2].partition("/")[2] if "://" in address else address
    return path if path and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


@require_http_methods(["GET", "POST"])
def tags(request: Request, kind: str) -> HttpResponse:
    """Tags of a kind of record, and the field for a new one."""
    found = access.get_kind_to_tag(request.viewer, kind)
    form = forms.TagForm(request.POST or None, initial={"colour": "blue"})

    def write(values: dict[str, Any]) -> str:
        actions.put_tag(kind=kind, by=request.user, **values)
        return request.path

    return answer_form(
        request, form, write, title=_("Tags"), cancel="", submit=_("New tag"), subtitle=say(found.label),
        template="runtime/records/tags.html", tags=queries.with_use(queries.tags_of_kind(kind)), kind=kind,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def tag(request: Request, kind: str, tag_id: int) -> HttpResponse:
    """Rename a tag or give it another colour."""
    row = access.get_tag(request.viewer, kind, tag_id)
    back = reverse("records:tags", args=[kind])
    form = forms.TagForm(request.POST or None, initial={"name": row.name, "colour": row.colour})

    def write(values: dict[str, Any]) -> str:
        actions.put_tag(kind=kind, tag=row, by=request.user, **values)
        return back

    return answer_form(request, form, write, title=_("Change the tag"), cancel=back, subtitle=row.name)


@require_POST
def drop_tag(request: Request, kind: str, tag_id: int) -> HttpResponse:
    """Take a tag off every record and out of the list."""
    row = access.get_tag(request.viewer, kind, tag_id)
    count = actions.drop_tag(tag=row, by=request.user)
    text = ngettext(
        "The tag is gone from %(count)s record.", "The tag is gone from %(count)s records.", count
    )
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(reverse("records:tags", args=[kind]))


def places(request: Request) -> HttpResponse:
    """Home card: favourites and what one looked at last."""
    groups = showing.places_of(request.viewer)
    return render(request, "runtime/records/places.html", {"groups": groups})
