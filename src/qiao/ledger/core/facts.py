"""The facts the lake keeps, their fields and their grains."""

from dataclasses import dataclass
from enum import StrEnum

from qiao.kernel.errors import N_


class Fact(StrEnum):
    """A kind of fact; one folder of the lake each."""

    SALES = "sales"
    RECEIVABLES = "receivables"
    PAYMENTS = "payments"


class Grain(StrEnum):
    """What one row stands for. A month's row carries the month's last day, the latest day it can speak of."""

    DAY = "day"
    MONTH = "month"


class Kind(StrEnum):
    """How a field is read."""

    CUSTOMER = "customer"  # code → customer
    PRODUCT = "product"  # code → product
    CATEGORY = "category"  # code → category
    DAY = "day"
    MONEY = "money"  # whole cents in the lake
    QUANTITY = "quantity"  # three decimals
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FactField:
    """One field a feed can fill.

    Attributes:
        name: Key in a mapping.
        column: Column of the lake.
        kind: How it is read.
        required: Whether a mapping without it is refused.
    """

    name: str
    column: str
    kind: Kind
    required: bool = False


_WHO_WHEN = (
    FactField("customer", "customer_id", Kind.CUSTOMER, required=True),
    FactField("on", "on", Kind.DAY, required=True),
)

FIELDS: dict[Fact, tuple[FactField, ...]] = {
    Fact.SALES: (
        *_WHO_WHEN,
        FactField("product", "product_id", Kind.PRODUCT),
        FactField("category", "category_id", Kind.CATEGORY),
        FactField("revenue", "revenue_cents", Kind.MONEY, required=True),
        FactField("quantity", "quantity", Kind.QUANTITY),
        FactField("unit", "unit", Kind.TEXT),
        FactField("cost", "cost_cents", Kind.MONEY),
        FactField("source_key", "source_key", Kind.TEXT),
    ),
    Fact.RECEIVABLES: (
        *_WHO_WHEN,
        FactField("amount", "amount_cents", Kind.MONEY, required=True),
        FactField("overdue_30", "overdue_30_cents", Kind.MONEY),
        FactField("source_key", "source_key", Kind.TEXT),
    ),
    Fact.PAYMENTS: (
        *_WHO_WHEN,
        FactField("amount", "amount_cents", Kind.MONEY, required=True),
        FactField("source_key", "source_key", Kind.TEXT),
    ),
}

AMOUNT_FIELD: dict[Fact, str] = {Fact.SALES: "revenue", Fact.RECEIVABLES: "amount", Fact.PAYMENTS: "amount"}
AMOUNT_COLUMN: dict[Fact, str] = {fact: f"{name}_cents" for fact, name in AMOUNT_FIELD.items()}

FACT_NAMES: dict[Fact, str] = {
    Fact.SALES: N_("Sales"),
    Fact.RECEIVABLES: N_("Receivables"),
    Fact.PAYMENTS: N_("Payments"),
}


def get_field(fact: Fact, name: str) -> FactField:
    """A field of a fact by its key in mappings.

    Raises:
        KeyError: The fact has no such field.
    """
    for field in FIELDS[fact]:
        if field.name == name:
            return field
    raise KeyError(name)
