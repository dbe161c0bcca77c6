"""Pages of the register of staff: the list, a person's file, the lists of words, talents planned and there."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.org import access, actions, queries
from qiao.org.core.register import DESCRIBING, LISTS, TALENT, age_on, state_of_certificate
from qiao.runtime import clock
from qiao.runtime.i18n import say
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import answer_form, render_tab
from qiao.runtime.requests import Request

from . import register_forms as forms
from .register_listings import register_of

CERTIFICATE_STATES = {
    "valid": (N_("valid"), "good"),
    "ending": (N_("ends soon"), "warn"),
    "ended": (N_("ended"), "bad"),
}


def read_day(text: str) -> date:
    """The day an address asks for, today without one.

    Raises:
        RuleBroken: It is no day, or not between 1900 and 2999.
    """
    if not text:
        return clock.today()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not 1900 <= found.year <= 2999:
        raise RuleBroken(
            N_("“%(value)s” is not a date; write 2026-11-22."), code="date", field="on", value=text[:40]
        )
    return found


def register(request: Request) -> HttpResponseBase:
    """The register of staff in scope, as of a day."""
    viewer, on = request.viewer, read_day(request.GET.get("on", ""))
    if request.GET.get("age"):
        access.check_age_bands(viewer)
    rows = queries.with_several(access.visible_staff(viewer, on), on)
    rows = queries.with_page(rows, access.visible_people(viewer))
    buttons = []
    if viewer.can("org.import"):
        buttons.append(Action(_("Import"), reverse("imports:upload", args=["register"]), icon="upload"))
    return render_list(request, register_of(on), rows, title=_("Register of staff"), actions=buttons)


def person_register(request: Request, pk: int) -> HttpResponse:
    """Tab: what a person is and was described by, his certificates, and under its right what is personal."""
    viewer, today = request.viewer, clock.today()
    row = access.get_visible_person(viewer, pk)
    attributes = queries.list_attributes(pk)
    personal = queries.find_personal(pk) if access.sees_personal(viewer, row) else None
    context = {
        "person": row,
        "today": today,
        "sections": [
            {"code": code, "label": LISTS[code], "rows": [a for a in attributes if a.list == code]}
            for code in DESCRIBING
        ],
        "certificates": [(one, *certificate_state(one, today)) for one in queries.list_qualifications(pk)],
        "sees_personal": access.sees_personal(viewer, row),
        "born_on": personal.born_on if personal else None,
        "age": age_on(personal.born_on, today) if personal and personal.born_on else None,
        "can_edit": access.can_edit_person(viewer, row),
    }
    return render_tab(request, "person", pk, "register", "org/person_register.html", context)


def certificate_state(row: Any, today: date) -> tuple[str, str]:
    """The words for a certificate's state, and their tone."""
    state = state_of_certificate(valid_before=row.valid_before, notice_days=row.kind.notice_days, today=today)
    label, tone = CERTIFICATE_STATES[state]
    return say(label), tone


def _back(pk: int) -> str:
    return f"{reverse('org:person', args=[pk])}?tab=register"


@require_http_methods(["GET", "POST"])
def describe(request: Request, pk: int, list_code: str) -> HttpResponse:
    """Describe a person by a word from a day on."""
    row = access.get_editable_person(request.viewer, pk)
    if list_code not in DESCRIBING:
        raise NotFound
    form = forms.DescribeForm(request.POST or None, list_code=list_code)

    def write(values: dict[str, Any]) -> str:
        word = queries.get_word(values.pop("word"))
        actions.describe(person=row, word=word, by=request.user, **values)
        return _back(pk)

    return answer_form(request, form, write, title=say(LISTS[list_code]), cancel=_back(pk), subtitle=row.name)


@require_http_methods(["GET", "POST"])
def end_attribute(request: Request, pk: int, attribute_id: int) -> HttpResponse:
    """End what a person is described by."""
    row = access.get_editable_person(request.viewer, pk)
    attribute = queries.get_attribute(pk, attribute_id)
    form = forms.EndForm(request.POST or None)

    def write(values: dict[str, Any]) -> str:
        actions.end_attribute(attribute=attribute, by=request.user, **values)
        return _back(pk)

    subtitle = f"{row.name} · {queries.word_name(attribute.word)}"
    return answer_form(request, form, write, title=_("End the entry"), cancel=_back(pk), subtitle=subtitle)


@require_http_methods(["GET", "POST"])
def qualification(request: Request, pk: int, qualification_id: int | None = None) -> HttpResponse:
    """Enter or change a certificate."""
    row = access.get_editable_person(request.viewer, pk)
    found = queries.get_qualification(pk, qualification_id) if qualification_id is not None else None
    initial = (
        {name: getattr(found, name) for name in ("level", "number", "issued_on", "valid_before")}
        if found
        else {}
    )
    form = forms.QualificationForm(
        request.POST or None, initial={**initial, "kind": found.kind_id if found else None}
    )

    def write(values: dict[str, Any]) -> str:
        kind = queries.get_word(values.pop("kind"))
        actions.put_qualification(person=row, kind=kind, qualification=found, by=request.user, **values)
        return _back(pk)

    return answer_form(request, form, write, title=_("Qualification"), cancel=_back(pk), subtitle=row.name)


@require_POST
def withdraw_qualification(request: Request, pk: int, qualification_id: int) -> HttpResponse:
    """Take out a certificate entered by mistake."""
    access.get_editable_person(request.viewer, pk)
    found = queries.get_qualification(pk, qualification_id)
    actions.withdraw_qualification(qualification=found, by=request.user)
    messages.success(request, _("The certificate was taken out; the history keeps it."))
    return HttpResponseRedirect(_back(pk))


@require_http_methods(["GET", "POST"])
def personal(request: Request, pk: int) -> HttpResponse:
    """Change what is shown only under the right of its own."""
    row = access.get_personally_editable(request.viewer, pk)
    found = queries.find_personal(pk)
    form = forms.PersonalForm(request.POST or None, initial={"born_on": found.born_on if found else None})

    def write(values: dict[str, Any]) -> str:
        actions.put_personal(person=row, by=request.user, **values)
        return _back(pk)

    return answer_form(
        request, form, write, title=_("Personal particulars"), cancel=_back(pk), subtitle=row.name
    )


def words(request: Request) -> HttpResponse:
    """The lists people are described by."""
    access.check_everything(request.viewer, "org.edit")
    lists = [
        {"code": code, "label": label, "rows": queries.list_words(code, all_of_them=True)}
        for code, label in LISTS.items()
    ]
    return render(request, "org/words.html", {"lists": lists})


@require_http_methods(["GET", "POST"])
def word(request: Request, list_code: str = "", word_id: int | None = None) -> HttpResponse:
    """Enter a word into a list, or change one."""
    access.check_everything(request.viewer, "org.edit")
    found = queries.get_word(word_id) if word_id is not None else None
    code = found.list if found else list_code
    if code not in LISTS:
        raise NotFound
    initial = {name: getattr(found, name) for name in forms.WordForm.base_fields} if found else None
    form = forms.WordForm(request.POST or None, initial=initial)

    def write(values: dict[str, Any]) -> str:
        actions.put_word(list_code=code, word=found, by=request.user, **values)
        return reverse("org:words")

    return answer_form(request, form, write, title=say(LISTS[code]), cancel=reverse("org:words"))


def talents(request: Request) -> HttpResponse:
    """Talents planned and there, by unit and type: each unit with those below it."""
    viewer = request.viewer
    viewer.check("org.view")
    tree, scope = queries.get_tree(), viewer.scope("org.view")
    seen = [u for u, _depth in tree.walk() if scope.allows(unit_id=u)]
    kinds = [(word.pk, queries.word_name(word)) for word in queries.list_words(TALENT)]
    table = queries.compare_talents(seen, clock.today())
    rows = [
        {
            "unit": unit,
            "name": queries.unit_name(tree, unit),
            "depth": tree.depth(unit),
            "cells": [{"word": pk, **table[unit, pk]} for pk, _name in kinds],
        }
        for unit in seen
        if any(table[unit, pk]["planned"] is not None or table[unit, pk]["there"] for pk, _name in kinds)
    ]
    context = {"rows": rows, "kinds": kinds, "can_edit": viewer.can("org.edit"), "any_unit": bool(seen)}
    return render(request, "org/talents.html", context)


@require_http_methods(["GET", "POST"])
def plan_talents(request: Request) -> HttpResponse:
    """Say how many people of a talent type a unit is to have."""
    viewer = request.viewer
    viewer.check("org.edit")
    scope = viewer.scope("org.edit")
    form = forms.TalentForm(
        request.POST or None, unit_ids={u for u in queries.get_tree().nodes if scope.allows(unit_id=u)}
    )

    def write(values: dict[str, Any]) -> str:
        unit, kind = queries.get_unit(values.pop("unit")), queries.get_word(values.pop("word"))
        actions.plan_talents(unit=unit, word=kind, by=request.user, **values)
        return reverse("org:talents")

    return answer_form(request, form, write, title=_("Plan talents"), cancel=reverse("org:talents"))
