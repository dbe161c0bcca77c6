"""The periods a close computes."""

from dataclasses import dataclass

from qiao.kernel.period import Month, Period


@dataclass(frozen=True, slots=True)
class Window:
    """A period seen at the end of a month: its months up to that one.

    A window whose last month is not the period's is "to date".

    Attributes:
        kind: ``month``, ``quarter``, ``half`` or ``year``.
        period: The period.
        until: The last month counted.
        months: The months counted, in order.
    """

    kind: str
    period: Period
    until: Month
    months: tuple[Month, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the period has ended."""
        return self.until == self.period.months[-1]

    @property
    def length(self) -> int:
        """Months of the whole period: how far back the preceding period of the same kind lies."""
        return len(self.period.months)


def list_windows(until: Month) -> tuple[Window, ...]:
    """The month itself, and its quarter, half and year up to it."""
    periods: tuple[tuple[str, Period], ...] = (
        ("month", until),
        ("quarter", until.quarter),
        ("half", until.half),
        ("year", until.year_),
    )
    return tuple(
        Window(kind, period, until, tuple(m for m in period.months if m <= until)) for kind, period in periods
    )
