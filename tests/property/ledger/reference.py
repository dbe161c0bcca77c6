"""What every measure means, in plain loops over lines: slow, obvious, and written without looking at the engine."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from qiao.kernel.period import Month
from qiao.ledger.core.activity import ActivityRule
from qiao.ledger.core.calendar import Window


@dataclass(frozen=True)
class Line:
    customer: int
    on: date
    grain: str
    revenue: int
    cost: int | None
    quantity: int | None
    unit: str | None
    category: int | None
    source: str

    @property
    def month(self) -> Month:
        return Month.containing(self.on)


@dataclass
class World:
    """Facts and dimensions of a small enterprise."""

    lines: list[Line]
    ranks: dict[str, int]
    owed: list[tuple[int, date, int, int | None]] = field(
        default_factory=list
    )  # customer, on, amount, overdue
    paid: list[tuple[int, date, int]] = field(default_factory=list)
    places: dict[int, str | None] = field(default_factory=dict)
    canonical: dict[int, int] = field(default_factory=dict)
    primaries: list[tuple[int, int, date, date]] = field(
        default_factory=list
    )  # customer, person, from, before
    homes: list[tuple[int, int, date, date]] = field(default_factory=list)
    parents: dict[int, int | None] = field(default_factory=dict)

    def who(self, customer: int) -> int:
        return self.canonical.get(customer, customer)

    def manager(self, customer: int, month: Month) -> list[int]:
        day = month.last_day
        return [p for c, p, start, end in self.primaries if c == customer and start <= day < end]

    def units(self, customer: int, month: Month) -> list[int]:
        day, found = month.last_day, []
        for c, unit, start, end in self.homes:
            if c == customer and start <= day < end:
                while unit is not None:
                    found.append(unit)
                    unit = self.parents[unit]
        return found


def measure(world: World, window: Window, rule: ActivityRule, level: str) -> dict[int, dict]:
    """Measures by holder; level is ``people``, ``units`` or ``customers``."""
    lines = [Line(world.who(x.customer), *list(vars(x).values())[1:]) for x in world.lines]
    lines = [x for x in lines if x.month <= window.until]
    counted = _count_once(lines, world.ranks)
    customers = sorted({x.customer for x in lines} | set(world.places))
    holders = {"people": world.manager, "units": world.units, "customers": lambda c, m: [c]}[level]
    rows: dict[int, dict[int, dict]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))

    def add(customer: int, month: Month, name: str, amount) -> None:
        for holder in holders(customer, month):
            rows[holder][customer][name] += amount

    categories: dict[int, set] = defaultdict(set)
    units: dict[int, set] = defaultdict(set)
    for month in window.months:
        for customer in customers:
            mine = [x for x in counted if x.customer == customer and x.month == month]
            for x in mine:
                add(customer, month, "revenue", x.revenue)
                add(customer, month, "cost", x.cost or 0)
                add(customer, month, "quantity", x.quantity or 0)
                add(customer, month, "lines", 1)
                add(customer, month, "uncosted", x.cost is None)
                add(customer, month, "unmeasured", x.quantity is None or x.unit is None)
                for holder in holders(customer, month):
                    if x.category is not None:
                        categories[holder].add((customer, x.category))
                    if x.unit is not None:
                        units[holder].add(x.unit)
            if mine:
                add(customer, month, "active_months", 1)
            days = _order_days(lines, customer)
            if any(x.revenue > 0 for x in mine) and not [d for d in days if Month.containing(d) == month]:
                add(customer, month, "blind_months", 1)
            for before, day in zip([None, *days], days, strict=False):
                if Month.containing(day) == month:
                    add(customer, month, "order_days", 1)
                    if before:
                        add(customer, month, "gap_days", (day - before).days)
                        add(customer, month, "gaps", 1)
            add(customer, month, "year_before", _revenue(counted, customer, month - 12))
            add(customer, month, "period_before", _revenue(counted, customer, month - window.length))
    for customer in customers:
        for name, count in (("last_3", 3), ("last_12", 12)):
            for month in Month.range(window.until - (count - 1), window.until):
                add(customer, month, name, _revenue(counted, customer, month))
        _add_events(world, counted, lines, customer, window, rule, add, customers)
    for customer, on, amount, overdue in world.owed:
        if Month.containing(on) == window.until:
            add(world.who(customer), window.until, "owed", amount)
            add(world.who(customer), window.until, "overdue", overdue or 0)
            add(world.who(customer), window.until, "overdue_unknown", overdue is None)
    for customer, on, amount in world.paid:
        if Month.containing(on) in window.months:
            add(world.who(customer), Month.containing(on), "paid", amount)
    return {h: _sum(by_customer, rule, categories[h], units[h]) for h, by_customer in rows.items()}


def _sum(by_customer: dict[int, dict], rule: ActivityRule, categories: set, units: set) -> dict:
    total: dict = defaultdict(int)
    for measures in by_customer.values():
        for name, amount in measures.items():
            total[name] += amount
    active = [(c, m) for c, m in by_customer.items() if m["lines"] > 0]
    total["active"] = len(active)
    total["categories"] = len(categories)
    total["units"] = min(len(units), 2)
    core = ceil(rule.core_share * len(active))
    revenue = sorted(active, key=lambda cm: (-cm[1]["revenue"], cm[0]))[:core]
    margin = sorted(active, key=lambda cm: (-(cm[1]["revenue"] - cm[1]["cost"]), cm[0]))[:core]
    total["core_revenue"] = sum(m["revenue"] for _, m in revenue)
    total["core_margin"] = sum(m["revenue"] - m["cost"] for _, m in margin)
    return total


def _count_once(lines: list[Line], ranks: dict[str, int]) -> list[Line]:
    best: dict = {}
    for x in lines:
        key = (x.customer, x.month)
        best[key] = min(best.get(key, 99), ranks[x.source])
    return [x for x in lines if ranks[x.source] == best[x.customer, x.month]]


def _revenue(counted: list[Line], customer: int, month: Month) -> int:
    return sum(x.revenue for x in counted if x.customer == customer and x.month == month)


def _order_days(lines: list[Line], customer: int) -> list[date]:
    return sorted({x.on for x in lines if x.customer == customer and x.grain == "day" and x.revenue > 0})


def _life(counted: list[Line], lines: list[Line], customer: int) -> tuple[date, date] | None:
    days = []
    for month in {x.month for x in counted if x.customer == customer}:
        known = [d for d in _order_days(lines, customer) if Month.containing(d) == month]
        coarse = [x.on for x in counted if x.customer == customer and x.month == month and x.revenue > 0]
        days += known or coarse
    return (min(days), max(days)) if days else None


def _add_events(world, counted, lines, customer, window, rule, add, customers) -> None:
    start = window.months[0]
    paying = sorted({x.month for x in counted if x.customer == customer and x.revenue > 0})
    inside = [m for m in paying if start <= m <= window.until]
    before = [m for m in paying if start - rule.new_after_months <= m < start]
    if inside and not before:
        add(customer, inside[0], "new", 1)
    life = _life(counted, lines, customer)
    if life is None:
        return
    first, last = life
    since = (window.until.last_day - last).days
    if rule.silent_days <= since < rule.lost_days:
        add(customer, window.until, "silent", 1)
    turned = last + timedelta(days=rule.lost_days)
    if start.starts_on <= turned <= window.until.last_day:
        for other in customers:
            theirs = _life(counted, lines, other) if other != customer else None
            place = world.places.get(customer)
            same = theirs and place and world.places.get(other) == place and theirs[0] > first
            if same and abs((theirs[0] - last).days) <= rule.same_place_days:
                return
        add(customer, Month.containing(turned), "lost", 1)
