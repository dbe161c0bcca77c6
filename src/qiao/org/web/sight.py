"""Who sees a record and why; looking as a colleague; rights granted for a time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import NotFound
from qiao.org import access, actions, queries
from qiao.org.core.sight import Reaching
from qiao.runtime import clock, figures
from qiao.runtime.contributions import Reach, Right, find_registered
from qiao.runtime.i18n import say
from qiao.runtime.listing import Column, Filter, Listing, opens, render_list
from qiao.runtime.pages import answer_form, render_tab
from qiao.runtime.protection import SIGHT_WORDS, list_protected, sights_of
from qiao.runtime.requests import Request, address_of

from .forms import SCOPE_LABELS

SHOWN = 300
WHY = {
    "all": _("His post reaches the whole enterprise"),
    "unit": _("It belongs to the unit of his post"),
    "unit_and_below": _("It belongs to the unit of his post or one below"),
    "chosen": _("It belongs to a unit chosen for his post"),
    "serves": _("He is on it himself"),
    "grant": _("Granted for a time"),
}


def explain(reach: Reach, kind: str) -> list[dict[str, Any]]:
    """Who sees a record, each reason on its own line, with what he may change and how far he sees protected fields."""
    today = clock.today()
    found = queries.list_reaching(reach, reach.right, today)
    editing = {one.person_id for one in queries.list_reaching(reach, reach.edit_right, today)}
    roles = queries.role_sights([one.person_id for one in found], today)
    fields = [field for field in list_protected() if field.kind == kind]
    return [
        {
            "person_id": one.person_id,
            "name": one.name,
            "role": one.role,
            "unit": one.unit,
            "why": _reason(one),
            "changes": one.person_id in editing,
            "fields": _fields(fields, roles.get(one.person_id, [])),
        }
        for one in sorted(found, key=lambda one: (one.why != "serves", not one.part))
    ]


def _reason(one: Reaching) -> str:
    words = str(WHY[one.why])
    if one.part:
        words = f"{one.part} · {words}"
    if one.until:
        words += " " + str(_("until %(day)s") % {"day": figures.day(one.until)})
    return words


def _fields(fields: Sequence[Any], roles: list[dict[str, str]]) -> list[tuple[str, str]]:
    """How far the fields are seen: each sight with the fields it holds for, the widest first."""
    sights = sights_of(roles)
    return [
        (say(word), "、".join(say(field.label) for field in fields if sights[field.code] is sight))
        for sight, word in sorted(SIGHT_WORDS.items(), reverse=True)
        if any(sights[field.code] is sight for field in fields)
    ]


def who_sees(request: Request, kind: str, pk: int) -> HttpResponse:
    """Tab: everybody who sees the record, and what lets him."""
    rows = explain(access.get_explained(request.viewer, kind, pk), kind)
    people = len({row["person_id"] for row in rows})
    context = {"rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN), "people": people}
    return render_tab(request, kind, pk, "sight", "org/who_sees.html", context)


class LookForm(forms.Form):
    """Why one looks as somebody else."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Kept with the look; auditors read it.")
    )


@require_http_methods(["GET", "POST"])
def look(request: Request, pk: int) -> HttpResponse:
    """Begin to look at Qiao as a colleague sees it."""
    person = access.get_to_look_as(request.viewer, pk)
    form = LookForm(request.POST or None)

    def write(values: dict[str, Any]) -> str:
        row = actions.begin_look(person=person, by=request.user, network=address_of(request), **values)
        request.session[access.LOOKING] = row.pk
        return reverse("home")

    return answer_form(
        request,
        form,
        write,
        title=_("Look as %(name)s") % {"name": person.name},
        subtitle=_("Reading only; nothing is exported, protected fields stay masked, and the look is noted."),
        cancel=reverse("org:person", args=[pk]),
        submit=_("Begin to look"),
    )


@require_POST
def end_look(request: Request) -> HttpResponse:
    """End the look; the one way to write while looking."""
    request.session.pop(access.LOOKING, None)
    actions.end_look(by=request.user)
    return HttpResponseRedirect(reverse("home"))


LOOKS = Listing(
    code="looks",
    columns=(
        Column("at", _("From"), "started_at", kind="instant", phone="line"),
        Column("until", _("Until"), "ended_at", kind="instant", sort="", phone="line"),
        Column("who", _("Log-in name"), "by__username", sort="", phone="value"),
        Column("person", _("As whom"), "person__name", sort="", link=opens("org:person", "person_id"), needs=("person_id",), phone="line"),
        Column("reason", _("Reason"), "reason", sort="", phone="line"),
        Column("network", _("From where"), "network", sort=""),
    ),
    filters=(Filter("at", _("From"), kind="dates", path="started_at"),),
    search=lambda rows, text: rows.filter(person__name__icontains=text) | rows.filter(by__username__icontains=text),
    search_hint=_("Log-in name or colleague"),
    sort="-at",
    empty_title=_("Nobody looked as somebody else yet"),
    empty_text=_("Whoever looks at Qiao as a colleague sees it stands here: who, as whom, why, from when to when."),
    empty_icon="eye",
)  # fmt: skip


def looks(request: Request) -> HttpResponseBase:
    """Who looked as whom, and why."""
    rows = access.visible_looks(request.viewer)
    return render_list(request, LOOKS, rows, title=_("Looks as a colleague"))


def _right_name(row: Any) -> str:
    found = find_registered(Right, row["right"])
    return say(found.label) if found else str(row["right"])


GRANTS = Listing(
    code="grants",
    columns=(
        Column("person", _("Person"), "person__name", sort="", link=opens("org:person", "person_id"), needs=("person_id",)),
        Column("right", _("Right"), _right_name, needs=("right",), phone="line"),
        Column("reach", _("Data scope"), lambda row: str(SCOPE_LABELS[row["scope_kind"]]), needs=("scope_kind",), phone="line"),
        Column("unit", _("Unit"), ("unit__name_zh", "unit__name_en"), sort="", phone="line"),
        Column("from", _("Starts on"), "starts_on", kind="date", phone="line"),
        Column("until", _("Until before"), "ends_before", kind="date", phone="line"),
        Column("reason", _("Reason"), "reason", sort="", phone="line"),
        Column("by", _("Granted by"), "granted_by__name", sort=""),
        Column("end", "", lambda row: str(_("End")) if row["ends_before"] > clock.today() else "", needs=("ends_before",),
               link=lambda row: reverse("org:end_grant", args=[row["id"]]) if row["ends_before"] > clock.today() else "", phone="line"),
    ),
    sort="-from",
    search=lambda rows, text: rows.filter(person__name__icontains=text) | rows.filter(reason__icontains=text),
    search_hint=_("Name or reason"),
    empty_title=_("No right is granted for a time"),
    empty_text=_("Whoever lacks a right asks for it on the page that refuses him; what is agreed to stands here until it ends."),
    empty_icon="key",
)  # fmt: skip


def grants(request: Request) -> HttpResponseBase:
    """Rights granted for a time."""
    rows = access.visible_grants(request.viewer)
    return render_list(
        request, GRANTS, rows, title=_("Granted rights"), subtitle=_("Beyond what posts give, for a time")
    )


@require_http_methods(["GET", "POST"])
def end_grant(request: Request, pk: int) -> HttpResponse:
    """Take a granted right back before its time."""
    row = access.visible_grants(request.viewer).filter(pk=pk).first()
    if row is None:
        raise NotFound
    last = figures.day(row.ends_before - timedelta(days=1))

    def write(_values: dict[str, Any]) -> str:
        actions.end_grant(grant_id=pk, by=request.user)
        messages.success(request, str(_("The right ends today.")))
        return reverse("org:grants")

    return answer_form(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        write,
        title=_("End a granted right"),
        subtitle=f"{row.person.name} · {_right_name({'right': row.right})} · {last}",
        cancel=reverse("org:grants"),
        submit=_("End it today"),
        danger=True,
    )
