"""Figures of managers and units as closes left them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qiao.kernel.errors import Incomplete, NotFound
from qiao.ledger.core.catalogue import CATALOGUE, Indicator, get_indicator
from qiao.ledger.core.results import Remark, Result
from qiao.ledger.models import Figure, Run

_PLACE = {indicator.code: place for place, indicator in enumerate(CATALOGUE)}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A stored figure with its meaning.

    Attributes:
        pk: Its number, for the explanation.
        run_id, window, period: Which close and which months.
        indicator: Its definition.
        result: Numerator and denominator, or why there is none.
    """

    pk: int
    run_id: int
    window: str
    period: str
    holder_kind: str
    holder_id: int
    indicator: Indicator
    result: Result


def _row(figure: Figure) -> FigureRow:
    incomplete = Incomplete(**figure.incomplete) if figure.incomplete else None
    remark = Remark(**figure.remark) if figure.remark else None
    result = Result(figure.numerator, figure.denominator, incomplete, remark)
    return FigureRow(
        figure.pk,
        figure.run_id,
        figure.window,
        figure.period,
        figure.holder_kind,
        figure.holder_id,
        get_indicator(figure.indicator),
        result,
    )


def list_figures(run: Run, holder_kind: str, holder_id: int, window: str = "month") -> list[FigureRow]:
    """All indicators of a holder in one window of a close, in the catalogue's order."""
    rows = Figure.objects.filter(run=run, holder_kind=holder_kind, holder_id=holder_id, window=window)
    return sorted(map(_row, rows), key=lambda row: _PLACE[row.indicator.code])


def list_windows_of(run: Run, holder_kind: str, holder_id: int) -> dict[str, dict[str, FigureRow]]:
    """Every figure of a holder in a close: window → indicator → figure."""
    found: dict[str, dict[str, FigureRow]] = {}
    for row in map(_row, Figure.objects.filter(run=run, holder_kind=holder_kind, holder_id=holder_id)):
        found.setdefault(row.window, {})[row.indicator.code] = row
    return found


def list_many(
    run: Run, holder_kind: str, holder_ids: Iterable[int], indicators: Iterable[str], window: str = "month"
) -> dict[int, dict[str, FigureRow]]:
    """Some indicators of many holders: holder → indicator → figure."""
    rows = Figure.objects.filter(
        run=run,
        window=window,
        holder_kind=holder_kind,
        holder_id__in=list(holder_ids),
        indicator__in=list(indicators),
    )
    found: dict[int, dict[str, FigureRow]] = {}
    for row in map(_row, rows):
        found.setdefault(row.holder_id, {})[row.indicator.code] = row
    return found


def list_history(
    holder_kind: str, holder_id: int, indicators: Sequence[str], window: str = "month", months: int = 24
) -> dict[str, list[FigureRow]]:
    """Some indicators of a holder over the newest closed months, each oldest first."""
    rows = Figure.objects.filter(
        holder_kind=holder_kind,
        holder_id=holder_id,
        window=window,
        indicator__in=indicators,
        run__is_current=True,
    ).order_by("-run__month")[: months * len(indicators)]
    found: dict[str, list[FigureRow]] = {code: [] for code in indicators}
    for row in reversed(rows):
        found[row.indicator].append(_row(row))
    return found


def get_figure(figure_id: int) -> FigureRow:
    """One figure.

    Raises:
        NotFound: There is none.
    """
    figure = Figure.objects.filter(pk=figure_id).first()
    if figure is None:
        raise NotFound
    return _row(figure)


def list_holder_periods(holder_kind: str, holder_id: int) -> list[dict[str, Any]]:
    """Closed months a holder has figures for, newest first."""
    rows = (
        Run.objects.filter(is_current=True, figures__holder_kind=holder_kind, figures__holder_id=holder_id)
        .distinct()
        .order_by("-month")
    )
    return [{**row} for row in rows.values("id", "month")]
