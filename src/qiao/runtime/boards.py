"""Parts of boards: units ranked with their movement. Charts and maps stand in ``charts`` and ``maps``."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from . import figures, marks


@dataclass(frozen=True, slots=True)
class RankRow:
    """One unit, person or product of a ranking.

    Attributes:
        label: Its name.
        value: Its figure; None or Incomplete where it is missing.
        change: Change against the comparison, a share (0.05 = 5 % more), or None.
        rank: Place now, from 1; None without a figure.
        rank_before: Place in the period compared with, or None.
        url: Where a click drills down to.
    """

    label: str
    value: Any
    change: Any = None
    rank: int | None = None
    rank_before: int | None = None
    url: str = ""

    @property
    def climbed(self) -> int | None:
        """Places won since (positive) or lost."""
        return None if self.rank is None or self.rank_before is None else self.rank_before - self.rank


@dataclass(frozen=True, slots=True)
class Ranking:
    """Units compared, best first.

    Attributes:
        title: Subject and period.
        value_label: Heading of the figure.
        rows: In the order to show.
        fmt: number, money, wan, share.
        unit: Unit of a plain number.
        change_label: Heading of the change: "against last year".
        good: Which direction is good: up, down, none.
        label: Heading of the first column.
    """

    title: str
    value_label: str
    rows: Sequence[RankRow]
    fmt: Literal["number", "money", "wan", "share"] = "number"
    unit: str = ""
    change_label: str = ""
    good: Literal["up", "down", "none"] = "up"
    label: str = ""

    @property
    def unit_label(self) -> str:
        """The unit of the figure for its heading."""
        return {"money": figures.money_unit(), "wan": figures.wan_unit(), "share": ""}.get(
            self.fmt, self.unit
        )

    def lines(self) -> list[dict[str, Any]]:
        """The rows as written: place, places won, name, figure, bar against the largest, change."""
        known = [Decimal(str(row.value)) for row in self.rows if not figures.is_missing(row.value)]
        largest = max(known, default=Decimal(0))
        write = {"wan": marks.wan, "money": marks.money, "share": marks.share}.get(self.fmt, marks.number)
        return [
            {
                "rank": row.rank,
                "climbed": row.climbed,
                "label": row.label,
                "url": row.url,
                "value": write(row.value),
                "bar": None
                if figures.is_missing(row.value) or largest <= 0
                else marks.bar(Decimal(str(row.value)) / largest),
                "change": marks.movement(row.change, good=self.good),
            }
            for row in self.rows
        ]
