"""The bulletin board: rankings with a text, prepared by the system, published by people, acknowledged by readers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import Incomplete
from qiao.ledger.core.catalogue import CATALOGUE, Unit, get_indicator
from qiao.ledger.core.mailing import EVERY
from qiao.ledger.pivot_showing import dimension_name, level_kinds
from qiao.ledger.writing import meaning_of, name_of
from qiao.org import queries as org
from qiao.runtime import figures
from qiao.runtime.boards import Ranking, RankRow
from qiao.runtime.i18n import say
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request
from qiao.work import queries as work

from .. import access, actions

SHOWN = 60
BY = (
    ("month", gettext_lazy("Month")), ("quarter", gettext_lazy("Quarter")), ("half", gettext_lazy("Half-year")),
    ("year", gettext_lazy("Year")),
)  # fmt: skip


class BulletinForm(forms.Form):
    """What a bulletin says, to whom, and what it ranks."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"),
        coerce=int,
        help_text=gettext_lazy("It goes to everybody there and below, and ranks what lies in it."),
    )
    ranked = forms.ChoiceField(label=gettext_lazy("Who is ranked"))
    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"))
    by = forms.ChoiceField(label=gettext_lazy("Period"), choices=BY)
    acknowledge_days = forms.IntegerField(
        label=gettext_lazy("Days to acknowledge"),
        min_value=0,
        max_value=60,
        initial=3,
        help_text=gettext_lazy("0 without a day."),
    )

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tree, units = org.get_tree(), access.draft_units(viewer)
        choices: dict[str, Any] = {
            "unit": [(u, "　" * depth + org.unit_name(tree, u)) for u, depth in tree.walk() if u in units],
            "ranked": [(c, dimension_name(c)) for c in (*level_kinds(), "manager") if c != "unit1"],
            "indicator": [(one.code, name_of(one)) for one in CATALOGUE],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def wish(self) -> actions.Wish:
        """What was asked for."""
        values = self.cleaned_data
        names = ("title", "text", "indicator", "ranked", "by", "acknowledge_days")
        return actions.Wish(unit_id=values["unit"], **{name: values[name] for name in names})


class PlanForm(BulletinForm):
    """The same, again and again."""

    every = forms.ChoiceField(label=gettext_lazy("How often"), choices=EVERY)
    at = forms.TimeField(
        label=gettext_lazy("At"), initial="08:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("A draft is prepared then, and you are told; a person looks at it and publishes it."),
    )  # fmt: skip


class DraftForm(forms.Form):
    """Subject and text of a draft."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )


def list_all(request: Request) -> HttpResponse:
    """Bulletins one has been sent, drafts and plans one keeps."""
    viewer = request.viewer
    rows = list(access.visible_bulletins(viewer)[:SHOWN])
    may = viewer.can("work.announce") and viewer.can("ledger.view")
    context = {
        "published": [row for row in rows if row.notice_id],
        "drafts": [row for row in rows if not row.notice_id],
        "plans": [_plan(row) for row in access.visible_plans(viewer)] if may else [],
        "may_prepare": may,
    }
    return render(request, "reports/bulletins.html", context)


def _plan(row: Any) -> dict[str, Any]:
    return {"row": row, "every": say(dict(EVERY)[row.every])}


def bulletin(request: Request, pk: int) -> HttpResponse:
    """One bulletin with its ranking; acknowledged here, or published while a draft."""
    viewer = request.viewer
    row = access.get_bulletin(viewer, pk)
    indicator = get_indicator(row.indicator)
    reader = work.find_reader(row.notice_id, viewer.person_id) if row.notice_id and viewer.person_id else None
    context = {
        "bulletin": row,
        "ranking": ranking_of(row),
        "meaning": meaning_of(indicator),
        "reader": reader,
        "to_acknowledge": reader is not None and reader.acknowledged_at is None,
        "may_publish": row.notice_id is None and row.unit_id in access.draft_units(viewer),
    }
    return render(request, "reports/bulletin.html", context)


def ranking_of(row: Any) -> Ranking:
    """The ranking as it was prepared; whoever has no figure is named with the reason."""
    indicator = get_indicator(row.indicator)
    share = indicator.unit in (Unit.SHARE, Unit.CHANGE)
    rows = [
        RankRow(
            line["label"],
            Decimal(line["value"]) if line["value"] is not None else Incomplete("%(reason)s", {"reason": line["missing"]}),
            change=Decimal(line["change"]) if line["change"] is not None else None,
            rank=line["rank"], rank_before=line["before"],
        )
        for line in row.rows
    ]  # fmt: skip
    good: Any = indicator.better or "none"
    return Ranking(
        f"{name_of(indicator)} · {figures.period(row.period)}", name_of(indicator), rows,
        fmt="wan" if indicator.unit is Unit.YUAN else "share" if share else "number",
        change_label=_("Against the period before"), good=good, label=dimension_name(row.ranked),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Prepare a bulletin now."""
    access.check_bulletins(request.viewer)
    form = BulletinForm(request.POST or None, viewer=request.viewer, initial={"unit": request.viewer.unit_id})

    def write(values: dict[str, Any]) -> str:
        row = actions.prepare(wish=form.wish(), by=request.user)
        return reverse("reports:bulletin", args=[row.pk])

    return answer_form(
        request,
        form,
        write,
        title=_("New bulletin"),
        cancel=reverse("reports:bulletins"),
        submit=_("Prepare"),
    )


@require_http_methods(["GET", "POST"])
def new_plan(request: Request) -> HttpResponse:
    """Have a bulletin prepared again and again."""
    access.check_bulletins(request.viewer)
    form = PlanForm(request.POST or None, viewer=request.viewer, initial={"unit": request.viewer.unit_id})

    def write(values: dict[str, Any]) -> str:
        actions.plan_bulletin(wish=form.wish(), every=values["every"], at=values["at"], by=request.user)
        return reverse("reports:bulletins")

    return answer_form(request, form, write, title=_("Plan a bulletin"), cancel=reverse("reports:bulletins"))


@require_POST
def end_plan(request: Request, pk: int) -> HttpResponse:
    """Prepare it no more."""
    actions.end_plan(plan=access.get_plan(request.viewer, pk), by=request.user)
    return HttpResponseRedirect(reverse("reports:bulletins"))


@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Write a draft over."""
    row = access.get_draft(request.viewer, pk)

    def write(values: dict[str, Any]) -> str:
        actions.change_draft(bulletin=row, by=request.user, **values)
        return reverse("reports:bulletin", args=[pk])

    form = DraftForm(request.POST or None, initial={"title": row.title, "text": row.text})
    return answer_form(request, form, write, title=row.title, cancel=reverse("reports:bulletin", args=[pk]))


@require_POST
def publish(request: Request, pk: int) -> HttpResponse:
    """Publish a draft to its unit and all below."""
    actions.publish(bulletin=access.get_draft(request.viewer, pk), by=request.user)
    messages.success(request, _("Published; everybody there was told."))
    return HttpResponseRedirect(reverse("reports:bulletin", args=[pk]))


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Throw a draft away."""
    actions.drop_draft(bulletin=access.get_draft(request.viewer, pk), by=request.user)
    return HttpResponseRedirect(reverse("reports:bulletins"))
