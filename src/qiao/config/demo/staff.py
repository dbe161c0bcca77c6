"""Who came and went at the demo in the last two years: without them the months of staff would be flat."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from qiao.kernel.period import Month
from qiao.org import actions as org
from qiao.org import queries as people
from qiao.runtime import clock

# Months ago they joined, and left (0: still here); which county of the tree, counted from the first.
CAME_AND_WENT = (
    (40, 21, 0), (38, 17, 5), (36, 14, 11), (33, 9, 20), (30, 6, 31), (28, 2, 44),
    (22, 0, 2), (19, 0, 8), (15, 0, 17), (11, 0, 26), (8, 0, 39), (4, 0, 53), (1, 0, 60),
)  # fmt: skip
NAMES = [
    "苏湄",
    "叶洵",
    "陆淮",
    "汪沅",
    "戴汶",
    "范泓",
    "孟沛",
    "邱淳",
    "薛浔",
    "江渝",
    "段澧",
    "雷漳",
    "侯沂",
]


def come_and_go(prefix: str, by: Any) -> None:
    """Enter managers who joined or left lately; those who left handed over to their supervisor.

    Args:
        prefix: Of the demo's staff numbers.
        by: The log-in that enters them.
    """
    tree, today = people.get_tree(), clock.today()
    counties = [unit for unit, _depth in tree.walk() if not tree.children(unit)]
    role = next(role for role in people.list_role_types() if role.code == "manager")
    kind = people.named_word("employment", "contract")
    for n, ((joined, left, where), name) in enumerate(zip(CAME_AND_WENT, NAMES, strict=True)):
        unit = people.get_unit(counties[where % len(counties)])
        starts_on = _months_ago(today, joined)
        person = org.register_person(
            code=f"{prefix}P9{n:03d}", name=name, starts_on=starts_on, employment=kind, by=by
        )
        colleague = people.find_person(next(iter(people.people_at(unit.pk)), 0))
        org.appoint(person=person, unit=unit, role_type=role, starts_on=starts_on, by=by)
        if left and colleague is not None:
            day = _months_ago(today, left)
            org.leave(person=person, on=day, successor=colleague, reason="个人原因离职", by=by)


# Cities with a project manager of their own, counted from the first; one is lent to them part time.
PROJECT_MANAGERS = (
    ("孔沛", 0, "regular"),
    ("白滢", 1, "regular"),
    ("崔渡", 3, "contract"),
    ("康洲", 6, "part_time_internal"),
    ("毛沁", 9, "regular"),
)
COST_MONTHS = 13
CITY_WITHOUT_COSTS = 4


def support_projects(prefix: str, by: Any) -> None:
    """Project managers of a few cities: the others are short of one."""
    tree = people.get_tree()
    cities = tree.children(tree.roots[0])
    role = next(role for role in people.list_role_types() if role.code == "project_manager")
    starts_on = _months_ago(clock.today(), 30)
    for n, (name, where, kind) in enumerate(PROJECT_MANAGERS):
        unit = people.get_unit(cities[where % len(cities)])
        person = org.register_person(
            code=f"{prefix}P8{n:03d}",
            name=name,
            starts_on=starts_on,
            by=by,
            employment=people.named_word("employment", kind),
        )
        org.appoint(person=person, unit=unit, role_type=role, starts_on=starts_on, by=by)


def spend(by: Any) -> None:
    """Labour cost of every unit with staff for a year; one city has not entered its own yet."""
    tree, today = people.get_tree(), clock.today()
    heads, months = (
        people.count_heads(today),
        list(Month.range(Month.containing(today) - COST_MONTHS, Month.containing(today) - 1)),
    )
    cities = tree.children(tree.roots[0])
    without = set(tree.descendants(cities[CITY_WITHOUT_COSTS % len(cities)]))
    rows = [
        (unit, month.starts_on, Decimal(number * (8600 + 137 * (unit % 7)) + 50 * (month.month % 5)))
        for unit, number in heads.items()
        if unit in tree.nodes and unit not in without
        for month in months
    ]
    org.load_labour_costs(rows=rows, by=by)


def _months_ago(today: date, months: int) -> date:
    return today - timedelta(days=int(months * 30.4))
