"""What a policy says: declared figures, tables, and items that combine them.

Everything is frozen and was read by :mod:`.reading`; formulas are parsed trees beside the text somebody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from qiao.engines.formula import Node, Unit, Value
from qiao.kernel.money import Rounding
from qiao.kernel.text import Text

from .tables import Table


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: what somebody wrote, and its tree with every name in its one spelling."""

    text: str
    tree: Node


@dataclass(frozen=True, slots=True)
class RoundTo:
    """Where and how a number is rounded: to multiples of ``step``."""

    step: Decimal
    mode: Rounding


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One value of a parameter: whom it is for and when; what is None holds for all."""

    value: Value
    person: str | None = None
    customer: str | None = None
    grade: str | None = None
    role: str | None = None
    segment: str | None = None
    unit: str | None = None
    key: str | None = None
    period: str | None = None
    starts_on: date | None = None
    ends_before: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A declared input.

    Attributes:
        code: Its name in formulas.
        title: Its name for people, usable in formulas too.
        source: ``measure`` (a fact), ``parameter`` (a decision, dated and keyed) or ``carried`` (left by an earlier run).
        kind: number, text, truth or date.
        unit: Unit, or None when it fits any.
        grain: Period length a measure belongs to (``year``): a shorter period asks the longer one around it.
        missing: The value that stands for a missing one; None leaves it missing.
        rows: A parameter's values in the policy itself.
        at: Day at which a parameter is read: ``end`` or ``start`` of the period, or ``event``.
    """

    code: str
    title: Text
    source: str
    kind: str = "number"
    unit: Unit | None = None
    grain: str = ""
    missing: Value | None = None
    rows: tuple[ParameterRow, ...] = ()
    at: str = "end"


@dataclass(frozen=True, slots=True)
class Window:
    """Which periods an aggregate reads.

    Attributes:
        kind: ``period``, ``to_date``, ``last``, ``back``, ``since_joining``, ``all``, ``until``, ``inside``.
        length: ``last``: how many periods; ``back``: how many periods ago.
        grain: ``to_date``: the longer period it runs in.
        current: Whether the current period counts.
    """

    kind: str = "period"
    length: int = 0
    grain: str = ""
    current: bool = True


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Sum, count, mean … of a formula over events, periods, people or a person's dated rows.

    Attributes:
        function: sum, count, mean, min, max, median, product, deviation, daily_mean, first, last, distinct.
        of: What is aggregated, worked out for each element.
        over: ``events``, ``periods``, ``people`` or ``spans``.
        whose: ``self``, ``everyone``, ``unit``, ``reports``, ``team`` or ``apprentices``.
        until: For events inside an event: ``all``, ``this`` (up to and with it) or ``before`` it.
        trim: How many of the highest and of the lowest are left out.
        missing: What a missing element does: ``error``, ``skip`` or ``zero``.
        empty: Value of an aggregate over nothing; None takes the function's own (sum 0, mean undefined).
        levels: How far down ``team`` goes; 0 without end.
    """

    function: str
    of: Formula
    over: str
    whose: str = "self"
    window: Window = Window()
    until: str = "all"
    where: Formula | None = None
    trim: tuple[int, int] = (0, 0)
    missing: str = "error"
    empty: Value | None = None
    levels: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a weighted sum."""

    name: Text
    value: Formula
    weight: Formula
    when: Formula | None = None


@dataclass(frozen=True, slots=True)
class Weigh:
    """Weighted sum. ``missing``: ``error``, ``renormalise`` the other weights, ``zero``, or ``give:NAME`` its weight to
    another part."""

    parts: tuple[Part, ...]
    missing: str = "error"
    total: Decimal | None = Decimal(1)


@dataclass(frozen=True, slots=True)
class Order:
    """By what a group is put in order, and who belongs to it.

    Attributes:
        by: First criterion.
        highest_first: Direction of the first criterion.
        then: Further criteria with their direction; the person's name decides at last.
        among: Who takes part; None for everybody who is there.
        within: A formula whose value names the group (``person.unit``); None for one group of all.
    """

    by: Formula
    highest_first: bool = True
    then: tuple[tuple[Formula, bool], ...] = ()
    among: Formula | None = None
    within: Formula | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """Place in the order. ``ties``: ``best``, ``worst``, ``mean``, ``dense`` or ``apart``."""

    order: Order
    ties: str = "best"


@dataclass(frozen=True, slots=True)
class ClassPlaces:
    """How many may be in a class: a share of the heads, or a number; ``end`` is ``top``, ``bottom`` or ``rest``."""

    name: str
    end: str
    share: Formula | None = None
    count: Formula | None = None
    rounding: Rounding = Rounding.DOWN


@dataclass(frozen=True, slots=True)
class Classes:
    """Forced distribution. ``ties``: ``whole`` (a tied group goes in only when all of it fits), ``better``, ``worse``,
    ``apart``."""

    order: Order
    places: tuple[ClassPlaces, ...]
    ties: str = "whole"


@dataclass(frozen=True, slots=True)
class Share:
    """A pool divided in proportion, whole steps only, adding up to the pool.

    ``nobody``: what happens when all points are 0 – ``zero`` or ``error``. ``residue``: who gets the steps left over – one
    each the largest ``remainder``s, or all of them the ``largest`` share, the ``first`` or the ``last`` by name.
    """

    pool: Formula
    by: Formula
    step: Decimal
    among: Formula | None = None
    within: Formula | None = None
    nobody: str = "zero"
    residue: str = "remainder"


@dataclass(frozen=True, slots=True)
class Prizes:
    """Prizes for places. ``ties``: ``share`` the prizes of the places occupied, or each ``best``."""

    order: Order
    prizes: tuple[Formula, ...]
    ties: str = "share"
    step: Decimal = Decimal("0.01")


Block = Formula | Aggregate | Weigh | Rank | Classes | Share | Prizes


@dataclass(frozen=True, slots=True)
class Gate:
    """When the condition holds, the value becomes ``then`` (in which ``value`` is the value so far)."""

    name: Text
    condition: Formula
    then: Formula


@dataclass(frozen=True, slots=True)
class Labels:
    """Formulas for the labels of an item's result rows, where they differ from the usual ones."""

    person: Formula | None = None
    period: Formula | None = None
    item: Formula | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the policy, worked out in this order: when → block → gates → limits → step → rounding.

    Attributes:
        per: ``person`` (and period), ``event`` or ``group`` (once a period, for all).
        grain: Period length it is worked out for; empty for every period.
        when: Whether the item applies at all; else there is no row and no value.
        show: Whether a result row is given.
        steps: Largest change against the previous period's value.
        start: Value before the first period.
        leavers: Whether it goes on after a person has left.
    """

    code: str
    title: Text
    block: Block
    per: str = "person"
    grain: str = ""
    kind: str = "number"
    unit: Unit | None = None
    when: Formula | None = None
    gates: tuple[Gate, ...] = ()
    at_least: Formula | None = None
    at_most: Formula | None = None
    steps: Formula | None = None
    start: Formula | None = None
    rounding: RoundTo | None = None
    shown: RoundTo | None = None
    show: Formula | None = None
    labels: Labels = Labels()
    leavers: bool = False
    events: Formula | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy.

    Attributes:
        code: Short name.
        title: Name for people.
        version: Number of the version, for traces.
        figures: Declared inputs by code.
        tables: Tables by code.
        items: Items by code, in the order written.
        output: Codes of the items that give result rows.
        shown: Rounding of shown numbers, unless an item states its own.
        group_name: Label of the person column in rows for all.
    """

    code: str
    title: Text
    figures: Mapping[str, Figure]
    tables: Mapping[str, Table]
    items: Mapping[str, Item]
    output: tuple[str, ...]
    version: int = 1
    shown: RoundTo | None = None
    group_name: str = "ALL"
    names: Mapping[str, str] = field(default_factory=dict)
