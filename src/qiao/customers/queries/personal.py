"""Reads of personal data of contacts: consents, who read what, what may be kept no longer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from qiao.customers.core.personal import PERSONAL_FIELDS, PersonalDataPolicy
from qiao.kernel.errors import NotFound

from ..models import Consent, Contact, ContactNote, PersonalRead


def list_consents(contact_id: int) -> Sequence[Consent]:
    """Consents of a person, newest first."""
    rows = Consent.objects.filter(contact_id=contact_id).select_related("person")
    return list(rows.order_by("-given_on", "-id"))


def get_consent(contact_id: int, consent_id: int) -> Consent:
    """One consent of a person. Raises NotFound."""
    found = Consent.objects.select_related("contact").filter(contact_id=contact_id, pk=consent_id).first()
    if found is None:
        raise NotFound
    return found


def list_personal_reads() -> QuerySet[PersonalRead]:
    """Who read or took out personal data."""
    return PersonalRead.objects.select_related("user", "customer")


def kept_too_long(policy: PersonalDataPolicy | None, on: date) -> QuerySet[Consent]:
    """Standing consents older than the article lets data be kept for."""
    rows = Consent.objects.filter(withdrawn_on__isnull=True).select_related("contact__customer")
    due = rows.none()
    for rule in policy.fields if policy else ():
        if rule.keep_months is not None:
            due = due | rows.filter(field=rule.field.value, given_on__lt=months_before(on, rule.keep_months))
    return due


def months_before(on: date, months: int) -> date:
    """The day so many months before; the month's last day where it has none of that number."""
    whole = on.year * 12 + on.month - 1 - months
    year, month = divmod(whole, 12)
    for day in range(on.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return on


def all_kept_of(contact: Contact) -> dict[str, Any]:
    """Everything kept of a person, for the person himself."""
    notes = ContactNote.objects.filter(contact=contact).order_by("on", "id")
    return {
        "customer": contact.customer.name,
        "name": contact.name,
        "role": contact.role,
        "title": contact.title,
        "phone": contact.phone,
        "email": contact.email,
        "note": contact.note,
        **{name: getattr(contact, name) for name in PERSONAL_FIELDS},
        "notes": [{"on": note.on, "text": note.text} for note in notes],
        "consents": [
            {"field": c.field, "given_on": c.given_on, "means": c.means, "withdrawn_on": c.withdrawn_on}
            for c in list_consents(contact.pk)
        ],
    }
