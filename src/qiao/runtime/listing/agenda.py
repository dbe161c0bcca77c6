"""A list by the days of a month or a week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, F
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock, figures

from .cards import card_writer
from .declare import Calendar, Listing
from .page import paths
from .state import State, value_path

MOST = 600  # rows loaded for a page
A_DAY = {"month": 4, "week": 30}
DAY = "_day"


@dataclass(frozen=True, slots=True)
class Spread:
    """The days shown: a month with the whole weeks around it, or a week, Monday first."""

    kind: str
    first: date
    last: date
    month: int
    at: str
    before: str
    after: str
    title: str


def read_spread(at: str) -> Spread:
    """The days an address names: ``2026-11``, ``2026-W48``, or nothing for this month.

    Raises:
        RuleBroken: It names neither.
    """
    today = clock.today()
    try:
        if "W" in at:
            year, _dash, week = at.partition("-W")
            return _week(date.fromisocalendar(int(year), int(week), 1))
        first = date.fromisoformat(f"{at}-01") if at else today.replace(day=1)
        if not 1900 < first.year < 2999:
            raise ValueError(at)
    except ValueError:
        raise RuleBroken(
            N_("“%(text)s” names no month and no week."), code="bad_month", field="at", text=at[:20]
        ) from None
    return _month(first)


def _week(first: date) -> Spread:
    last = first + timedelta(days=6)
    return Spread(
        "week", first, last, first.month, _week_code(first), _week_code(first - timedelta(days=7)),
        _week_code(first + timedelta(days=7)), f"{figures.day(first)} – {figures.day(last)}",
    )  # fmt: skip


def _month(first: date) -> Spread:
    after = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=first.weekday())
    end = after - timedelta(days=1)
    return Spread(
        "month", start, end + timedelta(days=6 - end.weekday()), first.month, f"{first:%Y-%m}",
        f"{first - timedelta(days=1):%Y-%m}", f"{after:%Y-%m}", figures.month(first),
    )  # fmt: skip


def _week_code(day: date) -> str:
    return f"{day:%G-W%V}"


def describe_agenda(rows: Any, listing: Listing, state: State, view: Calendar) -> dict[str, Any]:
    """What the calendar shows; two queries.

    Args:
        rows: In scope, searched and filtered.
        listing: Its declaration.
        state: What the address says.
        view: The calendar.
    """
    spread, column = read_spread(state.at), listing.column(view.column)
    assert column is not None
    path, instants = value_path(column), column.kind == "instant"
    begin, end = spread.first, spread.last + timedelta(days=1)
    bounds: tuple[Any, Any] = (begin, end)
    if instants:
        low, high = (timezone.make_aware(datetime.combine(day, time.min)) for day in (begin, end))
        bounds = (low, high)
    within = rows.filter(**{f"{path}__gte": bounds[0], f"{path}__lt": bounds[1]})
    day: Any = TruncDate(path) if instants else Cast(F(path), DateField())
    dated = within.annotate(**{DAY: day})
    counts = dict(dated.order_by().values_list(DAY).annotate(n=Count(listing.key)))
    shown = [found for code in view.card if (found := listing.column(code))]
    write = card_writer(listing, shown)
    wanted = paths(listing, [listing.columns[0], *shown])
    found = dated.order_by(path, listing.key).values(*wanted, DAY)[:MOST]
    days = _days(spread, found, counts, A_DAY[spread.kind], write, state, view)
    today = clock.today()
    code = f"{today:%Y-%m}" if spread.kind == "month" else _week_code(today)
    other = _week_code(today if spread.first <= today <= spread.last else spread.first + timedelta(days=7))
    return {
        "any": True,
        "view": "calendar",
        "count": figures.number(sum(counts.values())),
        "spread": spread,
        "weeks": [days[start : start + 7] for start in range(0, len(days), 7)],
        "busy": [day for day in days if day["entries"]],
        "weekdays": [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
        "before_url": state.query(at=spread.before),
        "after_url": state.query(at=spread.after),
        "today_url": state.query(at=code),
        "other_url": state.query(
            at=other if spread.kind == "month" else f"{spread.first + timedelta(days=3):%Y-%m}"
        ),
    }


def _days(
    spread: Spread, found: Iterable[Any], counts: Any, most: int, write: Any, state: State, view: Calendar
) -> list[dict[str, Any]]:
    entries: dict[date, list[Any]] = {}
    for row in found:
        kept = entries.setdefault(row[DAY], [])
        if len(kept) < most:
            kept.append(write(row))
    days, today = [], clock.today()
    for number in range((spread.last - spread.first).days + 1):
        day = spread.first + timedelta(days=number)
        count, shown = counts.get(day, 0), entries.get(day, [])
        asked = {f"{view.filter}.from": day.isoformat(), f"{view.filter}.to": day.isoformat()}
        days.append(
            {
                "day": day,
                "number": day.day,
                "is_today": day == today,
                "outside": spread.kind == "month" and day.month != spread.month,
                "entries": shown,
                "rest": count - len(shown),
                "url": state.as_table().query(**asked) if view.filter else "",
            }
        )
    return days
