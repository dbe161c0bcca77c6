"""What a close concluded beyond single customers: the core's curves, and how full each manager is.

Tiers, segments and core membership of customers are published to ``customers.Standing``.
"""

from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.org.models import Person, Unit

from .core.measures import MEASURES


class CoreCurve(models.Model):
    """The core by one measure in one close: the curve, or the reason why there is none."""

    run_id = models.BigIntegerField()
    month = models.DateField(help_text="First day of the month it is for.")
    measure = models.CharField(max_length=10, choices=[(m, m) for m in MEASURES])
    code = models.CharField(max_length=80, help_text="Article decided by.")
    version = models.PositiveIntegerField()
    members = models.IntegerField(null=True)
    brought_share = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    meets_expectation = models.BooleanField(null=True)
    curve = models.JSONField(
        default=list, help_text="(customers, their share, share they bring), from nobody on."
    )
    trace = models.JSONField(null=True)
    incomplete = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="core_curve_once", fields=["run_id", "measure"]),
            models.CheckConstraint(name="core_curve_known_measure", condition=Q(measure__in=MEASURES)),
            models.CheckConstraint(
                name="core_curve_or_reason",
                condition=Q(members__isnull=False, incomplete__isnull=True)
                | Q(members__isnull=True, incomplete__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["month", "measure"], name="core_curve_of_month")]


class ManagerLoad(models.Model):
    """How full a manager was on the last day of a month, by the staffing ratios in force; 1 is exactly
    full.
    """

    run_id = models.BigIntegerField()
    month = models.DateField(help_text="First day of the month it is for.")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=N_("Account manager"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=N_("Unit"))
    code = models.CharField(max_length=80, help_text="Article read.")
    version = models.PositiveIntegerField()
    load = models.DecimalField(N_("Load"), max_digits=12, decimal_places=4)
    is_over = models.BooleanField(N_("Over"), help_text="Decided on the exact load, before it is rounded.")
    accounts = models.IntegerField(N_("Accounts"))
    unread = models.IntegerField(N_("Without ratio"), help_text="Accounts no ratio could be read for.")
    trace = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="manager_load_once", fields=["run_id", "person"])]
        indexes = [models.Index(fields=["month", "-load"], name="manager_load_of_month")]
