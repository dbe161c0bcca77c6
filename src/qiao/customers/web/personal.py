"""Personal data of a contact: what is kept, what for, with which consent; taking it out, erasing it; who read it."""

import json
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.customers import access, actions, policy, queries
from qiao.customers.core.personal import PERSONAL_FIELDS
from qiao.kernel.errors import RuleBroken
from qiao.runtime import clock
from qiao.runtime.i18n import pick, say_error
from qiao.runtime.listing import render_list
from qiao.runtime.requests import Request

from . import forms, listings


def _page(pk: int, contact_id: int) -> str:
    return reverse("customers:personal", args=[pk, contact_id])


@require_http_methods(["GET", "POST"])
def personal(request: Request, pk: int, contact_id: int) -> HttpResponse:
    """What is kept of a person under his consent; every look at it is noted."""
    customer, contact = access.get_personal(request.viewer, pk, contact_id)
    article = policy.personal_policy(clock.today())
    initial = {name: getattr(contact, name) for name in PERSONAL_FIELDS}
    form = forms.PersonalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_personal(contact=contact, values=form.cleaned_data, policy=article, by=request.user)
            return HttpResponseRedirect(_page(pk, contact_id))
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say_error(refusal))
    actions.note_read(contact=contact, user=request.user, how="page")
    return _shown(request, customer, contact, form=form, consent=forms.ConsentForm())


def _shown(request: Request, customer: Any, contact: Any, *, form: Any, consent: Any) -> HttpResponse:
    article = policy.personal_policy(clock.today())
    labels = dict(forms.PERSONAL_LABELS)
    context = {
        "customer": customer,
        "contact": contact,
        "form": form,
        "consent": consent,
        "rules": [
            (
                labels[rule.field.value],
                pick(rule.purpose.zh, rule.purpose.en),
                rule.needs_consent,
                rule.keep_months,
            )
            for rule in (article.fields if article else ())
        ],
        "consents": [(row, labels[row.field]) for row in queries.list_consents(contact.pk)],
        "back": f"{reverse('customers:customer', args=[customer.pk])}?tab=people",
    }
    status = 422 if form.errors or consent.errors else 200
    return render(request, "customers/personal.html", context, status=status)


@require_POST
def consent(request: Request, pk: int, contact_id: int) -> HttpResponse:
    """Note that a person agreed."""
    customer, contact = access.get_personal(request.viewer, pk, contact_id)
    form = forms.ConsentForm(request.POST)
    if form.is_valid():
        try:
            actions.note_consent(
                contact=contact, person_id=request.viewer.person_id, by=request.user, **form.cleaned_data
            )
            return HttpResponseRedirect(_page(pk, contact_id))
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say_error(refusal))
    initial = {name: getattr(contact, name) for name in PERSONAL_FIELDS}
    actions.note_read(contact=contact, user=request.user, how="page")
    return _shown(request, customer, contact, form=forms.PersonalForm(initial=initial), consent=form)


@require_POST
def withdraw(request: Request, pk: int, contact_id: int, consent_id: int) -> HttpResponse:
    """A person takes his consent back; what was kept under it goes."""
    _customer, contact = access.get_personal(request.viewer, pk, contact_id)
    try:
        actions.withdraw_consent(consent=queries.get_consent(contact.pk, consent_id), by=request.user)
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    else:
        messages.success(request, _("The consent is withdrawn, and what was kept under it is gone."))
    return HttpResponseRedirect(_page(pk, contact_id))


@require_POST
def take_out(request: Request, pk: int, contact_id: int) -> HttpResponse:
    """All that is kept of a person, as a file for the person; noted as a read."""
    _customer, contact = access.get_personal(request.viewer, pk, contact_id)
    actions.note_read(contact=contact, user=request.user, how="export")
    text = json.dumps(queries.all_kept_of(contact), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="contact-{contact.pk}.json"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@require_POST
def erase(request: Request, pk: int, contact_id: int) -> HttpResponse:
    """Erase a person, with a reason."""
    _customer, contact = access.get_personal(request.viewer, pk, contact_id)
    try:
        actions.erase_contact(contact=contact, reason=request.POST.get("reason", ""), by=request.user)
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
        return HttpResponseRedirect(_page(pk, contact_id))
    messages.success(request, _("The person is erased; that it was done, by whom and why is kept."))
    return HttpResponseRedirect(f"{reverse('customers:customer', args=[pk])}?tab=people")


def reads(request: Request) -> HttpResponseBase:
    """Who read or took out personal data, newest first; for auditors."""
    return render_list(
        request,
        listings.PERSONAL_READS,
        access.personal_reads(request.viewer),
        title=_("Reads of personal data"),
    )
