"""The articles rating decides with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiao.kernel.errors import N_
from qiao.kernel.table import Range
from qiao.kernel.text import Text
from qiao.rulebook.core.faults import Fault, join, open_end_faults, table_faults, twice_faults
from qiao.rulebook.core.kinds import ArticleKind, Name, Reference
from qiao.rulebook.core.terms import Choice, term


class TakenAs(Choice):
    """How months become one figure."""

    MONTHLY_MEAN = "monthly_mean", N_("monthly mean")
    SUM = "sum", N_("sum of the months")


class YoungCustomers(Choice):
    """What the months before a customer's first revenue count as in a monthly mean."""

    LEFT_OUT = "left_out", N_("months before the first revenue are left out")
    COUNTED = "counted", N_("months before the first revenue count as 0")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a customer, over months that end with the month decided."""

    indicator: str = term(N_("indicator"))
    months: int = term(N_("months, ending with the month decided"), unit="months", at_least=1, at_most=36)
    taken_as: TakenAs = term(N_("taken as"))
    young_customers: YoungCustomers = term(N_("young customers"))


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier and who serves it."""

    code: str = term(N_("code"))
    title: Text = term(N_("tier"))
    department: Text = term(N_("serving department"))
    channels: tuple[Text, ...] = term(N_("channels"))


@dataclass(frozen=True, slots=True)
class TierRow:
    """One row of a ladder."""

    figure: Range = term(N_("figure"), unit="money")
    tier: str = term(N_("tier"))
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rows by which the customers of some segments fall into tiers; without segments: all the others."""

    code: str = term(N_("code"))
    title: Text = term(N_("ladder"))
    segments: tuple[str, ...] = term(N_("segments"))
    rows: tuple[TierRow, ...] = term(N_("rows"))


@dataclass(frozen=True, slots=True)
class CustomerTiers:
    """Tiers, highest first, and how a customer falls into one.

    A customer whose figure gives a lower tier than ``key_account_tier`` gets that one when the article on key
    accounts makes it a key account.
    """

    figure: Figure = term(N_("figure measured"))
    tiers: tuple[Tier, ...] = term(N_("tiers, highest first"))
    ladders: tuple[Ladder, ...] = term(N_("ladders"))
    key_account_tier: str | None = term(N_("tier of a key account, at least"))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that alone makes a key account: a figure in a range, or, without range, a recorded mark."""

    code: str = term(N_("code"))
    title: Text = term(N_("condition"))
    figure: Range | None = term(N_("figure"), unit="money", default=None)
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class Level:
    """How far a key account reaches."""

    code: str = term(N_("code"))
    title: Text = term(N_("level"))


@dataclass(frozen=True, slots=True)
class KeyAccounts:
    """Who is a key account: whoever meets any one of the conditions."""

    figure: Figure = term(N_("figure measured"))
    segments: tuple[str, ...] = term(N_("segments that may be key accounts (none named: all)"))
    conditions: tuple[Condition, ...] = term(N_("conditions, any one of which suffices"))
    levels: tuple[Level, ...] = term(N_("levels, widest first; without a mark the last"))


@dataclass(frozen=True, slots=True)
class BusinessType:
    """First level of segmentation: what a customer mainly buys."""

    code: str = term(N_("code"))
    title: Text = term(N_("business type"))
    categories: tuple[str, ...] = term(N_("product categories"))


@dataclass(frozen=True, slots=True)
class Segment:
    """Second level of segmentation: what a customer is, split by a figure where the rule splits it."""

    code: str = term(N_("code"))
    title: Text = term(N_("segment"))
    industries: tuple[str, ...] = term(N_("industries on file"))
    figure: Range = term(N_("figure"), unit="money", default=Range())
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class Segments:
    """Two-level segmentation."""

    figure: Figure = term(N_("figure measured"))
    business_types: tuple[BusinessType, ...] = term(
        N_("business types; the largest revenue decides, ties in this order")
    )
    segments: tuple[Segment, ...] = term(N_("segments"))


class CoreBy(Choice):
    """What makes the core."""

    COUNT = "count", N_("the stated share of customers, largest first")
    CUMULATIVE = "cumulative", N_("the fewest customers that bring the expected share")


class HeadCountRounding(Choice):
    """How a share of a number of customers becomes whole customers."""

    UP = "up", N_("rounded up")
    DOWN = "down", N_("rounded down")


@dataclass(frozen=True, slots=True)
class CoreCustomers:
    """The few customers that bring most of the business and of the profit."""

    business_indicator: str = term(N_("indicator of business"))
    profit_indicator: str = term(N_("indicator of profit"))
    months: int = term(N_("months, ending with the month decided"), unit="months", at_least=1, at_most=36)
    chosen_by: CoreBy = term(N_("chosen by"))
    customers_share: Decimal = term(N_("share of customers"), unit="share", above=0, at_most=1)
    expected_share: Decimal = term(N_("share they are expected to bring"), unit="share", above=0, at_most=1)
    head_count_rounding: HeadCountRounding = term(N_("share of customers in heads"))
    service: Text = term(N_("how the core is served"))


@dataclass(frozen=True, slots=True)
class RatioRow:
    """How many accounts of one size a manager can carry."""

    figure: Range = term(N_("monthly spend"), unit="money")
    accounts_per_manager: int = term(N_("accounts per manager"), unit="accounts", at_least=1)
    assumption: Text | None = term(N_("assumption"), default=None)


@dataclass(frozen=True, slots=True)
class RatioGroup:
    """The ratios that hold for the customers of some tiers."""

    tiers: tuple[str, ...] = term(N_("tiers"))
    rows: tuple[RatioRow, ...] = term(N_("rows"))


@dataclass(frozen=True, slots=True)
class StaffingRatios:
    """Managers per account. An account takes up ``1 / accounts_per_manager`` of a manager; a full manager
    carries 1.
    """

    figure: Figure = term(N_("figure measured"))
    groups: tuple[RatioGroup, ...] = term(N_("groups"))


INDICATOR = "indicator"
SEGMENT = "segment"
BUSINESS_TYPE = "business_type"
TIER = "tier"
MARK = "key_account_mark"


def _row_faults(rows: Iterable[TierRow | RatioRow], path: str) -> list[Fault]:
    """A ladder must place everybody: no gap, no overlap, open at both ends."""
    ranges = [row.figure for row in rows]
    return [*table_faults(ranges, path), *open_end_faults(ranges, path)]


def _uses(space: str, codes: Iterable[str], path: str) -> Iterator[Reference]:
    for n, code in enumerate(codes):
        yield Reference(Name(space, code), join(path, n))


def check_tiers(body: CustomerTiers) -> list[Fault]:
    """Every segment on one ladder, one ladder for the others, and every ladder a table."""
    faults = [
        *twice_faults((tier.code for tier in body.tiers), "tiers"),
        *twice_faults((ladder.code for ladder in body.ladders), "ladders"),
    ]
    for n, ladder in enumerate(body.ladders):
        faults += _row_faults(ladder.rows, f"ladders[{n}].rows")
    faults += _once_each((ladder.segments for ladder in body.ladders), "ladders", "segments")
    others = [n for n, ladder in enumerate(body.ladders) if not ladder.segments]
    if len(others) != 1:
        message = N_("exactly one ladder names no segment and takes all the others; there are %(count)s")
        faults.append(Fault("ladders", message, {"count": len(others)}))
    return faults


def _once_each(lists: Iterable[tuple[str, ...]], path: str, step: str) -> list[Fault]:
    """Codes that several rows of a list claim for themselves."""
    seen: set[str] = set()
    faults = []
    for n, codes in enumerate(lists):
        for m, code in enumerate(codes):
            if code in seen:
                place = join(join(join(path, n), step), m)
                faults.append(Fault(place, N_("“%(code)s” stands here twice"), {"code": code}))
            seen.add(code)
    return faults


def _tier_uses(body: CustomerTiers) -> Iterator[Reference]:
    yield Reference(Name(INDICATOR, body.figure.indicator), "figure.indicator")
    if body.key_account_tier is not None:
        yield Reference(Name(TIER, body.key_account_tier), "key_account_tier")
    for n, ladder in enumerate(body.ladders):
        yield from _uses(SEGMENT, ladder.segments, f"ladders[{n}].segments")
        for m, row in enumerate(ladder.rows):
            yield Reference(Name(TIER, row.tier), f"ladders[{n}].rows[{m}].tier")


def check_key_accounts(body: KeyAccounts) -> list[Fault]:
    """At least one condition and one level, every code once."""
    faults = twice_faults(
        [c.code for c in body.conditions] + [level.code for level in body.levels], "conditions"
    )
    if not body.conditions:
        faults.append(Fault("conditions", N_("without a condition nobody is ever a key account")))
    if not body.levels:
        faults.append(Fault("levels", N_("name at least one level")))
    return faults


def check_segments(body: Segments) -> list[Fault]:
    """Codes once; the segments of one industry form a table; a category counts for one business type."""
    faults = [
        *twice_faults((s.code for s in body.segments), "segments"),
        *twice_faults((b.code for b in body.business_types), "business_types"),
        *_once_each((b.categories for b in body.business_types), "business_types", "categories"),
    ]
    by_industry: dict[str, list[int]] = {}
    for n, segment in enumerate(body.segments):
        for industry in segment.industries:
            by_industry.setdefault(industry, []).append(n)
    for rows in sorted({tuple(rows) for rows in by_industry.values()}):
        ranges = [body.segments[n].figure for n in rows]
        for fault in (*table_faults(ranges, ""), *open_end_faults(ranges, "")):
            row = rows[int(fault.path.strip("[]"))]
            faults.append(Fault(f"segments[{row}].figure", fault.message, fault.params))
    return faults


def check_ratios(body: StaffingRatios) -> list[Fault]:
    """Every group a table; a tier in one group only."""
    faults = _once_each((group.tiers for group in body.groups), "groups", "tiers")
    for n, group in enumerate(body.groups):
        faults += _row_faults(group.rows, f"groups[{n}].rows")
    return faults


def _figure_use(body: Any) -> Iterator[Reference]:
    yield Reference(Name(INDICATOR, body.figure.indicator), "figure.indicator")


def _key_account_uses(body: KeyAccounts) -> Iterator[Reference]:
    yield from _figure_use(body)
    yield from _uses(SEGMENT, body.segments, "segments")


def _core_uses(body: CoreCustomers) -> Iterator[Reference]:
    yield Reference(Name(INDICATOR, body.business_indicator), "business_indicator")
    yield Reference(Name(INDICATOR, body.profit_indicator), "profit_indicator")


def _ratio_uses(body: StaffingRatios) -> Iterator[Reference]:
    yield from _figure_use(body)
    for n, group in enumerate(body.groups):
        yield from _uses(TIER, group.tiers, f"groups[{n}].tiers")


def _named(space: str, rows: Iterable[Any]) -> list[Name]:
    return [Name(space, row.code, row.title) for row in rows]


KINDS: tuple[ArticleKind[Any], ...] = (
    ArticleKind(
        code="segments",
        label=N_("Segments"),
        help=N_("What a customer mainly buys and what it is."),
        body_type=Segments,
        check=check_segments,
        defines=lambda body: [
            *_named(SEGMENT, body.segments),
            *_named(BUSINESS_TYPE, body.business_types),
        ],
        refers=_figure_use,
        order=10,
    ),
    ArticleKind(
        code="key_accounts",
        label=N_("Key accounts"),
        help=N_("Which conditions, any one of them, make a customer a key account."),
        body_type=KeyAccounts,
        check=check_key_accounts,
        defines=lambda body: _named(MARK, (*body.conditions, *body.levels)),
        refers=_key_account_uses,
        order=20,
    ),
    ArticleKind(
        code="customer_tiers",
        label=N_("Customer tiers"),
        help=N_("Into which tier a customer falls, and who serves the tier."),
        body_type=CustomerTiers,
        check=check_tiers,
        defines=lambda body: _named(TIER, body.tiers),
        refers=_tier_uses,
        order=30,
    ),
    ArticleKind(
        code="core_customers",
        label=N_("Core customers (20/80)"),
        help=N_("Which customers are the core by business and by profit."),
        body_type=CoreCustomers,
        refers=_core_uses,
        order=40,
    ),
    ArticleKind(
        code="staffing_ratios",
        label=N_("Staffing ratios"),
        help=N_("How many accounts a manager can carry."),
        body_type=StaffingRatios,
        check=check_ratios,
        refers=_ratio_uses,
        order=50,
    ),
)
