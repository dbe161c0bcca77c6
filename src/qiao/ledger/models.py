"""Rows of the ledger: feeds, imports, the manifest of the lake, products, closes and their figures."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from qiao.kernel.errors import N_
from qiao.runtime.tracking import tracked

from .core.facts import Fact, Grain
from .core.mailing import EVERY
from .core.mapping import Mode

FACTS = [fact.value for fact in Fact]


@tracked()
class Feed(models.Model):
    """A source system's stream of one fact, with the mapping that reads its files."""

    code = models.CharField(N_("Code"), max_length=40, unique=True)
    title_zh = models.CharField(N_("Chinese name"), max_length=120)
    title_en = models.CharField(N_("English name"), max_length=120)
    fact = models.CharField(N_("Fact"), max_length=20, choices=[(f, f) for f in FACTS])
    grain = models.CharField(N_("Grain"), max_length=10, choices=[(g.value, g.value) for g in Grain])
    precedence = models.PositiveSmallIntegerField(N_("Precedence"))
    mode = models.CharField(N_("Mode"), max_length=10, choices=[(m.value, m.value) for m in Mode])
    mapping = models.TextField(N_("Mapping"))
    commits = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Imports written or undone: a dry run older than the last is stale.",
    )

    class Meta:
        verbose_name = N_("Feed")
        constraints = [
            models.CheckConstraint(name="feed_known_fact", condition=Q(fact__in=FACTS)),
            models.CheckConstraint(
                name="feed_precedence", condition=Q(precedence__gte=1, precedence__lte=99)
            ),
        ]

    def __str__(self) -> str:
        return self.code


@tracked()
class Category(models.Model):
    """A group of products: the level at which what a customer buys is compared."""

    code = models.CharField(N_("Code"), max_length=120, unique=True)
    name_zh = models.CharField(N_("Chinese name"), max_length=120)
    name_en = models.CharField(N_("English name"), max_length=120, blank=True)

    class Meta:
        verbose_name = N_("Category")

    def __str__(self) -> str:
        return self.code


@tracked()
class Product(models.Model):
    """Something sold."""

    code = models.CharField(N_("Code"), max_length=80, unique=True)
    name_zh = models.CharField(N_("Chinese name"), max_length=200)
    name_en = models.CharField(N_("English name"), max_length=200, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=N_("Category")
    )
    unit = models.CharField(N_("Measuring unit"), max_length=20, blank=True)

    class Meta:
        verbose_name = N_("Product")

    def __str__(self) -> str:
        return self.code


@tracked(exclude=["report", "files", "new_codes"])
class Batch(models.Model):
    """One import: a file, its dry run, its months in the lake once written."""

    class State(models.TextChoices):
        RECEIVED = "received"
        CHECKED = "checked"
        REFUSED = "refused"
        WRITTEN = "written"
        UNDONE = "undone"
        DROPPED = "dropped"

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="batches", verbose_name=N_("Feed"))
    state = models.CharField(N_("State"), max_length=10, choices=State.choices, default=State.RECEIVED)
    file_name = models.CharField(N_("File"), max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the upload.")
    mapping = models.TextField(help_text="The mapping it was read with.")
    mode = models.CharField(N_("Mode"), max_length=10, choices=[(m.value, m.value) for m in Mode])
    report = models.JSONField(null=True)
    problems = models.JSONField(default=list, help_text="Why the file as a whole was refused.")
    files = models.JSONField(
        default=list, help_text="Months staged by the dry run: fact, month, digest, rows …"
    )
    new_codes = models.JSONField(default=dict, help_text="Products and categories to create when written.")
    feed_commits = models.PositiveIntegerField(null=True, help_text="The feed's count at the dry run.")
    job = models.ForeignKey("runtime.Job", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(N_("Received at"))
    written_at = models.DateTimeField(N_("Written at"), null=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = N_("Import")
        indexes = [models.Index(fields=["-at", "-id"], name="batch_newest")]
        constraints = [
            models.CheckConstraint(
                name="batch_written_has_time",
                condition=Q(state__in=["written", "undone"], written_at__isnull=False)
                | (~Q(state__in=["written", "undone"]) & Q(written_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="batch_undone_has_time",
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class LakeFile(models.Model):
    """The manifest: a file of the lake counts from the moment its row here is committed, and while it is live."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="lake_files")
    feed = models.ForeignKey(Feed, models.PROTECT, related_name="lake_files")
    fact = models.CharField(max_length=20)
    month = models.CharField(max_length=7, help_text="2021-12")
    digest = models.CharField(max_length=64)
    rows = models.BigIntegerField()
    amount_cents = models.BigIntegerField()
    size = models.BigIntegerField()
    live = models.BooleanField(default=True)
    alone = models.BooleanField(
        help_text="The only live file of its feed and month (replace), or one of many."
    )
    superseded_by = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="supersedes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "month"], name="lake_file_once"),
            models.UniqueConstraint(
                fields=["feed", "month"], name="lake_file_one_alone", condition=Q(live=True, alone=True)
            ),
            models.CheckConstraint(
                name="lake_file_live_or_not", condition=Q(live=False) | Q(superseded_by__isnull=True)
            ),
            models.CheckConstraint(name="lake_file_not_by_itself", condition=~Q(superseded_by=F("batch"))),
        ]
        indexes = [
            models.Index(fields=["fact", "month"], name="lake_file_live", condition=Q(live=True)),
            models.Index(fields=["feed", "month"], name="lake_file_of_feed"),
        ]


class Run(models.Model):
    """One close of a month: pinned inputs, steps, results. A finished run is never rewritten."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    month = models.CharField(N_("Month"), max_length=7)
    state = models.CharField(N_("State"), max_length=10, choices=State.choices, default=State.RUNNING)
    is_current = models.BooleanField(default=False, help_text="The newest finished run of its month.")
    inputs = models.JSONField(default=dict, help_text="Digests of facts and dimensions, the rule, versions.")
    inputs_digest = models.CharField(max_length=64, blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=40)
    job = models.ForeignKey("runtime.Job", models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(N_("Started at"))
    finished_at = models.DateTimeField(N_("Finished at"), null=True)

    class Meta:
        verbose_name = N_("Close")
        indexes = [models.Index(fields=["-started_at", "-id"], name="run_newest")]
        constraints = [
            models.UniqueConstraint(fields=["month"], name="run_one_current", condition=Q(is_current=True)),
            models.CheckConstraint(
                name="run_current_is_done", condition=Q(is_current=False) | Q(state="done")
            ),
            models.CheckConstraint(
                name="run_finished_has_time",
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
            ),
        ]


class RunStep(models.Model):
    """One step of a close; done steps are not done again when a close is resumed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    code = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    summary = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, help_text="Hash of the step's result.")
    error = models.TextField(blank=True)
    seconds = models.DecimalField(max_digits=10, decimal_places=3, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "code"], name="run_step_once")]


class Figure(models.Model):
    """One indicator of a manager or unit in one window of a run; exact, or with the reason why there is none."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="figures")
    window = models.CharField(max_length=8, help_text="month, quarter, half or year, up to the run's month.")
    period = models.CharField(max_length=7, help_text="2021-12, 2021Q4, 2021H2, 2021")
    holder_kind = models.CharField(max_length=8, help_text="person or unit")
    holder_id = models.BigIntegerField()
    indicator = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    numerator = models.DecimalField(max_digits=24, decimal_places=3, null=True)
    denominator = models.DecimalField(max_digits=24, decimal_places=3, null=True)
    incomplete = models.JSONField(null=True)
    remark = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_kind", "holder_id", "window", "indicator", "run"], name="figure_once"
            ),
            models.CheckConstraint(
                name="figure_or_reason",
                condition=Q(numerator__isnull=False, incomplete__isnull=True)
                | Q(numerator__isnull=True, incomplete__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["run", "window", "indicator"], name="figure_of_run")]


class Cube(models.Model):
    """What free analysis reads of a close: two files of the lake, made from what the close pinned and made again at need."""

    run = models.OneToOneField(Run, models.CASCADE, related_name="cube")
    cube_digest = models.CharField(
        max_length=64, help_text="Every measure by customer and holders, four windows."
    )
    mix_digest = models.CharField(max_length=64, help_text="The month's sales by category and product.")
    rows = models.BigIntegerField()
    made_at = models.DateTimeField()


@tracked()
class SavedAnalysis(models.Model):
    """A question kept under a name. It is the address, so what it names may be gone one day; then that is told."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_analyses")
    name = models.CharField(N_("Name"), max_length=80)
    query = models.TextField(N_("Question"), help_text="As its address says it.")
    shared = models.BooleanField(
        N_("Shared"), default=False, help_text="Offered to all who see figures, each within his reach."
    )
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = N_("Saved analysis")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_analysis_once")]
        indexes = [models.Index(fields=["name"], name="saved_analysis_shared", condition=Q(shared=True))]

    def __str__(self) -> str:
        return self.name


class AnalysisMail(models.Model):
    """A person gets a saved analysis at fixed times, with what he himself may see then."""

    analysis = models.ForeignKey(SavedAnalysis, models.CASCADE, related_name="mails")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="analysis_mails")
    every = models.CharField(max_length=5, choices=EVERY)
    at = models.TimeField(help_text="Time of the day; of no account after a close.")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "user"], name="analysis_mail_once")]
