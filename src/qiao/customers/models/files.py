"""Customers, where they stand, who serves them, and what the runs concluded about them."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from qiao.customers.core.chain import DECISION_ROLES
from qiao.kernel.errors import N_
from qiao.org.models import Person, Unit
from qiao.runtime.spaced import Digits as Digits  # migrations name it here
from qiao.runtime.spaced import Spaced
from qiao.runtime.spans import ends_later, one_at_a_time
from qiao.runtime.tracking import tracked

ROLES = ("primary", "deputy")


@tracked(exclude=["search_key", "pinyin"])
class Customer(models.Model):
    """A customer: a firm, an office, a shop, a person.

    ``home_unit``, ``primary`` and ``deputy`` repeat what is in force today in the dated tables, so that a list of a
    million rows needs one index; the actions and the daily roll-over keep them, a test compares them.
    """

    code = models.CharField(N_("Customer number"), max_length=60, unique=True)
    name = models.CharField(N_("Name"), max_length=200)
    short_name = models.CharField(N_("Short name"), max_length=80, blank=True)
    kind = models.CharField(
        N_("Kind"), max_length=40, blank=True, help_text="Word of the enterprise, such as shop or firm."
    )
    segment = models.CharField(
        N_("Segment"), max_length=60, blank=True, help_text="Code of the rulebook's segments (5.4)."
    )
    industry = models.CharField(N_("Industry"), max_length=60, blank=True)
    stage = models.CharField(
        N_("Life-cycle stage"), max_length=30, default="service", help_text="Requirement 5.2."
    )
    traits = ArrayField(
        models.CharField(max_length=60),
        verbose_name=N_("Traits"),
        default=list,
        blank=True,
        help_text="Conditions of a key account seen by people (5.3).",
    )
    phone = models.CharField(N_("Phone"), max_length=40, blank=True)
    tax_number = models.CharField(N_("Tax number"), max_length=40, blank=True)
    group = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subsidiaries", verbose_name=N_("Group")
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="merged_records",
        editable=False,
        verbose_name=N_("Merged into"),
        help_text="Who stands for this record; it is shown nowhere but in the history of that one.",
    )
    starts_on = models.DateField(N_("Customer since"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    home_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=N_("Home unit")
    )
    primary = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=N_("Account manager"),
    )
    deputy = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=N_("Deputy")
    )
    pinyin = models.CharField(max_length=400, editable=False)
    search_key = models.TextField(editable=False)

    class Meta:
        verbose_name = N_("Customer")
        # Every customer has a row of what the runs concluded, if only an empty one: so a list sorted by revenue walks
        # that table's index and misses nobody.
        triggers = [
            pgtrigger.Trigger(
                name="current_row",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="entered"),  # type: ignore[no-untyped-call]
                func=(
                    "INSERT INTO customers_currentstanding (customer_id, tier, tier_before, activity)"
                    " SELECT id, '', '', '' FROM entered ON CONFLICT (customer_id) DO NOTHING; RETURN NULL;"
                ),
            )
        ]
        constraints = [
            ends_later("customer_ends_later"),
            models.CheckConstraint(name="customer_not_its_own_group", condition=~Q(group=F("id"))),
            models.CheckConstraint(name="customer_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(
                name="customer_two_people",
                condition=Q(primary__isnull=True) | Q(deputy__isnull=True) | ~Q(primary=F("deputy")),
            ),
        ]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="customer_by_name"),
            models.Index(fields=["home_unit", "pinyin", "id"], name="customer_of_unit"),
            models.Index(fields=["primary", "pinyin", "id"], name="customer_of_primary"),
            models.Index(fields=["deputy"], name="customer_of_deputy"),
            models.Index(fields=["group"], name="customer_of_group"),
            models.Index(fields=["segment", "id"], name="customer_of_segment"),
            models.Index(fields=["stage", "pinyin", "id"], name="customer_of_stage"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customer_merged"
            ),
            models.Index(fields=["tax_number"], condition=~Q(tax_number=""), name="customer_by_tax_number"),
            models.Index(Digits("phone"), name="customer_by_phone"),
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="customer_search"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class HomeUnit(models.Model):
    """The unit a customer belongs to, from a day until before another; unit figures follow it."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="home_units", verbose_name=N_("Customer")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=N_("Unit"))
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = N_("Home unit")
        constraints = [
            one_at_a_time("home_unit_one_at_a_time", "customer"),
            ends_later("home_unit_ends_later"),
        ]
        indexes = [
            models.Index(fields=["starts_on"], name="home_unit_start"),
            models.Index(fields=["ends_before"], name="home_unit_end"),
        ]


@tracked()
class Assignment(models.Model):
    """Who serves a customer, from a day until before another (6.2)."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="assignments", verbose_name=N_("Customer")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments", verbose_name=N_("Person"))
    role = models.CharField(N_("Role"), max_length=10, choices=[(r, r) for r in ROLES])
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"), null=True, blank=True)
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = N_("Assignment")
        constraints = [
            one_at_a_time("assignment_one_per_role", "customer", "role"),
            one_at_a_time("assignment_one_role_per_person", "customer", "person"),
            ends_later("assignment_ends_later"),
            models.CheckConstraint(name="assignment_known_role", condition=Q(role__in=ROLES)),
        ]
        indexes = [
            models.Index(fields=["person", "role", "starts_on"], name="assignment_of_person"),
            models.Index(fields=["starts_on"], name="assignment_start"),
            models.Index(fields=["ends_before"], name="assignment_end"),
        ]


@tracked()
class Site(models.Model):
    """A place of a customer. Coordinates are WGS-84; the datum they came in is kept."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="sites", verbose_name=N_("Customer"))
    name = models.CharField(N_("Name"), max_length=120, blank=True)
    address = models.CharField(N_("Address"), max_length=300, blank=True)
    lat = models.FloatField(N_("Latitude"), null=True, blank=True)
    lon = models.FloatField(N_("Longitude"), null=True, blank=True)
    source_datum = models.CharField(
        N_("Datum of the source"),
        max_length=10,
        default="wgs84",
        choices=[(d, d) for d in ("wgs84", "gcj02", "bd09")],
    )
    is_main = models.BooleanField(N_("Main site"), default=True)

    class Meta:
        verbose_name = N_("Site")
        constraints = [
            models.UniqueConstraint(name="site_one_main", fields=["customer"], condition=Q(is_main=True)),
            models.CheckConstraint(
                name="site_on_earth",
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
            ),
        ]
        indexes = [models.Index(fields=["customer"], name="site_of_customer")]


# What needs a person's consent is not written to the audit, which keeps for ever.
@tracked(exclude=["occupation", "native_place"])
class Contact(models.Model):
    """A person at the customer. Name and numbers are personal data, kept for serving the customer."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="contacts", verbose_name=N_("Customer")
    )
    name = models.CharField(N_("Name"), max_length=80)
    role = models.CharField(
        N_("Role"),
        max_length=40,
        blank=True,
        help_text="Liaison, head of communications, head of finance, top leader (5.1).",
    )
    title = models.CharField(N_("Title"), max_length=80, blank=True)
    phone = models.CharField(N_("Phone"), max_length=40, blank=True)
    email = models.EmailField(N_("E-mail"), blank=True)
    note = models.CharField(N_("Note"), max_length=300, blank=True)
    occupation = models.CharField(
        N_("Occupation"), max_length=80, blank=True, db_default="", help_text="Only with consent (5.1)."
    )
    native_place = models.CharField(
        N_("Native place"), max_length=80, blank=True, db_default="", help_text="Only with consent (5.1)."
    )
    decision_role = models.CharField(
        N_("Role in decisions"), max_length=20, blank=True, choices=[(r, r) for r in DECISION_ROLES]
    )
    influence = models.PositiveSmallIntegerField(N_("Influence"), null=True, blank=True)
    attitude = models.SmallIntegerField(N_("Attitude towards us"), null=True, blank=True)
    strength = models.PositiveSmallIntegerField(N_("Strength of our relation"), null=True, blank=True)
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=N_("Reports to")
    )

    class Meta:
        verbose_name = N_("Contact")
        constraints = [
            models.CheckConstraint(
                name="contact_known_decision_role", condition=Q(decision_role__in=("", *DECISION_ROLES))
            ),
            models.CheckConstraint(
                name="contact_influence_1_to_5",
                condition=Q(influence__isnull=True) | Q(influence__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="contact_attitude_in_range",
                condition=Q(attitude__isnull=True) | Q(attitude__range=(-2, 2)),
            ),
            models.CheckConstraint(
                name="contact_strength_1_to_5", condition=Q(strength__isnull=True) | Q(strength__range=(1, 5))
            ),
            models.CheckConstraint(
                name="contact_not_own_head", condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("id"))
            ),
        ]
        indexes = [
            models.Index(fields=["customer"], name="contact_of_customer"),
            models.Index(Digits("phone"), name="contact_by_phone"),
            GinIndex(OpClass(Spaced("name"), name="gin_trgm_ops"), name="contact_search"),
        ]


class Standing(models.Model):
    """What a run concluded about a customer: tier, class, credit, value. One row per kind and month, never rewritten."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="standings")
    kind = models.CharField(max_length=30)
    value = models.CharField(
        max_length=60, blank=True, help_text="Code of the conclusion; empty when incomplete."
    )
    incomplete = models.JSONField(null=True, help_text="Why there is none: reason and params.")
    month = models.DateField(help_text="First day of the month it is for.")
    run_id = models.BigIntegerField()
    trace = models.JSONField(
        null=True, help_text="The steps behind it, or null when they are computed again on demand."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="standing_once", fields=["customer", "kind", "month", "run_id"]),
            models.CheckConstraint(
                name="standing_value_or_reason", condition=~Q(value="") | Q(incomplete__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "month", "value"], name="standing_counts"),
            models.Index(fields=["customer", "kind", "-month"], name="standing_of_customer"),
        ]


class CurrentStanding(models.Model):
    """The newest published conclusions and figures of a customer, one row, for lists to sort and filter by."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="current")
    month = models.DateField(null=True)
    tier = models.CharField(max_length=60, blank=True)
    tier_before = models.CharField(max_length=60, blank=True, help_text="Tier of the month before.")
    revenue_yuan = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    revenue_12_yuan = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, help_text="Rolling twelve months."
    )
    change_share = models.DecimalField(
        max_digits=12,
        decimal_places=4,
        null=True,
        help_text="Rolling 3 months against the same a year before.",
    )
    last_order_on = models.DateField(null=True)
    activity = models.CharField(max_length=20, blank=True, help_text="active, new, silent, lost")
    run_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            # Both ways round with the missing ones last, as the list walks them.
            models.Index(
                F("revenue_12_yuan").desc(nulls_last=True), F("customer_id").desc(), name="current_by_most"
            ),
            models.Index(
                F("revenue_12_yuan").asc(nulls_last=True), F("customer_id"), name="current_by_least"
            ),
            models.Index(fields=["tier"], name="current_by_tier"),
            models.Index(fields=["activity"], name="current_by_activity"),
        ]


class CurrentDay(models.Model):
    """The day the repeated columns of :class:`Customer` stand for; a single row."""

    only = models.BooleanField(primary_key=True, default=True)
    on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(name="current_day_single", condition=Q(only=True))]


class NoticeTold(models.Model):
    """A notice that a manager carried on to a customer, and whether the customer acknowledged it. Requirement 10.11."""

    notice_id = models.BigIntegerField(help_text="Of work; kept when the notice is gone.")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="notices_told")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="notice_told_once", fields=["notice_id", "customer"])]
