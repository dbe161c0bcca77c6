"""Bulletins: prepared by hand or by plan, written over while a draft, published as a notice. Source: requirement 4.5."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from qiao.kernel.errors import N_, NotAllowed, NotFound, RuleBroken
from qiao.ledger import access as ledger_access
from qiao.ledger import queries as ledger
from qiao.ledger.core.analysis import GRAINS, Analysis
from qiao.ledger.core.catalogue import get_indicator
from qiao.ledger.core.dimensions import Sort, find_dimension
from qiao.ledger.core.mailing import EVERY, next_mail
from qiao.ledger.core.pivot import Table
from qiao.ledger.writing import name_of, write_value
from qiao.org.access import viewer_of
from qiao.org.queries import find_person_of, get_calendar
from qiao.runtime import clock, figures
from qiao.runtime.contributions import Spoken
from qiao.runtime.i18n import say_error
from qiao.runtime.jobs.actions import enqueue
from qiao.work import access as work_access
from qiao.work import actions as work
from qiao.work.core.inbox import NOTICE, Line

from ..core.ranking import place_all
from ..models import Bulletin, BulletinPlan
from ..queries import bulletins as reads

BULLETIN_CLOCK, PREPARE = "reports.bulletin", "reports.bulletin"
MOST_ROWS = 300
KIND = "ranking"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a bulletin says.

    Attributes:
        title, text: As published.
        unit_id: It goes to this unit and all below, and ranks what lies in it.
        indicator: Code of the catalogue.
        ranked: Break-down: a level of units, or managers.
        by: Grain of the period: month, quarter, half, year.
        acknowledge_days: Days to acknowledge it in; 0 without a day.
    """

    title: str
    text: str
    unit_id: int
    indicator: str
    ranked: str
    by: str = "month"
    acknowledge_days: int = 0


def _check(wish: Wish) -> None:
    dimension = find_dimension(wish.ranked)
    if dimension is None or dimension.sort not in (Sort.UNIT, Sort.PERSON) or wish.ranked == "within":
        raise RuleBroken(N_("Units or account managers are ranked."), code="ranked", field="ranked")
    if wish.by not in GRAINS:
        raise RuleBroken(N_("Choose a period."), code="by", field="by")
    try:
        get_indicator(wish.indicator)
    except KeyError:
        raise RuleBroken(
            N_("There is no such indicator."), code="unknown_indicator", field="indicator"
        ) from None


@transaction.atomic
def prepare(*, wish: Wish, by: Any, plan: BulletinPlan | None = None, occasion: str = "") -> Bulletin:
    """Make a draft with the ranking of the newest closed period, within the reach of who makes it.

    Raises:
        RuleBroken: Nothing is closed, or the wish names what is not known.
        NotAllowed: He may not announce, or not there.
    """
    _check(wish)
    viewer = viewer_of(by)
    viewer.check(work_access.ANNOUNCE)
    work_access.units_below(viewer, wish.unit_id)
    asked = Analysis(
        (wish.indicator,),
        (wish.ranked,),
        by=wish.by,
        last=1,
        compare="before",
        filters={"within": (str(wish.unit_id),)},
    )
    table = ledger.answer(asked, ledger_access.analysis_reach(viewer, asked))
    if not table.periods or not table.lines:
        raise RuleBroken(N_("There are no figures to rank yet; close a month first."), code="nothing_to_rank")
    return Bulletin.objects.create(
        plan=plan, occasion=occasion, title=wish.title, text=wish.text, unit_id=wish.unit_id, indicator=wish.indicator,
        ranked=wish.ranked, period=table.periods[-1].name, rows=_rows(table)[:MOST_ROWS],
        acknowledge_days=wish.acknowledge_days, made_by=by, prepared_at=clock.now(),
    )  # fmt: skip


def _rows(table: Table) -> list[dict[str, Any]]:
    """The ranking as it stands now: the best first, who has no figure last, by name."""
    [indicator] = table.indicators
    up = indicator.better != "down"
    cells = {line[0]: table.cells[line, ()][0] for line in table.lines if line[0] is not None}
    places = place_all({key: cell.result.value for key, cell in cells.items()}, good_is_up=up)
    before = place_all(
        {key: cell.other.value if cell.other else None for key, cell in cells.items()}, good_is_up=up
    )
    rows = []
    for key, cell in cells.items():
        change = cell.change
        rows.append(
            {
                "label": table.label(table.analysis.rows[0], key),
                "value": None if cell.result.value is None else str(cell.result.value),
                "missing": say_error(cell.result.incomplete) if cell.result.incomplete else "",
                "change": str(change) if isinstance(change, Decimal) else None,
                "rank": places.get(key),
                "before": before.get(key),
            }
        )
    return sorted(rows, key=lambda row: (row["rank"] or len(rows) + 1, row["label"]))


@transaction.atomic
def change_draft(*, bulletin: Bulletin, title: str, text: str, by: Any) -> Bulletin:
    """Write a draft over.

    Raises:
        RuleBroken: It is published already.
    """
    row = _lock_draft(bulletin)
    row.title, row.text = title, text
    row.save(update_fields=["title", "text"])
    return row


@transaction.atomic
def drop_draft(*, bulletin: Bulletin, by: Any) -> None:
    """Throw a draft away. Raises RuleBroken when it is published."""
    _lock_draft(bulletin).delete()


def _lock_draft(bulletin: Bulletin) -> Bulletin:
    row = Bulletin.objects.select_for_update().filter(pk=bulletin.pk).first()
    if row is None:
        raise NotFound
    if row.notice_id is not None:
        raise RuleBroken(N_("This bulletin is published already."), code="published")
    return row


@transaction.atomic
def publish(*, bulletin: Bulletin, by: Any) -> Bulletin:
    """A person publishes a draft: a notice to its unit and all below, acknowledged like any other.

    Raises:
        RuleBroken: It is published already, or nobody is there to read it.
        NotAllowed: He may not announce.
        NotFound: Not in that unit.
    """
    row = _lock_draft(bulletin)
    viewer = viewer_of(by)
    viewer.check(work_access.ANNOUNCE)
    until = clock.today() + timedelta(days=row.acknowledge_days) if row.acknowledge_days else None
    row.notice = work.publish(
        title=row.title, text=text_of(row), kind=KIND, unit_id=row.unit_id,
        unit_ids=work_access.units_below(viewer, row.unit_id), author_id=work_access.person_of(viewer),
        for_customers=False, acknowledge_by=until, by=by,
    )  # fmt: skip
    row.save(update_fields=["notice"])
    return row


def text_of(bulletin: Bulletin) -> str:
    """The text with the ranking below it, as the notice carries it."""
    indicator = get_indicator(bulletin.indicator)
    lines = [bulletin.text, ""] if bulletin.text else []
    lines.append(f"{name_of(indicator)} · {figures.period(bulletin.period)}")
    for row in bulletin.rows:
        value = None if row["value"] is None else Decimal(row["value"])
        lines.append(
            f"{row['rank'] or figures.MISSING}. {row['label']} {write_value(indicator.unit, value)}{_moved(row)}"
        )
    return "\n".join(lines)[:20_000]


def _moved(row: dict[str, Any]) -> str:
    if row["rank"] is None:
        return f" ({row['missing']})" if row["missing"] else ""
    if row["before"] is None or row["before"] == row["rank"]:
        return ""
    places = row["before"] - row["rank"]
    return f" ▲{places}" if places > 0 else f" ▼{-places}"


@transaction.atomic
def plan_bulletin(*, wish: Wish, every: str, at: time, by: Any) -> BulletinPlan:
    """Have a bulletin prepared again and again.

    Raises:
        RuleBroken: The wish or the rhythm is not known.
        NotAllowed: He may not announce, or not there.
    """
    _check(wish)
    if every not in dict(EVERY):
        raise RuleBroken(N_("Choose how often."), code="every", field="every")
    viewer = viewer_of(by)
    viewer.check(work_access.ANNOUNCE)
    viewer.check(ledger_access.VIEW)
    work_access.units_below(viewer, wish.unit_id)
    plan = BulletinPlan.objects.create(
        title=wish.title, text=wish.text, unit_id=wish.unit_id, indicator=wish.indicator, ranked=wish.ranked, by=wish.by,
        every=every, at=at, acknowledge_days=wish.acknowledge_days, made_by=by,
    )  # fmt: skip
    if every != "close" and not _wind_up(plan):
        raise RuleBroken(N_("The working calendar has no working day."), code="no_working_day", field="every")
    return plan


@transaction.atomic
def end_plan(*, plan: BulletinPlan, by: Any) -> None:
    """Prepare it no more; what was prepared stays."""
    work.stop_clock(kind=BULLETIN_CLOCK, subject_id=plan.pk)
    plan.delete()


def _wind_up(plan: BulletinPlan) -> bool:
    now = timezone.localtime(clock.now())
    moment = next_mail(now.replace(tzinfo=None), plan.every, plan.at, get_calendar().works_on)
    if moment is None:
        return False
    minutes = -(-int((timezone.make_aware(moment) - now).total_seconds()) // 60)
    work.start_clock(
        kind=BULLETIN_CLOCK, subject_id=plan.pk, minutes=max(minutes, 1), counts="round", person_id=None
    )
    return True


def wake_plans(spoken: Sequence[Spoken]) -> None:
    """Clocks of plans have come: queue the drafts and wind the clocks up again, in the transaction that notes it."""
    due = {one.subject_id: one.due_at for one in spoken}
    plans = reads.list_plans_by_id(list(due))
    for number in due:
        work.stop_clock(kind=BULLETIN_CLOCK, subject_id=number)
    for plan in plans:
        _wind_up(plan)
        day = timezone.localtime(due[plan.pk]).date().isoformat()
        enqueue(PREPARE, by=None, args={"plan_id": plan.pk, "occasion": day})


def prepare_after_close(*, run_id: int) -> None:
    """Queue the drafts that wait for a close."""
    for plan in reads.list_plans_after_close():
        enqueue(PREPARE, by=None, args={"plan_id": plan.pk, "occasion": f"run{run_id}"})


@transaction.atomic
def prepare_planned(*, plan_id: int, occasion: str) -> Bulletin | None:
    """Make the draft of a plan's occasion and tell whoever planned it; once an occasion, however often this runs.

    Returns:
        The draft; None when it is there already, the plan has ended, or its maker may not announce any more.
    """
    plan = BulletinPlan.objects.select_for_update().select_related("made_by").filter(pk=plan_id).first()
    if plan is None or plan.bulletins.filter(occasion=occasion).exists():
        return None
    wish = Wish(
        plan.title, plan.text, plan.unit_id, plan.indicator, plan.ranked, plan.by, plan.acknowledge_days
    )
    try:
        row = prepare(wish=wish, by=plan.made_by, plan=plan, occasion=occasion)
    except (NotAllowed, NotFound):
        return None
    person = find_person_of(plan.made_by_id)
    if person is not None:
        line = Line(
            NOTICE, f"bulletin:{plan.pk}:{occasion}", N_("A bulletin is prepared, look at it and publish it: %(title)s"),
            {"title": row.title}, reverse("reports:bulletin", args=[row.pk]), "bulletin", row.pk,
        )  # fmt: skip
        work.tell(people=[person.pk], line=line)
    return row
