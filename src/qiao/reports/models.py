"""Rows of reports: boards with their cards."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from qiao.kernel.errors import N_
from qiao.ledger.core.mailing import EVERY
from qiao.runtime.tracking import tracked

from .core.boards import SHAPES, WIDTHS


@tracked()
class Board(models.Model):
    """Analyses side by side for the roles it is made for; everybody sees them with his own reach."""

    code = models.SlugField(N_("Code"), max_length=40, unique=True)
    title_zh = models.CharField(N_("Chinese name"), max_length=80)
    title_en = models.CharField(N_("English name"), max_length=80, blank=True)
    profiles = ArrayField(models.CharField(max_length=20), verbose_name=N_("Role profiles"))
    at_home = models.BooleanField(N_("On the home page"), default=False)
    place = models.PositiveSmallIntegerField(N_("Place"), default=10)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = N_("Board")

    def __str__(self) -> str:
        return self.code


@tracked()
class BoardCard(models.Model):
    """One analysis on a board. It keeps the question itself, so that a saved analysis forgotten leaves no hole."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="cards")
    analysis = models.ForeignKey(
        "ledger.SavedAnalysis", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title_zh = models.CharField(N_("Chinese name"), max_length=80)
    title_en = models.CharField(N_("English name"), max_length=80, blank=True)
    query = models.TextField(N_("Question"))
    width = models.PositiveSmallIntegerField(N_("Width"), default=6)
    shape = models.CharField(N_("Shown as"), max_length=6, choices=SHAPES, default="chart")
    place = models.PositiveIntegerField(N_("Place"))

    class Meta:
        verbose_name = N_("Card of a board")
        ordering = ("place", "id")
        constraints = [
            models.CheckConstraint(name="board_card_width", condition=Q(width__in=WIDTHS)),
            models.CheckConstraint(
                name="board_card_shape", condition=Q(shape__in=[code for code, _label in SHAPES])
            ),
        ]

    @property
    def asks(self) -> str:
        """The question as it stands today: that of the saved analysis while there is one."""
        return self.analysis.query if self.analysis else self.query


@tracked()
class BulletinPlan(models.Model):
    """A bulletin the system prepares again and again; a person publishes each."""

    title = models.CharField(N_("Subject"), max_length=120)
    text = models.TextField(N_("Text"), blank=True)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=N_("Unit"))
    indicator = models.CharField(N_("Indicator"), max_length=40)
    ranked = models.CharField(
        N_("Who is ranked"), max_length=20, help_text="Code of a break-down: unit2, manager …"
    )
    by = models.CharField(N_("Period"), max_length=8)
    every = models.CharField(N_("How often"), max_length=5, choices=EVERY)
    at = models.TimeField(N_("At"))
    acknowledge_days = models.PositiveSmallIntegerField(N_("Days to acknowledge"), default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = N_("Plan of a bulletin")

    def __str__(self) -> str:
        return self.title


@tracked(exclude=["rows"])
class Bulletin(models.Model):
    """A ranking with a text, first a draft, then published as a notice that goes down the units and is acknowledged."""

    plan = models.ForeignKey(BulletinPlan, models.SET_NULL, null=True, related_name="bulletins")
    occasion = models.CharField(
        max_length=40, blank=True, help_text="What the plan prepared it for; once each."
    )
    title = models.CharField(N_("Subject"), max_length=200)
    text = models.TextField(N_("Text"), blank=True)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=N_("Unit"))
    indicator = models.CharField(N_("Indicator"), max_length=40)
    ranked = models.CharField(N_("Who is ranked"), max_length=20)
    period = models.CharField(N_("Period"), max_length=7)
    rows = models.JSONField(
        help_text="label, value, missing, change, rank, before – as they stood when it was prepared."
    )
    acknowledge_days = models.PositiveSmallIntegerField(N_("Days to acknowledge"), default=0)
    notice = models.OneToOneField("work.Notice", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(N_("Prepared at"))

    class Meta:
        verbose_name = N_("Bulletin")
        indexes = [models.Index(fields=["-prepared_at", "-id"], name="bulletin_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "occasion"], name="bulletin_once", condition=~Q(occasion="")
            ),
        ]

    def __str__(self) -> str:
        return self.title
