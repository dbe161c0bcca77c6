"""Template structures: what a unit of a kind should have below it and which posts. Requirement 1.7."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.runtime.spans import ends_later, one_at_a_time
from qiao.runtime.tracking import tracked

from .organisation import Unit
from .posts import Post


@tracked()
class TemplateUnit(models.Model):
    """A department, centre or room every unit of a kind should have, directly or within another of its template."""

    code = models.SlugField(
        N_("Code"),
        max_length=20,
        unique=True,
        help_text="Becomes the end of the codes of the units made by it.",
    )
    for_kind = models.CharField(N_("For units of the kind"), max_length=40)
    above = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="below", verbose_name=N_("Within")
    )
    kind = models.CharField(N_("Kind"), max_length=40)
    name_zh = models.CharField(N_("Chinese name"), max_length=60)
    name_en = models.CharField(N_("English name"), max_length=60, blank=True)
    place = models.PositiveSmallIntegerField(N_("Order"), default=0)

    class Meta:
        verbose_name = N_("Unit of a template")
        constraints = [
            models.CheckConstraint(name="template_not_within_itself", condition=~Q(above=models.F("id")))
        ]

    def __str__(self) -> str:
        return self.name_zh


@tracked()
class TemplatePost(models.Model):
    """How many people should hold a post at a unit of a kind itself, or in one of the units of its template."""

    for_kind = models.CharField(N_("For units of the kind"), max_length=40)
    within = models.ForeignKey(
        TemplateUnit, models.CASCADE, null=True, blank=True, related_name="posts", verbose_name=N_("Within")
    )
    post = models.ForeignKey(Post, models.CASCADE, related_name="+", verbose_name=N_("Post"))
    number = models.PositiveSmallIntegerField(N_("People"), default=1)

    class Meta:
        verbose_name = N_("Post of a template")
        constraints = [
            models.UniqueConstraint(
                name="template_post_once", fields=["for_kind", "within", "post"], nulls_distinct=False
            ),
            models.CheckConstraint(name="template_post_somebody", condition=Q(number__gte=1)),
        ]


@tracked()
class Establishment(models.Model):
    """How many people a unit is to have in a post, from a day until before another: the post is set up there."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="establishments", verbose_name=N_("Unit"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="establishments", verbose_name=N_("Post"))
    number = models.PositiveSmallIntegerField(N_("People"))
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)

    class Meta:
        verbose_name = N_("Establishment")
        constraints = [
            one_at_a_time("establishment_one_at_a_time", "unit", "post"),
            ends_later("establishment_ends_later"),
            models.CheckConstraint(name="establishment_somebody", condition=Q(number__gte=1)),
        ]


class StructureMade(models.Model):
    """What of templates was made in one step, so that it can be taken back as one."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    units = models.PositiveIntegerField(help_text="Units made.")
    posts = models.PositiveIntegerField(help_text="Posts set up or enlarged.")
    context = models.UUIDField(help_text="Under which the audit noted it.")
    undone_at = models.DateTimeField(null=True)
    kept = models.JSONField(default=list, help_text="[name, reason] of units an undo left alone.")

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="structure_made_newest")]
