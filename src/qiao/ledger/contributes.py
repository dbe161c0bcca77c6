"""What the ledger adds elsewhere."""

from typing import Any

from django.urls import reverse

from qiao.kernel.errors import N_
from qiao.kernel.text import Text
from qiao.ledger.actions.saving import MAIL_CLOCK, send_after_close, send_due_mails
from qiao.ledger.actions.steps import STEPS
from qiao.ledger.core.activity import ACTIVITY
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.ledger.queries import closed_since, costs_closed_since, named_digests, with_facts
from qiao.rulebook.core.kinds import NameSource
from qiao.runtime.contributions import (
    ClockKind,
    Hook,
    KeptFolder,
    NavItem,
    RecordPart,
    RecordTab,
    RecordUse,
    Right,
    SearchHit,
    SearchSource,
    register,
)
from qiao.runtime.i18n import pick
from qiao.runtime.search import closeness, words_match


def _search(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    found = [one for one in CATALOGUE if words_match(text, one.name_zh, one.name_en, one.code)]
    found.sort(key=lambda one: closeness(text, name=pick(one.name_zh, one.name_en), code=one.code))
    return [
        SearchHit(pick(one.name_zh, one.name_en), reverse("ledger:indicator", args=[one.code]), one.code)
        for one in found[:limit]
    ]


register(
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
