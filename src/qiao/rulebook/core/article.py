"""An article, whom it binds and when, and which of several binds a given subject on a given day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Generic, TypeVar

from qiao.kernel.errors import N_, QiaoError
from qiao.kernel.period import Span
from qiao.kernel.text import Text
from qiao.kernel.trace import RuleRef

from .terms import term

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom an article binds, by code; all empty means the whole enterprise.

    A unit binds the units below it too, until one of them has an article of its own.
    """

    unit: str | None = term(N_("unit"), default=None)
    role: str | None = term(N_("role"), default=None)
    grade: str | None = term(N_("grade"), default=None)
    person: str | None = term(N_("person"), default=None)

    @property
    def is_enterprise(self) -> bool:
        """Whether it binds everybody."""
        return self == Scope()

    def key(self) -> str:
        """One text per scope, equal exactly when the scopes are."""
        return "/".join(getattr(self, f.name) or "" for f in fields(self))


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what is judged, for choosing the article that binds it.

    Attributes:
        units: Unit codes from the subject's own unit up to the root.
    """

    units: tuple[str, ...] = ()
    role: str | None = None
    grade: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Article(Generic[B]):
    """One rule with its heading. ``ends_before`` None: in force until replaced or ended.

    Attributes:
        kind: Code of the article kind, which names the type of ``body``.
        code: Stable name of the rule; versions of one rule share it.
        source: Rows of the requirements catalogue the rule answers to.
        assumption: What had to be assumed where the source is silent; shown wherever the rule is shown.
    """

    kind: str = term(N_("kind"))
    code: str = term(N_("code"))
    title: Text = term(N_("title"))
    scope: Scope = term(N_("binds"))
    starts_on: date = term(N_("in force from"))
    ends_before: date | None = term(N_("in force until before"))
    document_number: str = term(N_("document number"))
    source: tuple[str, ...] = term(N_("source"))
    assumption: Text | None = term(N_("assumption"))
    body: B = term(N_("content"))

    @property
    def span(self) -> Span:
        """Days in force."""
        return Span(self.starts_on, self.ends_before)


@dataclass(frozen=True, slots=True)
class Policy(Generic[B]):
    """An article as deciding code receives it: the typed body and the exact version it comes from."""

    article: Article[B]
    version: int

    @property
    def body(self) -> B:
        """What is decided by."""
        return self.article.body

    def ref(self, place: str = "") -> RuleRef:
        """For a trace: this version, at a place of its body."""
        return RuleRef(self.article.code, self.version, place)


class NoPolicy(QiaoError, LookupError):
    """No article of a kind binds the subject on the day. The decision cannot be made; nothing stands in for
    it.
    """

    def __init__(self, kind: str, on: date) -> None:
        self.kind, self.on = kind, on
        super().__init__(f"no article of kind {kind} is in force on {on}")


def find_binding(policies: Iterable[Policy[B]], subject: Subject, on: date) -> Policy[B] | None:
    """The policy that binds a subject on a day: the most specific scope wins.

    Person goes before grade, grade before role, role before unit; among units the nearest; enterprise last.

    Args:
        policies: Of one kind; no two of the same scope share a day (a constraint in the database).
    """
    ranked = [
        (rank, policy)
        for policy in policies
        if policy.article.span.contains(on)
        and (rank := specificity(policy.article.scope, subject)) is not None
    ]
    return max(ranked, key=lambda item: item[0])[1] if ranked else None


def specificity(scope: Scope, subject: Subject) -> tuple[int, ...] | None:
    """How closely a scope fits a subject, larger is closer; None when it does not bind it."""
    for wanted, actual in (
        (scope.role, subject.role),
        (scope.grade, subject.grade),
        (scope.person, subject.person),
    ):
        if wanted is not None and wanted != actual:
            return None
    nearness = 0
    if scope.unit is not None:
        if scope.unit not in subject.units:
            return None
        nearness = len(subject.units) - subject.units.index(scope.unit)
    return (scope.person is not None, scope.grade is not None, scope.role is not None, nearness)
