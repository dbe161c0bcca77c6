"""What is known of a customer in depth: notes on people, contracts, business in use, stages. Requirements 5.1, 5.2."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.org.models import Person
from qiao.runtime.spaced import Spaced
from qiao.runtime.spans import ends_later
from qiao.runtime.tracking import tracked

from .files import Contact, Customer


@tracked()
class ContactNote(models.Model):
    """What was learnt of a person at the customer, on a day."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="notes", verbose_name=N_("Contact"))
    on = models.DateField(N_("Day"))
    text = models.TextField(N_("Note"), max_length=2000)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=N_("Noted by")
    )

    class Meta:
        verbose_name = N_("Note on a contact")
        constraints = [models.CheckConstraint(name="contact_note_says_something", condition=~Q(text=""))]
        indexes = [models.Index(fields=["contact", "-on"], name="note_of_contact")]


@tracked()
class Contract(models.Model):
    """An agreement with a customer. Its state follows from the days."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="contracts", verbose_name=N_("Customer")
    )
    number = models.CharField(N_("Contract number"), max_length=60)
    title = models.CharField(N_("Contract title"), max_length=200)
    kind = models.CharField(N_("Kind"), max_length=60, blank=True)
    amount_yuan = models.DecimalField(
        N_("Amount in yuan"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(
        N_("Days of notice"), default=60, help_text=N_("Renewal is spoken of so many days before the end.")
    )
    terms = models.TextField(N_("Terms"), blank=True)

    class Meta:
        verbose_name = N_("Contract")
        constraints = [
            models.UniqueConstraint(name="contract_number_once", fields=["customer", "number"]),
            ends_later("contract_ends_later"),
            models.CheckConstraint(
                name="contract_amount_not_negative",
                condition=Q(amount_yuan__isnull=True) | Q(amount_yuan__gte=0),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-starts_on"], name="contract_of_customer"),
            models.Index(fields=["ends_before", "id"], name="contract_by_end"),
            GinIndex(OpClass(Spaced("number", "title"), name="gin_trgm_ops"), name="contract_search"),
        ]


@tracked()
class BusinessLine(models.Model):
    """A product or service a customer uses, with its number or line."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="business_lines", verbose_name=N_("Customer")
    )
    product = models.CharField(N_("Product or service"), max_length=120)
    number = models.CharField(N_("Number or line"), max_length=80, blank=True)
    monthly_yuan = models.DecimalField(
        N_("Monthly amount in yuan"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)

    class Meta:
        verbose_name = N_("Business in use")
        constraints = [
            ends_later("business_line_ends_later"),
            models.CheckConstraint(
                name="business_line_amount_not_negative",
                condition=Q(monthly_yuan__isnull=True) | Q(monthly_yuan__gte=0),
            ),
        ]
        indexes = [models.Index(fields=["customer", "-starts_on"], name="business_line_of_customer")]


@tracked()
class StageChange(models.Model):
    """A customer entered a stage of its life cycle on a day; the newest row is the stage of its file."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="stage_changes", verbose_name=N_("Customer")
    )
    stage = models.CharField(N_("Life-cycle stage"), max_length=30)
    on = models.DateField(N_("Day"))
    reason = models.CharField(N_("Reason"), max_length=200)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=N_("Changed by")
    )

    class Meta:
        verbose_name = N_("Change of stage")
        constraints = [
            models.CheckConstraint(name="stage_change_has_reason", condition=~Q(reason="") & ~Q(stage=""))
        ]
        indexes = [models.Index(fields=["customer", "-on", "-id"], name="stage_change_of_customer")]
