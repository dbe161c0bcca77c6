"""Units, people and customers of the demo, drawn from one seed."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.random import Generator

from qiao.kernel.period import Month

from .vocabulary import FIRM_WORDS, FIRST_WORDS, GIVEN, SECOND_WORDS, SURNAMES, Level, Vocabulary

_TAKES_OVER = 0.12
OPENED_ON = date(2015, 1, 1)
_CENTRE_LAT, _CENTRE_LON = 29.6, 111.4


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; ``parent`` is a code."""

    code: str
    zh: str
    en: str
    kind: str
    parent: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff in one post."""

    code: str
    name: str
    unit: str
    role: str
    joined_on: date


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer; ``trade`` is its place in the pack's trades, ``after`` the place of one whose address it took over."""

    code: str
    name: str
    trade: int
    county: int
    since: date
    address: str
    lat: float
    lon: float
    group: str
    primary: str
    deputy: str
    traits: tuple[str, ...] = ()
    after: int | None = None


@dataclass(frozen=True, slots=True)
class World:
    """The enterprise before any fact."""

    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    customers: tuple[CustomerRow, ...]


def make_units(words: Vocabulary, draw: Generator) -> tuple[Unit, ...]:
    """The topmost unit and its levels: the first in two rings around it, the next around those."""
    kind, zh, en = words.root
    root = Unit(words.unit_prefix, zh, en, kind, "", _CENTRE_LAT, _CENTRE_LON)
    first = [_unit_of_ring(words.levels[0], root, n) for n in range(words.levels[0].count)]
    units = [root]
    for n, unit in enumerate(first):
        units.append(unit)
        if len(words.levels) > 1:
            units += _units_around(words.levels[1], unit, n, len(first), draw)
    return tuple(units)


def _unit_of_ring(level: Level, root: Unit, n: int) -> Unit:
    """The ``n``-th unit of the first level: one in the middle, five close, the others further out."""
    reach, angle = (0.0, 0.0) if n == 0 else (1.1 if n < 6 else 2.2, 2 * np.pi * n / (5 if n < 6 else 8))
    zh, en = FIRST_WORDS[n]
    lat = root.lat + reach * float(np.sin(angle)) * 0.85
    lon = root.lon + reach * float(np.cos(angle))
    names = level.zh.format(a=zh), level.en.format(a=en)
    return Unit(f"{root.code}{n + 1:02d}", *names, level.kind, root.code, _round(lat), _round(lon))


def _units_around(level: Level, above: Unit, n: int, siblings: int, draw: Generator) -> list[Unit]:
    """The units of the second level below the ``n``-th of the first."""
    each, extra = divmod(level.count, siblings)
    (zh, en), found = FIRST_WORDS[n], []
    for c, (east, eastern) in enumerate(SECOND_WORDS[: each + (n < extra)]):
        turn = 2 * np.pi * (c / (each + 1)) + draw.uniform(-0.2, 0.2)
        away = draw.uniform(0.25, 0.42)
        place = (
            _round(above.lat + away * float(np.sin(turn))),
            _round(above.lon + away * float(np.cos(turn))),
        )
        names = level.zh.format(a=zh, b=east), level.en.format(a=en, b=eastern)
        found.append(Unit(f"{above.code}{c + 1:02d}", *names, level.kind, above.code, *place))
    return found


def _round(degrees: float) -> float:
    return round(float(degrees), 5)


def make_world(words: Vocabulary, draw: Generator, customers: int, first: Month, last: Month) -> World:
    """Everybody and everything that stands before the first fact.

    Args:
        words: The pack's vocabulary.
        draw: Seeded source of chance.
        customers: How many.
        first, last: Months of the ledger; some customers join in between.
    """
    units = make_units(words, draw)
    counties = field_units(words, units)
    weight = draw.lognormal(0.0, 0.35, len(counties))
    county = np.sort(draw.choice(len(counties), customers, p=weight / weight.sum()))
    managers = np.maximum(np.bincount(county, minlength=len(counties)) // words.customers_per_manager, 2)
    people, staff = _make_people(words, draw, units, counties, managers)
    return World(units, people, _make_customers(words, draw, counties, county, staff, first, last))


def field_units(words: Vocabulary, units: tuple[Unit, ...]) -> list[Unit]:
    """The units of the last level, where managers and customers are."""
    return [unit for unit in units if unit.kind == words.levels[-1].kind]


def _names(draw: Generator, count: int) -> list[str]:
    surnames = draw.integers(0, len(SURNAMES), count)
    given = draw.integers(0, len(GIVEN), (count, 2))
    return [
        SURNAMES[s] + GIVEN[a] + (GIVEN[b] if a != b else "")
        for s, (a, b) in zip(surnames, given, strict=True)
    ]


def _make_people(
    words: Vocabulary, draw: Generator, units: tuple[Unit, ...], counties: list[Unit], managers: np.ndarray
) -> tuple[tuple[Person, ...], list[list[str]]]:
    """Leaders of every unit, offices of the province, managers of every county."""
    posts = [(units[0].code, role) for role in ("executive", "hr", "back_office", "auditor", "administrator")]
    posts += [(unit.code, "supervisor") for unit in units if unit.parent]
    staff_posts = [
        (unit.code, "manager") for unit, count in zip(counties, managers, strict=True) for _ in range(count)
    ]
    names = _names(draw, len(posts) + len(staff_posts))
    joined = draw.integers(0, 2200, len(names))
    people = tuple(
        Person(
            f"{words.unit_prefix}P{n + 1:04d}",
            name,
            unit,
            role,
            date.fromordinal(OPENED_ON.toordinal() + int(day)),
        )
        for n, ((unit, role), name, day) in enumerate(zip([*posts, *staff_posts], names, joined, strict=True))
    )
    staff: dict[str, list[str]] = {unit.code: [] for unit in counties}
    for person in people[len(posts) :]:
        staff[person.unit].append(person.code)
    return people, [staff[unit.code] for unit in counties]


def _make_customers(
    words: Vocabulary,
    draw: Generator,
    counties: list[Unit],
    county: np.ndarray,
    staff: list[list[str]],
    first: Month,
    last: Month,
) -> tuple[CustomerRow, ...]:
    count = len(county)
    shares = np.array([trade.share for trade in words.trades])
    trade = draw.choice(len(words.trades), count, p=shares / shares.sum())
    since = _first_days(draw, count, first, last)
    words_at = draw.integers(0, len(FIRM_WORDS), (count, 2))
    people = _names(draw, count)
    spread = draw.normal(0.0, 0.06, (count, 2))
    street = draw.integers(1, 400, count)
    primary, deputy = _assign(draw, county, staff)
    rows = []
    for n in range(count):
        unit, sort = counties[county[n]], words.trades[trade[n]]
        place = unit.zh[:2]
        one, two = (FIRM_WORDS[w] for w in words_at[n])
        ending = sort.zh[int(words_at[n].sum()) % len(sort.zh)] if sort.zh else ""
        name = (
            f"{place}{one if one == two else one + two[:1]}{ending}" if sort.zh else f"{people[n]}（{place}）"
        )
        rows.append(
            CustomerRow(
                code=f"{words.unit_prefix}K{n + 1:06d}",
                name=name,
                trade=int(trade[n]),
                county=int(county[n]),
                since=since[n],
                address=f"{place}{words.levels[-1].area}{FIRM_WORDS[words_at[n][1]]}路{street[n]}号",
                lat=_round(unit.lat + spread[n][0]),
                lon=_round(unit.lon + spread[n][1]),
                group="",
                primary=primary[n],
                deputy=deputy[n],
            )
        )
    return _mark(words, draw, _with_successors(draw, _with_groups(draw, rows), first))


def _first_days(draw: Generator, count: int, first: Month, last: Month) -> list[date]:
    """Most were customers before the ledger begins; a fifth joins while it runs."""
    before = draw.integers(90, 2200, count)
    during = draw.integers(0, (last.last_day - first.starts_on).days - 20, count)
    joins = draw.random(count) < 0.20
    start = first.starts_on.toordinal()
    return [
        date.fromordinal(start + int(d) if j else start - int(b))
        for b, d, j in zip(before, during, joins, strict=True)
    ]


def _assign(draw: Generator, county: np.ndarray, staff: list[list[str]]) -> tuple[list[str], list[str]]:
    """A primary and a deputy of the same county; a few customers wait for one, so that the page has something
    to show.
    """
    luck, other = draw.random((len(county), 2)), draw.random((len(county), 2))
    primary, deputy = [], []
    for where, (a, b), (vacant, alone) in zip(county, luck, other, strict=True):
        team = staff[where]
        at = int(a * len(team))
        second = (at + 1 + int(b * (len(team) - 1))) % len(team)
        primary.append(team[at] if vacant > 0.008 else "")
        deputy.append(team[second] if alone > 0.06 and second != at else "")
    return primary, deputy


def _with_groups(draw: Generator, rows: list[CustomerRow]) -> list[CustomerRow]:
    """About one organisation in twelve belongs to a group, headed by an earlier one of its trade."""
    heads: dict[int, list[str]] = {}
    grouped = []
    for row, luck, pick in zip(rows, draw.random(len(rows)), draw.random(len(rows)), strict=True):
        known = heads.setdefault(row.trade, [])
        if luck < 0.012:
            known.append(row.code)
        group = known[int(pick * len(known))] if 0.012 <= luck < 0.095 and known else ""
        grouped.append(replace(row, group=group))
    return grouped


def _with_successors(draw: Generator, rows: list[CustomerRow], first: Month) -> list[CustomerRow]:
    """Some who joined took over a shop: a new number at the address of an earlier customer of the county."""
    followed: set[int] = set()
    settled: dict[int, list[int]] = {}
    for n, row in enumerate(rows):
        if row.since < first.starts_on:
            settled.setdefault(row.county, []).append(n)
    changed = list(rows)
    for n, (luck, pick) in enumerate(draw.random((len(rows), 2))):
        known = settled.get(rows[n].county, [])
        if rows[n].since < first.starts_on or luck > _TAKES_OVER or not known:
            continue
        before = known[int(pick * len(known))]
        if before in followed or rows[before].trade != rows[n].trade:
            continue
        followed.add(before)
        old = rows[before]
        changed[n] = replace(rows[n], address=old.address, lat=old.lat, lon=old.lon, after=before)
    return changed


def _mark(words: Vocabulary, draw: Generator, rows: list[CustomerRow]) -> tuple[CustomerRow, ...]:
    """A few customers meet a key-account condition people have recorded."""
    luck, which = draw.random(len(rows)), draw.integers(0, len(words.marks), len(rows))
    return tuple(
        replace(row, traits=(words.marks[w],) if lucky < 0.02 and words.trades[row.trade].zh else ())
        for row, lucky, w in zip(rows, luck, which, strict=True)
    )
