"""Comparing the enterprise's directory elsewhere with the register: its settings, its departments, every comparison."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.runtime.jobs.models import LIVE_STATES
from qiao.runtime.tracking import tracked

from ..core.directory import FIELDS, KEYS, KINDS, TREATMENTS
from .accounts import DIRECTORIES
from .organisation import Person, RoleType, Unit


def usual_keys() -> list[str]:
    """By what people are looked for unless the enterprise says otherwise."""
    return list(KEYS)


def usual_fields() -> list[str]:
    """What is taken over unless the enterprise says otherwise."""
    return list(FIELDS)


@tracked()
class DirectorySetup(models.Model):
    """By which rules a directory is compared; what it is asked with stands at its channel."""

    class Nightly(models.TextChoices):
        OFF = "off"
        DRY_RUN = "dry_run"
        APPLY = "apply"

    directory = models.CharField(N_("Directory"), max_length=20, unique=True)
    keys = models.JSONField(N_("People are looked for by"), default=usual_keys)
    fields = models.JSONField(N_("What is taken over"), default=usual_fields)
    number_attribute = models.CharField(N_("Attribute with the staff number"), max_length=40, blank=True)
    number_is_account = models.BooleanField(N_("The user id is the staff number"), default=False)
    joiner_role = models.ForeignKey(
        RoleType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=N_("Role of who joins"),
        help_text="Empty: he is entered without a post.",
    )  # fmt: skip
    leavers_share = models.DecimalField(
        N_("Share that may leave at once"), max_digits=4, decimal_places=3, default=Decimal("0.05")
    )
    leavers_always = models.PositiveSmallIntegerField(N_("People who may always leave at once"), default=3)
    nightly = models.CharField(N_("Every night"), max_length=10, choices=Nightly.choices, default=Nightly.OFF)

    class Meta:
        verbose_name = N_("Settings of a directory")
        constraints = [
            models.CheckConstraint(name="directory_setup_known", condition=Q(directory__in=DIRECTORIES)),
            models.CheckConstraint(
                name="directory_setup_share", condition=Q(leavers_share__gte=0, leavers_share__lte=1)
            ),
        ]


@tracked(exclude=["is_there"])
class DepartmentPlace(models.Model):
    """What is done with the members of a department there; remembered from one comparison to the next."""

    directory = models.CharField(N_("Directory"), max_length=20)
    department = models.CharField(N_("Department id"), max_length=100)
    name = models.CharField(N_("Department"), max_length=200)
    above = models.CharField(N_("Id of the one above"), max_length=100, blank=True)
    treatment = models.CharField(
        N_("What is done"), max_length=10, blank=True, choices=[(t, t) for t in TREATMENTS]
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=N_("Unit")
    )
    is_there = models.BooleanField(default=True, help_text="The newest comparison saw it.")

    class Meta:
        verbose_name = N_("Department of a directory")
        constraints = [
            models.UniqueConstraint(name="department_once", fields=["directory", "department"]),
            models.CheckConstraint(
                name="department_unit_said",
                condition=Q(treatment="unit", unit__isnull=False)
                | (~Q(treatment="unit") & Q(unit__isnull=True)),
            ),
            models.CheckConstraint(
                name="department_known_treatment", condition=Q(treatment__in=["", *TREATMENTS])
            ),
        ]


class DirectoryRun(models.Model):
    """One comparison, from reading to applying."""

    class State(models.TextChoices):
        READING = "reading"
        READY = "ready"
        APPLYING = "applying"
        APPLIED = "applied"
        OUTDATED = "outdated"
        FAILED = "failed"

    directory = models.CharField(N_("Directory"), max_length=20)
    state = models.CharField(N_("State"), max_length=10, choices=State.choices, default=State.READING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(N_("Started at"))
    on = models.DateField(help_text="The day it was compared for; it is applied on that day or not at all.")
    night = models.DateField(null=True, help_text="The day whose nightly comparison it is.")
    picture = models.JSONField(
        null=True, help_text="What the directory showed; forgotten once applied or replaced."
    )
    counts = models.JSONField(default=dict, help_text="Rows by kind, and those without rows.")
    is_unsure = models.BooleanField(default=False, help_text="Somebody was found by phone or e-mail.")
    trouble = models.JSONField(default=dict, help_text="Why it failed or is outdated: message and params.")
    override = models.CharField(max_length=200, blank=True, help_text="Why more may leave than usual.")
    override_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=100, blank=True, help_text="What a night told: the same is not told again."
    )
    job = models.ForeignKey("runtime.Job", models.SET_NULL, null=True, related_name="+")

    @property
    def standing(self) -> str:
        """The state as it stands: a job that ended before it could say so – stopped while it waited – did nothing."""
        is_live = self.job is not None and self.job.state in LIVE_STATES
        if self.state == self.State.READING and not is_live:
            return str(self.State.FAILED)
        if self.state == self.State.APPLYING and not is_live:
            return str(self.State.READY)
        return str(self.state)

    class Meta:
        indexes = [models.Index(fields=["directory", "-at"], name="directory_run_newest")]
        constraints = [
            models.UniqueConstraint(
                name="directory_one_a_night", fields=["directory", "night"], condition=Q(night__isnull=False)
            ),
            models.CheckConstraint(
                name="directory_applied_has_time",
                condition=Q(state="applied", applied_at__isnull=False) | ~Q(state="applied"),
            ),
        ]


class DirectoryRow(models.Model):
    """One thing a comparison found."""

    run = models.ForeignKey(DirectoryRun, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=[(k, k) for k in KINDS])
    member = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=30)
    about = models.CharField(max_length=500, blank=True)
    values = models.JSONField(default=dict, help_text="Field: [here, there].")
    unit_from = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    unit_to = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(name="directory_row_once", fields=["run", "place"])]
