"""Files that look like one customer, and files that were made one. Requirement 5.1."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiao.kernel.errors import N_

from .files import Customer


class DuplicatePair(models.Model):
    """Two files that look alike. What a person said of them stays, whatever the next search finds."""

    class State(models.TextChoices):
        OPEN = "open", N_("To be looked at")
        DIFFERENT = "different", N_("Not a duplicate")
        MERGED = "merged", N_("Merged")

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=N_("Customer"))
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=N_("Looks like"))
    points = models.DecimalField(N_("Points"), max_digits=8, decimal_places=2)
    reasons = models.JSONField(default=list, help_text="What is alike, and its points: [code, points].")
    state = models.CharField(N_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(N_("Found at"))
    search = models.BigIntegerField(null=True, help_text="Job that found it last; null: found on entry.")
    reason = models.CharField(
        N_("Reason"), max_length=200, blank=True, help_text="Why it was saved anyway, or is none."
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="duplicate_pair_once", fields=["first", "second"]),
            models.CheckConstraint(name="duplicate_pair_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(
                name="duplicate_decision_has_time",
                condition=~Q(state="different") | (Q(decided_at__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes = [models.Index(fields=["state", "-points", "id"], name="duplicate_pairs_to_look_at")]


class Merge(models.Model):
    """Two files were made one, by whom and why; with what it takes to take that back. Nobody deletes it."""

    survivor = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    at = models.DateTimeField(N_("Merged at"))
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(N_("Reason"), max_length=200)
    before = models.JSONField(help_text="Values of the survivor's fields that changed, as they were.")
    after = models.JSONField(help_text="The same fields as the merge left them.")
    moved = models.JSONField(help_text="What each context moved, by its code.")
    counts = models.JSONField(default=list, help_text="What moved in words: label and number.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="merge_once", fields=["merged"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="merge_has_reason", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["survivor", "-at"], name="merge_of_survivor")]
        triggers = [pgtrigger.Protect(name="merge_stays", operation=pgtrigger.Delete)]
