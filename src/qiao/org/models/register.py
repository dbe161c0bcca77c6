"""The register of staff: lists of words the enterprise keeps itself, dated attributes, qualifications. Requirements 1.3, 1.6."""

from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.runtime.spans import ends_later, one_at_a_time
from qiao.runtime.stamps import stamping
from qiao.runtime.tracking import tracked

from ..core.register import ONE_AT_A_TIME
from .organisation import Person, Unit


@tracked()
class StaffWord(models.Model):
    """An entry of one of the lists people are described by: an employment kind, an education, a talent type.

    Which lists there are is fixed (``core.register.LISTS``); what stands in them is the enterprise's own.
    """

    list = models.CharField(N_("List"), max_length=20)
    code = models.CharField(N_("Code"), max_length=40)
    name_zh = models.CharField(N_("Chinese name"), max_length=80)
    name_en = models.CharField(N_("English name"), max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(
        N_("Rank"), default=0, help_text="Order in its list; of an age band the youngest age in it."
    )
    notice_days = models.PositiveSmallIntegerField(
        N_("Days of notice"),
        default=60,
        help_text="Of a kind of qualification: its end is near so many days before.",
    )
    in_use = models.BooleanField(N_("In use"), default=True)

    class Meta:
        triggers = [stamping()]
        verbose_name = N_("Word of a list")
        constraints = [
            models.UniqueConstraint(name="staff_word_once", fields=["list", "code"]),
            models.CheckConstraint(name="staff_word_named", condition=~Q(name_zh="") & ~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.name_zh


@tracked()
class Attribute(models.Model):
    """What a person is described by from a day until before another: employment, education, field, talent."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="attributes", verbose_name=N_("Person"))
    list = models.CharField(N_("List"), max_length=20)
    word = models.ForeignKey(StaffWord, models.PROTECT, related_name="+", verbose_name=N_("Word of a list"))
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = N_("Attribute of a person")
        constraints = [
            one_at_a_time("attribute_word_once", "person", "word"),
            one_at_a_time(
                "attribute_one_at_a_time", "person", "list", condition=Q(list__in=sorted(ONE_AT_A_TIME))
            ),
            ends_later("attribute_ends_later"),
        ]
        indexes = [models.Index(fields=["list", "person", "starts_on"], name="attribute_of_list")]


@tracked()
class PersonalDetail(models.Model):
    """What is shown only under the right of its own (``org.personal``), kept apart so that no list reads it by chance."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="personal", verbose_name=N_("Person"))
    born_on = models.DateField(N_("Date of birth"), null=True, blank=True)

    class Meta:
        verbose_name = N_("Personal particulars")


@tracked()
class Qualification(models.Model):
    """A certificate a person holds, and until when it is valid."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="qualifications", verbose_name=N_("Person")
    )
    kind = models.ForeignKey(
        StaffWord, models.PROTECT, related_name="+", verbose_name=N_("Kind of qualification")
    )
    level = models.CharField(N_("Level"), max_length=60, blank=True)
    number = models.CharField(N_("Certificate number"), max_length=60, blank=True)
    issued_on = models.DateField(N_("Issued on"))
    valid_before = models.DateField(N_("Valid until before"), null=True, blank=True)

    class Meta:
        verbose_name = N_("Qualification")
        constraints = [
            models.UniqueConstraint(
                name="qualification_once", fields=["person", "kind", "number", "issued_on"]
            ),
            models.CheckConstraint(
                name="qualification_ends_later",
                condition=Q(valid_before__isnull=True) | Q(valid_before__gt=models.F("issued_on")),
            ),
        ]
        indexes = [models.Index(fields=["valid_before", "id"], name="qualification_by_end")]


@tracked()
class TalentPlan(models.Model):
    """How many people of a talent type a unit (with those below) is to have, from a day on."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", verbose_name=N_("Unit"))
    word = models.ForeignKey(StaffWord, models.PROTECT, related_name="+", verbose_name=N_("Talent type"))
    number = models.PositiveIntegerField(N_("Planned"))
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)

    class Meta:
        verbose_name = N_("Talent plan")
        constraints = [
            one_at_a_time("talent_plan_one_at_a_time", "unit", "word"),
            ends_later("talent_plan_ends_later"),
        ]


@tracked()
class LabourCost(models.Model):
    """What a unit itself, without those below, spent on its staff in a month."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", verbose_name=N_("Unit"))
    month = models.DateField(N_("Month"), help_text="Its first day.")
    yuan = models.DecimalField(N_("Labour cost in yuan"), max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = N_("Labour cost")
        constraints = [
            models.UniqueConstraint(name="labour_cost_once", fields=["unit", "month"]),
            models.CheckConstraint(name="labour_cost_not_negative", condition=Q(yuan__gte=0)),
            models.CheckConstraint(name="labour_cost_first_of_month", condition=Q(month__day=1)),
        ]
        indexes = [models.Index(fields=["-month", "id"], name="labour_cost_newest")]
