"""Rows of the guard: requests counted by the minute, answers kept under the key their caller gave."""

from django.conf import settings
from django.db import models


class Counted(models.Model):
    """How often something was asked in one minute. Unlogged in the database: a crash only forgets a minute."""

    subject = models.CharField(max_length=80, help_text="What is counted, of whom.")
    minute = models.BigIntegerField(help_text="Minutes since 1970.")
    count = models.IntegerField()

    class Meta:
        app_label = "runtime"
        constraints = [models.UniqueConstraint(fields=["subject", "minute"], name="counted_once")]
        indexes = [models.Index(fields=["minute"], name="counted_by_minute")]


class KeptAnswer(models.Model):
    """The answer to one request of a program, kept under the key the program gave it (``Idempotency-Key``)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    scope = models.CharField(max_length=80, help_text="The token, or the browser's session of the user.")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="Digest of method, address and body.")
    claimed_at = models.DateTimeField(db_index=True)
    status = models.IntegerField(null=True, help_text="Empty while the request is under way.")
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"", help_text="Encrypted: an answer may hold a secret shown once.")

    class Meta:
        app_label = "runtime"
        constraints = [models.UniqueConstraint(fields=["user", "scope", "key"], name="kept_answer_once")]
