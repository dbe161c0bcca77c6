"""Rights granted for a time beyond a person's posts, and looks at Qiao as somebody else."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiao.kernel.errors import N_
from qiao.org.core.sight import GRANT_REACHES, OF_A_UNIT
from qiao.runtime.spans import ends_later
from qiao.runtime.stamps import stamping
from qiao.runtime.tracking import tracked

from .organisation import Person, RoleType, Unit


@tracked()
class Grant(models.Model):
    """A right a person holds from a day until before another, besides what his posts give him."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants", verbose_name=N_("Person"))
    right = models.CharField(N_("Right"), max_length=60)
    scope_kind = models.CharField(
        N_("Data scope"), max_length=20, choices=[(reach, reach) for reach in GRANT_REACHES]
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=N_("Unit")
    )
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"))
    reason = models.CharField(N_("Reason"), max_length=200)
    granted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=N_("Granted by")
    )

    class Meta:
        triggers = [stamping()]
        verbose_name = N_("Granted right")
        constraints = [
            ends_later("grant_ends_later"),
            models.CheckConstraint(name="grant_known_reach", condition=Q(scope_kind__in=GRANT_REACHES)),
            models.CheckConstraint(
                name="grant_names_its_unit",
                condition=Q(scope_kind__in=OF_A_UNIT, unit__isnull=False)
                | (~Q(scope_kind__in=OF_A_UNIT) & Q(unit__isnull=True)),
            ),
            models.CheckConstraint(name="grant_has_reason", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["person", "ends_before"], name="grant_of_person")]


class Look(models.Model):
    """Somebody looked at Qiao as a colleague sees it, reading only. Only its end is filled in later."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="looks", verbose_name=N_("As whom"))
    reason = models.CharField(N_("Reason"), max_length=200)
    started_at = models.DateTimeField(N_("From"))
    ended_at = models.DateTimeField(N_("Until"), null=True)
    network = models.GenericIPAddressField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="look_ends_later", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at"))
            ),
            models.CheckConstraint(name="look_has_reason", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["-started_at", "-id"], name="look_newest")]
        triggers = [pgtrigger.Protect(name="look_stays", operation=pgtrigger.Delete)]


@tracked()
class AccessRequest(models.Model):
    """A person asks for a right he lacks, for a time; an approval decides."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=N_("Person"))
    right = models.CharField(N_("Right"), max_length=60)
    scope_kind = models.CharField(
        N_("Data scope"), max_length=20, choices=[(reach, reach) for reach in GRANT_REACHES]
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=N_("Unit")
    )
    ends_before = models.DateField(N_("Until before"))
    reason = models.CharField(N_("Reason"), max_length=200)
    page = models.CharField(
        max_length=300, blank=True, help_text="Address of the page that refused him, within Qiao."
    )
    asked_at = models.DateTimeField(N_("Asked at"))
    grant = models.OneToOneField(
        Grant, models.SET_NULL, null=True, related_name="+", help_text="What was granted, once agreed to."
    )

    class Meta:
        verbose_name = N_("Request for access")
        constraints = [models.CheckConstraint(name="access_request_has_reason", condition=~Q(reason=""))]
        indexes = [models.Index(fields=["person", "-id"], name="access_request_of_person")]


@tracked()
class RightDecision(models.Model):
    """What somebody decided about a right this version's role types start with and the enterprise's lacked."""

    role_type = models.ForeignKey(
        RoleType, models.CASCADE, related_name="right_decisions", verbose_name=N_("Role type")
    )
    right = models.CharField(N_("Right"), max_length=60)
    accepted = models.BooleanField(N_("Given"))
    at = models.DateTimeField(N_("Decided at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=N_("Decided by")
    )

    class Meta:
        verbose_name = N_("Decision on a proposed right")
        constraints = [models.UniqueConstraint(name="right_decided_once", fields=["role_type", "right"])]
