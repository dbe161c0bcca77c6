"""Rows that hang on records of any kind."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_

from ..tracking import tracked


@tracked()
class Comment(models.Model):
    """What somebody says about a record. Its earlier wordings stay in the audit; a removed one keeps its place."""

    kind = models.CharField(N_("Record kind"), max_length=40)
    object_id = models.BigIntegerField(N_("Record"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=N_("Written by")
    )
    text = models.TextField(N_("Text"), blank=True)
    made_at = models.DateTimeField(N_("Commented at"))
    changed_at = models.DateTimeField(N_("Changed at"), null=True)
    removed_at = models.DateTimeField(N_("Removed at"), null=True)

    class Meta:
        verbose_name = N_("Comment on a record")
        indexes = [models.Index(fields=["kind", "object_id", "-id"], name="comment_of_record")]
        constraints = [
            models.CheckConstraint(
                name="comment_says_something_until_removed",
                condition=(Q(removed_at__isnull=True) & ~Q(text="")) | Q(removed_at__isnull=False, text=""),
            ),
        ]


class Mention(models.Model):
    """A colleague named in a comment, and whether he was told: who may not see the record is not."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    told = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(name="mention_once", fields=["comment", "user"])]


class Follow(models.Model):
    """Who wants to be told of a record. Whoever left it stays noted, so that nothing makes him follow unasked."""

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="follow_once", fields=["kind", "object_id", "user"])]


@tracked()
class Attachment(models.Model):
    """A file hung on a record. Its content lies under its digest; one that was removed stays noted."""

    kind = models.CharField(N_("Record kind"), max_length=40)
    object_id = models.BigIntegerField(N_("Record"))
    name = models.CharField(N_("File name"), max_length=200)
    type = models.CharField(N_("File type"), max_length=10, help_text="A code of records.content.")
    size = models.BigIntegerField(N_("Size in bytes"))
    digest = models.CharField(N_("Digest"), max_length=64)
    small = models.CharField(max_length=64, blank=True, help_text="Digest of the small picture.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=N_("Attached by")
    )
    made_at = models.DateTimeField(N_("Attached at"))
    removed_at = models.DateTimeField(N_("Removed at"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=N_("Removed by")
    )

    class Meta:
        verbose_name = N_("Attachment")
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="attachment_of_record"),
            models.Index(fields=["digest"], condition=Q(removed_at__isnull=True), name="attachment_content"),
            models.Index(
                fields=["small"], condition=Q(removed_at__isnull=True) & ~Q(small=""), name="attachment_small"
            ),
            models.Index(
                "kind", include=["size"], condition=Q(removed_at__isnull=True), name="attachment_sizes"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="attachment_removed_by_somebody",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]
