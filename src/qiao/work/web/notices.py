"""Pages of notices."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import NotAllowed
from qiao.org import queries as org
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import answer_form, render_record, render_tab
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries

from . import forms, listings

OPEN_READERS = 200


def notices(request: Request) -> HttpResponseBase:
    """Notices in reach, newest first."""
    viewer = request.viewer
    person = access.person_of(viewer)
    rows = queries.with_reading(access.visible_notices(viewer), person)
    new = Action(_("New notice"), reverse("work:new_notice"), icon="plus", primary=True)
    may = [new] if viewer.can(access.ANNOUNCE) else []
    return render_list(request, listings.NOTICES, rows, title=_("Notices"), actions=may)


@require_http_methods(["GET", "POST"])
def new_notice(request: Request) -> HttpResponse:
    """Announce something to a unit and everything below."""
    viewer = request.viewer
    viewer.check(access.ANNOUNCE)
    author = access.person_of(viewer)
    allowed, tree = access.units_to_announce(viewer), org.get_tree()
    form = forms.NoticeForm(
        request.POST or None, unit_ids=allowed, tree=tree, initial={"unit": viewer.unit_id}
    )

    def write(values: dict[str, Any]) -> str:
        unit = values.pop("unit")
        below = access.units_below(viewer, unit)
        row = actions.publish(**values, unit_id=unit, unit_ids=below, author_id=author, by=request.user)
        return reverse("work:notice", args=[row.pk])

    return answer_form(
        request, form, write, title=_("New notice"), cancel=reverse("work:notices"), submit=_("Publish")
    )


def notice(request: Request, pk: int) -> HttpResponse:
    """One notice: its text, one's own acknowledgement, and who else has."""
    row = access.get_notice(request.viewer, pk)
    reader = queries.find_reader(pk, access.person_of(request.viewer))
    context = {
        "notice": row,
        "to_acknowledge": reader is not None and reader.acknowledged_at is None,
        "reader": reader,
        "may_remind": row.author_id == request.viewer.person_id,
    }
    return render_record(request, "notice", pk, "work/notice.html", context)


def notice_readers(request: Request, pk: int) -> HttpResponse:
    """Tab: how many have acknowledged, by unit, and who has not."""
    row = access.get_notice(request.viewer, pk)
    units = access.reading_scope(request.viewer, row)
    counted, tree = queries.count_readers(pk, units), org.get_tree()
    rows: list[dict[str, Any]] = [
        {"unit": org.unit_name(tree, u), "readers": n, "done": done, "share": done / n}
        for u, n, done in counted
    ]
    rows.sort(key=lambda one: one["share"])
    total, done = sum(r["readers"] for r in rows), sum(r["done"] for r in rows)
    context = {
        "rows": rows,
        "total": total,
        "done": done,
        "share": done / total if total else None,
        "open": queries.list_open_readers(pk, units, OPEN_READERS),
        "names": {u: org.unit_name(tree, u) for u, _n, _d in counted},
    }
    return render_tab(request, "notice", pk, "readers", "work/notice_readers.html", context)


@require_POST
def acknowledge(request: Request, pk: int) -> HttpResponse:
    """Acknowledge a notice."""
    access.get_notice(request.viewer, pk)
    actions.acknowledge(notice_id=pk, person_id=access.person_of(request.viewer), by=request.user)
    messages.success(request, _("Acknowledged."))
    return HttpResponseRedirect(reverse("work:notice", args=[pk]))


@require_POST
def remind_of_notice(request: Request, pk: int) -> HttpResponse:
    """The author reminds who has not acknowledged."""
    row = access.get_notice(request.viewer, pk)
    if row.author_id != request.viewer.person_id:
        raise NotAllowed(access.ANNOUNCE)
    count = actions.remind_of_notice(notice_id=pk, by=request.user)
    text = ngettext("%(count)s person reminded.", "%(count)s people reminded.", count) % {"count": count}
    messages.success(request, text)
    return HttpResponseRedirect(reverse("work:notice", args=[pk]))
