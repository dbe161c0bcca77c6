"""Kinds of article. Each is contributed by the context that decides with it; the rulebook knows none by
name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from qiao.kernel.errors import QiaoError
from qiao.kernel.text import Text

from .faults import Fault, no_faults

B = TypeVar("B")


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A name articles give or use: a tier code, a segment code, an indicator.

    Attributes:
        space: Keeps the sorts of names apart.
        code: The name.
        title: What people call it, where it is given; equal names may be given with and used without.
    """

    space: str
    code: str
    title: Text | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """The use of a name at a place of an article."""

    name: Name
    path: str


@dataclass(frozen=True, slots=True)
class ArticleKind(Generic[B]):
    """One kind of article.

    Attributes:
        code: ``customer_tiers``.
        label: Name of the kind, English source text.
        help: What it decides, one sentence, English source text.
        body_type: Frozen dataclass whose fields are made by ``term``.
        check: What the types cannot say: tables without gaps, weights of 100 %. Paths start at ``body``.
        defines: Names the article gives to others.
        refers: Names the article uses.
        order: Place among the kinds on the page.
    """

    code: str
    label: str
    body_type: type[B]
    help: str = ""
    check: Callable[[B], Iterable[Fault]] = no_faults
    defines: Callable[[B], Iterable[Name]] = lambda _body: ()
    refers: Callable[[B], Iterable[Reference]] = lambda _body: ()
    order: int = 100


@dataclass(frozen=True, slots=True)
class NameSource:
    """Names that come from outside the rulebook (indicators, role types); asked for when needed.

    Attributes:
        code: The space of the names.
        list_names: Every name.
        list_titles: What people call them, where there is such a word.
    """

    code: str
    list_names: Callable[[], Iterable[str]]
    list_titles: Callable[[], Mapping[str, Text]] = dict


class UnknownKind(QiaoError, LookupError):
    """No context contributes this kind of article."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"no such kind of article: {code}")


class Kinds:
    """The kinds known, by code and by body type."""

    def __init__(self, kinds: Iterable[ArticleKind[Any]]) -> None:
        self._by_code = {kind.code: kind for kind in kinds}
        self._by_type = {kind.body_type: kind for kind in self._by_code.values()}

    def __iter__(self) -> Iterator[ArticleKind[Any]]:
        return iter(sorted(self._by_code.values(), key=lambda kind: (kind.order, kind.code)))

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def get(self, code: str) -> ArticleKind[Any]:
        """The kind with this code.

        Raises:
            UnknownKind: Nobody contributes it.
        """
        try:
            return self._by_code[code]
        except KeyError:
            raise UnknownKind(code) from None

    def of_body(self, body_type: type[B]) -> ArticleKind[B]:
        """The kind whose articles have this body.

        Raises:
            UnknownKind: Nobody contributes it.
        """
        try:
            return self._by_type[body_type]
        except KeyError:
            raise UnknownKind(body_type.__name__) from None
