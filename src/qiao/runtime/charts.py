"""What a chart shows, declared in Python; ``static/qiao/charts.js`` draws it, ``{% chart %}`` places it.

A chart always has a title with its subject and unit, may have a comparison (last year, target, average), and
comes with the same figures as a table for readers who cannot see it. Missing figures stay gaps, never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from . import figures

Kind = Literal["trend", "bars", "ranked", "curve", "shares", "stacked", "heat"]
Role = Literal["main", "comparison", "target", "other"]
Format = Literal["number", "money", "wan", "share"]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or row of bars.

    Attributes:
        name: What it is, in the reader's language (written beside the line).
        values: One per category; None or Incomplete where the figure is missing.
        role: main is drawn strongest, comparison and target thin and dashed.
    """

    name: str
    values: Sequence[Any]
    role: Role = "main"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        title: Subject, and finding where there is one; the unit is added.
        categories: Labels along the axis, in the reader's language (months, units); of a curve the cumulative
            shares of customers in percent ("20%").
        series: What is drawn.
        kind: trend (lines over time), bars (upright, few), ranked (lying, sorted by the caller, any number),
            curve (cumulative share of customers against share of business, values 0-1), shares (stacked to 100 %), stacked (one on another), heat (a field for each
            series and category).
        fmt: How values are written: number, money (yuan), wan (given in yuan, shown in 万元), share (0-1).
        unit: Unit of a plain number (户); money and shares know theirs.
        links: One address per category (or empty text): where a click drills down to.
        axis: What the categories are, heading of the table view's first column.
        height: small, normal or tall.
        places: Decimals of plain numbers.
        mark: For a curve: (share of customers, share of business) of the point to point out.
    """

    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    kind: Kind = "trend"
    fmt: Format = "number"
    unit: str = ""
    links: Sequence[str] = ()
    axis: str = ""
    height: Literal["small", "normal", "tall"] = "normal"
    places: int = 0
    mark: tuple[Decimal, Decimal] | None = None

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(
                    f"chart {self.title!r}: {series.name!r} has {len(series.values)} values for "
                    f"{len(self.categories)} categories"
                )
        if self.links and len(self.links) != len(self.categories):
            raise ValueError(
                f"chart {self.title!r}: {len(self.links)} links for {len(self.categories)} categories"
            )

        if self.kind == "curve":
            self._percents()  # refuses labels that are no percentages

    def _percents(self) -> list[float]:
        try:
            return [float(category.rstrip("% ")) for category in self.categories]
        except ValueError:
            raise ValueError(f"chart {self.title!r}: a curve's categories are percentages") from None

    @property
    def unit_label(self) -> str:
        """The unit as written in the title."""
        return {"money": figures.money_unit(), "wan": figures.wan_unit(), "share": "%"}.get(
            self.fmt, self.unit
        )

    def text(self, value: Any) -> str:
        """A value as written in tooltips and the table."""
        if self.fmt == "wan":
            return figures.wan(value)
        if self.fmt == "money":
            return figures.money(value)
        return figures.share(value) if self.fmt == "share" else figures.number(value, self.places)

    def rows(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """The table view: (category, link, [(text, reason when missing)])."""
        links = self.links or [""] * len(self.categories)
        return [
            (category, links[i], [self._cell(s.values[i]) for s in self.series])
            for i, category in enumerate(self.categories)
        ]

    def _cell(self, value: Any) -> tuple[str, str]:
        return self.text(value), figures.reason_missing(value) if figures.is_missing(value) else ""

    def data(self) -> dict[str, Any]:
        """What the browser needs to draw it."""
        scale = Decimal(figures.big_unit()) if self.fmt == "wan" else Decimal(1)
        if self.fmt == "share":
            scale = Decimal(1) / 100
        return {
            "kind": self.kind,
            "unit": self.unit_label,
            "axis": self.axis,
            "places": {"money": 2, "wan": 2, "share": 1}.get(self.fmt, self.places),
            "categories": list(self.categories),
            "xs": self._percents() if self.kind == "curve" else [],
            "links": list(self.links),
            "series": [
                {"name": s.name, "role": s.role, "values": [_plain(v, scale) for v in s.values]}
                for s in self.series
            ],
            "mark": [float(part) * 100 for part in self.mark] if self.mark else None,
        }


def _plain(value: Any, scale: Decimal) -> float | None:
    """A value for drawing; the exact one stays in the table."""
    return None if figures.is_missing(value) else float(Decimal(str(value)) / scale)
