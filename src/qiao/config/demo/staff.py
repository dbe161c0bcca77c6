"""Who came and went at the demo in the last two years: without them the months of staff would be flat."""

from datetime import date, timedelta
from typing import Any

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


def _months_ago(today: date, months: int) -> date:
    return today - timedelta(days=int(months * 30.4))
