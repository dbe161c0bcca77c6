"""An article as pages of any context show it: in the reader's language, its rows named so that one can be marked."""

from typing import Any

from django.urls import reverse

from . import queries
from .core.article import Policy
from .core.words import Grid, Group, describe


def article_parts(policy: Policy[Any]) -> dict[str, Any]:
    """What ``rulebook/blocks.html`` and its heading need."""
    article, speaker = policy.article, queries.get_speaker()
    return {
        "title": article.title.said_in(speaker.language),
        "subtitle": f"{article.document_number} · v{policy.version}",
        "url": reverse("rulebook:version", args=[article.code, policy.version]),
        "assumption": article.assumption.said_in(speaker.language) if article.assumption else "",
        "blocks": typed_blocks(describe(article.body, speaker)),
    }


def typed_blocks(blocks: Any) -> list[dict[str, Any]]:
    """Blocks with the name of their sort, which templates cannot ask for."""
    return [_typed(block) for block in blocks]


def _typed(block: Any) -> dict[str, Any]:
    if isinstance(block, Group):
        return {"sort": "group", "block": block, "blocks": typed_blocks(block.blocks)}
    return {"sort": "grid" if isinstance(block, Grid) else "line", "block": block}
