"""A small enterprise with a named cast: who owns, who helps, who leads, who must see nothing.

The tree: province 云桥省 → city 东市 → counties 甲县 and 乙县; city 西市 → county 丙县.
Customer ``ours`` lives in 甲县, served by ``manager`` with ``deputy``; it was served by ``former`` until mid-2026.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qiao.customers import actions as customers
from qiao.customers.core.assignment import DeputyPolicy
from qiao.org import actions as org
from qiao.org.models import Person, RoleType, Unit
from qiao.runtime.contributions import Right, list_registered
from qiao.runtime.login.actions import create_log_in

START = date(2020, 1, 1)
PASSWORD = "bridge-over-water-7"
MEMBERS = (
    "manager",
    "deputy",
    "supervisor",
    "neighbour",
    "former",
    "hr",
    "auditor",
    "administrator",
    "outsider",
)
WORKING = [
    "customers.view",
    "ledger.view",
    "rulebook.view",
    "rating.view",
    "tokens.use",
    "org.view",
    "customers.edit",
    "records.write",
]
CALLS = {"contact.phone": "open", "contact.email": "open"}
ROLES = {
    "manager": ("manager", "self", [*WORKING]),
    "supervisor": ("supervisor", "unit_and_below", [*WORKING, "staffing.view", "assignments.change", "customers.export", "customers.import", "work.view", "work.give",
                    "work.announce", "lists.share"]),
    "hr": ("hr", "all", ["org.view", "org.edit", "org.export", "org.personal", "org.labour_cost", "staffing.view", "staffing.pay",
                      "org.import", "records.write", "rulebook.view", "rulebook.draft", "tokens.use", "work.announce"]),
    "auditor": ("auditor", "all", ["audit.view", "log_ins.view", "jobs.view", "org.view", "customers.view", "ledger.view", "rulebook.view", "rating.view"]),
    "nothing": ("back_office", "self", []),
}  # fmt: skip


@dataclass
class Cast:
    """Units, people, their log-ins and customers of the small enterprise."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, Any] = field(default_factory=dict)
    customers: dict[str, Any] = field(default_factory=dict)


def every_right() -> list[str]:
    """Codes of all rights any context declares."""
    return [right.code for right in list_registered(Right)]


def make_cast() -> Cast:
    """Build the enterprise through the same actions users reach."""
    cast = Cast()
    org.enter_usual_words(by=None)
    _units(cast)
    _people(cast)
    _customers(cast)
    return cast


def _units(cast: Cast) -> None:
    def unit(code: str, name: str, kind: str, above: str | None) -> None:
        cast.units[code] = org.create_unit(
            code=code, name_zh=name, name_en=code.title(), kind=kind, starts_on=START, by=None,
            parent=cast.units[above] if above else None,
        )  # fmt: skip

    unit("province", "云桥省公司", "province", None)
    unit("east", "东市公司", "city", "province")
    unit("west", "西市公司", "city", "province")
    unit("jia", "甲县", "county", "east")
    unit("yi", "乙县", "county", "east")
    unit("bing", "丙县", "county", "west")


def _people(cast: Cast) -> None:
    roles = [
        {"code": code, "name_zh": code, "name_en": code.title(), "profile": profile, "scope_kind": scope, "rights": rights,
         "serves_customers": code == "manager", "sights": CALLS if code in {"manager", "supervisor"} else {}}
        for code, (profile, scope, rights) in ROLES.items()
    ]  # fmt: skip
    roles.append(
        {
            "code": "administrator",
            "name_zh": "管理员",
            "profile": "administrator",
            "scope_kind": "all",
            "rights": every_right(),
        }
    )
    org.put_role_types(role_types=roles, by=None)
    posts = {
        "manager": ("张三丰", "jia", "manager"),
        "deputy": ("李四光", "jia", "manager"),
        "supervisor": ("王五一", "east", "supervisor"),
        "neighbour": ("赵六合", "yi", "manager"),
        "former": ("钱七星", "jia", "manager"),
        "hr": ("孙八方", "province", "hr"),
        "auditor": ("周九州", "province", "auditor"),
        "administrator": ("吴十全", "province", "administrator"),
        "outsider": ("郑外人", "bing", "nothing"),
    }
    for key, (name, unit, role) in posts.items():
        user = create_log_in(username=key, password=PASSWORD)
        person = org.register_person(
            code=f"P-{key}", name=name, starts_on=START, by=None, user=user, phone="13900000000"
        )
        org.appoint(
            person=person,
            unit=cast.units[unit],
            role_type=RoleType.objects.get(code=role),
            starts_on=START,
            by=None,
        )
        cast.people[key], cast.users[key] = person, user


def _customers(cast: Cast) -> None:
    def customer(key: str, name: str, unit: str, primary: str, deputy: str | None) -> None:
        row = customers.open_file(
            code=f"C-{key}",
            name=name,
            home_unit=cast.units[unit],
            starts_on=START,
            by=None,
            phone="057188886666",
        )
        cast.customers[key] = row
        free = DeputyPolicy()
        for role, who in (("primary", primary), ("deputy", deputy)):
            if who:
                customers.assign(
                    customer_ids=[row.pk],
                    role=role,
                    person=cast.people[who],
                    on=START,
                    reason="初始",
                    by=None,
                    policy=free,
                )

    customer("ours", "云桥机械有限公司", "jia", "former", "deputy")
    customer("theirs", "乙县供销社", "yi", "neighbour", None)
    customer("far", "丙县医院", "bing", "neighbour", None)
    customers.assign(
        customer_ids=[cast.customers["ours"].pk], role="primary", person=cast.people["manager"], on=date(2026, 6, 15),
        reason="调整", by=None, policy=DeputyPolicy(),
    )  # fmt: skip
    cast.customers = {key: type(row).objects.get(pk=row.pk) for key, row in cast.customers.items()}
