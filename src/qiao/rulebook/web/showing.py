"""Versions as the pages show them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from qiao.runtime.i18n import pick, say

from .. import queries
from ..core.checks import check_article
from ..core.diff import list_changes
from ..core.faults import Fault
from ..core.states import APPROVED, DRAFT
from ..core.words import describe
from ..showing import typed_blocks

TONES = {"draft": "warn", "approved": "info", "in_force": "good", "ended": "neutral"}


def state_label(standing: str) -> str:
    """The word for where a version stands."""
    return {
        "draft": _("Draft"),
        "approved": _("Approved, not yet in force"),
        "in_force": _("In force"),
        "ended": _("Ended"),
    }[standing]


def head_of(row: Any, on: date) -> dict[str, Any]:
    """What a list shows of a version."""
    standing = queries.standing_on(row, on)
    return {
        "row": row,
        "title": pick(row.title_zh, row.title_en),
        "binds": binds(row),
        "state": state_label(standing),
        "tone": TONES[standing],
    }


def binds(row: Any) -> str:
    """Whom a version binds."""
    codes = [part for part in row.scope_key.split("/") if part]
    return " · ".join(codes) if codes else _("whole enterprise")


def list_kinds() -> list[tuple[str, str, str]]:
    """(code, name, what it decides) of every kind."""
    return [(kind.code, say(kind.label), say(kind.help) if kind.help else "") for kind in queries.get_kinds()]


def list_by_kind(on: date) -> list[dict[str, Any]]:
    """Kinds in their order, each with its articles."""
    rows = queries.list_current(on)
    return [
        {
            "code": code,
            "label": label,
            "help": about,
            "articles": [head_of(r, on) for r in rows if r.kind == code],
        }
        for code, label, about in list_kinds()
    ]


def may_end(row: Any, on: date) -> bool:
    """Whether there is anything left to end."""
    return row.state == APPROVED and queries.standing_on(row, on) != "ended"


def page_of(row: Any, on: date) -> dict[str, Any]:
    """Everything on an article's page."""
    article, speaker = queries.policy_of(row).article, queries.get_speaker()
    kind = queries.get_kinds().get(article.kind)
    context: dict[str, Any] = {
        **head_of(row, on),
        "kind": say(kind.label),
        "help": say(kind.help) if kind.help else "",
        "assumption": article.assumption.said_in(speaker.language) if article.assumption else "",
        "source": article.source,
        "blocks": typed_blocks(describe(article.body, speaker, titles=queries.list_titles(article))),
        "versions": [head_of(other, on) for other in queries.list_versions(row.code)],
        "changes": [],
        "compared_with": None,
        "faults": [],
    }
    before = queries.find_approved_before(row)
    if before is not None:
        context["changes"] = list_sentences(before, article)
        context["compared_with"] = before
    if row.state == DRAFT:
        context["faults"] = [(fault.path, say(fault.message, fault.params)) for fault in list_faults(article)]
    return context


def list_sentences(before: Any, article: Any) -> list[str]:
    """What an article changes against an approved version, in words."""
    speaker = queries.get_speaker()
    changes = list_changes(queries.policy_of(before).article, article, speaker)
    return [change.sentence(speaker) for change in changes if change.path != "ends_before"]


def list_faults(article: Any) -> list[Fault]:
    """What keeps an article from being approved."""
    outside = queries.get_outside_names()
    return check_article(article, queries.get_kinds(), queries.list_others(article), outside)
