"""Pages of rating: a customer's tier, the core, movers, loads."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from qiao.customers import queries as customers
from qiao.kernel.errors import NotFound
from qiao.kernel.period import Month
from qiao.kernel.trace import from_json
from qiao.rulebook.showing import article_parts
from qiao.runtime import clock
from qiao.runtime.listing import render_list
from qiao.runtime.pages import render_panel, render_part, render_record_part, render_tab

from .. import access, queries
from . import listings, showing

MOST_SHOWN = 50
CARD_ROWS = 6


def tier(request: HttpRequest, pk: int) -> HttpResponse:
    """Tab: the tier with rule text, figures and the row hit, and the months before."""
    access.get_visible(request.viewer, pk)  # type: ignore[attr-defined]
    rows = queries.list_tier_history(pk)
    wanted = request.GET.get("month", "")
    standing = next(
        (row for row in rows if str(Month.containing(row.month)) == wanted), rows[0] if rows else None
    )
    explained = queries.explain_tier(standing) if standing else None
    policy = explained.policy if explained else None
    context = {
        "customer_id": pk,
        "explained": explained,
        "title": showing.title_of(queries.tier_titles(explained.month.last_day), explained.tier)
        if explained
        else "",
        "parts": article_parts(policy) if policy else None,
        "history": showing.history(rows, clock.today()),
        "at": explained.place if explained else "",
    }
    return render_tab(request, "customer", pk, "tier", "rating/tier.html", context)


def tier_brief(request: HttpRequest, pk: int) -> HttpResponse:
    """Part of the page before a visit: who serves the customer's tier, through which channels."""
    customer = access.get_visible(request.viewer, pk)  # type: ignore[attr-defined]
    found = queries.find_tier(customer.current.tier, clock.today())
    context = {"tier": showing.tier_words(found) if found else None}
    return render_record_part(request, "customers:before_visit", pk, "rating/tier_brief.html", context)


def core(request: HttpRequest) -> HttpResponse:
    """The core by business and by profit, and where the two disagree."""
    viewer = request.viewer  # type: ignore[attr-defined]
    visible = access.visible_customers(viewer)
    curves = queries.list_curves()
    run_id = curves[0].run_id if curves else 0
    context = {
        "curves": showing.curve_lines(curves),
        "chart": showing.core_chart(curves),
        "month": str(Month.containing(curves[0].month)) if curves else "",
        "only_business": queries.list_core_members(visible, run_id, "business", MOST_SHOWN)
        if len(curves) > 1
        else [],
        "only_profit": queries.list_core_members(visible, run_id, "profit", MOST_SHOWN),
        "both_known": len(curves) > 1 and all(row.members is not None for row in curves),
        "most": MOST_SHOWN,
    }
    return render(request, "rating/core.html", context)


def movers(request: HttpRequest) -> HttpResponse:
    """Customers in sight whose tier changed with the newest close."""
    visible = access.visible_customers(request.viewer)  # type: ignore[attr-defined]
    rows = showing.movers(customers.list_movers(visible, MOST_SHOWN), clock.today())
    return render(request, "rating/movers.html", {"movers": rows, "most": MOST_SHOWN})


def loads(request: HttpRequest) -> HttpResponseBase:
    """How full every manager in sight is."""
    scope = access.check_view(request.viewer)  # type: ignore[attr-defined]
    rows = queries.list_loads(scope, queries.find_loads_run())
    return render_list(
        request,
        listings.LOADS,
        rows,
        title=_("Load"),
        subtitle=_("Account managers against the staffing ratios"),
    )


def load_why(request: HttpRequest, pk: int) -> HttpResponse:
    """How a manager's load came about."""
    scope = access.check_view(request.viewer)  # type: ignore[attr-defined]
    row = queries.get_load(scope, pk)
    if row is None:
        raise NotFound
    context = {"row": row, "step": from_json(row.trace), "month": str(Month.containing(row.month))}
    return render_panel(
        request, _("Load of %(name)s") % {"name": row.person.name}, "rating/load_why.html", context
    )


def core_card(request: HttpRequest) -> HttpResponse:
    """Home card: the two curves."""
    access.check_view(request.viewer)  # type: ignore[attr-defined]
    curves = queries.list_curves()
    context: dict[str, Any] = {"curves": showing.curve_lines(curves), "chart": showing.core_chart(curves)}
    return render_part(request, "rating/core_card.html", context)


def movers_card(request: HttpRequest) -> HttpResponse:
    """Home card: the largest movers in sight."""
    visible = access.visible_customers(request.viewer)  # type: ignore[attr-defined]
    rows = showing.movers(customers.list_movers(visible, CARD_ROWS), clock.today())
    return render_part(request, "rating/movers_card.html", {"movers": rows})


def loads_card(request: HttpRequest) -> HttpResponse:
    """Home card: the fullest managers in sight."""
    scope = access.check_view(request.viewer)  # type: ignore[attr-defined]
    rows = queries.list_loads(scope, queries.find_loads_run()).select_related("person", "unit")
    context = {
        "loads": rows.order_by("-load", "id")[:CARD_ROWS],
        "over": rows.filter(is_over=True).count(),
        "all": rows.count(),
    }
    return render_part(request, "rating/loads_card.html", context)
