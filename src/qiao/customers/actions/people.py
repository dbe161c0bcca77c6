"""Writes about people at a customer."""

from datetime import date
from typing import Any

from django.db import transaction

from qiao.customers.core.chain import check_reports_to

from ..models import Contact, ContactNote, Customer

CONTACT_FIELDS = (
    "name", "role", "title", "phone", "email", "note", "decision_role", "influence", "attitude", "strength",
    "reports_to_id",
)  # fmt: skip


@transaction.atomic
def put_contact(*, customer: Customer, by: Any, contact: Contact | None = None, **values: Any) -> Contact:
    """Enter or change a person at the customer.

    Raises:
        RuleBroken: He would report to himself, through others too, or to somebody who is not there.
    """
    # Two changes at once could close a circle that neither of them sees.
    Customer.objects.select_for_update().get(pk=customer.pk)
    row = contact or Contact(customer=customer)
    for name in CONTACT_FIELDS:
        setattr(row, name, values.get(name, getattr(row, name)))
    if row.reports_to_id is not None:
        heads = dict(Contact.objects.filter(customer=customer).values_list("id", "reports_to_id"))
        check_reports_to(heads, row.pk, row.reports_to_id)
    row.save()
    return row


@transaction.atomic
def remove_contact(*, contact: Contact, by: Any) -> None:
    """Take a person off the file; the audit keeps that he was there."""
    contact.delete()


@transaction.atomic
def add_contact_note(*, contact: Contact, on: date, text: str, person_id: int | None, by: Any) -> ContactNote:
    """Note what was learnt of a person on a day."""
    return ContactNote.objects.create(contact=contact, on=on, text=text, person_id=person_id)
