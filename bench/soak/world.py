"""A small wholesaler whose ledger can be imported in two versions that differ in every month and every unit."""

from datetime import date
from decimal import Decimal
from pathlib import Path

MONTH = "2026-10"
MONTHS = [f"2026-{month:02d}" for month in range(1, 11)]
REPLACED = MONTHS[-2:]
CUSTOMERS, CITIES, MANAGERS, CATEGORIES = 1_000, 4, 12, 8
MAPPING = """
feed: bills
title: {zh: 月账单, en: Monthly bills}
fact: sales
grain: month
mode: replace
fields:
  customer: customer
  on: {column: month, format: month}
  category: category
  revenue: amount
  cost: cost
key: [customer, on, category]
unknown: {category: create}
"""


def cents_of(customer: int, month: int, category: int, version: int) -> int:
    """What a line is worth; some lines are refunds."""
    drawn = (customer * 7919 + month * 104_729 + category * 1_299_709 + version * 15_485_863) % 900_001
    return drawn - 60_000


def lines_of(months: list[str], version: int) -> list[str]:
    """The lines of a file."""
    found = []
    for month in months:
        for customer in range(CUSTOMERS):
            for category in range(3):
                cents = cents_of(customer, int(month[5:]), category, version)
                amount = Decimal(cents).scaleb(-2)
                kind = (customer + category) % CATEGORIES
                found.append(f"K{customer:05d},{month},类{kind},{amount},{amount / 2:.2f}")
    return found


def write_file(path: Path, months: list[str], version: int, *, times: int = 1) -> Path:
    """An upload. ``times`` repeats its lines under other categories, to make it bigger."""
    lines = lines_of(months, version)
    with path.open("w", encoding="utf-8") as file:
        file.write("customer,month,category,amount,cost\n")
        for turn in range(times):
            for line in lines:
                file.write((line.replace(",类", f",{turn}类") if turn else line) + "\n")
    return path


def total_of(months: list[str], version: int) -> Decimal:
    """What the lines of a file add up to, told without any of our code."""
    cents = sum(
        cents_of(customer, int(month[5:]), category, version)
        for month in months
        for customer in range(CUSTOMERS)
        for category in range(3)
    )
    return Decimal(cents).scaleb(-2)


def build() -> None:
    """Units, managers, customers, the telecom articles and the feed, through the actions users reach."""
    from qiao.config.demo.loading import start_enterprise
    from qiao.customers.actions import load_customers
    from qiao.ledger import actions
    from qiao.org import actions as org
    from qiao.org.models import RoleType
    from qiao.org.queries import find_unit_by_code
    from qiao.rulebook import actions as rulebook

    start = date(2020, 1, 1)
    founder = start_enterprise("S", "试省", "Trial province", "province", start)
    root = find_unit_by_code("S")
    rulebook.install_pack(name="telecom", by=founder)
    cities = [
        org.create_unit(
            code=f"S{n}", name_zh=f"试市{n}", kind="city", starts_on=start, by=founder, parent=root
        )
        for n in range(CITIES)
    ]
    role = RoleType.objects.get(code="manager")
    people = []
    for n in range(MANAGERS):
        person = org.register_person(code=f"M{n:02d}", name=f"经理{n}", starts_on=start, by=founder)
        org.appoint(person=person, unit=cities[n % CITIES], role_type=role, starts_on=start, by=founder)
        people.append(person)
    rows = [
        {
            "code": f"K{n:05d}",
            "name": f"试用商店{n}",
            "starts_on": start,
            "unit_id": cities[n % CITIES].pk,
            "primary_id": people[n % MANAGERS].pk,
        }
        for n in range(CUSTOMERS)
    ]
    load_customers(rows=rows, on=date(2026, 11, 22), reason="soak", by=founder)
    actions.put_feed(mapping_text=MAPPING, name="bills.yaml", by=founder)
