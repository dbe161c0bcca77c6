"""What the demo knows of its key accounts in depth, and a few files that look like others."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from qiao.customers import access, actions, policy, queries
from qiao.org import queries as org
from qiao.org.access import viewer_of
from qiao.runtime import clock
from qiao.runtime.login.queries import find_log_in

ACCOUNTS = 24
ALIKE = 3
# Role at the customer, title, part in decisions, influence, attitude, strength, whose head he is (place in this list).
PEOPLE = (
    ("leader", "总经理", "approver", 5, 1, 2, None),
    ("finance", "财务总监", "decider", 4, 0, 2, 0),
    ("communications", "信息部主任", "influencer", 3, 2, 4, 0),
    ("liaison", "联络员", "user", 2, 1, 5, 2),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"
STAGES = (
    ("service", 400, "转入日常服务"),
    ("warning", 40, "连续两月下降"),
    ("retention", 20, "启动挽留方案"),
)


def deepen() -> None:
    """People, contracts, business and stages of the manager's and his county's largest accounts; a few look-alikes."""
    supervisor, manager = find_log_in("supervisor"), find_log_in("manager")
    if supervisor is None or manager is None:
        return
    viewer = viewer_of(manager)
    own = list(
        access.visible(viewer).order_by(F("current__revenue_12_yuan").desc(nulls_last=True), "pk")[:ACCOUNTS]
    )
    for number, row in enumerate(own):
        _people(row, number)
        _agreements(row, number)
        _stages(row, number, viewer.person_id)
    _look_alikes(own[:ALIKE], org.get_unit(viewer.unit_id or 0), manager)


def _people(row: Any, number: int) -> None:
    """Every third account leaves a role open, so that gaps show."""
    heads: list[Any] = []
    for place, (role, title, part, influence, attitude, strength, head) in enumerate(PEOPLE):
        if number % 3 == 2 and role == "finance":
            heads.append(None)
            continue
        above = heads[head].pk if head is not None and heads[head] else None
        name = SURNAMES[(number * 5 + place * 3) % len(SURNAMES)] + title[-1:]
        heads.append(
            actions.put_contact(
                customer=row, by=None, name=f"{name[:1]}{title[:1]}{'明华东强'[place]}", role=role, title=title,
                phone=f"000-3{number:03d}-{place:04d}", decision_role=part, influence=influence,
                attitude=attitude - (number % 4 == 1) * 2 if attitude > 0 else attitude, strength=strength,
                reports_to_id=above,
            )
        )  # fmt: skip
    first = next(one for one in heads if one is not None)
    actions.add_contact_note(
        contact=first, on=clock.today() - timedelta(days=12 + number), text="关注成本与服务响应，希望季度例会沟通。",
        person_id=None, by=None,
    )  # fmt: skip


def _agreements(row: Any, number: int) -> None:
    today = clock.today()
    begins = today - timedelta(days=330 + number * 7)
    actions.put_contract(
        customer=row, by=None, number=f"HT-{today.year}-{number:03d}", title="年度综合服务合同", kind="服务",
        amount_yuan=Decimal(60000 + 12500 * number), starts_on=begins, ends_before=begins + timedelta(days=365),
        notice_days=60, terms="按季结算；服务响应四小时内。",
    )  # fmt: skip
    for product, monthly in (("互联网专线", 3200), ("云主机", 1800))[: 1 + number % 2]:
        actions.put_business_line(
            customer=row, by=None, product=product, number=f"ZX{number:04d}", monthly_yuan=Decimal(monthly + number * 50),
            starts_on=begins,
        )  # fmt: skip


def _stages(row: Any, number: int, person_id: int | None) -> None:
    """Most are in service; every sixth has come under warning, some of these are being retained."""
    depth = 1 if number % 6 != 4 else 2 + number % 2
    for stage, days, reason in STAGES[:depth]:
        if stage == row.stage:
            continue
        on = clock.today() - timedelta(days=days)
        changed = actions.change_stage(
            customer=row, stage=stage, on=on, reason=reason, person_id=person_id, by=None
        )
        row.stage = changed.stage


def _look_alikes(rows: Sequence[Any], unit: Any, by: Any) -> None:
    """Somebody entered a customer a second time, with another spelling, and saved it in spite of the warning."""
    article = policy.duplicate_policy(clock.today())
    for number, row in enumerate(rows):
        name = f"{row.name.replace('有限公司', '')}（新）"
        marks = queries.marks_from(name=name, phones=[row.phone])
        alike = access.look_alikes(viewer_of(by), marks, article)
        actions.open_file(
            code=f"{row.code}-2", name=name, home_unit=unit, starts_on=clock.today() - timedelta(days=30 * (number + 1)),
            phone=row.phone, segment=row.segment, industry=row.industry, kind=row.kind, by=by,
            alike=[(one.stored_pk, one.likeness) for one in alike], anyway="客户称是新设分支",
        )  # fmt: skip
