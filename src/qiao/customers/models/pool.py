"""Rows of the public pool: who claimed what, and who was warned that a customer falls back."""

from django.db import models

from qiao.kernel.errors import N_
from qiao.org.models import Person
from qiao.runtime.tracking import tracked

from .files import Customer


@tracked()
class PoolClaim(models.Model):
    """A person claimed a customer nobody was account manager of."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="pool_claims", verbose_name=N_("Customer")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=N_("Person"))
    on = models.DateField(N_("Day"))

    class Meta:
        verbose_name = N_("Claim from the public pool")
        indexes = [
            models.Index(fields=["person", "on"], name="pool_claim_of_person"),
            models.Index(fields=["customer"], name="pool_claim_of_customer"),
        ]


class PoolWarning(models.Model):
    """An account manager was warned that a customer falls back, for the idle time that began on a day."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="pool_warning")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    since = models.DateField()
    warned_on = models.DateField()
    returns_on = models.DateField()
    task_id = models.BigIntegerField(help_text="The task that warns, of work.")


class PoolDay(models.Model):
    """The day idle customers were last looked at; a single row."""

    only = models.BooleanField(primary_key=True, default=True)
    on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(name="pool_day_single", condition=models.Q(only=True))]
