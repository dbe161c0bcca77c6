"""Rows of imports: what was uploaded, what the dry run found, what was written."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ImportRun(models.Model):
    """One uploaded file on its way into the enterprise."""

    class State(models.TextChoices):
        CHECKING = "checking"
        READY = "ready"
        REFUSED = "refused"
        WRITING = "writing"
        WRITTEN = "written"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the upload.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    rows = models.IntegerField(null=True)
    created = models.IntegerField(null=True)
    updated = models.IntegerField(null=True)
    unchanged = models.IntegerField(null=True)
    refused = models.IntegerField(null=True)
    problems = models.JSONField(default=list, help_text="The first problems: place, message, params.")
    job = models.ForeignKey("runtime.Job", models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    options = models.JSONField(default=dict, help_text="Columns, key, mode and what an empty cell means.")
    context = models.UUIDField(null=True, help_text="Under which the audit noted what it wrote.")
    undone_at = models.DateTimeField(null=True)
    kept = models.JSONField(default=list, help_text="[name, reason] of the first records an undo left alone.")
    kept_count = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-at"], name="import_newest")]
        constraints = [
            models.CheckConstraint(
                name="import_written_has_time",
                condition=Q(state="written", written_at__isnull=False) | ~Q(state="written"),
            )
        ]
