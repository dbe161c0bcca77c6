"""The progress row of a job: what the person who started it sees."""

from django.conf import settings
from django.db import models
from django.db.models import Q

LIVE_STATES = ("waiting", "running", "cancelling")


class Job(models.Model):
    """One piece of long work, from the wish to the outcome. The queue only carries its number."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        CANCELLING = "cancelling"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    name = models.CharField(max_length=80, help_text="Handler's name, for example ledger.import.")
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200, blank=True, help_text="At most one live job a key.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="Last sign of life of its worker.")

    class Meta:
        indexes = [
            models.Index(fields=["by", "-created_at"], name="job_of_person"),
            models.Index(fields=["-created_at"], name="job_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="job_one_live_per_key", condition=Q(state__in=LIVE_STATES) & ~Q(key="")
            ),
            models.CheckConstraint(
                name="job_finished_has_time",
                condition=Q(state__in=LIVE_STATES, finished_at__isnull=True)
                | (~Q(state__in=LIVE_STATES) & Q(finished_at__isnull=False)),
            ),
        ]
