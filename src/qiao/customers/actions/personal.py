"""Writes of personal data of contacts: consents, what is kept under them, reads, erasure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import transaction

from qiao.customers.core.personal import PERSONAL_FIELDS, PersonalDataPolicy, check_agreed
from qiao.kernel.errors import N_, RuleBroken
from qiao.org.queries import in_service
from qiao.runtime import clock
from qiao.runtime.contributions import call_hooks
from qiao.runtime.i18n import say
from qiao.work import actions as work

from .. import policy, queries
from ..models import Consent, Contact, Customer, Erasure, PersonalRead

MOST_A_DAY = 200
DAYS_TO_ASK = 30
# What the audit keeps of a person, by the model of its events: emptied when he is erased.
_KEPT_IN_AUDIT = {
    "ContactEvent": ("id", ("name", "title", "phone", "email", "note")),
    "ContactNoteEvent": ("contact_id", ("text",)),
    "ConsentEvent": ("contact_id", ("means",)),
}


def _locked(contact: Contact) -> Contact:
    return Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)


@transaction.atomic
def note_consent(
    *, contact: Contact, field: str, given_on: date, means: str, person_id: int | None, by: Any
) -> Consent:
    """A person agreed that a field is kept of him.

    Raises:
        RuleBroken: He agreed before, the day lies ahead, or it is not said how he agreed.
    """
    row = _locked(contact)
    if not means.strip():
        raise RuleBroken(N_("Say how the person agreed."), code="means_missing", field="means")
    if given_on > clock.today():
        raise RuleBroken(N_("A consent is given today or earlier."), code="consent_ahead", field="given_on")
    if Consent.objects.filter(contact=row, field=field, withdrawn_on__isnull=True).exists():
        raise RuleBroken(N_("A consent to this stands already."), code="consent_stands", field="field")
    return Consent.objects.create(
        contact=row, field=field, given_on=given_on, means=means.strip(), person_id=person_id
    )


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: Any) -> Consent:
    """A person takes his consent back: what was kept under it goes at once.

    Raises:
        RuleBroken: He did so before.
    """
    contact = _locked(consent.contact)
    row = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if row.withdrawn_on is not None:
        raise RuleBroken(N_("This consent was withdrawn before."), code="consent_withdrawn")
    row.withdrawn_on = max(clock.today(), row.given_on)
    row.save(update_fields=["withdrawn_on"])
    setattr(contact, row.field, "")
    contact.save(update_fields=[row.field])
    return row


@transaction.atomic
def put_personal(
    *, contact: Contact, values: dict[str, str], policy: PersonalDataPolicy | None, by: Any
) -> Contact:
    """Keep personal data of a person, as far as an article says what for and he agreed.

    Raises:
        RuleBroken: At the first field that may not be kept.
    """
    row = _locked(contact)
    agreed = Consent.objects.filter(contact=row, withdrawn_on__isnull=True).values_list("field", flat=True)
    changed = {name: values[name].strip() for name in PERSONAL_FIELDS if name in values}
    check_agreed(policy, set(agreed), changed)
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    return row


def note_read(*, contact: Contact, user: Any, how: str, fields: Sequence[str] = PERSONAL_FIELDS) -> None:
    """Somebody read the personal data of a person: noted for the auditor."""
    PersonalRead.objects.create(
        at=clock.now(), user=user, customer_id=contact.customer_id, contact_id=contact.pk, fields=list(fields),
        how=how,
    )  # fmt: skip


@transaction.atomic
def erase_contact(*, contact: Contact, reason: str, by: Any) -> Erasure:
    """Erase a person: his row, notes and consents, and every word of him in the audit.

    Contracts, tasks and the ledger belong to the customer and stay. That he was erased, by whom and why, is kept.

    Raises:
        RuleBroken: No reason is given, or a context refuses.
    """
    if not reason.strip():
        raise RuleBroken(N_("Say why the person is erased."), code="reason_missing", field="reason")
    row = _locked(contact)
    pk, customer = row.pk, Customer.objects.get(pk=row.customer_id)
    call_hooks("on_erase", kind="contact", record_id=pk, by=by)
    row.delete()
    for name, (column, texts) in _KEPT_IN_AUDIT.items():
        model = apps.get_model("customers", name)
        with pgtrigger.ignore(f"customers.{name}:append_only"):
            model._default_manager.filter(**{column: pk}).update(**dict.fromkeys(texts, ""))
    return Erasure.objects.create(
        at=clock.now(), by=by, customer=customer, contact_id=pk, reason=reason.strip()[:200]
    )


@transaction.atomic
def propose_erasures(*, on: date) -> int:
    """Hook: what was kept as long as an article allows is to be asked for anew, or to go; each is proposed once.

    Returns:
        How many account managers' tasks are new.
    """
    due = queries.kept_too_long(policy.personal_policy(on), on).filter(asked_on__isnull=True)
    rows = list(due.select_for_update(of=("self",), skip_locked=True).order_by("given_on", "pk")[:MOST_A_DAY])
    serving = in_service(
        {row.contact.customer.primary_id for row in rows if row.contact.customer.primary_id}, on
    )
    given = 0
    for row in rows:
        customer = row.contact.customer
        if customer.primary_id not in serving:
            continue  # proposed to who serves it next
        # No word of the person himself: the task outlives his erasure.
        work.give_task(
            title=say(N_("Personal data kept with consent at %(name)s have reached their term: ask anew, or withdraw the consent"), {"name": customer.name}),
            owner_id=customer.primary_id, by=None, source=("customer", customer.pk), key=f"retention:{row.pk}",
            due_at=clock.start_of_day(on + timedelta(days=DAYS_TO_ASK)),
        )  # fmt: skip
        row.asked_on = on
        row.save(update_fields=["asked_on"])
        given += 1
    return given
