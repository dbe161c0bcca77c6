"""What a reading of a file found, for people and for the record."""

from dataclasses import asdict, dataclass
from dataclasses import field as made_by
from typing import Any


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What a file brings for one month: rows, refunds among them, and their exact amount."""

    month: str
    rows: int
    refunds: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """One kind of problem: how many rows have it, and a few of the places."""

    code: str
    message: str
    field: str
    rows: int
    params: dict[str, Any] = made_by(default_factory=dict)
    examples: tuple[dict[str, Any], ...] = ()  # row, column, text


@dataclass(frozen=True, slots=True)
class Report:
    """The dry run's answer.

    Attributes:
        rows: Rows in the file.
        accepted: Rows fit to be facts.
        rejected: Rows with at least one problem.
        months: Totals of the accepted rows.
        problems: By kind, most frequent first.
        unknown_customers: Codes nobody has, with their rows, most frequent first, at most 50.
        new_products: Products that will be created: code → category code or empty.
        new_categories: Categories that will be created.
        gaps: Months inside the feed's span for which nothing is known.
        amount_cents: Exact amount of the accepted rows.
        refunds_cents: Exact amount of refunds among them (negative).
    """

    rows: int
    accepted: int
    rejected: int
    months: tuple[MonthTotal, ...]
    problems: tuple[ProblemCount, ...] = ()
    unknown_customers: tuple[tuple[str, int], ...] = ()
    new_products: int = 0
    new_categories: int = 0
    gaps: tuple[str, ...] = ()
    amount_cents: int = 0
    refunds_cents: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain data for the batch's record."""
        return asdict(self)
