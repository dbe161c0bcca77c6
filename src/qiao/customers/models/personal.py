"""Consents of people at customers, who read their personal data, and what was erased."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from qiao.customers.core.personal import PERSONAL_FIELDS
from qiao.kernel.errors import N_
from qiao.org.models import Person
from qiao.runtime.tracking import tracked

from .files import Contact, Customer


@tracked()
class Consent(models.Model):
    """A person agreed that something of him is kept; by which means, and until when he stood by it."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents", verbose_name=N_("Contact"))
    field = models.CharField(N_("Field"), max_length=20, choices=[(f, f) for f in PERSONAL_FIELDS])
    given_on = models.DateField(N_("Given on"))
    means = models.CharField(N_("By which means"), max_length=200)
    withdrawn_on = models.DateField(N_("Withdrawn on"), null=True, blank=True)
    asked_on = models.DateField(
        N_("Erasure proposed on"),
        null=True,
        blank=True,
        help_text="When it had been kept as long as it may be.",
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=N_("Noted by")
    )

    class Meta:
        verbose_name = N_("Consent")
        constraints = [
            models.UniqueConstraint(
                name="consent_one_standing",
                fields=["contact", "field"],
                condition=Q(withdrawn_on__isnull=True),
            ),
            models.CheckConstraint(name="consent_says_how", condition=~Q(means="")),
            models.CheckConstraint(
                name="consent_withdrawn_later",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["field", "given_on"],
                condition=Q(withdrawn_on__isnull=True, asked_on__isnull=True),
                name="consent_to_grow_old",
            )
        ]


class PersonalRead(models.Model):
    """Somebody read, or took out, the personal data of a contact. Nobody changes or deletes it."""

    at = models.DateTimeField(N_("At"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    contact_id = models.BigIntegerField(help_text="Kept when the person was erased.")
    fields = ArrayField(models.CharField(max_length=20), help_text="What was shown.")
    how = models.CharField(max_length=10, help_text="page, api or export")

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="personal_read_newest")]
        triggers = [
            pgtrigger.Protect(name="personal_read_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Erasure(models.Model):
    """A person at a customer was erased; who did it and why, without a word of what was there."""

    at = models.DateTimeField(N_("At"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="erasures")
    contact_id = models.BigIntegerField()
    reason = models.CharField(N_("Reason"), max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(name="erasure_has_reason", condition=~Q(reason=""))]
        triggers = [pgtrigger.Protect(name="erasure_stays", operation=pgtrigger.Update | pgtrigger.Delete)]
