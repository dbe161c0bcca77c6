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
    "ListChange",
    "ListChangeRow",
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
    """One list taken out of the house as a file. Nobody deletes it; only what became of it is filled in at the end."""

    class State(models.TextChoices):
        STREAMED = "streamed"
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

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
    state = models.CharField(
        max_length=10,
        choices=State.choices,
        default=State.STREAMED,
        help_text="Streamed while the person waited, or written by a job.",
    )
    job = models.ForeignKey("runtime.Job", models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=10, blank=True, help_text="In which a job writes it.")
    size = models.BigIntegerField(null=True, help_text="Bytes of the file a job wrote.")
    expires_at = models.DateTimeField(null=True, help_text="Until when its owner may fetch the file.")
    fetched_at = models.DateTimeField(null=True, help_text="When its owner last fetched it.")

    class Meta:
        indexes = [
            models.Index(fields=["user", "-at"], name="export_of_person"),
            models.Index(
                fields=["expires_at"], name="export_to_clear", condition=models.Q(expires_at__isnull=False)
            ),
        ]
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


class ListChange(models.Model):
    """A column of a list changed for one row or many."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    listing = models.CharField(max_length=60, help_text="Code of the list.")
    title = models.CharField(max_length=200, help_text="The list's title as the person read it.")
    address = models.TextField(help_text="The list's address with what it was narrowed to.")
    column = models.CharField(max_length=60)
    label = models.CharField(max_length=120, help_text="The column as the person read it.")
    wanted = models.JSONField(null=True, help_text="The value, or of tags those added and removed.")
    wanted_text = models.CharField(max_length=600, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    picks = models.JSONField(null=True, help_text="Ids picked; null for all the list was narrowed to.")
    digest = models.CharField(max_length=64, help_text="Of the ids the preview showed.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changed = models.IntegerField(default=0)
    same = models.IntegerField(default=0, help_text="Rows that said so already.")
    left_out = models.JSONField(default=list, help_text="[name, reason] of the first rows left out.")
    left_count = models.IntegerField(default=0)
    undoable = models.BooleanField(default=True)
    job = models.ForeignKey("runtime.Job", models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    kept_count = models.IntegerField(
        default=0, help_text="Rows the undo left alone: changed since, or gone, or out of reach."
    )

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="list_change_of_person")]
        constraints = [
            models.CheckConstraint(
                name="list_change_undone_has_time",
                condition=models.Q(state="undone", undone_at__isnull=False)
                | (~models.Q(state="undone") & models.Q(undone_at__isnull=True)),
            )
        ]


class ListChangeRow(models.Model):
    """One row of a change: what stood there before and after. ``kept`` says why an undo left it alone."""

    change = models.ForeignKey(ListChange, models.CASCADE, related_name="rows")
    object_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    kept = models.CharField(max_length=200, blank=True, help_text="English source text.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "object_id"], name="list_change_row_once")]


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
