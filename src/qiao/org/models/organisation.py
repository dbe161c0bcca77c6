"""Units, people, postings, role types and grade in force; every relation between them is effective-dated."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.org.core.roles import PROFILES, SCOPE_KINDS
from qiao.runtime.spans import ends_later, one_at_a_time
from qiao.runtime.stamps import stamping
from qiao.runtime.tracking import tracked


@tracked()
class Unit(models.Model):
    """A part of the enterprise: group, province, city, county, department, grid."""

    code = models.CharField(N_("Code"), max_length=40, unique=True)
    name_zh = models.CharField(N_("Chinese name"), max_length=120)
    name_en = models.CharField(N_("English name"), max_length=120, blank=True)
    kind = models.CharField(
        N_("Kind"), max_length=40, help_text="Word of the enterprise, such as province or county."
    )
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_units",
        verbose_name=N_("Merged into"),
    )
    lat = models.FloatField(N_("Latitude"), null=True, blank=True, help_text="WGS-84 degrees, for the map.")
    lon = models.FloatField(N_("Longitude"), null=True, blank=True)

    class Meta:
        triggers = [stamping()]
        verbose_name = N_("Unit")
        constraints = [ends_later("unit_ends_later")]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


@tracked()
class UnitPlacement(models.Model):
    """Which unit stands below which, from a day until before another."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="placements", verbose_name=N_("Unit"))
    parent = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="placements_below", verbose_name=N_("Unit above")
    )
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)

    class Meta:
        triggers = [stamping()]
        verbose_name = N_("Place in the tree")
        constraints = [
            one_at_a_time("placement_one_at_a_time", "unit"),
            ends_later("placement_ends_later"),
            models.CheckConstraint(name="placement_not_below_itself", condition=~Q(parent=models.F("unit"))),
        ]


@tracked()
class Person(models.Model):
    """A member of staff."""

    code = models.CharField(N_("Staff number"), max_length=40, unique=True)
    name = models.CharField(N_("Name"), max_length=80)
    name_en = models.CharField(N_("English name"), max_length=80, blank=True)
    phone = models.CharField(N_("Phone"), max_length=40, blank=True)
    email = models.EmailField(N_("E-mail"), blank=True)
    starts_on = models.DateField(N_("Joined on"))
    ends_before = models.DateField(N_("Left before"), null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=N_("Log-in"),
    )
    pinyin = models.CharField(max_length=400, editable=False)
    search_key = models.TextField(editable=False)

    class Meta:
        triggers = [stamping()]
        verbose_name = N_("Person")
        constraints = [ends_later("person_ends_later")]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="person_by_name"),
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="person_search"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class RoleType(models.Model):
    """A kind of post with its duties, what it may do and how far that reaches. Data, supplied by packs."""

    code = models.CharField(N_("Code"), max_length=40, unique=True)
    name_zh = models.CharField(N_("Chinese name"), max_length=80)
    name_en = models.CharField(N_("English name"), max_length=80, blank=True)
    duties_zh = models.TextField(N_("Duties (Chinese)"), blank=True)
    duties_en = models.TextField(N_("Duties (English)"), blank=True)
    profile = models.CharField(N_("Home page"), max_length=20, choices=[(p, p) for p in PROFILES])
    scope_kind = models.CharField(N_("Data scope"), max_length=20, choices=[(s, s) for s in SCOPE_KINDS])
    rights = models.JSONField(N_("Rights"), default=list)
    sights = models.JSONField(
        N_("Protected fields"),
        default=dict,
        blank=True,
        help_text="Code of a protected field → how far it is seen; what is not named follows the field's own default.",
    )
    serves_customers = models.BooleanField(N_("Serves customers"), default=False)
    asks_second_factor = models.BooleanField(N_("Second factor at log-in"), default=False)

    class Meta:
        triggers = [stamping()]
        verbose_name = N_("Role type")
        constraints = [
            models.CheckConstraint(name="role_known_scope", condition=Q(scope_kind__in=SCOPE_KINDS)),
            models.CheckConstraint(name="role_known_profile", condition=Q(profile__in=PROFILES)),
        ]

    def __str__(self) -> str:
        return self.name_zh


@tracked()
class Posting(models.Model):
    """A person in a post at a unit, from a day until before another; several at once are possible."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="postings", verbose_name=N_("Person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="postings", verbose_name=N_("Unit"))
    role_type = models.ForeignKey(
        RoleType, models.PROTECT, related_name="postings", verbose_name=N_("Role type")
    )
    is_main = models.BooleanField(N_("Main post"), default=True)
    scope_kind = models.CharField(
        N_("Data scope"), max_length=20, blank=True, help_text="Empty: as the role type says."
    )
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)

    class Meta:
        triggers = [stamping()]
        verbose_name = N_("Posting")
        constraints = [
            one_at_a_time("posting_once_per_role", "person", "unit", "role_type"),
            one_at_a_time("posting_one_main", "person", condition=Q(is_main=True)),
            ends_later("posting_ends_later"),
            models.CheckConstraint(
                name="posting_known_scope", condition=Q(scope_kind__in=("", *SCOPE_KINDS))
            ),
        ]
        indexes = [models.Index(fields=["unit", "starts_on"], name="posting_of_unit")]


@tracked()
class PostingUnit(models.Model):
    """A unit chosen for a posting whose data scope is ``chosen``; units below are included."""

    posting = models.ForeignKey(
        Posting, models.CASCADE, related_name="chosen_units", verbose_name=N_("Posting")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=N_("Unit"))

    class Meta:
        triggers = [stamping()]
        verbose_name = N_("Chosen unit")
        constraints = [models.UniqueConstraint(name="chosen_unit_once", fields=["posting", "unit"])]


@tracked()
class GradeInForce(models.Model):
    """A person's grade; written by assessment later, by hand or import until then."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grades", verbose_name=N_("Person"))
    grade = models.CharField(N_("Grade"), max_length=40)
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = N_("Grade")
        constraints = [one_at_a_time("grade_one_at_a_time", "person"), ends_later("grade_ends_later")]


@tracked()
class WorkingHours(models.Model):
    """Usual working days and hours from a day on; the newest that has begun holds."""

    starts_on = models.DateField(N_("Starts on"), unique=True)
    weekdays = models.JSONField(N_("Working days"), help_text="Numbers, Monday is 0.")
    spans = models.JSONField(N_("Working hours"), help_text='Pairs such as ["08:30", "12:00"].')

    class Meta:
        verbose_name = N_("Working hours")


@tracked()
class CalendarDay(models.Model):
    """A day that differs from the usual week: a holiday, or a day worked to make up for one."""

    on = models.DateField(N_("Day"), unique=True)
    works = models.BooleanField(N_("Worked"))
    note = models.CharField(N_("Note"), max_length=80, blank=True)

    class Meta:
        verbose_name = N_("Special day")


@tracked()
class Absence(models.Model):
    """A person is away from a day until before another; a substitute acts for him meanwhile."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences", verbose_name=N_("Person"))
    substitute = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=N_("Substitute")
    )
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"))

    class Meta:
        verbose_name = N_("Absence")
        constraints = [
            one_at_a_time("absence_one_at_a_time", "person"),
            ends_later("absence_ends_later"),
            models.CheckConstraint(
                name="absence_other_substitute",
                condition=Q(substitute__isnull=True) | ~Q(substitute=models.F("person")),
            ),
        ]


@tracked()
class Departure(models.Model):
    """A person leaves: the day, who takes over, and what was moved, so that it can be taken back as one step (4.4)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="departures", verbose_name=N_("Person"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=N_("Unit"),
        help_text="His unit on the last day: whose editors see it.",
    )  # fmt: skip
    on = models.DateField(N_("First day away"))
    successor = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=N_("Takes over"))
    signer = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=N_("Signs in his place")
    )
    reason = models.CharField(N_("Reason"), max_length=200)
    checklist = models.JSONField(default=list, help_text="What he had in hand: label and count.")
    moved = models.JSONField(default=dict, help_text="By who moved it: ids of the rows.")
    made_at = models.DateTimeField(N_("Registered at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=N_("Registered by"),
    )
    undone_at = models.DateTimeField(N_("Taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=N_("Taken back by"),
    )

    class Meta:
        verbose_name = N_("Departure")
        indexes = [models.Index(fields=["-on", "id"], name="departure_newest")]
        constraints = [
            models.UniqueConstraint(
                name="departure_once", fields=["person", "on"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(
                name="departure_to_others",
                condition=~Q(person=models.F("successor")) & ~Q(person=models.F("signer")),
            ),
        ]
