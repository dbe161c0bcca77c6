"""Who is behind a log-in: what parts below the organisation know of people."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model

from qiao.runtime import clock
from qiao.runtime.contributions import Colleague, Directory

from . import queries
from .access import ANONYMOUS, Viewer, search_people, viewer_of


def _colleagues() -> Any:
    """Everybody in service who can log in."""
    return queries.list_in_service(clock.today()).filter(user__is_active=True)


def _shown(rows: Any) -> list[Colleague]:
    return [Colleague(*row) for row in rows.values_list("user_id", "name", "code")]


def find(viewer: Viewer, text: str, limit: int) -> list[Colleague]:
    """Colleagues whose name, pinyin or number holds the text."""
    rows = search_people(_colleagues(), text, viewer).exclude(user_id=viewer.user_id or 0)
    return _shown(rows.order_by("pinyin", "id")[:limit])


def named(names: Iterable[str]) -> list[Colleague]:
    """Colleagues called exactly so."""
    return _shown(_colleagues().filter(name__in=list(names)).order_by("id"))


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Names of the people behind log-ins, also of those who left."""
    rows = get_user_model().objects.filter(pk__in=list(user_ids), person__isnull=False)
    return dict(rows.values_list("pk", "person__name"))


def viewer_of_user(user_id: int) -> Viewer:
    """The viewer behind a log-in today, to ask what he would see; without any right when it is shut."""
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    return ANONYMOUS if user is None else viewer_of(user)


def users_of(person_ids: Iterable[int | None]) -> list[int]:
    """Log-ins of people."""
    wanted = [pk for pk in person_ids if pk is not None]
    return list(get_user_model().objects.filter(person__pk__in=wanted).values_list("pk", flat=True))


def people_of(user_ids: Iterable[int]) -> list[int]:
    """Ids of the people behind log-ins."""
    rows = get_user_model().objects.filter(pk__in=list(user_ids), person__isnull=False)
    return list(rows.values_list("person__pk", flat=True))


def enterprise() -> str:
    """What the enterprise is called, in the reader's language."""
    tree = queries.get_tree()
    return queries.unit_name(tree, tree.roots[0]) if tree.roots else ""


DIRECTORY = Directory("org", find, named, names_of, viewer_of_user, enterprise)
