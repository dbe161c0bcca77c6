"""Reads of the rulebook: typed policy for deciding code, versions for pages."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext

from qiao.kernel.errors import NotFound
from qiao.kernel.text import Text
from qiao.runtime.contributions import list_registered
from qiao.runtime.spans import in_force
from qiao.runtime.stamps import kept

from .core.article import Article, NoPolicy, Policy, Subject, find_binding
from .core.checks import NameLists
from .core.kinds import ArticleKind, Kinds, Name, NameSource
from .core.states import APPROVED, DRAFT
from .core.stored import load_article
from .core.words import Speaker
from .models import Version

B = TypeVar("B")
EVERYBODY = Subject()


def get_kinds() -> Kinds:
    """The kinds of article the contexts contribute."""
    return Kinds(list_registered(ArticleKind))


def get_outside_names() -> NameLists:
    """Names that articles may use and the rulebook does not give itself."""
    return {source.code: source.list_names for source in list_registered(NameSource)}


def get_speaker() -> Speaker:
    """The reader's language, for saying articles in words."""
    return Speaker(get_language() or "zh-hans", gettext)


@kept(most=64)
def titles_of(space: str, *, on: date) -> dict[str, Text]:
    """Code → title of every name of a sort (``tier``, ``segment`` …) the articles in force on a day give."""
    kinds = get_kinds()
    return {
        name.code: name.title
        for row in list_in_force(on)
        for name in kinds.get(row.kind).defines(policy_of(row).body)
        if name.space == space and name.title
    }


def list_titles(article: Article[Any]) -> dict[str, str]:
    """What the names an article uses are called, by their place in its content, in the reader's language."""
    kinds, speaker = get_kinds(), get_speaker()
    references = list(kinds.get(article.kind).refers(article.body))
    if not references:
        return {}
    titles: dict[Name, Text] = {}
    for other in (*list_others(article), article):
        titles.update({name: name.title for name in kinds.get(other.kind).defines(other.body) if name.title})
    for source in list_registered(NameSource):
        titles.update({Name(source.code, code): title for code, title in source.list_titles().items()})
    return {r.path: titles[r.name].said_in(speaker.language) for r in references if r.name in titles}


def get_policy(body_type: type[B], *, on: date, scope: Subject = EVERYBODY) -> Policy[B]:
    """The policy of a kind that binds a subject on a day.

    Args:
        body_type: The kind's dataclass.
        on: The day decided for.
        scope: Who or what is judged; without it only articles for the whole enterprise bind.

    Raises:
        NoPolicy: None is in force. Nothing stands in for it.
    """
    policy = find_policy(body_type, on=on, scope=scope)
    if policy is None:
        raise NoPolicy(get_kinds().of_body(body_type).code, on)
    return policy


def find_policy(body_type: type[B], *, on: date, scope: Subject = EVERYBODY) -> Policy[B] | None:
    """As :func:`get_policy`, or None when none is in force."""
    return find_binding(list_policies(body_type, on=on), scope, on)


def list_policies(body_type: type[B], *, on: date) -> list[Policy[B]]:
    """Every policy of a kind in force on a day, of all scopes."""
    kind = get_kinds().of_body(body_type)
    rows = Version.objects.filter(in_force(on), kind=kind.code, state=APPROVED).order_by("code")
    return [policy_of(row) for row in rows]


def get_exact_policy(code: str, version: int) -> Policy[Any]:
    """The very version a trace names, in force or not.

    Raises:
        NotFound: There is none.
    """
    return policy_of(get_version(code, version))


def policy_of(row: Version) -> Policy[Any]:
    """A stored version as deciding code receives it, with the day it really ended."""
    article = read_text(row.text)
    if article.ends_before != row.ends_before:
        article = Article(
            **{**{n: getattr(article, n) for n in article.__slots__}, "ends_before": row.ends_before}
        )
    return Policy(article, row.version)


def read_text(text: str) -> Article[Any]:
    """A stored text as an article. Texts never change, so each is read once per process.

    Raises:
        BadInput: The text does not fit the kinds known now.
    """
    kinds = get_kinds()
    return _read_text(text, tuple(kind.code for kind in kinds))


@lru_cache(maxsize=512)
def _read_text(text: str, _known: tuple[str, ...]) -> Article[Any]:
    return load_article(text, get_kinds())


def list_in_force(on: date) -> QuerySet[Version]:
    """Every version in force on a day: what a run pins (code, version, digest)."""
    return Version.objects.filter(in_force(on), state=APPROVED).order_by("kind", "scope_key", "code")


def list_others(article: Article[Any]) -> list[Article[Any]]:
    """Every other article approved, as the checks of publishing see them."""
    rows = Version.objects.filter(state=APPROVED).exclude(code=article.code)
    return [policy_of(row).article for row in rows]


def list_approved() -> list[Article[Any]]:
    """Every approved article, whenever it is in force."""
    return [
        policy_of(row).article
        for row in Version.objects.filter(state=APPROVED).order_by("kind", "code", "version")
    ]


def list_outside_titles() -> dict[str, dict[str, Text | None]]:
    """Names the rulebook does not give itself, by sort, with what people call them where there is a word."""
    return {
        source.code: {code: source.list_titles().get(code) for code in source.list_names()}
        for source in list_registered(NameSource)
    }


def list_versions(code: str) -> QuerySet[Version]:
    """All versions of an article, newest first."""
    return Version.objects.filter(code=code).select_related("drafted_by", "approved_by").order_by("-version")


def list_by_id(ids: Iterable[int]) -> list[Version]:
    """Versions by id."""
    return list(Version.objects.filter(pk__in=list(ids)))


def get_version(code: str, version: int) -> Version:
    """One version.

    Raises:
        NotFound: There is none.
    """
    row = (
        Version.objects.filter(code=code, version=version).select_related("drafted_by", "approved_by").first()
    )
    if row is None:
        raise NotFound
    return row


def find_draft(code: str) -> Version | None:
    """The open draft of an article, or None."""
    return Version.objects.filter(code=code, state=DRAFT).select_related("drafted_by").first()


def find_approved_before(row: Version) -> Version | None:
    """The approved version a later one is compared with, or None for a first version."""
    earlier = Version.objects.filter(code=row.code, state=APPROVED, version__lt=row.version)
    return earlier.order_by("-version").first()


def find_newest_approved(code: str) -> Version | None:
    """The newest approved version of an article, which a draft is compared with; None for a new article."""
    return Version.objects.filter(code=code, state=APPROVED).order_by("-version").first()


def list_current(on: date) -> Sequence[Version]:
    """One row per article: the version in force on the day, else the latest; drafts are marked apart."""
    rows = Version.objects.filter(Q(state=DRAFT) | Q(state=APPROVED)).order_by("code", "-version")
    best: dict[str, Version] = {}
    for row in rows:
        if row.code not in best or (not _holds(best[row.code], on) and _holds(row, on)):
            best[row.code] = row
    return list(best.values())


def _holds(row: Version, on: date) -> bool:
    return row.state == APPROVED and row.starts_on <= on and (row.ends_before is None or on < row.ends_before)


def standing_on(row: Version, on: date) -> str:
    """Where a version stands on a day: draft, approved (not yet in force), in_force or ended."""
    if row.state == DRAFT:
        return DRAFT
    if on < row.starts_on:
        return APPROVED
    return "in_force" if _holds(row, on) else "ended"


def list_drafts() -> QuerySet[Version]:
    """Drafts waiting for a second person."""
    return Version.objects.filter(state=DRAFT).select_related("drafted_by").order_by("drafted_at")


def list_packs() -> list[str]:
    """Names of the packs shipped."""
    folder = files("qiao.rulebook") / "packs"
    return sorted(
        entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("_")
    )


def read_pack(name: str) -> dict[str, str]:
    """The stored texts of a shipped pack by file name.

    Raises:
        NotFound: There is no such pack.
    """
    if name not in list_packs():
        raise NotFound
    folder = files("qiao.rulebook") / "packs" / name
    entries: Iterable[Any] = (entry for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return {entry.name: entry.read_text(encoding="utf-8") for entry in entries}


def url_of(version_id: int) -> str:
    """Page of a version, by its row; the list when it is gone."""
    row = Version.objects.filter(pk=version_id).values_list("code", "version").first()
    return reverse("rulebook:version", args=row) if row else reverse("rulebook:articles")
