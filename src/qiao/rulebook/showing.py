"""An article as pages of any context show it: in the reader's language, its rows named so that one can be marked."""

from typing import Any

from django.urls import reverse

from . import queries
from .core.article import Policy
from .core.words import Group, Line, describe


def article_parts(policy: Policy[Any]) -> dict[str, Any]:
    """What ``rulebook/blocks.html`` and its heading need."""
    article, speaker = policy.article, queries.get_speaker()
    return {
        "title": article.title.said_in(speaker.language),
        "subtitle": f"{article.document_number} · v{policy.version}",
        "url": reverse("rulebook:version", args=[article.code, policy.version]),
        "assumption": article.assumption.said_in(speaker.language) if article.assumption else "",
        "blocks": typed_blocks(describe(article.body, speaker, titles=queries.list_titles(article))),
    }


def typed_blocks(blocks: Any) -> list[dict[str, Any]]:
    """Blocks with the name of their sort, which templates cannot ask for; lines that follow one another together."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, Line):
            if not found or found[-1]["sort"] != "lines":
                found.append({"sort": "lines", "lines": []})
            found[-1]["lines"].append(block)
        else:
            found.append(_typed(block))
    return found


def _typed(block: Any) -> dict[str, Any]:
    if isinstance(block, Group):
        return {"sort": "group", "block": block, "blocks": typed_blocks(block.blocks)}
    return {"sort": "grid", "block": block}
