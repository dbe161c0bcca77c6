"""What the demo claims about itself, computed from its facts: printed by ``--facts`` and tested."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class DemoFacts:
    """Facts of a generated ledger.

    Attributes:
        top_share: Share of the last 12 months' revenue that the first 20 % of active customers bring.
        yearly_loss: Of the customers active in the 12 months before the last 12, the share not active since.
        seasonal_spread: (highest − lowest) / mean of the detrended month index.
    """

    customers: int
    sales_lines: int
    months: int
    revenue_yuan: float
    top_share: float
    yearly_loss: float
    seasonal_spread: float

    def as_text(self) -> str:
        """The facts, one a line."""
        return "\n".join(
            (
                f"customers               {self.customers:,}",
                f"sales lines             {self.sales_lines:,} over {self.months} months",
                f"revenue                 {self.revenue_yuan:,.2f}",
                f"share of the top 20 %   {self.top_share:.3f}   (.65 to .85)",
                f"yearly loss             {self.yearly_loss:.3f}   (.05 to .12)",
                f"seasonal spread         {self.seasonal_spread:.3f}   (at least .2)",
            )
        )


def compute_facts(cents: NDArray[np.int64], sales_lines: int, month_numbers: list[int]) -> DemoFacts:
    """Facts of revenue in cents, (customers, months).

    Args:
        cents: Revenue; 0 means no line.
        sales_lines: Number of lines it is kept in.
        month_numbers: Month of the year (1–12) of each column.
    """
    last, previous = cents[:, -12:].sum(axis=1), cents[:, -24:-12].sum(axis=1)
    ranked = np.sort(last[last > 0])[::-1]
    top = int(np.ceil(len(ranked) * 0.2))
    was_active = previous > 0
    return DemoFacts(
        customers=len(cents),
        sales_lines=sales_lines,
        months=cents.shape[1],
        revenue_yuan=float(cents.sum() / 100),
        top_share=float(ranked[:top].sum() / ranked.sum()),
        yearly_loss=float((last[was_active] <= 0).mean()),
        seasonal_spread=seasonal_spread(cents.sum(axis=0).astype(np.float64), month_numbers),
    )


def seasonal_spread(monthly: NDArray[np.float64], month_numbers: list[int]) -> float:
    """(highest − lowest) / mean of the month index after a straight trend of the logarithm is taken out."""
    at = np.arange(len(monthly))
    slope, level = np.polyfit(at, np.log(monthly), 1)
    flat = monthly / np.exp(level + slope * at)
    numbers = np.array(month_numbers)
    index = np.array([flat[numbers == n].mean() for n in np.unique(numbers)])
    return float((index.max() - index.min()) / index.mean())
