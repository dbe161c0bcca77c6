"""What the ledger adds elsewhere."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from qiao.kernel.errors import N_
from qiao.kernel.text import Text
from qiao.ledger import access, queries
from qiao.ledger.actions.saving import MAIL_CLOCK, send_after_close, send_due_mails
from qiao.ledger.actions.steps import STEPS
from qiao.ledger.core.activity import ACTIVITY
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.ledger.mailing import render_mail
from qiao.ledger.queries import closed_since, costs_closed_since, named_digests, with_facts
from qiao.rulebook.core.kinds import NameSource
from qiao.runtime import figures
from qiao.runtime.contributions import (
    ClockKind,
    Hook,
    KeptFolder,
    MessageBody,
    NavItem,
    PrintSource,
    RecordKind,
    RecordPart,
    RecordTab,
    RecordUse,
    Right,
    SearchHit,
    SearchSource,
    Sheet,
    register,
)
from qiao.runtime.i18n import pick, say
from qiao.runtime.search import closeness, words_match


def _search(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    found = [one for one in CATALOGUE if words_match(text, one.name_zh, one.name_en, one.code)]
    found.sort(key=lambda one: closeness(text, name=pick(one.name_zh, one.name_en), code=one.code))
    return [
        SearchHit(pick(one.name_zh, one.name_en), reverse("ledger:indicator", args=[one.code]), one.code)
        for one in found[:limit]
    ]


def _batch_label(viewer: Any, pk: int) -> str | None:
    return _batch_labels(viewer, [pk]).get(pk)


def _batch_labels(viewer: Any, pks: Sequence[int]) -> dict[int, str]:
    """Facts are imported for the whole enterprise: whoever imports sees every file."""
    if not viewer.can(access.IMPORT):
        return {}
    return {row.pk: row.file_name for row in queries.list_batches().filter(pk__in=list(pks))}


def _batch_sheets(viewer: Any, pk: int) -> list[Sheet]:
    if not viewer.can(access.IMPORT):
        return []
    row = queries.get_batch(pk)
    report = row.report or {}
    pairs = [
        (say(N_("File")), row.file_name),
        (say(N_("Feed")), pick(row.feed.title_zh, row.feed.title_en)),
        (say(N_("Received at")), figures.instant(row.at)),
        (say(N_("Written at")), figures.instant(row.written_at) if row.written_at else figures.MISSING),
        (say(N_("Rows")), figures.number(report.get("rows"))),
        (say(N_("Refused")), figures.number(report.get("rejected"))),
    ]
    return [Sheet(say(N_("Import")), pairs)]


def _close_label(viewer: Any, pk: int) -> str | None:
    return _close_labels(viewer, [pk]).get(pk)


def _close_labels(viewer: Any, pks: Sequence[int]) -> dict[int, str]:
    if not viewer.can(access.CLOSE):
        return {}
    return {
        row.pk: say(N_("Close of %(month)s"), {"month": figures.month(row.month)})
        for row in queries.list_runs().filter(pk__in=list(pks))
    }


def _close_sheets(viewer: Any, pk: int) -> list[Sheet]:
    if not viewer.can(access.CLOSE):
        return []
    row = queries.get_run(pk)
    pairs = [
        (say(N_("Month")), figures.month(row.month)),
        (say(N_("Started at")), figures.instant(row.started_at)),
        (say(N_("Finished at")), figures.instant(row.finished_at) if row.finished_at else figures.MISSING),
        (say(N_("All inputs")), row.inputs_digest or figures.MISSING),
        (say(N_("All results")), row.result_digest or figures.MISSING),
    ]
    return [Sheet(say(N_("Close")), pairs)]


register(
    RecordKind(
        "batch",
        N_("Import of facts"),
        "ledger:batch",
        _batch_label,
        icon="database-import",
        labels_of=_batch_labels,
        followers_of=lambda pk: [one for one in [queries.get_batch(pk).by_id] if one is not None],
        can_change=lambda viewer, pk: viewer.can(access.IMPORT),
    ),
    PrintSource("batch", "file", access.IMPORT, 10, _batch_sheets),
    RecordKind(
        "close",
        N_("Close"),
        "ledger:run",
        _close_label,
        icon="calendar-month",
        labels_of=_close_labels,
        followers_of=lambda pk: [one for one in [queries.get_run(pk).by_id] if one is not None],
        can_change=lambda viewer, pk: viewer.can(access.CLOSE),
    ),
    PrintSource("close", "file", access.CLOSE, 10, _close_sheets),
    ACTIVITY,
    NameSource(
        "indicator",
        lambda: [indicator.code for indicator in CATALOGUE],
        lambda: {indicator.code: Text(indicator.name_zh, indicator.name_en) for indicator in CATALOGUE},
    ),
    Right("ledger.view", N_("See figures and ledger lines")),
    Right("ledger.import", N_("Import facts"), scoped=False),
    Right("ledger.close", N_("Close months"), scoped=False),
    Right("ledger.export", N_("Take analyses away as files")),
    ClockKind(MAIL_CLOCK, N_("Analysis by mail"), send_due_mails),
    MessageBody("analysis", render_mail),
    Hook("on_closed", "ledger.mails", send_after_close),
    NavItem("ledger.analysis", N_("Analysis"), "ledger:analysis", "chart-dots", "ledger.view", 205),
    NavItem("ledger.figures", N_("Figures"), "ledger:figures", "chart-bar", "ledger.view", 200),
    NavItem("ledger.lines", N_("Ledger lines"), "ledger:lines", "list-details", "ledger.view", 210),
    NavItem(
        "ledger.imports", N_("Facts imported"), "ledger:batches", "database-import", "ledger.import", 220
    ),
    NavItem("ledger.close", N_("Monthly close"), "ledger:runs", "calendar-month", "ledger.close", 230),
    NavItem("ledger.catalogue", N_("Indicators"), "ledger:catalogue", "book-2", "ledger.view", 240),
    RecordPart("customer", "bills", N_("Bills and trend"), "ledger:customer_brief", "ledger.view", 40, 12),
    RecordTab("customer", "ledger", N_("Ledger"), "ledger:customer", "ledger.view", 40),
    RecordTab("unit", "ledger", N_("Figures"), "ledger:unit", "ledger.view", 40),
    RecordTab("person", "ledger", N_("Figures"), "ledger:person", "ledger.view", 40),
    RecordUse("", "ledger.closes", N_("A month was closed with it since."), closed_since),
    RecordUse(
        "labour_cost",
        "ledger.closes",
        N_("Its month was closed since."),
        costs_closed_since,
        holds_changes=True,
    ),
    RecordUse("customer", "ledger.facts", N_("There are facts about it by now."), with_facts),
    SearchSource("indicators", N_("Indicators"), "ledger.view", 55, _search),
    KeptFolder("ledger.lake", "lake", named_digests),
    KeptFolder("ledger.files", "ledger", lambda: ()),
    *STEPS,
)
