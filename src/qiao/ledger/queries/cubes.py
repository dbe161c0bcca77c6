"""Which files of which closes answer for the periods of an analysis, and why one does not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qiao.kernel.errors import N_, Incomplete
from qiao.kernel.period import Month, Period
from qiao.ledger.core.analysis import GRAINS
from qiao.ledger.core.calendar import Window
from qiao.ledger.models import Run
from qiao.ledger.queries.manifest import lake


@dataclass(frozen=True, slots=True)
class Shelf:
    """A period with the close that speaks for it and the files to read.

    Attributes:
        window: The period as far as it is closed.
        run: The close; None when there is none.
        files: (file, period as the file names it).
        missing: Why it cannot be answered, or None.
    """

    window: Window
    run: Run | None
    files: tuple[tuple[Path, str], ...] = ()
    missing: Incomplete | None = None


def newest_closed() -> Month | None:
    """The newest month whose close analysis can read."""
    rows = Run.objects.filter(is_current=True, cube__isnull=False).order_by("-month")
    text = rows.values_list("month", flat=True).first()
    return Month.parse(text) if text else None


def find_shelves(periods: Sequence[Period], by: str, of_lines: bool) -> list[Shelf]:
    """The closes of some periods, each as far as its months are closed, in one query."""
    runs = _current_runs(month for period in periods for month in period.months)
    found = []
    for period in periods:
        closed = [month for month in period.months if str(month) in runs]
        window = _window(by, period, closed[-1] if closed else period.months[-1])
        found.append(_shelf(window, runs, of_lines))
    return found


def find_earlier(shelves: Sequence[Shelf], compare: str, of_lines: bool) -> list[Shelf]:
    """For each shelf that of the period it is compared with, over as many months.

    Args:
        shelves: As found.
        compare: ``before`` for the preceding period, ``year`` for the same a year earlier.
        of_lines: Whether lines are told apart by category or product.
    """
    untils = [s.window.until - (12 if compare == "year" else s.window.length) for s in shelves]
    windows = [
        _window(s.window.kind, GRAINS[s.window.kind].containing(until.starts_on), until)
        for s, until in zip(shelves, untils, strict=True)
    ]
    runs = _current_runs(month for window in windows for month in window.months)
    return [_shelf(window, runs, of_lines) for window in windows]


def _window(by: str, period: Period, until: Month) -> Window:
    return Window(by, period, until, tuple(m for m in period.months if m <= until))


def _current_runs(months: Iterable[Month]) -> Mapping[str, Any]:
    wanted = {str(month) for month in months}
    rows = Run.objects.filter(is_current=True, month__in=wanted).select_related("cube")
    return {run.month: run for run in rows}


def _shelf(window: Window, runs: Mapping[str, Any], of_lines: bool) -> Shelf:
    run = runs.get(str(window.until))
    needed = [str(month) for month in window.months] if of_lines else [str(window.until)]
    unclosed = [month for month in needed if month not in runs]
    if run is None or unclosed:
        reason = Incomplete(
            N_("%(months)s: not closed yet."), {"months": _some(unclosed or needed)}, "not_closed"
        )
        return Shelf(window, run, (), reason)
    bare = [month for month in needed if not hasattr(runs[month], "cube")]
    if bare:
        reason = Incomplete(
            N_("%(months)s: closed before free analysis; prepare it once."),
            {"months": _some(bare)},
            "not_prepared",
        )
        return Shelf(window, run, (), reason)
    root = lake()
    if of_lines:
        files = tuple((root.path_of("mixes", f"month={m}", runs[m].cube.mix_digest), m) for m in needed)
    else:
        path = root.path_of("cubes", f"month={run.month}", run.cube.cube_digest)
        files = ((path, str(window.period)),)
    return Shelf(window, run, files)


def _some(months: Sequence[str]) -> str:
    return ", ".join(months[:6]) + (" …" if len(months) > 6 else "")
