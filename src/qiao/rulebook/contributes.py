"""What the rulebook adds elsewhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from qiao.kernel.errors import N_
from qiao.runtime import clock, figures
from qiao.runtime.contributions import (
    ApprovalKind,
    GrantLimit,
    NavItem,
    PrintSource,
    RecordKind,
    Right,
    SearchHit,
    SearchSource,
    Sheet,
    register,
)
from qiao.runtime.i18n import pick, say
from qiao.runtime.search import closeness, words_match

from . import actions, queries
from .core.granted import GRANTED_RIGHTS, GrantedRightsPolicy


def _search(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    found = [
        row
        for row in queries.list_in_force(clock.today())
        if words_match(text, row.title_zh, row.title_en, row.code, row.document_number)
    ]
    found.sort(key=lambda row: closeness(text, name=pick(row.title_zh, row.title_en), code=row.code))
    return [
        SearchHit(
            pick(row.title_zh, row.title_en),
            reverse("rulebook:version", args=[row.code, row.version]),
            row.document_number,
        )
        for row in found[:limit]
    ]


def _label(viewer: Any, pk: int) -> str | None:
    return _labels(viewer, [pk]).get(pk)


def _labels(viewer: Any, pks: Sequence[int]) -> dict[int, str]:
    """Whoever reads the rulebook reads every version of it."""
    if not viewer.can("rulebook.view"):
        return {}
    return {row.pk: f"{pick(row.title_zh, row.title_en)} · {row.version}" for row in queries.list_by_id(pks)}


def _authors(pk: int) -> list[int]:
    return [row.drafted_by_id for row in queries.list_by_id([pk]) if row.drafted_by_id is not None]


def _sheets(viewer: Any, pk: int) -> list[Sheet]:
    if not viewer.can("rulebook.view"):
        return []
    return [
        Sheet(
            say(N_("Article")),
            [
                (say(N_("Code")), row.code),
                (say(N_("Version")), str(row.version)),
                (say(N_("Document number")), row.document_number or figures.MISSING),
                (say(N_("In force from")), figures.day(row.starts_on)),
                (say(N_("Stored text")), row.text),
            ],
        )
        for row in queries.list_by_id([pk])
    ]


def _longest_grant(on: date) -> int | None:
    policy = queries.find_policy(GrantedRightsPolicy, on=on)
    return policy.body.longest_days if policy else None


register(
    GRANTED_RIGHTS,
    GrantLimit("rulebook", _longest_grant),
    RecordKind(
        "article",
        N_("Article of the rulebook"),
        "rulebook:articles",
        _label,
        icon="book",
        labels_of=_labels,
        address_of=queries.url_of,
        followers_of=_authors,
        can_change=lambda viewer, pk: viewer.can("rulebook.draft"),
    ),
    PrintSource("article", "file", "rulebook.view", 10, _sheets),
    ApprovalKind(
        actions.APPROVAL, N_("Article of the rulebook"), queries.url_of, on_agreed=actions.put_in_force
    ),
    Right("rulebook.view", N_("Read the rulebook"), scoped=False),
    Right("rulebook.draft", N_("Draft articles"), scoped=False),
    Right("rulebook.approve", N_("Approve articles another person drafted"), scoped=False),
    SearchSource("articles", N_("Rulebook"), "rulebook.view", 50, _search),
    NavItem(
        "rulebook", N_("Rulebook"), "rulebook:articles", "book", "rulebook.view", 500, group=N_("Policy")
    ),
)
