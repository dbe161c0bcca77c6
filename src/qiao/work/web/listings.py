"""The lists of work, declared once."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.channels import CHANNELS, find_channel
from qiao.runtime.contributions import ApprovalKind, list_registered
from qiao.runtime.i18n import say
from qiao.runtime.listing import Bulk, Calendar, Column, Edit, Filter, Group, Kanban, Listing
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries
from qiao.work.core import words

from .forms import NOTICE_KINDS


def approval_kinds() -> list[ApprovalKind]:
    """Everything that is approved anywhere."""
    return list_registered(ApprovalKind)


def _kind_choices(request: Request) -> list[tuple[Any, str]]:
    return [(kind.code, say(kind.label)) for kind in approval_kinds()]


def _kind_label(row: Any) -> str:
    return next((say(kind.label) for kind in approval_kinds() if kind.code == row["kind"]), row["kind"])


def _me(request: Request) -> str:
    return f"{request.viewer.person_id or 0}.{request.viewer.user_id or 0}"


def _whose(rows: Any, value: str) -> Any:
    part, person, user = value.split(".")
    if part == "mine":
        return rows.filter(owner_id=int(person))
    return rows.filter(made_by_id=int(user)).exclude(owner_id=int(person))


def _part(rows: Any, value: str) -> Any:
    part, person, _user = value.split(".")
    if part == "asked":
        return rows.filter(author_id=int(person))
    return rows.filter(queries.waiting_for(int(person), clock.today()))


def _task_state(row: Any) -> str:
    return str(_("Overdue")) if row["urgency"] == 2 else say(words.TASK_STATES[row["state"]])


def _task_tone(row: Any) -> str:
    return "bad" if row["urgency"] == 2 else words.TONES.get(row["state"], "neutral")


def _write_state(*, values: Mapping[int, str], by: Any, reason: str) -> None:
    """A task ends here or is dropped, with what came of it; one that ended is not opened again."""
    for pk, state in values.items():
        if state == "done":
            actions.end_task(task_id=pk, outcome=reason, by=by)
        elif state == "dropped":
            actions.drop_task(task_id=pk, reason=reason, by=by)
        else:
            raise RuleBroken(N_("This task has ended already."), code="task_ended", field="value")


def _write_owner(*, values: Mapping[int, str], by: Any, reason: str) -> None:
    for pk, owner in values.items():
        actions.hand_on_task(task_id=pk, owner_id=int(owner), by=by)


STATE = Edit(
    lambda ids: queries.task_values("state", ids), _write_state, access.refused_edits, kind="choice",
    choices=tuple(words.TASK_STATES.items()), blank=False, asks_reason=True, undoable=False,
)  # fmt: skip
OWNER = Edit(
    lambda ids: {pk: str(owner) for pk, owner in queries.task_values("owner_id", ids).items()},
    _write_owner, access.refused_edits, kind="choice", blank=False,
    choices=lambda request: list(access.people_for_tasks(request.viewer).values_list("pk", "name")),
)  # fmt: skip


TASKS = Listing(
    code="tasks",
    columns=(
        Column("title", _("Subject"), "title", sort="", link=lambda row: reverse("work:task", args=[row["id"]])),
        Column("state", _("State"), _task_state, kind="badge", needs=("state", "urgency"), tone=_task_tone, phone="badge", edit=STATE),
        Column("due", _("Due"), "due_at", kind="instant", phone="line"),
        Column("owner", _("Owner"), "owner__name", sort="", phone="line", edit=OWNER),
        Column("unit", _("Unit"), ("unit__name_zh", "unit__name_en"), sort="", shown=False),
        Column("made", _("Made at"), "made_at", kind="instant", shown=False),
        Column("ended", _("Ended at"), "ended_at", kind="instant", shown=False),
    ),
    filters=(
        Filter(
            "whose", _("Whose"), apply=_whose,
            choices=lambda r: [(f"mine.{_me(r)}", str(_("Mine"))), (f"given.{_me(r)}", str(_("Given by me")))],
        ),
        Filter("state", _("State"), path="state", choices=tuple(words.TASK_STATES.items())),
        Filter("overdue", _("Overdue"), kind="yes_no", apply=lambda rows, yes: rows.filter(urgency=2 if yes else 0)),
        Filter("due", _("Due"), kind="dates", path="due_at__date"),
    ),
    groups=(Group("state", _("State"), "state", names=lambda codes: {code: say(label) for code, label in words.TASK_STATES.items()}, filter="state"),),
    views=(Kanban("state", "state", card=("due", "owner")), Calendar("due", filter="due", card=("state", "owner"))),
    search=lambda rows, text: rows.filter(title__icontains=text),
    search_hint=_("Words of the title"),
    sort="due",
    empty_title=_("No tasks"),
    empty_text=_("Tasks come from warnings, requests and approvals, or are given by hand."),
    empty_icon="checkbox",
)  # fmt: skip

APPROVALS = Listing(
    code="approvals",
    columns=(
        Column("title", _("Subject"), "title", sort="", link=lambda row: reverse("work:approval", args=[row["id"]])),
        Column(
            "state", _("State"), lambda row: say(words.APPROVAL_STATES[row["state"]]), kind="badge", needs=("state",),
            tone=lambda row: words.TONES.get(row["state"], "neutral"), phone="badge",
        ),
        Column("kind", _("Kind"), _kind_label, needs=("kind",), phone="line"),
        Column("author", _("Author"), "author__name", sort="", phone="line"),
        Column("asked", _("Asked at"), "asked_at", kind="instant", phone="line"),
        Column("ended", _("Ended at"), "ended_at", kind="instant", shown=False),
    ),
    filters=(
        Filter(
            "part", _("Part"), apply=_part,
            choices=lambda r: [(f"waiting.{_me(r)}", str(_("Waiting for me"))), (f"asked.{_me(r)}", str(_("Asked by me")))],
        ),
        Filter("state", _("State"), path="state", choices=tuple(words.APPROVAL_STATES.items())),
        Filter("kind", _("Kind"), path="kind", choices=_kind_choices),
    ),
    search=lambda rows, text: rows.filter(title__icontains=text),
    search_hint=_("Words of the title"),
    sort="-asked",
    bulk=(Bulk(_("Agree to these"), "work:decide_many"),),
    empty_title=_("No approvals"),
    empty_text=_("What is asked of you, and what you ask of others, stands here."),
    empty_icon="checks",
)  # fmt: skip


def _notice_state(row: Any) -> str:
    return str(_("To acknowledge")) if row["to_acknowledge"] else ""


NOTICES = Listing(
    code="notices",
    columns=(
        Column(
            "title", _("Subject"), "title", sort="", link=lambda row: reverse("work:notice", args=[row["id"]])
        ),
        Column(
            "state",
            _("State"),
            _notice_state,
            kind="badge",
            needs=("to_acknowledge",),
            tone=lambda row: "warn",
            phone="badge",
        ),
        Column(
            "kind",
            _("Kind"),
            lambda row: str(dict(NOTICE_KINDS).get(row["kind"], row["kind"])),
            needs=("kind",),
            phone="line",
        ),
        Column("unit", _("Unit"), ("unit__name_zh", "unit__name_en"), sort="", phone="line"),
        Column("author", _("Author"), "author__name", sort="", shown=False),
        Column("published", _("Published at"), "published_at", kind="instant", phone="line"),
        Column("by", _("Acknowledge by"), "acknowledge_by", kind="date", sort=""),
    ),
    filters=(
        Filter("open", _("To acknowledge"), kind="yes_no", path="to_acknowledge"),
        Filter("kind", _("Kind"), path="kind", choices=NOTICE_KINDS),
    ),
    search=lambda rows, text: rows.filter(title__icontains=text),
    search_hint=_("Words of the title"),
    sort="-published",
    empty_title=_("No notices"),
    empty_text=_("What is announced to your unit stands here, to be acknowledged."),
    empty_icon="speakerphone",
)


def _delivery_state(row: Any) -> str:
    return say(words.DELIVERY_STATES[row["state"]])


def _delivery_tone(row: Any) -> str:
    return words.TONES.get(row["state"], "neutral")


def _channel_label(row: Any) -> str:
    found = find_channel(row["channel"])
    return say(found.label) if found else row["channel"]


DELIVERIES = Listing(
    code="deliveries",
    columns=(
        Column(
            "line",
            _("Line"),
            lambda row: say(row["item__title"], row["item__params"]),
            needs=("item__title", "item__params"),
        ),
        Column("channel", _("Channel"), _channel_label, needs=("channel",), phone="line"),
        Column("person", _("Person"), "person__name", sort="", phone="line"),
        Column(
            "state",
            _("State"),
            _delivery_state,
            kind="badge",
            needs=("state",),
            tone=_delivery_tone,
            phone="badge",
        ),
        Column("attempts", _("Attempts"), "attempts", kind="number", sort=""),
        Column("next", _("Next attempt"), "next_at", kind="instant", sort=""),
        Column("sent", _("Sent at"), "sent_at", kind="instant", sort="", phone="line"),
        Column("trouble", _("Trouble"), "trouble", sort=""),
        Column("number", _("Number"), "id", kind="number", shown=False),
    ),
    filters=(
        Filter("channel", _("Channel"), path="channel", choices=tuple((c.code, c.label) for c in CHANNELS)),
        Filter("state", _("State"), path="state", choices=tuple(words.DELIVERY_STATES.items())),
    ),
    sort="-number",
    empty_title=_("Nothing has been sent"),
    empty_text=_("Switch a channel on; what goes over it stands here."),
    empty_icon="device-mobile",
)


def hook_deliveries(hook_id: int) -> Listing:
    """The log of one webhook."""
    return Listing(
        code="hook_deliveries",
        columns=(
            Column("number", _("Number"), "id", kind="number", link=lambda row: reverse("work:hook_delivery", args=[hook_id, row["id"]])),
            Column("event", _("Event"), "event", sort="", phone="line"),
            Column("state", _("State"), _delivery_state, kind="badge", needs=("state",), tone=_delivery_tone, phone="badge"),
            Column("attempts", _("Attempts"), "attempts", kind="number", sort=""),
            Column("status", _("Status"), "status", kind="number", sort=""),
            Column("made", _("Made at"), "made_at", kind="instant", sort="", phone="line"),
            Column("sent", _("Sent at"), "sent_at", kind="instant", sort=""),
            Column("next", _("Next attempt"), "next_at", kind="instant", sort=""),
        ),
        filters=(
            Filter(
                "state", _("State"), path="state",
                choices=tuple((s, words.DELIVERY_STATES[s]) for s in ("waiting", "sent", "failed")),
            ),
        ),
        sort="-number",
        empty_title=_("Nothing has been sent"),
        empty_icon="webhook",
    )  # fmt: skip
