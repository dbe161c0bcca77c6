"""Labour cost of units by month: the list, entering one."""

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qiao.org import access, actions, queries
from qiao.runtime.listing import Action, Column, Filter, Listing, render_list
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request

from .forms import DayInput, unit_choices


def _units(request: Request) -> list[tuple[Any, str]]:
    return unit_choices(reached(request.viewer))[1:]


def reached(viewer: Any) -> set[int]:
    """Units whose labour cost the viewer may enter."""
    scope = viewer.scope(access.LABOUR_COST)
    return {u for u in queries.get_tree().nodes if scope.allows(unit_id=u)}


LABOUR_COSTS = Listing(
    code="labour_costs",
    columns=(
        Column("unit", gettext_lazy("Unit"), ("unit__name_zh", "unit__name_en"), sort=""),
        Column("month", gettext_lazy("Month"), "month", kind="month", phone="line"),
        Column("yuan", gettext_lazy("Labour cost"), "yuan", kind="money", sort="", phone="value"),
    ),
    filters=(
        Filter("unit", gettext_lazy("Unit"), path="unit_id", choices=_units, convert=int),
        Filter("month", gettext_lazy("Month"), kind="dates", path="month"),
    ),
    sort="-month",
    export_right=access.LABOUR_COST,
    empty_title=gettext_lazy("No labour cost entered yet"),
    empty_text=gettext_lazy(
        "What each unit itself spent on its staff in a month stands here; it comes by import or one by one."
    ),
    empty_icon="coins",
)


class CostForm(forms.Form):
    """What a unit spent on its staff in a month."""

    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int)
    month = forms.DateField(
        label=gettext_lazy("Month"), widget=DayInput, help_text=gettext_lazy("Any day of the month.")
    )
    yuan = forms.DecimalField(
        label=gettext_lazy("Labour cost in yuan"), min_value=0, max_digits=16, decimal_places=2,
        help_text=gettext_lazy("Of the unit itself, without those below."),
    )  # fmt: skip

    def __init__(self, *args: Any, unit_ids: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(unit_ids)  # type: ignore[attr-defined]


def labour_costs(request: Request) -> HttpResponseBase:
    """Labour cost of the units in reach, the newest month first."""
    rows = access.visible_labour_costs(request.viewer)
    buttons = [
        Action(_("Import"), reverse("imports:upload", args=["labour_costs"]), icon="upload"),
        Action(_("Enter"), reverse("org:new_labour_cost"), icon="plus", primary=True),
    ]
    return render_list(request, LABOUR_COSTS, rows, title=_("Labour cost"), actions=buttons)


@require_http_methods(["GET", "POST"])
def new_labour_cost(request: Request) -> HttpResponse:
    """Enter what a unit spent in a month, or correct it."""
    viewer = request.viewer
    viewer.check(access.LABOUR_COST)
    form = CostForm(request.POST or None, unit_ids=reached(viewer))

    def write(values: dict[str, Any]) -> str:
        unit = queries.get_unit(values.pop("unit"))
        actions.put_labour_cost(unit=unit, by=request.user, **values)
        return reverse("org:labour_costs")

    return answer_form(request, form, write, title=_("Labour cost"), cancel=reverse("org:labour_costs"))
