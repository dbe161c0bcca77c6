"""Rows of the runtime: log-in, tokens, jobs, and the tables its parts keep."""

import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from .guard.models import Counted, KeptAnswer
from .importing.models import ImportRun
from .jobs.models import Job
from .tracking import tracked

__all__ = [
    "ApiToken",
    "Counted",
    "ExportRecord",
    "FieldRead",
    "ImportRun",
    "Job",
    "KeptAnswer",
    "LoginRecord",
    "SavedList",
    "Session",
    "Stamp",
    "User",
]


@tracked(exclude=["password", "last_login"])
class User(AbstractUser):
    """A log-in. What it may do follows from the postings of the person it belongs to, never from flags here."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    language = models.CharField(
        max_length=10, blank=True, help_text="Language of the pages; empty: the browser's."
    )

    class Meta(AbstractUser.Meta):
        pass


class Session(AbstractBaseSession):
    """A browser's session; it ends with its user."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")


class Stamp(models.Model):
    """One write to tables that are kept in memory; see :mod:`qiao.runtime.stamps`."""


class LoginRecord(models.Model):
    """One attempt to log in, a log-out, or a change of what a log-in asks for. Append-only by trigger."""

    class Outcome(models.TextChoices):
        LOGGED_IN = "logged_in"
        FAILED = "failed"
        LOGGED_OUT = "logged_out"
        REFUSED = "refused"  # known elsewhere, not here
        FACTOR_ADDED = "factor_added"
        FACTOR_REMOVED = "factor_removed"
        FACTORS_RESET = "factors_reset"  # by an administrator
        PASSWORD_SET = "password_set"  # by an administrator

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="log_ins")
    username = models.CharField(max_length=150, help_text="As typed; kept because failures have no user.")
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    detail = models.CharField(
        max_length=200, blank=True, help_text="Which factor, which other system, by whom and why."
    )
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        triggers = [pgtrigger.Protect(name="log_in_stays", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                name="login_known_outcome",
                condition=models.Q(
                    outcome__in=[
                        "logged_in",
                        "failed",
                        "logged_out",
                        "refused",
                        "factor_added",
                        "factor_removed",
                        "factors_reset",
                        "password_set",
                    ]
                ),
            ),
        ]


class ExportRecord(models.Model):
    """One list taken out of the house as a file. Nobody deletes it; only the count of rows is filled in at the end."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="exports")
    username = models.CharField(max_length=150)
    listing = models.CharField(max_length=60, help_text="Code of the list.")
    title = models.CharField(max_length=200, help_text="The list's title as the person read it.")
    narrowed = models.TextField(blank=True, help_text="Search, filters and grouping as the person read them.")
    address = models.TextField(help_text="The list's address with its whole state.")
    columns = models.TextField(help_text="Headings of the columns taken.")
    kind = models.CharField(max_length=10, help_text="xlsx or csv")
    rows = models.BigIntegerField(null=True, help_text="Rows delivered; empty when it broke off.")
    network = models.GenericIPAddressField(null=True, help_text="Where the request came from.")

    class Meta:
        triggers = [pgtrigger.Protect(name="export_stays", operation=pgtrigger.Delete)]


class FieldRead(models.Model):
    """Somebody opened a value his role shows masked. Nobody changes or deletes it; the value itself is not kept."""

    at = models.DateTimeField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    field = models.CharField(max_length=60, help_text="Code of the protected field.")
    holder_id = models.BigIntegerField(help_text="What carries the value, such as a contact.")
    kind = models.CharField(max_length=40, help_text="Kind of the record it stands on.")
    record_id = models.BigIntegerField()
    network = models.GenericIPAddressField(null=True, help_text="Where the request came from.")

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="field_read_newest")]
        triggers = [pgtrigger.Protect(name="field_read_stays", operation=pgtrigger.Update | pgtrigger.Delete)]


class SavedList(models.Model):
    """A list kept under a name: its address, without the place within it."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_lists")
    listing = models.CharField(max_length=60, help_text="Code of the list.")
    name = models.CharField(max_length=60)
    path = models.CharField(max_length=300)
    query = models.TextField(
        blank=True, help_text="What it is narrowed to, sorted and grouped by, as in the address."
    )
    shared = models.BooleanField(default=False, help_text="Offered to all who may open the list.")
    right = models.CharField(max_length=60, blank=True, help_text="What opening the list asks for.")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "listing", "name"], name="saved_list_once")]
        indexes = [
            models.Index(fields=["listing"], name="saved_list_shared", condition=models.Q(shared=True))
        ]

    @property
    def address(self) -> str:
        """Where it opens."""
        return f"{self.path}?{self.query}{'&' if self.query else ''}saved={self.pk}"


@tracked(exclude=["digest", "last_used_at"])
class ApiToken(models.Model):
    """A key for programs, acting as one user, limited to the rights named; only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12, help_text="First characters, so that its owner recognises it.")
    rights = models.JSONField(help_text="Codes of the rights it may use; never more than the user's own.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_expires_later", condition=models.Q(expires_at__gt=models.F("created_at"))
            ),
        ]
