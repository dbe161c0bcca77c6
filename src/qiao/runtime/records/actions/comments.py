"""Writes of comments and of who follows."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction

from qiao.kernel.errors import N_, RuleBroken

from ... import clock
from ...contributions import call_hooks, get_directory
from .. import access, queries
from ..access import Record
from ..models import Comment, Follow, Mention
from ..text import name_candidates, names_in

NO_RECORD = N_("This comment was removed already.")


def _clean(text: str) -> str:
    kept = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not kept:
        raise RuleBroken(N_("Write something."), code="text_missing", field="text")
    most = settings.QIAO_COMMENT_CHARACTERS
    if len(kept) > most:
        raise RuleBroken(
            N_("This comment has %(count)s characters; at most %(most)s are kept. Attach a file instead."),
            code="too_long", field="text", count=len(kept), most=most,
        )  # fmt: skip
    return kept


def _mentioned(text: str, picked: Collection[int]) -> list[int]:
    """Log-ins of those named in a text. Where several bear the name, those picked among them.

    Raises:
        RuleBroken: Several bear a name and none of them was picked.
    """
    candidates = name_candidates(text)
    by_name: dict[str, list[int]] = {}
    for one in get_directory().named(candidates) if candidates else ():
        by_name.setdefault(one.name, []).append(one.user_id)
    found: list[int] = []
    for name in names_in(text, by_name):
        users = by_name[name] if len(by_name[name]) == 1 else [u for u in by_name[name] if u in picked]
        if not users:
            raise RuleBroken(
                N_("%(count)s colleagues are called %(name)s: pick one from the list that opens after @."),
                code="name_ambiguous", field="text", count=len(by_name[name]), name=name,
            )  # fmt: skip
        found += users
    return found


@transaction.atomic
def comment(*, record: Record, text: str, by: Any, picked: Collection[int] = ()) -> Comment:
    """Say something about a record. The author and those mentioned follow it from then on.

    Args:
        record: In the author's scope.
        text: Plain text; ``@name`` mentions a colleague.
        by: The author.
        picked: Log-ins meant, where several colleagues bear a name.

    Raises:
        RuleBroken: Nothing is said, too much is said, or a name is not clear.
    """
    text = _clean(text)
    users = _mentioned(text, picked)
    row = Comment.objects.create(
        kind=record.kind, object_id=record.pk, author=by, text=text, made_at=clock.now()
    )
    follow(record=record, user_id=by.pk)
    _note_mentions(record, row, users)
    _tell_followers(record, row)
    return row


@transaction.atomic
def change_comment(
    *, record: Record, comment: Comment, text: str, by: Any, picked: Collection[int] = ()
) -> Comment:
    """Word a comment anew; whoever is mentioned only now is told now.

    Raises:
        RuleBroken: It was removed, nothing is said, too much is said, or a name is not clear.
    """
    text = _clean(text)
    row = _standing(comment)
    if row.text == text:
        return row
    users = _mentioned(text, picked)
    row.text, row.changed_at = text, clock.now()
    row.save(update_fields=["text", "changed_at"])
    row.mentions.exclude(user_id__in=users).delete()
    before = set(row.mentions.values_list("user_id", flat=True))
    _note_mentions(record, row, [user for user in users if user not in before])
    return row


@transaction.atomic
def remove_comment(*, comment: Comment, by: Any) -> Comment:
    """Take a comment back: its place stays, its words only in the audit; nobody is led to it any more.

    Raises:
        RuleBroken: It was removed already.
    """
    row = _standing(comment)
    row.text, row.removed_at = "", clock.now()
    row.save(update_fields=["text", "removed_at"])
    call_hooks("on_untold", source=("comment", row.pk))
    return row


def _standing(comment: Comment) -> Comment:
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    if row.removed_at is not None:
        raise RuleBroken(NO_RECORD, code="comment_removed")
    return row


def _note_mentions(record: Record, row: Comment, users: Iterable[int]) -> None:
    """Note who is mentioned; those who may see the record follow it and are told."""
    named = list(dict.fromkeys(users))
    seeing = access.sees(named, record.kind, record.pk)
    Mention.objects.bulk_create(Mention(comment=row, user_id=user, told=user in seeing) for user in named)
    for user in named:
        if user in seeing and user != row.author_id:
            follow(record=record, user_id=user, again=False)
    _tell(record, row, seeing - {row.author_id}, N_("%(who)s mentioned you: %(label)s"))


def _tell_followers(record: Record, row: Comment) -> None:
    """Tell who follows; who was mentioned heard of it already."""
    followers = [user for user in queries.gather_followers(record) if user != row.author_id]
    seeing = access.sees(followers, record.kind, record.pk)
    _tell(record, row, seeing, N_("%(who)s commented: %(label)s"))


def _tell(record: Record, row: Comment, users: Collection[int], title: str) -> None:
    if not users:
        return
    who = get_directory().names_of([row.author_id]).get(row.author_id, row.author.get_username())
    call_hooks(
        "on_told", users=sorted(users), event=f"comment:{row.pk}", title=title,
        params={"who": who, "label": record.label}, url=f"{record.url}?tab=comments#comment-{row.pk}",
        source=("comment", row.pk),
    )  # fmt: skip


def follow(*, record: Record, user_id: int, again: bool = True) -> None:
    """Be told of a record from now on. ``again=False``: not whoever left it on purpose."""
    row, made = Follow.objects.get_or_create(
        kind=record.kind, object_id=record.pk, user_id=user_id, defaults={"since": clock.now()}
    )
    if not made and not row.is_on and again:
        row.is_on, row.since = True, clock.now()
        row.save(update_fields=["is_on", "since"])


def unfollow(*, record: Record, user_id: int) -> None:
    """Be left in peace about a record, also by what would make one follow it."""
    Follow.objects.update_or_create(
        kind=record.kind, object_id=record.pk, user_id=user_id,
        defaults={"is_on": False}, create_defaults={"is_on": False, "since": clock.now()},
    )  # fmt: skip
