"""Pages of the working calendar and of absences."""

import calendar as months
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.org import access, actions, queries
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request

from . import forms, listings

FIRST_YEAR, LAST_YEAR = 2000, 2100


def calendar(request: Request) -> HttpResponse:
    """A year of working days, holidays and make-up days, and the usual hours."""
    viewer = request.viewer
    access.person_of(viewer)
    year = _year(request)
    working, special = queries.get_calendar(), {d.on: d for d in queries.list_special_days(year)}
    shown = [_month(year, number, working, special) for number in range(1, 13)]
    context = {
        "year": year,
        "months": shown,
        "weekdays": [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")],
        "hours": [_hours(row) for row in queries.list_working_hours()],
        "special": list(special.values()),
        "can_edit": _may_edit(viewer),
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
    }
    return render(request, "org/calendar.html", context)


def _may_edit(viewer: Any) -> bool:
    return bool(viewer.can("org.edit") and viewer.scope("org.edit").everything)


def _check_edit(viewer: Any) -> None:
    """The calendar is everybody's: only who reaches the whole enterprise changes it."""
    access.check_everything(viewer, "org.edit")


def _year(request: Request) -> int:
    text = request.GET.get("year", "")
    if not text:
        return clock.today().year
    if not text.isdecimal() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise RuleBroken(N_("“%(value)s” is not a year."), code="year", field="year", value=text[:20])
    return int(text)


def _month(year: int, number: int, working: Any, special: dict[date, Any]) -> dict[str, Any]:
    today = clock.today()
    weeks = [
        [_day(day, number, working, special.get(day), today) for day in week]
        for week in months.Calendar().monthdatescalendar(year, number)
    ]
    days = [d for week in weeks for d in week if d]
    return {"starts_on": date(year, number, 1), "weeks": weeks, "worked": sum(d["works"] for d in days if d)}


def _day(day: date, month: int, working: Any, special: Any, today: date) -> dict[str, Any] | None:
    if day.month != month:
        return None
    works = working.works_on(day)
    kind = "special-" if special else ""
    return {
        "on": day,
        "works": works,
        "css": f"{kind}{'work' if works else 'rest'}",
        "note": special.note if special else "",
        "today": day == today,
    }


def _hours(row: Any) -> dict[str, Any]:
    names = [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]
    return {
        "starts_on": row.starts_on,
        "weekdays": pgettext("between words", ", ").join(names[d] for d in row.weekdays),
        "spans": " · ".join(f"{a}–{b}" for a, b in row.spans),
    }


@require_http_methods(["GET", "POST"])
def set_hours(request: Request) -> HttpResponse:
    """Usual working days and hours from a day on."""
    _check_edit(request.viewer)
    form = forms.HoursForm(request.POST or None)

    def write(values: dict[str, Any]) -> str:
        actions.set_working_hours(**values, by=request.user)
        return reverse("org:calendar")

    return answer_form(request, form, write, title=_("Working hours"), cancel=reverse("org:calendar"))


@require_http_methods(["GET", "POST"])
def set_day(request: Request) -> HttpResponse:
    """Make a day a day off or a working day, or let the usual week decide again."""
    _check_edit(request.viewer)
    asked = request.GET.get("on", "")
    form = forms.SpecialDayForm(request.POST or None, initial={"on": asked or clock.today()})

    def write(values: dict[str, Any]) -> str:
        if values["works"] == "usual":
            actions.clear_day(on=values["on"], by=request.user)
        else:
            worked = values["works"] == "work"
            actions.set_day(on=values["on"], works=worked, note=values["note"], by=request.user)
        return f"{reverse('org:calendar')}?year={values['on'].year}"

    return answer_form(request, form, write, title=_("Special day"), cancel=reverse("org:calendar"))


@require_POST
def seed(request: Request, year: int) -> HttpResponse:
    """Enter a year's public holidays."""
    _check_edit(request.viewer)
    try:
        count = actions.seed_holidays(year=year, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    else:
        text = ngettext("%(count)s day entered.", "%(count)s days entered.", count) % {"count": count}
        messages.success(request, text)
    return HttpResponseRedirect(f"{reverse('org:calendar')}?year={year}")


def absences(request: Request) -> HttpResponseBase:
    """Who is away and who acts for him: one's own, and with the right those of one's units."""
    viewer = request.viewer
    access.person_of(viewer)
    rows = access.visible_absences(viewer)
    new = Action(_("Note an absence"), reverse("org:new_absence"), icon="plus", primary=True)
    return render_list(request, listings.ABSENCES, rows, title=_("Absences"), actions=[new])


@require_http_methods(["GET", "POST"])
def new_absence(request: Request) -> HttpResponse:
    """Note that somebody is away."""
    viewer = request.viewer
    me = access.person_of(viewer)
    form = forms.AbsenceForm(
        request.POST or None, people=access.people_for_absences(viewer), substitutes=queries.list_in_service(clock.today()),
        initial={"person": me, "starts_on": clock.today(), "last_on": clock.today()},
    )  # fmt: skip

    def write(values: dict[str, Any]) -> str:
        ends_before = values.pop("last_on") + timedelta(days=1)
        actions.note_absence(**values, ends_before=ends_before, by=request.user)
        messages.success(request, _("Noted."))
        return reverse("org:absences")

    return answer_form(
        request,
        form,
        write,
        fields={"ends_before": "last_on"},
        title=_("Note an absence"),
        cancel=reverse("org:absences"),
    )


@require_POST
def end_absences(request: Request) -> HttpResponse:
    """The picked people are back today."""
    picked = {int(text) for text in request.POST.getlist("pick") if text.isdecimal()}
    rows = list(access.visible_absences(request.viewer).filter(pk__in=picked))
    if not rows or len(rows) != len(picked):
        raise NotFound
    for row in rows:
        actions.end_absence(absence=row, on=clock.today(), by=request.user)
    messages.success(request, _("Ended."))
    return HttpResponseRedirect(reverse("org:absences"))
