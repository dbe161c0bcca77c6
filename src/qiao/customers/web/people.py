"""People at a customer: the list, the drawn decision chain, notes by day."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.customers import access, actions, queries
from qiao.kernel.errors import RuleBroken
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.pages import render_form, render_tab
from qiao.runtime.protection import withheld
from qiao.runtime.requests import Request

from . import forms
from .chain import chart_of
from .parts import one_of


def role_gaps(contacts: Any) -> list[Any]:
    """Labels of contact roles nobody holds."""
    held = {contact.role for contact in contacts}
    return [label for role, label in forms.CONTACT_ROLES if role and role not in held]


def people(request: Request, pk: int) -> HttpResponse:
    """Tab: people at the customer; which contact roles are open shows, and who decides."""
    viewer = request.viewer
    row = access.get_visible(viewer, pk)
    contacts = queries.list_contacts(pk)
    context = {
        "customer": row,
        "contacts": describe(contacts),
        "chart": chart_of(contacts),
        "gaps": role_gaps(contacts),
        "can_edit": access.can_change(viewer, row),
        "can_personal": access.can_change(viewer, row, access.PERSONAL),
    }
    return render_tab(request, "customer", pk, "people", "customers/people.html", context)


def describe(contacts: Any) -> list[dict[str, Any]]:
    """People with the words for their roles and attitude."""
    labels, names = dict(forms.CONTACT_ROLES), {one.pk: one.name for one in contacts}
    return [
        {
            "row": one,
            "role": labels.get(one.role, one.role),
            "decision_role": forms.DECISION_LABELS.get(one.decision_role, ""),
            "attitude": forms.ATTITUDES.get(one.attitude, ""),
            "reports_to": names.get(one.reports_to_id, ""),
        }
        for one in contacts
    ]


def _back(pk: int) -> str:
    return f"{reverse('customers:customer', args=[pk])}?tab=people"


@require_http_methods(["GET", "POST"])
def contact(request: Request, pk: int, contact_id: int | None = None) -> HttpResponse:
    """Enter or change a person at the customer."""
    row = access.get_changeable(request.viewer, pk)
    contacts = queries.list_contacts(pk)
    found = one_of(contacts, contact_id)
    initial = {name: getattr(found, name) for name in forms.ContactForm.base_fields} if found else None
    heads = [(one.pk, one.name) for one in contacts if one != found]
    form = forms.ContactForm(request.POST or None, initial=initial, heads=heads)
    if found:
        for name in withheld(request.viewer, access.PROTECTED_OF_CONTACT):
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_contact(customer=row, contact=found, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error("reports_to_id", say_error(error))
        else:
            return HttpResponseRedirect(_back(pk))
    return render_form(request, form, title=_("Contact"), cancel=_back(pk), subtitle=row.name)


@require_POST
def remove_contact(request: Request, pk: int, contact_id: int) -> HttpResponse:
    """Take a person off the file."""
    access.get_changeable(request.viewer, pk)
    actions.remove_contact(contact=one_of(queries.list_contacts(pk), contact_id), by=request.user)
    return HttpResponseRedirect(_back(pk))


@require_http_methods(["GET", "POST"])
def contact_notes(request: Request, pk: int, contact_id: int) -> HttpResponse:
    """What was learnt of a person, by day; whoever may change the file adds to it."""
    viewer = request.viewer
    row = (access.get_changeable if request.method == "POST" else access.get_visible)(viewer, pk)
    found = queries.get_contact(pk, contact_id)
    form = forms.NoteForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        actions.add_contact_note(
            contact=found, person_id=viewer.person_id, by=request.user, **form.cleaned_data
        )
        return HttpResponseRedirect(reverse("customers:contact_notes", args=[pk, contact_id]))
    context = {
        "customer": row,
        "contact": found,
        "notes": queries.list_contact_notes(contact_id),
        "form": form,
        "can_edit": access.can_change(viewer, row),
        "back": _back(pk),
    }
    return render(request, "customers/contact_notes.html", context, status=422 if form.errors else 200)
