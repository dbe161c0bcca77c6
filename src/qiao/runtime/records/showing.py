"""What pages and the time line show of comments."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from qiao.kernel.errors import N_

from .. import clock, figures
from ..contributions import (
    ActivitySource,
    RecordKind,
    SearchHit,
    Sheet,
    TimelineEntry,
    find_registered,
    get_directory,
    list_registered,
    name_records,
    next_activities,
    sheets_of,
)
from ..i18n import pick, say
from . import access, queries
from .access import Record
from .content import TYPES
from .text import to_html
from .typed_values import OwnField, typed

EXCERPT = 200
_PRINTED = 30  # newest comments and files of a print page


def comment_lines(viewer: Any, comments: Sequence[Any]) -> list[dict[str, Any]]:
    """Comments as a page shows them."""
    names = queries.names_of(comments)
    return [_line(viewer, comment, names) for comment in comments]


def _line(viewer: Any, comment: Any, names: dict[int, str]) -> dict[str, Any]:
    mentions = list(comment.mentions.all())
    mine, gone = comment.author_id == viewer.user_id, comment.removed_at is not None
    return {
        "id": comment.pk,
        "author": names.get(comment.author_id, "—"),
        "made_at": comment.made_at,
        "changed_at": comment.changed_at,
        "removed_at": comment.removed_at,
        "html": SafeString("")
        if gone
        else to_html(comment.text, [names[m.user_id] for m in mentions if m.user_id in names]),
        "untold": [] if gone else [names[m.user_id] for m in mentions if not m.told and m.user_id in names],
        "mine": mine and not gone and viewer.can(access.WRITE),
        "has_history": comment.changed_at is not None and (not gone or mine or viewer.can(access.AUDIT)),
    }


def comments_page(viewer: Any, record: Record, before: int | None = None) -> dict[str, Any]:
    """A page of a record's comments, with who follows."""
    found = queries.list_comments(record.kind, record.pk, before=before)
    shown = found[: queries.COMMENTS_SHOWN]
    followers = queries.gather_followers(record)
    return {
        "record": record,
        "comments": comment_lines(viewer, shown),
        "older": shown[-1].pk if len(found) > len(shown) else None,
        "follows": viewer.user_id in followers,
        "follower_count": len(followers),
        "may_write": viewer.can(access.WRITE),
        "most": settings.QIAO_COMMENT_CHARACTERS,
    }


def files_page(viewer: Any, record: Record, before: int | None = None) -> dict[str, Any]:
    """A page of a record's files."""
    found = queries.list_attachments(record.kind, record.pk, before=before)
    shown = found[: queries.FILES_SHOWN]
    names = get_directory().names_of({row.by_id for row in shown}) if shown else {}
    may_change = access.can_change(viewer, record) if shown else False
    allowed = [TYPES[code] for code in TYPES if code in settings.QIAO_ATTACHMENT_TYPES]
    return {
        "record": record,
        "files": [
            {
                "row": row,
                "type": say(TYPES[row.type].label),
                "by": names.get(row.by_id, "—"),
                "size": filesizeformat(row.size),
                "may_remove": access.may_remove(viewer, record, row, may_change=may_change),
            }
            for row in shown
        ],
        "older": shown[-1].pk if len(found) > len(shown) else None,
        "before": before,
        "may_write": viewer.can(access.WRITE),
        "most_mb": settings.QIAO_ATTACHMENT_MB,
        "endings": ", ".join(one.endings[0] for one in allowed),
        "accept": ",".join(f".{ending}" for one in allowed for ending in one.endings),
        "pictures": any(one.is_picture for one in allowed),
    }


def file_entries(kind: str, viewer: Any, pk: int, limit: int) -> list[TimelineEntry]:
    """Attachments in a record's time line; the time line's page has checked the record's access."""
    rows = queries.attachments_of(kind, pk).order_by("-id")[:limit]
    descriptor = find_registered(RecordKind, kind)
    if not rows or descriptor is None:
        return []
    names, url = get_directory().names_of({row.by_id for row in rows}), descriptor.url(pk)
    return [
        TimelineEntry(
            at=row.made_at,
            title=say(N_("Attached a file")),
            text=row.name,
            icon="paperclip",
            url=f"{url}?tab=files",
            source=names.get(row.by_id, ""),
        )
        for row in rows
    ]


def shown_value(field: OwnField, stored: Any) -> Any:
    """A stored value as people read it; None for nothing."""
    if stored is None:
        return None
    if field.type == "yes_no":
        return figures.yes_no(stored in (True, "true"))
    if field.type == "choice":
        return next((pick(zh, en) for code, zh, en in field.choices if code == stored), stored)
    value = typed(field, stored)
    return figures.number(value) if isinstance(value, Decimal) else value


def values_part(viewer: Any, record: Record) -> dict[str, Any]:
    """A record's custom fields with what they say."""
    fields = access.fields_on(viewer, record)
    values = queries.values_of(record.kind, record.pk) if fields else {}
    return {
        "record": record,
        "pairs": [
            (pick(one.label_zh, one.label_en), shown_value(one, values.get(one.code))) for one in fields
        ],
        "may_fill": bool(fields and access.fields_to_fill(viewer, record)),
    }


def print_page(viewer: Any, record: Record) -> dict[str, Any]:
    """A record on paper: what the viewer may see of it, and who takes it out of the house when."""
    return {
        "record": record,
        "kind": say(record.descriptor.label),
        "sheets": sheets_of(record.kind, viewer, record.pk),
        "enterprise": get_directory().enterprise(),
        "by": viewer.name,
        "at": clock.now(),
    }


def own_sheets(kind: str, viewer: Any, pk: int) -> list[Sheet]:
    """Custom fields, tags, comments and attachments on paper; the page has checked the record's access."""
    descriptor = find_registered(RecordKind, kind)
    assert descriptor is not None
    record = Record(descriptor, pk, "")
    pairs = [
        (label, figures.MISSING if value is None else str(value))
        for label, value in values_part(viewer, record)["pairs"]
    ]
    if tags := queries.list_tags(kind, pk):
        pairs.append((say(N_("Tags")), "、".join(tag.name for tag in tags)))
    comments = queries.list_standing_comments(kind, pk, _PRINTED)
    files = list(queries.attachments_of(kind, pk).order_by("-id")[:_PRINTED])
    users = {one.author_id for one in comments} | {row.by_id for row in files}
    names = get_directory().names_of(users) if users else {}
    who, when = say(N_("Who")), say(N_("When"))
    return [
        Sheet(say(N_("Further particulars")), pairs),
        Sheet(
            say(N_("Comments")), heads=[when, who, say(N_("Text"))],
            rows=[(figures.instant(one.made_at), names.get(one.author_id, ""), one.text) for one in comments],
        ),
        Sheet(
            say(N_("Attachments")), heads=[when, who, say(N_("File name"))],
            rows=[(figures.instant(row.made_at), names.get(row.by_id, ""), row.name) for row in files],
        ),
    ]  # fmt: skip


def record_bar(viewer: Any, record: Record) -> dict[str, Any]:
    """The line below a record's head."""
    borne = {tag.pk for tag in queries.list_tags(record.kind, record.pk)}
    tags = list(queries.tags_of_kind(record.kind))
    return {
        "record": record,
        "tags": [tag for tag in tags if tag.pk in borne],
        "others": [tag for tag in tags if tag.pk not in borne],
        "is_favourite": queries.is_favourite(viewer.user_id, record.kind, record.pk),
        "may_write": viewer.can(access.WRITE),
        "may_keep_tags": viewer.can(access.TAGS),
        "next": next_activities(viewer, record.kind, [record.pk]).get(record.pk),
        "plan_url": next(
            (one.plan_url(record.kind, record.pk) for one in list_registered(ActivitySource) if one.plan_url),
            "",
        )
        if viewer.person_id is not None
        else "",
        "now": clock.now(),
    }


def places_of(viewer: Any) -> list[dict[str, Any]]:
    """Records somebody keeps at hand or looked at last, still in his sight."""
    favourites, visits = queries.list_favourites(viewer.user_id), queries.list_visits(viewer.user_id)
    wanted: dict[str, list[int]] = {}
    for kind, pk in dict.fromkeys([*favourites, *visits]):
        wanted.setdefault(kind, []).append(pk)
    kinds = {kind: found for kind in wanted if (found := find_registered(RecordKind, kind))}
    names = {kind: name_records(kinds[kind], viewer, wanted[kind]) for kind in kinds}

    def hits(records: Sequence[tuple[str, int]]) -> list[SearchHit]:
        return [
            SearchHit(names[kind][pk], kinds[kind].url(pk), say(kinds[kind].label))
            for kind, pk in records
            if pk in names.get(kind, {})
        ]

    groups = [
        {"code": "favourites", "label": say(N_("Favourites")), "hits": hits(favourites), "full": False},
        {
            "code": "recent",
            "label": say(N_("Looked at last")),
            "hits": hits([one for one in visits if one not in favourites]),
            "full": False,
        },
    ]
    return [group for group in groups if group["hits"]]


def comment_entries(kind: str, viewer: Any, pk: int, limit: int) -> list[TimelineEntry]:
    """Comments in a record's time line; the time line's page has checked the record's access."""
    comments = queries.list_standing_comments(kind, pk, limit)
    descriptor = find_registered(RecordKind, kind)
    if not comments or descriptor is None:
        return []
    names, url = queries.names_of(comments), descriptor.url(pk)
    return [
        TimelineEntry(
            at=one.made_at,
            title=say(N_("Commented")),
            text=one.text if len(one.text) <= EXCERPT else f"{one.text[:EXCERPT]}…",
            icon="message",
            url=f"{url}?tab=comments#comment-{one.pk}",
            source=names.get(one.author_id, ""),
        )
        for one in comments
    ]
