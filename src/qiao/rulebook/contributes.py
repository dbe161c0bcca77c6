"""What the rulebook adds elsewhere."""

from typing import Any

from django.urls import reverse

from qiao.kernel.errors import N_
from qiao.runtime import clock
from qiao.runtime.contributions import ApprovalKind, NavItem, Right, SearchHit, SearchSource, register
from qiao.runtime.i18n import pick
from qiao.runtime.search import closeness, words_match

from . import actions, queries


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


register(
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
