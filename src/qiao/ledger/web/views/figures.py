"""Figures of units and managers, what they mean, and the catalogue."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.kernel.errors import NotFound
from qiao.kernel.period import Month, parse_period
from qiao.ledger import access, queries
from qiao.ledger.core.catalogue import CATALOGUE, get_indicator
from qiao.ledger.web.display import KINDS, meaning_of, name_of, show, write_value
from qiao.org import queries as org
from qiao.org.core.tree import UnitTree
from qiao.runtime import figures as write
from qiao.runtime.charts import Chart, Series
from qiao.runtime.i18n import say
from qiao.runtime.pages import render_panel, render_tab
from qiao.runtime.requests import Request

WINDOWS = {
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter to date"),
    "half": gettext_lazy("Half-year to date"),
    "year": gettext_lazy("Year to date"),
}
COMPARED = ("revenue", "revenue_yoy", "customers_active", "customers_new", "customers_lost", "margin_share")
HEADLINES = ("revenue", "revenue_yoy", "customers_active", "margin_share")


def figures(request: Request) -> HttpResponse:
    """Figures of the viewer's unit, or his own; from there down to units, managers, customers, lines."""
    viewer = request.viewer
    viewer.check(access.VIEW)
    kind, holder_id = _asked_holder(request)
    access.check_holder(viewer, kind, holder_id)
    context = _holder_context(request, kind, holder_id)
    return render(request, "ledger/figures.html", context)


def _asked_holder(request: Request) -> tuple[str, int]:
    """The holder named in the address, else the viewer's unit, else the viewer himself."""
    viewer = request.viewer
    for kind in ("unit", "person"):
        text = request.GET.get(kind, "")
        if text:
            if not text.isdecimal() or len(text) > 18:
                raise NotFound
            return kind, int(text)
    scope = viewer.scope(access.VIEW)
    if scope.everything and (roots := org.get_tree().roots):
        return "unit", roots[0]
    if viewer.unit_id in scope.unit_ids:
        return "unit", viewer.unit_id
    return "person", viewer.person_id or 0


def unit(request: Request, pk: int) -> HttpResponse:
    """Tab on a unit."""
    return _tab(request, "unit", pk)


def person(request: Request, pk: int) -> HttpResponse:
    """Tab on a person."""
    return _tab(request, "person", pk)


def _tab(request: Request, kind: str, pk: int) -> HttpResponse:
    viewer = request.viewer
    viewer.check(access.VIEW)
    access.check_holder(viewer, kind, pk)
    return render_tab(request, kind, pk, "ledger", "ledger/holder.html", _holder_context(request, kind, pk))


def _holder_context(request: Request, kind: str, holder_id: int) -> dict[str, Any]:
    """Everything about one holder: its indicators in four windows, trend, and who stands below it."""
    run = queries.find_current_run(_asked_month(request))
    tree = org.get_tree()
    context: dict[str, Any] = {
        "kind": kind,
        "holder_id": holder_id,
        "holder_name": _holder_name(tree, kind, holder_id),
        "run": run,
        "windows": [(code, WINDOWS[code]) for code in KINDS],
        "months": queries.list_holder_periods(kind, holder_id),
    }
    if run is None:
        return context
    by_window = queries.list_windows_of(run, kind, holder_id)
    level = "manager" if kind == "person" else "unit"
    rows = [
        {
            "name": name_of(indicator),
            "url": reverse("ledger:indicator", args=[indicator.code]),
            "cells": [show(by_window.get(window, {}).get(indicator.code)) for window in KINDS],
        }
        for indicator in CATALOGUE
        if level in indicator.levels
    ]
    headlines = [
        {"name": name_of(get_indicator(code)), **_headline(by_window.get("month", {}).get(code))}
        for code in HEADLINES
    ]
    context |= {
        "rows": rows,
        "headlines": headlines,
        "chart": _trend(kind, holder_id),
        "below": _below(tree, run, kind, holder_id),
        "compared": [name_of(get_indicator(code)) for code in COMPARED],
        "lines_url": f"{reverse('ledger:lines')}?{kind}={holder_id}&since={run.month}&until={run.month}",
    }
    return context


def _asked_month(request: Request) -> str | None:
    text = request.GET.get("month", "")
    if not text:
        return None
    try:
        return str(Month.parse(text))
    except ValueError:
        raise NotFound from None


def _holder_name(tree: UnitTree, kind: str, holder_id: int) -> str:
    if kind == "unit":
        return org.unit_name(tree, holder_id)
    return org.people_names([holder_id]).get(holder_id, "")


def _headline(row: Any) -> dict[str, Any]:
    shown = show(row)
    return {"text": shown.text, "reason": shown.reason, "why": shown.why_url}


def _trend(kind: str, holder_id: int) -> Chart | None:
    """Revenue a month against the same customers' a year before."""
    history = queries.list_history(kind, holder_id, ("revenue", "revenue_yoy"))
    months = history["revenue"]
    if len(months) < 2:
        return None
    yoy = {row.period: row.result for row in history["revenue_yoy"]}
    before = []
    for row in months:
        result = yoy.get(row.period)
        before.append(result.denominator if result and result.incomplete is None else None)
    links = [f"{reverse('ledger:figures')}?{kind}={holder_id}&month={row.period}" for row in months]
    return Chart(
        _("Revenue"),
        [write.month(row.period) for row in months],
        [
            Series(_("This year"), [row.result.incomplete or row.result.value for row in months]),
            Series(_("A year before, same customers"), before, role="comparison"),
        ],
        fmt="wan",
        links=links,
        axis=_("Month"),
    )


def _below(tree: UnitTree, run: Any, kind: str, holder_id: int) -> list[dict[str, Any]]:
    """Units below a unit, or the managers of a unit without units below."""
    if kind != "unit":
        return []
    children = tree.children(holder_id)
    if children:
        names = {child: org.unit_name(tree, child) for child in children}
        below, param = queries.list_many(run, "unit", children, COMPARED), "unit"
    else:
        people = list(org.list_serving_people([holder_id])[:200])
        names = {person.pk: person.name for person in people}
        below, param = queries.list_many(run, "person", names, COMPARED), "person"
    rows = [
        {
            "name": name,
            "url": f"{reverse('ledger:figures')}?{param}={key}&month={run.month}",
            "cells": [show(below.get(key, {}).get(code)) for code in COMPARED],
            "order": (below.get(key, {}).get("revenue")),
        }
        for key, name in names.items()
    ]
    return sorted(rows, key=lambda r: -((r["order"].result.numerator or 0) if r["order"] else 0))


def why(request: Request, pk: int) -> HttpResponse:
    """The explanation of one figure: definition, what was added, and the way to the lines."""
    viewer = request.viewer
    viewer.check(access.VIEW)
    row = queries.get_figure(pk)
    access.check_holder(viewer, row.holder_kind, row.holder_id)
    months = [m for m in parse_period(row.period).months if str(m) <= _run_month(row)]
    since, until = str(months[0]), str(months[-1])
    lines = f"{reverse('ledger:lines')}?{row.holder_kind}={row.holder_id}&since={since}&until={until}"
    result = row.result
    context = {
        "indicator": row.indicator,
        "meaning": meaning_of(row.indicator),
        "holder": _holder_name(org.get_tree(), row.holder_kind, row.holder_id),
        "period": row.period,
        "until": until,
        "value": write_value(row.indicator.unit, result.incomplete or result.value),
        "numerator": result.numerator,
        "denominator": result.denominator,
        "reason": write.reason_missing(result.incomplete) if result.incomplete else "",
        "remark": say(result.remark.message, result.remark.params) if result.remark else "",
        "lines_url": lines,
        "catalogue_url": reverse("ledger:indicator", args=[row.indicator.code]),
        "run_id": row.run_id,
    }
    return render_panel(request, name_of(row.indicator), "ledger/why.html", context)


def _run_month(row: Any) -> str:
    return str(queries.get_run(row.run_id).month)


def catalogue(request: Request) -> HttpResponse:
    """Every indicator with its definition."""
    request.viewer.check(access.VIEW)
    rows = [{"indicator": i, "name": name_of(i), "meaning": meaning_of(i)} for i in CATALOGUE]
    return render(request, "ledger/catalogue.html", {"rows": rows})


def indicator(request: Request, code: str) -> HttpResponse:
    """One indicator's definition."""
    request.viewer.check(access.VIEW)
    try:
        found = get_indicator(code)
    except KeyError:
        raise NotFound from None
    context = {
        "indicator": found,
        "name": name_of(found),
        "meaning": meaning_of(found),
        "needs": [str(need) for need in found.needs],
        "levels": ", ".join(sorted(found.levels)),
    }
    return render(request, "ledger/indicator.html", context)
