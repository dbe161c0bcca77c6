"""Figures of the newest close as cards show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.ledger import queries as ledger
from qiao.ledger.queries import FigureRow
from qiao.org import queries as org
from qiao.runtime import figures as write
from qiao.runtime.boards import Ranking, RankRow
from qiao.runtime.charts import Chart, Series
from qiao.runtime.i18n import pick
from qiao.runtime.maps import Map, Marker

COMPARED = ("revenue", "revenue_yoy")
COUNTED = ("customers_active", "customers_silent", "customers_lost")
MONTHS = 12
MOST_BELOW = 200
MOST_RANKED = 20  # a card is read at a glance; the board behind it has them all
LARGEST_MARKER = 0.6  # of the area a marker may take: names of neighbours stay readable


def value_of(row: FigureRow | None) -> Any:
    """A stored figure's value, why it is missing, or None where none was computed."""
    return None if row is None else row.result.incomplete or row.result.value


def figures_url(kind: str, holder_id: int) -> str:
    """The board of a unit or a person."""
    return f"{reverse('ledger:figures')}?{kind}={holder_id}"


def headlines(windows: Mapping[str, Mapping[str, FigureRow]], url: str) -> list[dict[str, Any]]:
    """Revenue of the month and the year so far against last year, and the customers behind it."""
    month, year = windows.get("month", {}), windows.get("year", {})
    items = [
        _money(_("Revenue of the month"), month, url),
        _money(_("Revenue, year to date"), year, url),
    ]
    for code in COUNTED:
        row = month.get(code)
        if row is not None:
            label = pick(row.indicator.name_zh, row.indicator.name_en)
            items.append(
                {
                    "label": label,
                    "value": value_of(row),
                    "fmt": "number",
                    "places": 0,
                    "change": None,
                    "change_label": "",
                    "url": url,
                    "why": _why(row),
                }
            )
    return items


def _money(label: str, window: Mapping[str, FigureRow], url: str) -> dict[str, Any]:
    row, change = window.get("revenue"), window.get("revenue_yoy")
    item = {
        "label": label,
        "value": value_of(row),
        "fmt": "wan",
        "places": None,
        "url": url,
        "why": _why(row),
    }
    if change is None:
        return item | {"change": None, "change_label": ""}
    return item | {"change": value_of(change), "change_label": _("against last year")}


def _why(row: FigureRow | None) -> str:
    return reverse("ledger:why", args=[row.pk]) if row else ""


def months_of(kind: str, holder_id: int) -> list[tuple[str, Any, Any]]:
    """(month, revenue, that of the same customers a year before) of the newest closed months, oldest first."""
    history = ledger.list_history(kind, holder_id, COMPARED, months=MONTHS)
    before = {row.period: row.result for row in history["revenue_yoy"]}
    return [(row.period, value_of(row), _denominator(before.get(row.period))) for row in history["revenue"]]


def trend(kind: str, holder_id: int) -> Chart | None:
    """Revenue of the newest months beside the same months a year before; None before a second close."""
    months = months_of(kind, holder_id)
    if len(months) < 2:
        return None
    return Chart(
        _("Revenue, beside the same customers a year before"),
        [write.month(period) for period, _value, _past in months],
        [
            Series(_("Revenue"), [value for _period, value, _past in months]),
            Series(_("A year before"), [past for _period, _value, past in months], role="comparison"),
        ],
        fmt="wan",
        links=[f"{figures_url(kind, holder_id)}&month={period}" for period, _value, _past in months],
        axis=_("Month"),
    )


def _denominator(result: Any) -> Any:
    return None if result is None else result.incomplete or result.denominator


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A part of a unit: the month's revenue, its movement and its places now and a year before."""

    key: int
    name: str
    value: Any
    change: Any
    rank: int | None
    rank_before: int | None


@dataclass(frozen=True, slots=True)
class Compared:
    """Parts of a unit compared: units, or people where no unit is below; the largest first."""

    kind: str
    rows: tuple[ComparedRow, ...]


def compare(unit_id: int, run: Any) -> Compared:
    """Units below a unit, or its managers where there is none below, by the month's revenue."""
    tree = org.get_tree()
    kind, names = "unit", {child: org.unit_name(tree, child) for child in tree.children(unit_id)}
    if not names:
        people = org.list_serving_people([unit_id])[:MOST_BELOW]
        kind, names = "person", {person.pk: person.name for person in people}
    found = ledger.list_many(run, kind, names, COMPARED)
    if not found:
        return Compared(kind, ())
    now = {key: value_of(found.get(key, {}).get("revenue")) for key in names}
    past = {key: _before(found.get(key, {}).get("revenue_yoy")) for key in names}
    ranks, ranks_before = _places(now), _places(past)
    return Compared(
        kind,
        tuple(
            ComparedRow(
                key,
                names[key],
                now[key],
                value_of(found.get(key, {}).get("revenue_yoy")),
                ranks.get(key),
                ranks_before.get(key) if len(ranks_before) == len(names) else None,
            )
            for key in sorted(names, key=lambda key: (ranks.get(key, len(names) + 1), names[key]))
        ),
    )


def places_of(compared: Compared) -> dict[int, dict[str, Any]]:
    """Where the units compared are, by id; people have no place."""
    if compared.kind != "unit":
        return {}
    tree, places = org.get_tree(), org.unit_files()
    return {row.key: places.get(tree.nodes[row.key].code, {}) for row in compared.rows}


def compared_below(unit_id: int, run: Any) -> Ranking | None:
    """:func:`compare` as the card shows it; None without figures."""
    compared = compare(unit_id, run)
    if not compared.rows:
        return None
    rows = [
        RankRow(
            row.name,
            row.value,
            change=row.change,
            rank=row.rank,
            rank_before=row.rank_before,
            url=figures_url(compared.kind, row.key),
        )
        for row in compared.rows
    ]
    shown = f" · {MOST_RANKED}/{len(rows)}" if len(rows) > MOST_RANKED else ""
    return Ranking(
        _("Revenue, %(month)s") % {"month": write.month(run.month)} + shown,
        _("Revenue"),
        rows[:MOST_RANKED],
        fmt="wan",
        change_label=_("YoY"),
        label=_("Unit") if compared.kind == "unit" else _("Account manager"),
    )


def _before(row: FigureRow | None) -> Any:
    return None if row is None else _denominator(row.result)


def _places(values: Mapping[int, Any]) -> dict[int, int]:
    """Places from 1, the largest first; equal figures share a place, missing ones have none."""
    known = {key: value for key, value in values.items() if not write.is_missing(value)}
    return {key: 1 + sum(other > value for other in known.values()) for key, value in known.items()}


def map_below(unit_id: int, run: Any) -> Map | None:
    """Units below a unit where they stand, as large as the month's revenue; None when none has a place."""
    tree, places = org.get_tree(), org.unit_files()
    found = ledger.list_many(run, "unit", tree.children(unit_id), COMPARED)
    values = {key: value_of(found.get(key, {}).get("revenue")) for key in tree.children(unit_id)}
    known = [value for value in values.values() if not write.is_missing(value)]
    largest = max(known, default=0)
    markers = []
    for key, value in values.items():
        place = places.get(tree.nodes[key].code, {})
        if place.get("lat") is None or place.get("lon") is None:
            continue
        drawn = not write.is_missing(value) and largest > 0
        change = value_of(found.get(key, {}).get("revenue_yoy"))
        markers.append(
            Marker(
                place["lat"],
                place["lon"],
                org.unit_name(tree, key),
                write.amount(value),
                float(value / largest) * LARGEST_MARKER if drawn else 0.0,
                "neutral" if write.is_missing(change) else "good" if change >= 0 else "bad",
                figures_url("unit", key),
            )
        )
    if not markers:
        return None
    title = _("Revenue by unit, %(month)s; red: less than last year") % {"month": write.month(run.month)}
    return Map(title, markers, _("Revenue"), height="tall")
