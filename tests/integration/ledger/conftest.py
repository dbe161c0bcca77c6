"""A ledger on the cast: two feeds, an activity article, a home of its own."""

from pathlib import Path

import pytest

from qiao.ledger import actions, queries
from qiao.rulebook import actions as rulebook

MONTHLY = """
feed: bills
title: {zh: 月账单, en: Monthly bills}
fact: sales
grain: month
precedence: 1
mode: replace
fields:
  customer: 客户
  on: {column: 账期, format: month}
  category: 品类
  revenue: 金额
  cost: 成本
key: [customer, on, category]
unknown: {category: create}
"""
DAILY = """
feed: orders
title: {zh: 订单, en: Orders}
fact: sales
grain: day
precedence: 2
mode: append
fields:
  customer: 客户
  on: 日期
  product: 商品
  revenue: 金额
  quantity: 数量
  unit: {value: 条}
  source_key: 单号
key: [source_key]
unknown: {product: create}
unknown_category: 未列
"""
ACTIVITY = """
kind: activity
code: test-activity
title: {zh: 活跃度, en: Activity}
scope: {}
starts_on: 2018-01-01
ends_before: null
document_number: 测〔2018〕1号
source: ['11.3']
assumption: null
body: {silent_days: 45, lost_days: 90, new_after_months: 3, same_place_days: 90, core_share: 0.20}
"""


@pytest.fixture(autouse=True)
def home(tmp_path, settings) -> Path:
    """A lake of its own for each test."""
    settings.QIAO_HOME = tmp_path / "home"
    return settings.QIAO_HOME


@pytest.fixture
def bills(db):
    return actions.put_feed(mapping_text=MONTHLY, name="bills.yaml", by=None)


@pytest.fixture
def orders(db):
    return actions.put_feed(mapping_text=DAILY, name="orders.yaml", by=None)


@pytest.fixture
def activity(db, django_user_model):
    people = [django_user_model.objects.create_user(name) for name in ("author-a", "second-a")]
    return rulebook.approve(row=rulebook.draft(text=ACTIVITY, by=people[0]), by=people[1])


@pytest.fixture
def put(tmp_path):
    """``put(feed, rows, **options)`` → the import of a small file."""

    def import_rows(feed, rows, *, name="rows.csv", **options):
        path = tmp_path / name
        heads = {"bills": "客户,账期,品类,金额,成本", "orders": "客户,日期,商品,金额,数量,单号"}
        path.write_text("\n".join([heads[feed.code], *rows]) + "\n", encoding="utf-8")
        feed.refresh_from_db()
        return actions.import_file(feed=feed, path=path, by=None, **options)

    return import_rows


def ledger_total(since="2000-01", until="2099-12", **chosen):
    """What a page would add up, in yuan, without any scope."""
    from qiao.runtime.scope import EVERYTHING

    found = queries.read_lines(queries.Filter(since, until, **chosen), scope=EVERYTHING, scope_rows=None)
    return found.revenue_yuan
