"""What waits for whom until when: tasks, clocks, approvals, the inbox."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, functions

from qiao.kernel.errors import N_
from qiao.runtime.spans import ends_later
from qiao.runtime.tracking import tracked

from .core import clocks, delivery, route


@tracked()
class Task(models.Model):
    """Something a person is to do, with what came of it."""

    class State(models.TextChoices):
        OPEN = "open", N_("Open")
        DONE = "done", N_("Done")
        DROPPED = "dropped", N_("Dropped")

    title = models.CharField(N_("Subject"), max_length=200)
    text = models.TextField(N_("Text"), blank=True)
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=N_("Owner"))
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, related_name="+", verbose_name=N_("Unit"),
        help_text="The owner's unit when the task was made: whose supervisors see it.",
    )  # fmt: skip
    source_kind = models.CharField(N_("Record kind"), max_length=40, blank=True)
    source_id = models.BigIntegerField(N_("Record"), null=True, blank=True)
    key = models.CharField(max_length=200, blank=True, help_text="What made it, so that it is made once.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=N_("Made by")
    )
    made_at = models.DateTimeField(N_("Made at"))
    due_at = models.DateTimeField(N_("Due"), null=True, blank=True)
    state = models.CharField(N_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    outcome = models.TextField(N_("Outcome"), blank=True)
    ended_at = models.DateTimeField(N_("Ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=N_("Ended by")
    )

    class Meta:
        verbose_name = N_("Task")
        indexes = [
            models.Index(
                fields=["owner", "due_at", "id"], condition=Q(state="open"), name="task_open_of_owner"
            ),
            models.Index(
                fields=["unit", "due_at", "id"], condition=Q(state="open"), name="task_open_of_unit"
            ),
            models.Index(fields=["source_kind", "source_id"], name="task_of_record"),
            models.Index(fields=["owner", "-ended_at"], name="task_ended_of_owner"),
        ]
        constraints = [
            models.UniqueConstraint(name="task_made_once", fields=["key"], condition=~Q(key="")),
            models.CheckConstraint(
                name="task_ended_has_time",
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Clock(models.Model):
    """A promise's time. ``next_at`` is the one due-index: who waits for clocks asks it only for what is due."""

    class State(models.TextChoices):
        RUNNING = "running", N_("Running")
        PAUSED = "paused", N_("Paused")
        STOPPED = "stopped", N_("Stopped")

    kind = models.CharField(max_length=60, help_text="A registered clock kind.")
    subject_id = models.BigIntegerField()
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    counts = models.CharField(max_length=10, choices=[(c, c) for c in clocks.COUNTS])
    minutes = models.PositiveIntegerField()
    warn_minutes = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=40, blank=True)
    left_minutes = models.PositiveIntegerField(null=True)
    stopped_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True, help_text="Why it could not speak; it tries again.")

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_due_index"),
            models.Index(fields=["kind", "subject_id"], name="clock_of_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="clock_one_live", fields=["kind", "subject_id"], condition=~Q(state="stopped")
            ),
            models.CheckConstraint(
                name="clock_only_running_speaks", condition=Q(next_at__isnull=True) | Q(state="running")
            ),
            models.CheckConstraint(
                name="clock_pause_has_reason",
                condition=~Q(state="paused")
                | (Q(paused_at__isnull=False, left_minutes__isnull=False) & ~Q(pause_reason="")),
            ),
            models.CheckConstraint(
                name="clock_stopped_has_time", condition=~Q(state="stopped") | Q(stopped_at__isnull=False)
            ),
        ]


class ClockSaid(models.Model):
    """What a clock has said: the proof that nothing is missed and nothing is said twice."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="said")
    stage = models.CharField(max_length=10)
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="clock_said_once", fields=["clock", "stage", "due_at"])]


class ClockPause(models.Model):
    """A standstill of a clock and its ground."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=40)
    note = models.CharField(max_length=300, blank=True)
    paused_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


@tracked()
class Approval(models.Model):
    """A request for other people's agreement, on its way through the stages of its route."""

    class State(models.TextChoices):
        OPEN = "open", N_("Waiting for approval")
        RETURNED = "returned", N_("Returned to the author")
        AGREED = "agreed", N_("Approved")
        REFUSED = "refused", N_("Refused")
        WITHDRAWN = "withdrawn", N_("Withdrawn")

    kind = models.CharField(N_("Kind"), max_length=60)
    subject_id = models.BigIntegerField(N_("Record"))
    title = models.CharField(N_("Subject"), max_length=200)
    text = models.TextField(N_("Text"), blank=True)
    author = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=N_("Author"))
    state = models.CharField(N_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    stage = models.PositiveSmallIntegerField(N_("Stage"), default=1)
    asked_at = models.DateTimeField(N_("Asked at"))
    ended_at = models.DateTimeField(N_("Ended at"), null=True, blank=True)

    class Meta:
        verbose_name = N_("Approval")
        indexes = [
            models.Index(fields=["author", "-asked_at"], name="approval_of_author"),
            models.Index(fields=["kind", "subject_id"], name="approval_of_record"),
            models.Index(fields=["-asked_at"], name="approval_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="approval_one_open",
                fields=["kind", "subject_id"],
                condition=Q(state__in=["open", "returned"]),
            ),
            models.CheckConstraint(
                name="approval_ended_has_time",
                condition=Q(state__in=["open", "returned"], ended_at__isnull=True)
                | (~Q(state__in=["open", "returned"]) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ApprovalStage(models.Model):
    """A stage of an approval's route, as the caller gave it."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="stages")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    mode = models.CharField(max_length=5, choices=[(m, m) for m in route.MODES])

    class Meta:
        constraints = [models.UniqueConstraint(name="approval_stage_once", fields=["approval", "number"])]


@tracked()
class Sign(models.Model):
    """A signer's seat in a stage: who is asked, who decided in it, and how."""

    stage = models.ForeignKey(ApprovalStage, models.CASCADE, related_name="signs")
    approval = models.ForeignKey(Approval, models.CASCADE, related_name="signs", verbose_name=N_("Approval"))
    signer = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=N_("Signer"))
    added_by = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+", verbose_name=N_("Added by")
    )
    verdict = models.CharField(
        N_("Verdict"), max_length=10, default=route.WAITING,
        choices=[(v, v) for v in (route.WAITING, route.AGREED, route.REFUSED, route.SKIPPED)],
    )  # fmt: skip
    decided_by = models.ForeignKey(
        "org.Person", models.PROTECT, null=True, related_name="+", verbose_name=N_("Decided by")
    )
    ground = models.CharField(
        max_length=12, blank=True, help_text="delegate or substitute, when not himself."
    )
    comment = models.TextField(N_("Comment"), blank=True)
    decided_at = models.DateTimeField(N_("Decided at"), null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = N_("Signature")
        indexes = [models.Index(fields=["signer"], condition=Q(verdict="waiting"), name="sign_waiting_for")]
        constraints = [
            models.UniqueConstraint(name="sign_once_a_stage", fields=["stage", "signer"]),
            models.CheckConstraint(
                name="sign_decided_is_whole",
                condition=Q(verdict__in=["waiting", "skipped"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]


class TrailEntry(models.Model):
    """One step of an approval, in order; never changed."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="trail")
    at = models.DateTimeField()
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    instead_of = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    step = models.CharField(max_length=20)
    stage = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["approval", "id"], name="trail_of_approval")]


@tracked()
class Delegation(models.Model):
    """Between two days another person may decide approvals in somebody's place."""

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+", verbose_name=N_("Person"))
    delegate = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=N_("Delegate"))
    kind = models.CharField(
        N_("Kind"), max_length=60, blank=True, help_text="Empty: approvals of every kind."
    )
    starts_on = models.DateField(N_("Starts on"))
    ends_before = models.DateField(N_("Until before"))
    reason = models.CharField(N_("Reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = N_("Delegation")
        indexes = [models.Index(fields=["delegate", "ends_before"], name="delegation_to")]
        constraints = [
            ends_later("delegation_ends_later"),
            models.CheckConstraint(name="delegation_to_another", condition=~Q(person=F("delegate"))),
        ]


class InboxItem(models.Model):
    """One thing a person should know or do. The same event reaches a person once."""

    class Kind(models.TextChoices):
        TASK = "task", N_("Tasks")
        APPROVAL = "approval", N_("Approvals")
        WARNING = "warning", N_("Warnings")
        MENTION = "mention", N_("Mentions")
        NOTICE = "notice", N_("Notices")

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    event = models.CharField(max_length=120, help_text="Names what happened; told once a person.")
    title = models.CharField(max_length=300, help_text="English source text with places.")
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    source_kind = models.CharField(max_length=40, blank=True)
    source_id = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "-created_at", "id"], condition=Q(done_at__isnull=True), name="inbox_open"
            ),
            models.Index(
                fields=["source_kind", "source_id"], condition=Q(done_at__isnull=True), name="inbox_open_of"
            ),
            models.Index(
                fields=["person", "-done_at"], condition=Q(done_at__isnull=False), name="inbox_done"
            ),
        ]
        constraints = [models.UniqueConstraint(name="inbox_told_once", fields=["person", "event"])]


@tracked(exclude=["settings"])
class ChannelInUse(models.Model):
    """A way to reach people, as this enterprise set it up. Secrets stay out of the audit."""

    code = models.CharField(N_("Channel"), max_length=20, unique=True)
    is_on = models.BooleanField(N_("Switched on"), default=False)
    settings = models.JSONField(default=dict)

    class Meta:
        verbose_name = N_("Channel")


class Address(models.Model):
    """Where a person is reached over a channel, besides the phone and mailbox of his file."""

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    address = models.TextField()
    label = models.CharField(max_length=120, blank=True, help_text="Which device, for the person himself.")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("person", "channel", functions.MD5("address"), name="address_once")
        ]
        indexes = [models.Index(fields=["person", "channel"], name="address_of_person")]


class Preference(models.Model):
    """How a person wants to be told over a channel."""

    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    mode = models.CharField(max_length=10, choices=[(m, m) for m in delivery.MODES])

    class Meta:
        constraints = [models.UniqueConstraint(name="preference_once", fields=["person", "channel"])]


class QuietHours(models.Model):
    """When a person is left in peace, and when his digest goes out."""

    person = models.OneToOneField("org.Person", models.CASCADE, related_name="+")
    begins = models.TimeField(null=True)
    ends = models.TimeField(null=True)
    digest_at = models.TimeField(null=True)


class Delivery(models.Model):
    """A line of the inbox on its way over a channel."""

    class State(models.TextChoices):
        WAITING = "waiting", N_("Waiting")
        SENDING = "sending", N_("Being sent")
        SENT = "sent", N_("Sent")
        FAILED = "failed", N_("Failed")
        UNCLEAR = "unclear", N_("Outcome unknown")
        DROPPED = "dropped", N_("Not needed any more")

    item = models.ForeignKey(InboxItem, models.CASCADE, related_name="deliveries")
    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="delivery_once", fields=["item", "channel"]),
            models.CheckConstraint(
                name="delivery_waits_for_a_time",
                condition=Q(state__in=["waiting", "sending"], next_at__isnull=False)
                | (~Q(state__in=["waiting", "sending"]) & Q(next_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="delivery_due")]


@tracked(exclude=["secret"])
class Webhook(models.Model):
    """Another system that is told what happens here."""

    name = models.CharField(N_("Name"), max_length=80)
    url = models.CharField(N_("Address"), max_length=500)
    secret = models.CharField(max_length=80)
    topics = models.JSONField(N_("Events"), default=list, help_text="Codes of event kinds.")
    is_on = models.BooleanField(N_("Switched on"), default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=N_("Made by")
    )
    made_at = models.DateTimeField(N_("Made at"))

    class Meta:
        verbose_name = N_("Webhook")

    def __str__(self) -> str:
        return self.name


class HookDelivery(models.Model):
    """One event on its way to one system, with every attempt's outcome."""

    class State(models.TextChoices):
        WAITING = "waiting", N_("Waiting")
        SENT = "sent", N_("Sent")
        FAILED = "failed", N_("Failed")

    hook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=60)
    key = models.UUIDField(help_text="Goes along, so that the receiver can drop a repetition.")
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="hook_delivery_once", fields=["hook", "key"])]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="hook_delivery_due"),
            models.Index(fields=["hook", "-id"], name="hook_delivery_newest"),
        ]


@tracked()
class Notice(models.Model):
    """Something announced to everybody in a unit and below, who acknowledge it. Requirement 10.11."""

    title = models.CharField(N_("Subject"), max_length=200)
    text = models.TextField(N_("Text"))
    kind = models.CharField(N_("Kind"), max_length=40, help_text="Such as policy or price.")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=N_("Unit"))
    author = models.ForeignKey("org.Person", models.PROTECT, related_name="+", verbose_name=N_("Author"))
    for_customers = models.BooleanField(N_("Also for customers"), default=False)
    acknowledge_by = models.DateField(N_("Acknowledge by"), null=True, blank=True)
    published_at = models.DateTimeField(N_("Published at"))

    class Meta:
        verbose_name = N_("Notice")
        indexes = [models.Index(fields=["-published_at"], name="notice_newest")]

    def __str__(self) -> str:
        return self.title


class NoticeReader(models.Model):
    """A person a notice is for, and when he acknowledged it."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="readers")
    person = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="notice_reader_once", fields=["notice", "person"])]
        indexes = [
            models.Index(fields=["notice", "unit"], name="notice_readers_of_unit"),
            models.Index(fields=["person", "-id"], name="notices_of_person"),
        ]
