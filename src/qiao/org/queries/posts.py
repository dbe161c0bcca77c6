"""Reads of posts: descriptions in force, must-knows, who holds a post and what he says he knows."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from qiao.kernel.errors import NotFound
from qiao.runtime.spans import in_force

from ..models import GradeInForce, JobDescription, Known, MustKnow, Person, Post, Posting


def _with_description(posts: QuerySet[Post], on: date) -> QuerySet[Post]:
    now = JobDescription.objects.filter(in_force(on)).prefetch_related(
        Prefetch("must_knows", MustKnow.objects.order_by("place"))
    )
    return posts.select_related("family", "role_type").prefetch_related(
        Prefetch("descriptions", now, to_attr="description_now")
    )


def list_posts(on: date) -> list[Post]:
    """Every post with the description in force, by family."""
    return list(_with_description(Post.objects.order_by("family__rank", "code"), on))


def get_post(post_id: int, on: date) -> Post:
    """One post with the description in force. Raises NotFound."""
    row = _with_description(Post.objects.filter(pk=post_id), on).first()
    if row is None:
        raise NotFound
    return row


def list_descriptions(post_id: int) -> list[JobDescription]:
    """All versions of a post's description, newest first."""
    rows = JobDescription.objects.filter(post_id=post_id).annotate(number=Count("must_knows"))
    return list(rows.order_by("-starts_on"))


def _held_by(person_id: int, on: date) -> Q:
    """Posts a person holds: of his role types, without level or of his grade."""
    held = Posting.objects.filter(in_force(on), person_id=person_id).values("role_type_id")
    grade = GradeInForce.objects.filter(in_force(on), person_id=person_id).values("grade")
    return Q(role_type_id__in=held) & (Q(level="") | Q(level__in=grade))


def list_posts_of(person_id: int, on: date) -> list[Post]:
    """Posts a person holds on a day, with their descriptions."""
    return list(_with_description(Post.objects.filter(_held_by(person_id, on)).order_by("code"), on))


def list_must_knows(person_id: int, on: date) -> list[MustKnow]:
    """Everything the posts a person holds ask him to know."""
    posts = Post.objects.filter(_held_by(person_id, on))
    rows = MustKnow.objects.filter(in_force(on, "description__"), description__post__in=posts)
    return list(rows.order_by("description__post__code", "place"))


def known_since(person_id: int) -> dict[int, date]:
    """What a person says he knows, since when, by must-know."""
    return dict(Known.objects.filter(person_id=person_id).values_list("must_know_id", "on"))


def holders_of(post: Post, people: QuerySet[Person], on: date) -> QuerySet[Person]:
    """People of a scoped set who hold a post on a day, with how much of it they say they know as ``knows``."""
    if post.role_type_id is None:
        return people.none()
    held = Posting.objects.filter(in_force(on), person=OuterRef("pk"), role_type_id=post.role_type_id)
    rows = Person.objects.filter(pk__in=people.order_by().values("pk")).filter(Exists(held))
    if post.level:
        graded = GradeInForce.objects.filter(in_force(on), person=OuterRef("pk"), grade=post.level)
        rows = rows.filter(Exists(graded))
    return rows.order_by("pinyin", "id")


def count_known(person_ids: Iterable[int], description_id: int) -> dict[int, int]:
    """How many must-knows of a description people say they know."""
    rows = Known.objects.filter(must_know__description_id=description_id, person_id__in=list(person_ids))
    return dict(rows.order_by().values_list("person_id").annotate(n=Count("id")))
