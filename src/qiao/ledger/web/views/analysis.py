"""Free analysis: a gallery to begin from, any figures by any break-downs, the way from a cell to its lines."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qiao.kernel.errors import NotFound, RuleBroken
from qiao.ledger import access, actions, queries
from qiao.ledger import pivot_showing as showing
from qiao.ledger.core.analysis import MOST_CHARACTERS, Analysis, Fault, read_parts
from qiao.ledger.core.catalogue import get_indicator
from qiao.ledger.core.dimensions import OF_LINES, measures_of
from qiao.ledger.core.gallery import ready_for
from qiao.ledger.core.pivot import Table
from qiao.ledger.web import analysis_builder as builder
from qiao.ledger.web.analysis_files import take_away
from qiao.ledger.writing import meaning_of, name_of, write_value
from qiao.runtime import figures as write
from qiao.runtime.i18n import pick, say, say_error
from qiao.runtime.pages import render_panel, render_part, wants_part
from qiao.runtime.requests import Request

RUN_HEADER = "X-Qiao-Run"
_PARTS = frozenset({"i", "r", "c", "by", "last", "since", "until", "cmp", "sort", "top", "chart"})


def analysis(request: Request) -> HttpResponseBase:
    """The gallery, or the question its address asks."""
    viewer = request.viewer
    viewer.check(access.VIEW)
    if not request.GET.keys() & {"i", "r", "c", "by", "saved"}:
        return _gallery(request)
    asked, faults = _asked(request)
    kind = request.GET.get("export", "")
    if kind:
        access.check_export(viewer)
        return take_away(request, asked, kind)
    context: dict[str, Any] = {
        "asked": asked,
        "faults": [say_error(fault.refusal) for fault in faults],
        **builder.choices(asked),
    }
    status = 200
    try:
        with queries.stoppable(viewer.user_id, request.headers.get(RUN_HEADER, "")):
            table = queries.answer(asked, access.analysis_reach(viewer, asked))
    except RuleBroken as refusal:
        context["refusal"], status = say_error(refusal), 422
        context["chips"] = showing.narrowed_text(Table(asked, (), (), {}, ()))
    else:
        context |= showing.show(table) | {"chips": showing.narrowed_text(table)}
        context["unprepared"] = _find_unprepared(table)
    context |= {
        "saved": _saved(request),
        "can_export": viewer.can(access.EXPORT),
        "can_prepare": viewer.can(access.CLOSE),
        "query": asked.query(),
        "build_open": not asked.rows
        or bool(faults)
        or "refusal" in context
        or "build" in request.GET
        or wants_part(request),
        "cell_url": f"{reverse('ledger:analysis_cell')}?{asked.query()}",
    }
    template = "ledger/analysis_body.html" if wants_part(request) else "ledger/analysis.html"
    response = render_part(request, template, context, status=200 if wants_part(request) else status)
    if wants_part(request):
        response["HX-Push-Url"] = f"{reverse('ledger:analysis')}?{asked.query()}"
    return response


@require_POST
def analysis_stop(request: Request) -> HttpResponse:
    """Stop a question of one's own that is being answered."""
    request.viewer.check(access.VIEW)
    queries.stop(request.viewer.user_id, request.POST.get("run", ""))
    return HttpResponse(status=204)


def _asked(request: Request) -> tuple[Analysis, list[Fault]]:
    if len(request.META.get("QUERY_STRING", "")) > MOST_CHARACTERS:
        raise NotFound
    known = {name: values for name, values in request.GET.lists() if name in _PARTS or name.startswith("f.")}
    return read_parts(known)


def _saved(request: Request) -> Any:
    text = request.GET.get("saved", "")
    if not (text.isdecimal() and len(text) < 15):
        return None
    try:
        return access.get_saved(request.viewer, int(text))
    except NotFound:
        return None


def _find_unprepared(table: Table) -> bool:
    return any(known.missing is not None and known.missing.code == "not_prepared" for known in table.periods)


def _gallery(request: Request) -> HttpResponse:
    viewer = request.viewer
    base = reverse("ledger:analysis")
    ready = [
        {"title": pick(one.title_zh, one.title_en), "url": f"{base}?{one.query}", "icon": one.icon}
        for one in ready_for(viewer.profile)
    ]
    saved = queries.list_offered(viewer.user_id)
    context = {
        "ready": ready,
        "saved": [
            {"row": row, "url": f"{base}?{row.query}&saved={row.pk}", "mine": row.owner_id == viewer.user_id}
            for row in saved
        ],
        "newest": queries.newest_closed(),
        "unprepared": viewer.can(access.CLOSE) and bool(queries.list_unprepared()),
        "empty_url": f"{base}?i=revenue&r=period&build=1",
    }
    return render(request, "ledger/analysis_gallery.html", context)


def analysis_cell(request: Request) -> HttpResponse:
    """One cell: what it means, what it is made of, the ways further down."""
    viewer = request.viewer
    viewer.check(access.VIEW)
    asked, _faults = _asked(request)
    try:
        indicator = get_indicator(request.GET.get("at", "revenue"))
    except KeyError:
        raise NotFound from None
    line, column = request.GET.getlist("kr")[:3], request.GET.getlist("kc")[:2]
    only = showing.only_of(replace(asked, indicators=(indicator.code,)), line, column)
    total = replace(only, rows=(), columns=())
    table = queries.answer(total, access.analysis_reach(viewer, asked))
    cell = table.cells[(), ()][0]
    result = cell.result
    base = reverse("ledger:analysis")
    steps = showing.next_steps(replace(only, columns=()), (asked.rows or ("",))[max(len(line) - 1, 0)])
    more = dict.fromkeys(("i",), asked.indicators)
    context = {
        "meaning": meaning_of(indicator),
        "value": write_value(indicator.unit, result.incomplete or result.value),
        "numerator": result.numerator if indicator.denominator else None,
        "denominator": result.denominator,
        "reason": write.reason_missing(result.incomplete) if result.incomplete else "",
        "remark": say(result.remark.message, result.remark.params) if result.remark else "",
        "other": write_value(indicator.unit, cell.other.incomplete or cell.other.value) if cell.other else "",
        "compare_text": showing.compare_text(total.compare),
        "chips": showing.narrowed_text(table),
        "period": showing.period_text(table),
        "steps": [
            {
                "name": showing.dimension_name(step),
                "url": f"{base}?{replace(only, indicators=more['i'], rows=(step,), columns=()).query()}",
            }
            for step in steps[:8]
        ],
        "lines_url": _lines_url(total, indicator.code),
        "catalogue_url": reverse("ledger:indicator", args=[indicator.code]),
    }
    return render_panel(request, name_of(indicator), "ledger/analysis_cell.html", context)


def _lines_url(asked: Analysis, code: str) -> str:
    """The lines a figure is summed from; empty for figures that are no sums over lines."""
    span = queries.span_of(asked)
    if span is None or not measures_of(get_indicator(code)) - {"units"} <= OF_LINES:
        return ""
    return (
        f"{reverse('ledger:lines')}?{urlencode({'since': span[0], 'until': span[1], 'cell': asked.query()})}"
    )


def analysis_filter(request: Request) -> HttpResponse:
    """The values one break-down may be narrowed to, with those chosen ticked."""
    viewer = request.viewer
    viewer.check(access.VIEW)
    asked, _faults = _asked(request)
    context = builder.filter_choices(viewer, asked, request.GET.get("of", ""), request.GET.get("q", ""))
    if wants_part(request) and request.headers.get("HX-Target") == "q-filter-values":
        return render_part(request, "ledger/analysis_values.html", context)
    return render_panel(request, context["name"], "ledger/analysis_filter.html", context)


def analysis_save(request: Request) -> HttpResponse:
    """Keep the question under a name, for oneself or for all who see figures."""
    viewer = request.viewer
    viewer.check(access.VIEW)
    form = builder.SaveForm(
        request.POST or None, initial={"query": request.GET.urlencode(), "name": request.GET.get("name", "")}
    )
    if not viewer.can(access.SHARE):
        del form.fields["shared"]
    if request.method == "POST" and form.is_valid():
        values = {"shared": False, **form.cleaned_data}
        try:
            row = actions.save_analysis(viewer=viewer, by=request.user, **values)
        except RuleBroken as refusal:
            form.add_error("name" if refusal.field == "name" else None, say_error(refusal))
        else:
            return HttpResponseRedirect(f"{reverse('ledger:analysis')}?{row.query}&saved={row.pk}")
    response = render_panel(request, _("Save the analysis"), "ledger/analysis_save.html", {"form": form})
    response.status_code = 422 if form.errors else 200
    return response


@require_POST
def analysis_remove(request: Request, pk: int) -> HttpResponse:
    """Forget one of one's own saved analyses."""
    actions.remove_analysis(saved=access.get_own(request.viewer, pk), by=request.user)
    return HttpResponseRedirect(reverse("ledger:analysis"))


def analysis_mail(request: Request, pk: int) -> HttpResponse:
    """Have a saved analysis sent to oneself, or no more."""
    viewer = request.viewer
    saved = access.get_saved(viewer, pk)
    mail = queries.find_mail(saved.pk, viewer.user_id)
    initial = {"every": mail.every, "at": mail.at} if mail else {"at": "08:00"}
    form = builder.MailForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if "stop" in request.POST:
            actions.unsubscribe(saved=saved, by=request.user)
            return HttpResponseRedirect(reverse("ledger:analysis"))
        if form.is_valid():
            try:
                actions.subscribe(saved=saved, by=request.user, **form.cleaned_data)
            except RuleBroken as refusal:
                form.add_error(refusal.field, say_error(refusal))
            else:
                return HttpResponseRedirect(f"{reverse('ledger:analysis')}?{saved.query}&saved={saved.pk}")
    context = {"form": form, "saved": saved, "mail": mail}
    response = render_panel(request, _("Send by mail"), "ledger/analysis_mail.html", context)
    response.status_code = 422 if form.errors else 200
    return response


@require_POST
def analysis_prepare(request: Request) -> HttpResponse:
    """Make closes of earlier versions readable; a job."""
    request.viewer.check(access.CLOSE)
    job = actions.start_preparing(by=request.user)
    return HttpResponseRedirect(reverse("jobs:job", args=[job.pk]))
