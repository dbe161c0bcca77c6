"""Views of the design page and of the pages it leads to."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.kernel.errors import N_, BadInput, NotAllowed, NotFound, Place, Problem, RuleBroken
from qiao.runtime.listing import Action, Bulk, Column, Filter, Listing, render_list
from qiao.runtime.pages import Tab, render_panel, render_part, wants_part

from . import samples

TONES = ("good", "bad", "warn", "info", "neutral")
TIER_TONES = {"A": "good", "B": "info", "C": "neutral"}


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=40, help_text=gettext_lazy("As on the business licence.")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", "—"), ("a", gettext_lazy("Enterprise")), ("b", gettext_lazy("Public body"))],
    )
    since = forms.DateField(label=gettext_lazy("Since"), widget=forms.DateInput, required=False)
    limit = forms.DecimalField(label=gettext_lazy("Credit limit"), max_digits=12, decimal_places=2, min_value=0, required=False,
                               help_text=gettext_lazy("In yuan; the authority band of your post ends at 500,000."))  # fmt: skip
    channels = forms.MultipleChoiceField(label=gettext_lazy("Reached by"), widget=forms.CheckboxSelectMultiple, required=False,
                                         choices=[("phone", gettext_lazy("Phone")), ("visit", gettext_lazy("Visit"))])  # fmt: skip
    remark = forms.CharField(
        label=gettext_lazy("Remark"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    agreed = forms.BooleanField(label=gettext_lazy("The customer agreed to be contacted"))


class UploadForm(forms.Form):
    """A file to import."""

    file = forms.FileField(label=gettext_lazy("File"))


SAMPLE_LIST = Listing(
    code="design",
    columns=(
        Column("name", gettext_lazy("Customer"), "name", link=lambda row: reverse("design:record")),
        Column("tier", gettext_lazy("Tier"), "tier", kind="badge", phone="badge", tone=lambda row: TIER_TONES.get(row["tier"], "neutral"),
               why=lambda row: reverse("design:why") if row["tier"] else ""),
        Column("revenue", gettext_lazy("Revenue"), "revenue", kind="wan", phone="value"),
        Column("change", gettext_lazy("Against last year"), "change", kind="movement", phone="line"),
        Column("share", gettext_lazy("Share of unit"), "share", kind="share"),
        Column("lines", gettext_lazy("Lines"), "lines", kind="number", hint=gettext_lazy("Ledger lines of the last 12 months")),
        Column("unit", gettext_lazy("Unit"), lambda row: _(row["unit"]), needs=("unit",), phone="line"),
        Column("since", gettext_lazy("Since"), "since", kind="date"),
        Column("last", gettext_lazy("Last contact"), "last", kind="instant"),
        Column("key", gettext_lazy("Key account"), "key", kind="yes_no", shown=False),
        Column("code", gettext_lazy("Code"), "code", shown=False),
    ),
    filters=(
        Filter("unit", gettext_lazy("Unit"), path="unit", choices=[(name, name) for name in samples.UNITS]),
        Filter("tier", gettext_lazy("Tier"), path="tier", choices=[("A", "A"), ("B", "B"), ("C", "C")]),
        Filter("since", gettext_lazy("Since"), path="since", kind="dates"),
        Filter("revenue", gettext_lazy("Revenue (yuan)"), path="revenue", kind="range"),
    ),
    search=lambda rows, text: [row for row in rows if text.lower() in row["name"].lower()],
    search_hint=gettext_lazy("Name of the customer"),
    sort="-revenue",
    page_size=20,
    bulk=(Bulk(gettext_lazy("Change the manager"), "design:list"),),
    empty_title=gettext_lazy("No customers yet"),
)  # fmt: skip


def design(request: HttpRequest) -> HttpResponse:
    """Every part in all its states."""
    wrong = SampleForm({"name": "", "limit": "12.345", "kind": "a", "agreed": ""})
    context = {
        "tones": TONES,
        "charts": [make() for make in samples.ALL_CHARTS],
        "map": samples.units_map(),
        "ranking": samples.units_ranking(),
        "trace": samples.trace(),
        "entries": samples.timeline(),
        "job": samples.job(3),
        "jobs": samples.jobs(),
        "form": SampleForm(),
        "wrong": wrong,
        "no_cost": samples.NO_COST,
        "million": samples.REVENUE[0],
        "facts": [(_("Code"), "C000001"), (_("Primary"), "张三丰"), (_("Deputy"), "李四光"), (_("Unit"), _("River county"))],
        "problems": [
            (str(Place(file="客户.xlsx", sheet="Sheet1", row=12, column="客户编码")), _("The code C000017 stands twice.")),
            (str(Place(file="客户.xlsx", sheet="Sheet1", cell="F40")), _("“abc” is no amount.")),
        ],
        "refusals": [_refusal(422), _refusal(403), _refusal(404), _refusal(500)],
        "steps": [_("Choose a file"), _("Check"), _("Import")],
    }  # fmt: skip
    return render(request, "runtime/design/design.html", context)


def _refusal(status: int) -> dict[str, Any]:
    details = {
        422: _("Two primaries at once: Li Siguang serves this customer until 2026-12-31."),
        403: _("You lack the right for this."),
        404: _("There is nothing here, or it is outside your scope."),
        500: "",
    }
    return {"status": status, "detail": details[status], "right": _("Change assignments")}


def sample_list(request: HttpRequest) -> HttpResponseBase:
    """A whole list page."""
    actions = [Action(_("Import"), reverse("design:import"), icon="upload"), Action(_("New customer"), reverse("design:form"), icon="plus", primary=True)]  # fmt: skip
    return render_list(request, SAMPLE_LIST, samples.list_rows(), title=_("Sample list"), actions=actions)


def empty_list(request: HttpRequest) -> HttpResponseBase:
    """A list nobody filled yet."""
    return render_list(request, SAMPLE_LIST, [], title=_("Sample list, empty"))


def record(request: HttpRequest) -> HttpResponse:
    """A record with tabs."""
    url = reverse("design:record")
    wanted = request.GET.get("tab", "overview")
    labels = {"overview": _("Overview"), "history": _("History"), "refused": _("Without right")}
    tabs = [
        Tab(code, label, f"{url}?tab={code}", reverse("design:tab", args=[code]), code == wanted)
        for code, label in labels.items()
    ]
    return render_part(request, "runtime/design/record.html", {"tabs": tabs})


def tab(request: HttpRequest, code: str) -> HttpResponse:
    """The content of a tab of the sample record."""
    if code == "refused":
        raise NotAllowed("design.nobody")
    context = {"entries": samples.timeline(), "charts": [samples.trend()], "code": code}
    return render_part(request, "runtime/design/tab.html", context)


def why(request: HttpRequest) -> HttpResponse:
    """The explanation of a figure."""
    return render_panel(request, _("Why tier A?"), "runtime/design/why.html", {"trace": samples.trace()})


def form(request: HttpRequest) -> HttpResponse:
    """A form page; a valid answer is refused by a rule, so that this can be seen too."""
    filled = SampleForm(request.POST or None)
    if request.method == "POST" and filled.is_valid():
        raise RuleBroken(N_("This page keeps nothing; it only shows how a rule refuses."), code="design")
    context = {
        "title": _("New customer"),
        "form": filled,
        "submit": _("Save"),
        "cancel": reverse("design:design"),
        "draft": "design",
    }
    return render(request, "ui/form_page.html", context, status=422 if filled.errors else 200)


def import_file(request: HttpRequest) -> HttpResponse:
    """An import; any file is found wanting."""
    here = reverse("design:import")
    context: dict[str, Any] = {"title": _("Import customers"), "step": 1, "form": UploadForm(), "upload_url": here, "again_url": here,
                               "cancel_url": reverse("design:list"), "samples": [(_("Template"), here)]}  # fmt: skip
    if request.method == "POST":
        filled = UploadForm(request.POST, request.FILES)
        context["form"] = filled
        if filled.is_valid():
            place = Place(file=filled.cleaned_data["file"].name, row=2, column="客户编码")
            problem = Problem(N_("This page reads no files; it only shows how a problem looks."), place)
            if "all" in request.GET:
                raise BadInput([problem])
            counts = [(_("Rows"), 480), (_("New"), 431), (_("Changed"), 47), (_("Refused"), 2)]
            context |= {
                "step": 2,
                "report": {
                    "ok": False,
                    "counts": counts,
                    "problems": [(str(place), _(problem.message))],
                    "more": 1,
                },
            }
    return render(request, "ui/import.html", context)


def progress(request: HttpRequest, step: int) -> HttpResponse:
    """The panel of a job that moves with each look."""
    if not wants_part(request):
        raise NotFound
    return render_part(request, "ui/parts/progress.html", {"job": samples.job(step)})


def board(request: HttpRequest) -> HttpResponse:
    """A board as executives see it: figures, trend, ranking, map, concentration."""
    context = {
        "trend": samples.trend(),
        "curve": samples.curve(),
        "map": samples.units_map(),
        "ranking": samples.units_ranking(),
    }
    return render(request, "runtime/design/board.html", context)
