"""What must hold before an article may be approved, beyond having the right shape."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qiao.kernel.errors import N_

from .article import Article
from .faults import Fault, join
from .kinds import Kinds, Name

NameLists = Mapping[str, Callable[[], Iterable[str]]]
"""Names from outside the rulebook, by space."""


def check_article(
    article: Article[Any], kinds: Kinds, others: Sequence[Article[Any]], outside: NameLists
) -> list[Fault]:
    """Every reason not to put an article in force, all at once.

    Args:
        article: The candidate.
        kinds: The kinds known.
        others: Every other article approved or in force, without earlier versions of this one.
        outside: Lists of names this rulebook does not give itself.
    """
    return [
        *_check_heading(article),
        *_place_in_body(kinds.get(article.kind).check(article.body)),
        *_check_neighbours(article, others),
        *_check_references(article, kinds, others, outside),
    ]


def _place_in_body(faults: Iterable[Fault]) -> list[Fault]:
    return [
        Fault(join("body", fault.path) if fault.path else "body", fault.message, fault.params)
        for fault in faults
    ]


def _check_heading(article: Article[Any]) -> list[Fault]:
    faults = []
    if article.ends_before is not None and article.ends_before <= article.starts_on:
        faults.append(Fault("ends_before", N_("the article would end before it starts")))
    if not article.source and article.assumption is None:
        faults.append(Fault("source", N_("name the source, or state the assumption the article rests on")))
    return faults


def _check_neighbours(article: Article[Any], others: Sequence[Article[Any]]) -> list[Fault]:
    """Two articles of one kind and one scope never hold on the same day: who reads them could not tell which
    wins.
    """
    if any(fault.path == "ends_before" for fault in _check_heading(article)):
        return []
    return [
        Fault(
            "starts_on",
            N_("“%(code)s” of the same kind and scope is in force from %(start)s; end it first"),
            {"code": other.code, "start": other.starts_on.isoformat()},
        )
        for other in others
        if (other.kind, other.scope) == (article.kind, article.scope)
        and other.code != article.code
        and other.span.overlaps(article.span)
    ]


def _check_references(
    article: Article[Any], kinds: Kinds, others: Sequence[Article[Any]], outside: NameLists
) -> list[Fault]:
    references = list(kinds.get(article.kind).refers(article.body))
    if not references:
        return []
    given: set[Name] = set()
    for other in (article, *others):
        if other is article or _may_meet(article, other):
            given.update(kinds.get(other.kind).defines(other.body))
    for space in {reference.name.space for reference in references} & outside.keys():
        given.update(Name(space, code) for code in outside[space]())
    return [
        Fault(
            join("body", reference.path),
            N_("“%(code)s” is not known; known: %(known)s"),
            {"code": reference.name.code, "known": _known(given, reference.name.space)},
        )
        for reference in references
        if reference.name not in given
    ]


def _may_meet(article: Article[Any], other: Article[Any]) -> bool:
    """Whether both may bind the same subject on the same day, so that one may use the other's names."""
    return article.span.overlaps(other.span)


def _known(given: Iterable[Name], space: str) -> str:
    codes = sorted(name.code for name in given if name.space == space)
    return ", ".join(codes[:12]) + (" …" if len(codes) > 12 else "") if codes else "–"
