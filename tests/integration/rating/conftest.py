"""The cast's enterprise with the telecom pack, bills and a close."""

import pytest

from qiao.customers.models import Customer
from qiao.kernel.period import Month
from qiao.ledger.actions import close_month, import_file, put_feed
from qiao.rulebook import actions as rulebook

MAPPING = """\
feed: billing
title: {zh: 月账单, en: Bills}
fact: sales
grain: month
fields:
  customer: 客户
  on: {column: 账期, format: month}
  category: 品类
  revenue: {column: 金额, unit: yuan}
  cost: {column: 成本, unit: yuan}
unknown: {category: create}
"""


def bills(*rows):
    lines = ["客户,账期,品类,金额,成本"]
    lines += [",".join(map(str, row)) for row in rows]
    return "\n".join(lines) + "\n"


@pytest.fixture
def house(cast, tmp_path, settings):
    """The cast's enterprise with the telecom pack and a way to import bills."""
    settings.QIAO_HOME = tmp_path
    rulebook.install_pack(name="telecom", by=None)
    Customer.objects.filter(code="C-ours").update(industry="manufacturing")
    Customer.objects.filter(code="C-theirs").update(industry="private")
    Customer.objects.filter(code="C-far").update(industry="")
    by = cast.users["administrator"]
    feed = put_feed(mapping_text=MAPPING, name="bills.yaml", by=by)

    def load(*rows):
        path = tmp_path / "bills.csv"
        path.write_text(bills(*rows), encoding="utf-8")
        batch = import_file(feed=feed, path=path, by=by)
        assert batch.state == "written", batch.problems

    def close(month):
        return close_month(month=Month.parse(month), by=by)

    cast.load, cast.close = load, close
    return cast


def year_of(code, yuan, cost, months=12, last="2026-10"):
    until = Month.parse(last)
    return [(code, str(until - n), "internet", yuan, cost) for n in range(months)]


@pytest.fixture
def closed(house):
    house.load(
        *year_of("C-ours", "4000.00", "2000.00"),
        *year_of("C-theirs", "499.99", "100.00"),
        *year_of("C-far", "10.00", "1.00"),
    )
    house.run = house.close("2026-10")
    return house
