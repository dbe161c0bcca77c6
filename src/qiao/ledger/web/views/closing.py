"""The monthly close: start it, see what it did."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qiao.kernel.errors import RuleBroken
from qiao.kernel.period import Month
from qiao.ledger import access, actions, queries
from qiao.ledger.core.closing import CloseStep
from qiao.ledger.web.forms import CloseForm
from qiao.runtime import clock
from qiao.runtime.contributions import list_registered
from qiao.runtime.i18n import say, say_error
from qiao.runtime.jobs.views import panel_of
from qiao.runtime.requests import Request

STATES = {
    "running": (gettext_lazy("Under way"), "info"),
    "done": (gettext_lazy("Done"), "good"),
    "failed": (gettext_lazy("Stopped by an error"), "bad"),
    "waiting": (gettext_lazy("Waiting"), "neutral"),
}
_SHOWN = 60


@require_http_methods(["GET", "POST"])
def runs(request: Request) -> HttpResponse:
    """Closes so far, and the next one."""
    request.viewer.check(access.CLOSE)
    form = CloseForm(request.POST or None, initial={"month": _next_month()})
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.start_close(month=Month.parse(form.cleaned_data["month"]), by=request.user)
        except RuleBroken as error:
            form.add_error("month", say_error(error))
        else:
            return HttpResponseRedirect(reverse("ledger:run", args=[run.pk]))
    rows = [{"run": run, "state": STATES[run.state]} for run in queries.list_runs()[:_SHOWN]]
    return render(
        request, "ledger/runs.html", {"form": form, "rows": rows}, status=422 if form.errors else 200
    )


def _next_month() -> str:
    last = queries.last_closed_month()
    full = Month.containing(clock.today()) - 1
    return str(min(Month.parse(last) + 1, full) if last else full)


def run(request: Request, pk: int) -> HttpResponse:
    """One close: its steps, inputs and results with their hashes."""
    request.viewer.check(access.CLOSE)
    row = queries.get_run(pk)
    labels = {step.code: say(step.label) for step in list_registered(CloseStep)}
    job = panel_of(row.job) if row.job else None
    inputs = row.inputs
    context = {
        "run": row,
        "state": STATES[row.state],
        "job": job if job and (job.is_live or job.state == "failed") else None,
        "steps": [
            {
                "row": step,
                "label": labels.get(step.code, step.code),
                "state": STATES[step.state],
                "notes": _notes(step.summary),
            }
            for step in row.steps.order_by("place")
        ],
        "facts": [(fact, len(files)) for fact, files in inputs.get("facts", {}).items()],
        "dimensions": sorted(inputs.get("dimensions", {}).items()),
        "policy": inputs.get("policy", []),
    }
    return render(request, "ledger/run.html", context)


def _notes(summary: dict[str, Any]) -> list[tuple[str, Any]]:
    """A step's summary in words; keys of steps of other contexts are shown as they are."""
    known = {
        "first_month": _("First month known"),
        "gaps": _("Months missing before"),
        "figures": _("Figures"),
        "incomplete": _("of them incomplete"),
        "changed_since": _("Changed since the last close of the month"),
        "revenue_yuan": _("Revenue of the month"),
        "revenue_in_units_yuan": _("of it in units"),
        "revenue_without_unit_yuan": _("of customers without a unit"),
        "customers": _("Customers brought up to date"),
    }
    notes: list[tuple[str, Any]] = []
    for key, value in summary.items():
        if key == "grains":
            notes += _grain_notes(value)
        elif key != "inputs" and value not in ([], None):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            notes.append((known.get(key, key), shown))
    return notes


def _grain_notes(grains: dict[str, int]) -> list[tuple[str, Any]]:
    if not grains["both"]:
        return []
    return [
        (_("Customer months known in two grains"), grains["both"]),
        (_("of them differing"), grains["differing"]),
        (_("Difference"), str(Decimal(grains["difference_cents"]).scaleb(-2))),
    ]
