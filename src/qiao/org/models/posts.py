"""Posts with their descriptions and what whoever holds them must know. Requirement 1.8."""

from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.runtime.spans import ends_later, one_at_a_time
from qiao.runtime.tracking import tracked

from .organisation import Person, RoleType
from .register import StaffWord


@tracked()
class Post(models.Model):
    """A post of the enterprise: a role type's work at one level, in a family of posts."""

    code = models.CharField(N_("Code"), max_length=40, unique=True)
    family = models.ForeignKey(StaffWord, models.PROTECT, related_name="+", verbose_name=N_("Post family"))
    role_type = models.ForeignKey(
        RoleType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=N_("Role type")
    )
    level = models.CharField(
        N_("Level"), max_length=40, blank=True, help_text="A grade; empty: every grade of the role type."
    )
    name_zh = models.CharField(N_("Chinese name"), max_length=80)
    name_en = models.CharField(N_("English name"), max_length=80, blank=True)

    class Meta:
        verbose_name = N_("Post")
        constraints = [
            models.UniqueConstraint(
                name="post_once_per_level",
                fields=["role_type", "level"],
                condition=Q(role_type__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name_zh


@tracked()
class JobDescription(models.Model):
    """What a post is for, from a day until before another."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="descriptions", verbose_name=N_("Post"))
    duties_zh = models.TextField(N_("Duties (Chinese)"))
    duties_en = models.TextField(N_("Duties (English)"), blank=True)
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = N_("Job description")
        constraints = [
            one_at_a_time("description_one_at_a_time", "post"),
            ends_later("description_ends_later"),
        ]


@tracked()
class MustKnow(models.Model):
    """One thing whoever holds the post must know, in a version of its description."""

    description = models.ForeignKey(
        JobDescription, models.CASCADE, related_name="must_knows", verbose_name=N_("Job description")
    )
    place = models.PositiveSmallIntegerField(N_("Order"))
    text_zh = models.CharField(N_("Chinese text"), max_length=300)
    text_en = models.CharField(N_("English text"), max_length=300, blank=True)

    class Meta:
        verbose_name = N_("Must-know")
        constraints = [models.UniqueConstraint(name="must_know_place_once", fields=["description", "place"])]


@tracked()
class Known(models.Model):
    """A person says he knows it, since a day."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=N_("Person"))
    must_know = models.ForeignKey(
        MustKnow, models.CASCADE, related_name="known", verbose_name=N_("Must-know")
    )
    on = models.DateField(N_("Known since"))

    class Meta:
        verbose_name = N_("Known")
        constraints = [models.UniqueConstraint(name="known_once", fields=["person", "must_know"])]
