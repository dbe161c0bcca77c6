"""The public pool: customers nobody is account manager of, and claiming them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qiao.customers import access, actions, policy, queries
from qiao.kernel.errors import RuleBroken
from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.listing import render_list
from qiao.runtime.requests import Request

from . import listings


def pool(request: Request) -> HttpResponseBase:
    """Customers of the pool in reach, with what one may still claim."""
    viewer, today = request.viewer, clock.today()
    article = policy.pool_policy(today)
    rows = access.visible_pool(viewer, article, today)
    may = access.may_claim(viewer)
    return render_list(
        request,
        listings.pool_listing(may, policy.names_of("tier", today)),
        rows,
        title=_("Public pool"),
        subtitle=_limits(viewer, article, may),
    )


def _limits(viewer: Any, article: Any, may: bool) -> str:
    if article is None or not article.is_on:
        return _("There is no public pool: no article in force opens one.")
    if not may:
        return _("Customers without account manager; account managers claim them.")
    claims = queries.claims_of(viewer.person_id, clock.today())
    return _("Claimed today %(today)s of %(a_day)s; you serve %(held)s of at most %(most)s claimed customers.") % {
        "today": claims.today, "a_day": article.claims_a_day, "held": claims.held, "most": article.claims_held,
    }  # fmt: skip


@require_POST
def claim(request: Request) -> HttpResponse:
    """Become account manager of the customers picked; each is claimed by itself, and says why it cannot be."""
    viewer, today = request.viewer, clock.today()
    article = policy.pool_policy(today)
    picked = [int(pk) for pk in request.POST.getlist("pick") if pk.isdecimal() and len(pk) < 19]
    ids = access.check_claimable(viewer, picked, article, today)
    names = queries.customer_names(ids)
    for pk in ids:
        try:
            claim_one(viewer, pk, article, by=request.user)
        except RuleBroken as refusal:
            messages.error(request, f"{names[pk]}: {say_error(refusal)}")
        else:
            messages.success(request, _("%(name)s is yours now.") % {"name": names[pk]})
    return HttpResponseRedirect(reverse("customers:pool"))


def claim_one(viewer: Any, customer_id: int, article: Any, *, by: Any) -> Any:
    """One claim of who looks; pages and API alike."""
    today = clock.today()
    person = org.get_person(viewer.person_id, org.list_serving_people())
    return actions.claim(
        customer_id=customer_id, person=person, policy=article, deputies=policy.deputy_policy(today), by=by
    )
