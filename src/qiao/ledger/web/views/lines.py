"""Ledger lines within the reader's scope, and a customer's ledger."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.customers import queries as customer_reads
from qiao.kernel.errors import N_, Incomplete, NotFound
from qiao.kernel.period import Month
from qiao.ledger import access, queries
from qiao.ledger.web.cells import lines_of_cell
from qiao.ledger.web.forms import LinesForm
from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime import figures as write
from qiao.runtime.charts import Chart, Series
from qiao.runtime.i18n import pick
from qiao.runtime.pages import render_record_part, render_tab
from qiao.runtime.requests import Request
from qiao.runtime.scope import EVERYTHING

MOST_MONTHS = 36
BRIEF = 6
TREND_MONTHS = 24


def lines(request: Request) -> HttpResponse:
    """Lines of a customer, a manager's or a unit's months, or of all customers in reach."""
    viewer = request.viewer
    viewer.check(access.VIEW)
    last = queries.last_closed_month() or str(Month.containing(clock.today()) - 1)
    asked = {"since": last, "until": last, **request.GET.dict()}
    form = LinesForm(asked)
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and not _span_problem(form):
        context |= _read(request, form.cleaned_data)
    return render(request, "ledger/lines.html", context, status=422 if form.errors else 200)


def _span_problem(form: LinesForm) -> bool:
    since, until = Month.parse(form.cleaned_data["since"]), Month.parse(form.cleaned_data["until"])
    if since > until:
        form.add_error("until", _("The last month is before the first."))
    elif since.distance_to(until) >= MOST_MONTHS:
        form.add_error("until", _("At most %(months)s months at once.") % {"months": MOST_MONTHS})
    return bool(form.errors)


def _read(request: Request, asked: dict[str, Any]) -> dict[str, Any]:
    chosen, scope, rows, title = _reach(request, asked)
    text = request.GET.get("page", "1")
    page = int(text) if text.isdecimal() and len(text) < 7 else 1
    found = queries.read_lines(chosen, scope=scope, scope_rows=rows, page=page)
    names = customer_reads.customer_names({line["customer_id"] for line in found.lines})
    for line in found.lines:
        line["customer"] = names.get(line["customer_id"], "")
        for part in ("product", "category"):
            item = line[part]
            line[f"{part}_name"] = pick(item.name_zh, item.name_en) if item else ""
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "found": found,
        "holder": title,
        "page": page,
        "pages": max(1, -(-found.total // queries.PAGE)),
        "query": query.urlencode(),
    }


def _reach(request: Request, asked: dict[str, Any]) -> tuple[queries.Filter, Any, Any, str]:
    """What may be shown: a holder or customer in reach is checked once; without one, scope is a predicate."""
    viewer = request.viewer
    if asked["cell"]:
        return *lines_of_cell(viewer, asked["since"], asked["until"], asked["cell"]), _(
            "Behind a figure of an analysis"
        )
    base = {"since": asked["since"], "until": asked["until"]}
    base |= {"category_id": asked["category"], "product_id": asked["product"]}
    for kind in ("unit", "person"):
        if asked[kind]:
            access.check_holder(viewer, kind, asked[kind])
            run = queries.find_current_run(asked["until"]) or queries.find_current_run()
            if run is None:
                raise NotFound
            holder = queries.Holder(kind, asked[kind], run)
            ids = [asked["customer"]] if asked["customer"] else None
            name = org.unit_name(org.get_tree(), asked[kind]) if kind == "unit" else ""
            name = name or org.people_names([asked[kind]]).get(asked[kind], "")
            return queries.Filter(**base, customer_ids=ids, holder=holder), EVERYTHING, None, name
    if asked["customer"]:
        customer = access.get_customer(viewer, asked["customer"])
        return queries.Filter(**base, customer_ids=[customer.pk]), EVERYTHING, None, customer.name
    scope = viewer.scope(access.VIEW)
    rows = None if scope.everything else access.scope_rows(viewer)
    return queries.Filter(**base), scope, rows, ""


def customer(request: Request, pk: int) -> HttpResponse:
    """Tab on a customer: trend against last year, by category and product, the newest lines."""
    row = access.get_customer(request.viewer, pk)
    last = queries.last_known_month()
    context: dict[str, Any] = {"customer": row, "last": last}
    if last:
        until = Month.parse(last)
        since = until - (TREND_MONTHS - 1)
        year = str(until - 11)
        found = queries.read_customer(pk, since=str(since), year=year, until=last)
        context |= {
            "chart": _trend(pk, until, found),
            "categories": _parts(found.categories),
            "products": _parts(found.products),
            "lines_url": f"{reverse('ledger:lines')}?customer={pk}&since={year}&until={last}",
        }
    return render_tab(request, "customer", pk, "ledger", "ledger/customer.html", context)


def customer_brief(request: Request, pk: int) -> HttpResponse:
    """Part of the page before a visit: the trend against last year and what the bills consist of."""
    access.get_customer(request.viewer, pk)
    last = queries.last_known_month()
    context: dict[str, Any] = {"last": last}
    if last:
        until = Month.parse(last)
        found = queries.read_customer(
            pk, since=str(until - (TREND_MONTHS - 1)), year=str(until - 11), until=last
        )
        context |= {"chart": _trend(pk, until, found), "categories": _parts(found.categories)[:BRIEF]}
    return render_record_part(request, "customers:before_visit", pk, "ledger/customer_brief.html", context)


def _trend(pk: int, until: Month, found: queries.CustomerLedger) -> Chart:
    """Twelve months against the twelve before; a month nobody imported is a gap, not 0."""

    def value(month: Month) -> Any:
        if str(month) not in found.known_months:
            return Incomplete(
                N_("No sales imported for %(months)s."), {"months": str(month)}, "sales_missing"
            )
        return found.revenue_yuan.get(str(month), Decimal(0))

    months = list(Month.range(until - 11, until))
    return Chart(
        _("Revenue by month"),
        [write.month(str(m)) for m in months],
        [
            Series(_("Last 12 months"), [value(m) for m in months]),
            Series(_("A year before"), [value(m - 12) for m in months], role="comparison"),
        ],
        fmt="money",
        links=[f"{reverse('ledger:lines')}?customer={pk}&since={m}&until={m}" for m in months],
        axis=_("Month"),
    )


def _parts(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    total = sum(r["revenue_yuan"] for r in rows)
    for r in rows:
        r["name"] = pick(r["item"].name_zh, r["item"].name_en) if r["item"] else _("without category")
        r["share"] = r["revenue_yuan"] / total if total > 0 else None
    return rows
