"""Writes about posts: their descriptions in versions, must-knows, and who says he knows them."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.spans import in_force

from .. import queries
from ..core.posts import pair_lines
from ..core.register import FAMILY
from ..models import JobDescription, Known, MustKnow, Person, Post, RoleType, StaffWord
from .organisation import end_or_remove

USUAL_POSTS = Path(__file__).resolve().parent.parent / "lists" / "posts.yaml"


@transaction.atomic
def create_post(
    *, code: str, family: StaffWord, name_zh: str, by: Any, name_en: str = "", role_type: RoleType | None = None,
    level: str = "",
) -> Post:  # fmt: skip
    """Enter a post.

    Raises:
        RuleBroken: The code is taken, or the role type has a post at this level.
    """
    if Post.objects.filter(code=code).exists():
        raise RuleBroken(N_("The code %(value)s is taken."), code="code_taken", field="code", value=code)
    try:
        with transaction.atomic():
            return Post.objects.create(
                code=code, family=family, name_zh=name_zh, name_en=name_en, role_type=role_type, level=level
            )
    except IntegrityError:
        raise RuleBroken(
            N_("The role type has a post at this level already."), code="post_level", field="level"
        ) from None


@transaction.atomic
def describe_post(
    *, post: Post, duties: tuple[str, str], must_knows: tuple[str, str], on: date, by: Any, reason: str = ""
) -> JobDescription:
    """Put a description of a post in force from a day on; what people know of it stays known where its words stay.

    Args:
        post: The post.
        duties: Chinese and English text, one duty a line.
        must_knows: Chinese and English text, one a line.
        on: From when on.
        by: The log-in.
        reason: Why it changes.

    Raises:
        RuleBroken: A later version is noted, nothing is said, or the two languages do not go together.
    """
    lines = pair_lines(*duties, field="duties_en")
    facts = pair_lines(*must_knows, field="must_en")
    if not lines:
        raise RuleBroken(N_("Say at least one duty."), code="duties_missing", field="duties_zh")
    rows = JobDescription.objects.select_for_update().filter(post=post)
    if rows.filter(starts_on__gt=on).exists():
        raise RuleBroken(N_("A later version is noted already."), code="later_version", field="on")
    before = rows.filter(in_force(on)).first()
    known = _known_by_text(before)
    if before is not None:
        end_or_remove(before, on)
    made = JobDescription.objects.create(
        post=post, duties_zh="\n".join(zh for zh, _en in lines), duties_en="\n".join(filter(None, (en for _zh, en in lines))),
        starts_on=on, reason=reason,
    )  # fmt: skip
    new = MustKnow.objects.bulk_create(
        MustKnow(description=made, place=n, text_zh=zh, text_en=en) for n, (zh, en) in enumerate(facts, 1)
    )
    Known.objects.bulk_create(
        Known(person_id=person, must_know=fact, on=since)
        for fact in new
        for person, since in known.get(fact.text_zh, ())
    )
    return made


def _known_by_text(description: JobDescription | None) -> Mapping[str, Sequence[tuple[int, date]]]:
    """Who knows what since when, by its words."""
    found: dict[str, list[tuple[int, date]]] = {}
    rows = Known.objects.filter(must_know__description=description) if description else Known.objects.none()
    for text, person, since in rows.values_list("must_know__text_zh", "person_id", "on"):
        found.setdefault(text, []).append((person, since))
    return found


@transaction.atomic
def say_known(*, person: Person, must_know_id: int, known: bool, by: Any) -> None:
    """A person says that he knows something his post asks, or takes that back.

    Raises:
        NotFound: No post he holds today asks it.
    """
    fact = next((f for f in queries.list_must_knows(person.pk, clock.today()) if f.pk == must_know_id), None)
    if fact is None:
        raise NotFound
    if known:
        Known.objects.get_or_create(person=person, must_know=fact, defaults={"on": clock.today()})
    else:
        Known.objects.filter(person=person, must_know=fact).delete()


@transaction.atomic
def enter_usual_posts(*, by: Any) -> int:
    """Enter the posts of a marketing and a service centre where no post is entered yet. Idempotent. Returns how many."""
    if Post.objects.exists():
        return 0
    posts = yaml.safe_load(USUAL_POSTS.read_text(encoding="utf-8"))
    roles = {role.code: role for role in queries.list_role_types()}
    families = queries.words_by_text(FAMILY)
    for row in posts:
        post = create_post(
            code=row["code"], family=queries.get_word(families[row["family"]]), name_zh=row["zh"], name_en=row["en"],
            role_type=roles.get(row.get("role", "")), level=row.get("level", ""), by=by,
        )  # fmt: skip
        describe_post(
            post=post,
            duties=_texts(row["duties"]),
            must_knows=_texts(row["must_know"]),
            on=clock.today(),
            by=by,
        )
    return len(posts)


def _texts(lines: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    return "\n".join(line["zh"] for line in lines), "\n".join(line["en"] for line in lines)
