"""Versions of articles: the stored text, who drafted and approved it, and the days it is in force."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiao.kernel.errors import N_
from qiao.runtime.spans import ends_later, one_at_a_time
from qiao.runtime.stamps import stamping
from qiao.runtime.tracking import tracked

from .core.states import APPROVED, DRAFT, STATES

_FIXED = (
    "code", "version", "kind", "scope_key", "starts_on", "text", "digest", "pack", "drafted_by_id",
    "drafted_at", "approved_by_id", "approved_at",
)  # fmt: skip
_ANY_CHANGED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in _FIXED)
_ENDS_LATER = "(OLD.ends_before IS NOT NULL AND coalesce(NEW.ends_before, 'infinity') > OLD.ends_before)"


@tracked()
class Version(models.Model):
    """One version of an article. An approved version never changes; it can only be ended earlier.

    ``in force`` and ``ended`` are no states but follow from the days, so nothing has to run at midnight.
    """

    code = models.CharField(N_("Code"), max_length=80)
    version = models.PositiveIntegerField(N_("Version"))
    kind = models.CharField(N_("Kind"), max_length=60)
    scope_key = models.CharField(max_length=300, blank=True, help_text="Whom it binds, as one text.")
    title_zh = models.CharField(N_("Chinese title"), max_length=200)
    title_en = models.CharField(N_("English title"), max_length=200, blank=True)
    document_number = models.CharField(N_("Document number"), max_length=120)
    starts_on = models.DateField(N_("In force from"))
    ends_before = models.DateField(N_("In force until before"), null=True, blank=True)
    state = models.CharField(N_("State"), max_length=10, default=DRAFT, choices=[(s, s) for s in STATES])
    text = models.TextField(N_("Text"))
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text; runs record it.")
    pack = models.CharField(
        N_("Pack"), max_length=60, blank=True, help_text="Set when a pack supplied the version."
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=N_("Drafted by")
    )
    drafted_at = models.DateTimeField(N_("Drafted at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=N_("Approved by")
    )
    approved_at = models.DateTimeField(N_("Approved at"), null=True)
    end_reason = models.CharField(N_("Reason for ending"), max_length=300, blank=True)

    class Meta:
        verbose_name = N_("Article")
        constraints = [
            models.UniqueConstraint(name="version_once", fields=["code", "version"]),
            models.UniqueConstraint(name="version_one_draft", fields=["code"], condition=Q(state=DRAFT)),
            one_at_a_time("version_one_in_force", "kind", "scope_key", condition=Q(state=APPROVED)),
            ends_later("version_ends_later"),
            models.CheckConstraint(name="version_known_state", condition=Q(state__in=[DRAFT, APPROVED])),
            models.CheckConstraint(
                name="version_second_person",
                condition=~Q(state=APPROVED)
                | ~Q(pack="")
                | (Q(approved_by__isnull=False, drafted_by__isnull=False) & ~Q(approved_by=F("drafted_by"))),
            ),
            models.CheckConstraint(
                name="version_approved_at",
                condition=Q(state=DRAFT, approved_at__isnull=True)
                | Q(state=APPROVED, approved_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["kind", "state", "starts_on"], name="version_in_force")]
        triggers = [
            stamping(),
            pgtrigger.Protect(
                name="approved_stays", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__state=APPROVED)
            ),
            pgtrigger.Protect(
                name="approved_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.state = '{APPROVED}'"
                    f" AND (NEW.state <> OLD.state OR {_ANY_CHANGED} OR {_ENDS_LATER})"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
