"""Rows that hang on records of any kind."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from qiao.kernel.errors import N_

from ..stamps import stamping
from ..tracking import tracked
from .palette import COLOURS
from .typed_values import TYPES


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


@tracked()
class Tag(models.Model):
    """A word records of a kind are marked with; the colour is a name of the palette."""

    kind = models.CharField(N_("Record kind"), max_length=40)
    name = models.CharField(N_("Tag name"), max_length=40)
    colour = models.CharField(N_("Colour"), max_length=10, choices=list(COLOURS.items()), default="grey")

    class Meta:
        verbose_name = N_("Tag")
        constraints = [
            models.UniqueConstraint("kind", Lower("name"), name="tag_once"),
            models.CheckConstraint(name="tag_known_colour", condition=Q(colour__in=list(COLOURS))),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Tagged(models.Model):
    """A record that bears a tag."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="records", verbose_name=N_("Tag"))
    object_id = models.BigIntegerField(N_("Record"))

    class Meta:
        verbose_name = N_("Marked record")
        constraints = [models.UniqueConstraint(name="tagged_once", fields=["tag", "object_id"])]
        indexes = [models.Index(fields=["object_id", "tag"], name="tags_of_record")]


class Favourite(models.Model):
    """A record somebody keeps at hand."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="favourite_once", fields=["user", "kind", "object_id"])]


class Visit(models.Model):
    """When somebody last looked at a record; only the newest few of a person are kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="visit_once", fields=["user", "kind", "object_id"])]
        indexes = [models.Index(fields=["user", "-at"], name="visit_newest")]


@tracked()
class CustomField(models.Model):
    """A field an enterprise added to a kind of record. It ends on a day; its values stay."""

    kind = models.CharField(N_("Record kind"), max_length=40)
    code = models.CharField(N_("Code"), max_length=40)
    label_zh = models.CharField(N_("Chinese name"), max_length=60)
    label_en = models.CharField(N_("English name"), max_length=60, blank=True)
    type = models.CharField(N_("Type of value"), max_length=10, choices=list(TYPES.items()))
    choices = models.JSONField(N_("Choices"), default=list, help_text="[code, Chinese, English] each.")
    is_required = models.BooleanField(N_("Must be filled in"), default=False)
    segments = ArrayField(models.CharField(max_length=60), verbose_name=N_("Segments"), default=list)
    seen_by = ArrayField(models.CharField(max_length=20), verbose_name=N_("Seen by"), default=list)
    changed_by = ArrayField(models.CharField(max_length=20), verbose_name=N_("Filled in by"), default=list)
    order = models.PositiveSmallIntegerField(N_("Order"), default=100)
    ends_on = models.DateField(N_("No longer asked from"), null=True)

    class Meta:
        verbose_name = N_("Custom field")
        triggers = [stamping()]
        constraints = [
            models.UniqueConstraint(name="custom_field_once", fields=["kind", "code"]),
            models.CheckConstraint(name="custom_field_known_type", condition=Q(type__in=list(TYPES))),
        ]

    def __str__(self) -> str:
        return self.label_zh


@tracked()
class CustomValues(models.Model):
    """What a record's custom fields say, by code."""

    kind = models.CharField(N_("Record kind"), max_length=40)
    object_id = models.BigIntegerField(N_("Record"))
    values = models.JSONField(N_("Values"), default=dict)

    class Meta:
        verbose_name = N_("Values of custom fields")
        constraints = [models.UniqueConstraint(name="custom_values_once", fields=["kind", "object_id"])]
        indexes = [GinIndex(fields=["values"], opclasses=["jsonb_path_ops"], name="custom_values_held")]
