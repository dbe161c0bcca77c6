"""The article on staffing: what is watched of a unit's staff, and from which value on it is too little or too much."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qiao.kernel.errors import N_
from qiao.kernel.text import Text
from qiao.rulebook.core.faults import Fault, join, twice_faults
from qiao.rulebook.core.kinds import ArticleKind
from qiao.rulebook.core.terms import term


@dataclass(frozen=True, slots=True)
class WatchedShare:
    """The share of staff that meets every condition named; empty conditions ask nothing."""

    code: str = term(N_("code"))
    title: Text = term(N_("what is watched"))
    at_least: Decimal = term(N_("share at least"), unit="share", at_least=0, at_most=1)
    near: Decimal = term(N_("called near when short by at most"), unit="share", at_least=0, at_most=1)
    among_roles: tuple[str, ...] = term(N_("among these role types"), default=())
    education_at_least: str | None = term(N_("education at least"), default=None)
    age_at_most: int | None = term(N_("age at most"), unit="years", at_least=0, at_most=120, default=None)
    fields: tuple[str, ...] = term(N_("any of these specialist fields"), default=())
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class WatchedRatio:
    """How many people of some role types one of others stands beside."""

    code: str = term(N_("code"))
    title: Text = term(N_("what is watched"))
    many_roles: tuple[str, ...] = term(N_("so many of these role types"))
    few_roles: tuple[str, ...] = term(N_("to one of these"))
    good_at_most: Decimal = term(N_("good up to"), at_least=0)
    failing_from: Decimal = term(N_("known to fail from"), above=0)
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class WatchedPresence:
    """Role types every unit must have somebody in, full time."""

    code: str = term(N_("code"))
    title: Text = term(N_("what is watched"))
    roles: tuple[str, ...] = term(N_("any of these role types"))
    at_least: int = term(N_("people at least"), at_least=1)
    not_employed_as: tuple[str, ...] = term(N_("these employment kinds do not count"), default=())
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class WatchedGroup:
    """The share of all staff that some role types may have: front, back, management."""

    code: str = term(N_("code"))
    title: Text = term(N_("group"))
    roles: tuple[str, ...] = term(N_("role types"))
    at_least: Decimal = term(N_("share at least"), unit="share", at_least=0, at_most=1)
    at_most: Decimal = term(N_("share at most"), unit="share", at_least=0, at_most=1)
    near: Decimal = term(N_("called near when out by at most"), unit="share", at_least=0, at_most=1)
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class WatchedSpending:
    """Headcount and labour cost of a unit against the revenue of its key accounts over twelve months."""

    tiers: tuple[str, ...] = term(N_("tiers counted as key accounts"))
    revenue_per_head_at_least: Decimal = term(N_("revenue per head at least"), unit="money", at_least=0)
    cost_share_at_most: Decimal = term(N_("labour cost to revenue at most"), unit="share", at_least=0)
    near: Decimal = term(N_("called near within this part of the limit"), unit="share", at_least=0, at_most=1)
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class WatchedContinuity:
    """How steadily accounts are served over twelve months."""

    changes_at_most: Decimal = term(N_("changes of account manager per account and year at most"), at_least=0)
    vacancy_days_at_most: Decimal = term(N_("days without account manager per account at most"), at_least=0)
    stand_in_days_at_most: Decimal = term(N_("days until somebody follows at most"), at_least=0)
    near: Decimal = term(N_("called near within this part of the limit"), unit="share", at_least=0, at_most=1)
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class StaffingWatch:
    """What is watched of the staff of every unit of some kinds, each with all below it."""

    unit_kinds: tuple[str, ...] = term(N_("kinds of unit judged"))
    least_people: int = term(
        N_("pay is compared from so many people on"),
        at_least=2,
        hint=N_("Fewer would tell one person's pay."),
    )
    shares: tuple[WatchedShare, ...] = term(N_("shares"), default=())
    ratios: tuple[WatchedRatio, ...] = term(N_("ratios"), default=())
    presence: tuple[WatchedPresence, ...] = term(N_("posts that must be filled"), default=())
    groups: tuple[WatchedGroup, ...] = term(N_("groups"), default=())
    spending: tuple[WatchedSpending, ...] = term(
        N_("headcount and cost against revenue"), hint=N_("One row, or none."), default=()
    )
    continuity: tuple[WatchedContinuity, ...] = term(
        N_("steady service"), hint=N_("One row, or none."), default=()
    )


def _check(body: StaffingWatch) -> Iterator[Fault]:
    for name in ("shares", "ratios", "presence", "groups"):
        yield from twice_faults([row.code for row in getattr(body, name)], name)
    for name in ("spending", "continuity"):
        if len(getattr(body, name)) > 1:
            yield Fault(join(name, 1), N_("One row is enough: the limits would contradict each other."))
    for n, share in enumerate(body.shares):
        if share.education_at_least is None and share.age_at_most is None and not share.fields:
            yield Fault(join("shares", n), N_("Say at least one condition: education, age or fields."))
    for n, ratio in enumerate(body.ratios):
        if ratio.failing_from <= ratio.good_at_most:
            yield Fault(join(join("ratios", n), "failing_from"), N_("Must lie above what is good."))
    for n, group in enumerate(body.groups):
        if group.at_most < group.at_least:
            yield Fault(join(join("groups", n), "at_most"), N_("Must not lie below the least share."))


STAFFING_WATCH = ArticleKind(
    code="staffing_watch",
    label=N_("Staffing watch"),
    help=N_(
        "What is watched of every unit's staff: shares, ratios, posts that must be filled, cost, steady service."
    ),
    body_type=StaffingWatch,
    check=_check,
    order=75,
)
