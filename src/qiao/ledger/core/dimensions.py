"""What figures can be broken down by in free analysis, and what each break-down allows."""

from dataclasses import dataclass
from enum import StrEnum

from qiao.kernel.errors import N_
from qiao.ledger.core.catalogue import Additivity, Indicator, Need, parse_sum

LEVELS = 8


class Sort(StrEnum):
    """What the keys of a dimension are."""

    UNIT = "unit"
    PERSON = "person"
    CUSTOMER = "customer"
    CATEGORY = "category"
    PRODUCT = "product"
    TIER = "tier"
    SEGMENT = "segment"
    STAGE = "stage"
    CORE = "core"
    WORD = "word"  # a text that names itself
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to break figures down.

    Attributes:
        code: Stable name, used in addresses.
        label: English source text.
        sort: What its keys are.
        column: Column of the cube.
        below: Dimensions a reader looks at next, most usual first.
    """

    code: str
    label: str
    sort: Sort
    column: str
    below: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether its keys are record numbers."""
        return self.sort in (Sort.UNIT, Sort.PERSON, Sort.CUSTOMER, Sort.CATEGORY, Sort.PRODUCT)

    @property
    def of_lines(self) -> bool:
        """Whether it tells lines of one customer apart: only what is summed over lines is known by it."""
        return self.sort in (Sort.CATEGORY, Sort.PRODUCT)


_LEVEL_LABELS = (
    N_("Unit, level 1"), N_("Unit, level 2"), N_("Unit, level 3"), N_("Unit, level 4"),
    N_("Unit, level 5"), N_("Unit, level 6"), N_("Unit, level 7"), N_("Unit, level 8"),
)  # fmt: skip
PERIOD = Dimension("period", N_("Period"), Sort.PERIOD, "period", ("unit2", "manager", "tier"))
_OTHERS = ("manager", "tier", "segment", "category", "customer")

DIMENSIONS: tuple[Dimension, ...] = (
    *(
        Dimension(f"unit{n}", label, Sort.UNIT, f"unit{n}", (f"unit{n + 1}", *_OTHERS) if n < LEVELS else _OTHERS)
        for n, label in enumerate(_LEVEL_LABELS, 1)
    ),
    Dimension("unit", N_("Home unit"), Sort.UNIT, "unit_id", _OTHERS),
    Dimension("manager", N_("Account manager"), Sort.PERSON, "person_id", ("customer", "tier", "category")),
    Dimension("tier", N_("Tier"), Sort.TIER, "tier", ("segment", "manager", "customer")),
    Dimension("segment", N_("Segment"), Sort.SEGMENT, "segment", ("tier", "industry", "customer")),
    Dimension("industry", N_("Industry"), Sort.WORD, "industry", ("tier", "manager", "customer")),
    Dimension("stage", N_("Life-cycle stage"), Sort.STAGE, "stage", ("manager", "customer")),
    Dimension("core", N_("Core 20/80"), Sort.CORE, "core", ("manager", "customer")),
    Dimension("customer", N_("Customer"), Sort.CUSTOMER, "customer_id", ("category", "product", "period")),
    Dimension("category", N_("Product category"), Sort.CATEGORY, "category_id", ("product", "manager", "customer")),
    Dimension("product", N_("Product"), Sort.PRODUCT, "product_id", ("customer", "manager")),
    PERIOD,
)  # fmt: skip
_BY_CODE = {dimension.code: dimension for dimension in DIMENSIONS}
ANY_UNIT = Dimension("within", N_("Unit and below"), Sort.UNIT, "unit_id")

# Measures that stand on lines alone, so that they are known by category and product; the rest needs whole customers.
OF_LINES = frozenset({"revenue", "cost", "quantity", "lines", "uncosted", "unmeasured", "active"})
# Measures that may be added over periods. The rest are stocks, counts of customers or ranks.
OVER_PERIODS = frozenset(
    {"revenue", "cost", "quantity", "lines", "uncosted", "unmeasured", "order_days", "gap_days", "gaps",
     "active_months", "blind_months", "new", "year_before", "paid"}
)  # fmt: skip
_NEEDED: dict[Need, tuple[str, ...]] = {
    Need.COST: ("uncosted", "lines"),
    Need.ONE_UNIT: ("unmeasured", "lines", "units"),
    Need.ORDER_DAYS: ("blind_months", "active_months"),
    Need.RECEIVABLES: ("overdue_unknown",),
}


def find_dimension(code: str) -> Dimension | None:
    """A dimension by its code; None when there is none."""
    return ANY_UNIT if code == ANY_UNIT.code else _BY_CODE.get(code)


def measures_of(indicator: Indicator) -> frozenset[str]:
    """Every measure a figure stands on, those of its conditions included."""
    names = {name for name, _sign in parse_sum(indicator.numerator) + parse_sum(indicator.denominator)}
    return frozenset(names.union(*(_NEEDED.get(need, ()) for need in indicator.needs)))


def adds_over_periods(indicator: Indicator) -> bool:
    """Whether several periods have one figure together."""
    return {*measures_of(indicator)} - {"units"} <= OVER_PERIODS


def is_known_by(indicator: Indicator, dimensions: frozenset[str]) -> bool:
    """Whether a figure exists at all when broken down so."""
    found = [_BY_CODE[code] for code in dimensions if code in _BY_CODE]
    if any(dimension.of_lines for dimension in found):
        return {*measures_of(indicator)} - {"units"} <= OF_LINES
    return not (indicator.additivity is Additivity.RANK and "customer" in dimensions)
