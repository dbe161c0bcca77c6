"""A notice among one's customers: whom a manager still has to tell, who has acknowledged."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from qiao.customers import access, actions, queries
from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime.listing import render_list
from qiao.runtime.pages import render_tab
from qiao.runtime.requests import Request
from qiao.work.access import get_notice

from . import listings

MOST = 500


def notice_tab(request: Request, pk: int) -> HttpResponse:
    """Tab of a notice: how many of the customers in reach were told and have acknowledged."""
    notice = get_notice(request.viewer, pk)
    context: dict[str, Any] = {"notice": notice, "counted": None}
    if notice.for_customers:
        total, told, acknowledged = queries.count_told(access.followed(request.viewer), pk)
        context["counted"] = {"total": total, "told": told, "acknowledged": acknowledged}
    return render_tab(request, "notice", pk, "customers", "customers/notice_tab.html", context)


def notice_list(request: Request, pk: int) -> HttpResponseBase:
    """Customers with the state of a notice; the picked ones are noted as told or as having acknowledged."""
    notice = get_notice(request.viewer, pk)
    rows = queries.with_told(access.notice_customers(request.viewer, pk), pk)
    return render_list(
        request, listings.notice_listing(pk), rows, title=notice.title, subtitle=_("Customers to be told")
    )


@require_POST
def told(request: Request, pk: int, acknowledged: bool) -> HttpResponse:
    """Note the picked customers as told, or as having acknowledged."""
    rows = access.notice_customers(request.viewer, pk)
    picked = {int(text) for text in request.POST.getlist("pick") if text.isdecimal()}
    if len(picked) > MOST:
        raise RuleBroken(N_("At most %(most)s at once."), code="too_many", most=MOST)
    access.check_all_among(rows, picked)
    count = actions.note_told(
        notice_id=pk,
        customer_ids=picked,
        person_id=request.viewer.person_id,
        acknowledged=acknowledged,
        by=request.user,
    )
    text = ngettext("%(count)s customer noted.", "%(count)s customers noted.", count) % {"count": count}
    messages.success(request, text)
    return HttpResponseRedirect(reverse("customers:notice_list", args=[pk]))
