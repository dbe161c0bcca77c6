"""Writes about feeds."""

from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.ledger.feeds import parse_mapping
from qiao.ledger.models import Feed, LakeFile


@transaction.atomic
def put_feed(*, mapping_text: str, name: str, by: Any) -> Feed:
    """Keep a mapping: a new feed, or a better mapping of a known one. Imports already written stay as they are.

    Args:
        mapping_text: YAML.
        name: File name for errors.

    Raises:
        BadInput: The mapping is wrong; every problem at its key.
        RuleBroken: It would change what a feed with facts is.
    """
    mapping = parse_mapping(mapping_text, name=name)
    feed = Feed.objects.select_for_update().filter(code=mapping.feed).first() or Feed(code=mapping.feed)
    changed = (feed.fact, feed.grain) != (mapping.fact, mapping.grain)
    if feed.pk and changed and LakeFile.objects.filter(feed=feed, live=True).exists():
        raise RuleBroken(
            N_("This feed has facts: its fact and grain stay; make another feed."),
            code="feed_in_use",
            field="mapping",
        )
    feed.title_zh, feed.title_en = mapping.title_zh[:120], mapping.title_en[:120]
    feed.fact, feed.grain = str(mapping.fact), str(mapping.grain)
    feed.precedence, feed.mode, feed.mapping = mapping.precedence, str(mapping.mode), mapping_text
    feed.save()
    return feed
