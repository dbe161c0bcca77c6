"""What waits for the demo's people when they log in first: a notice, tasks about customers, a draft to approve."""

from datetime import timedelta
from typing import Any

from qiao.customers import access as customers
from qiao.kernel.period import Month
from qiao.org import actions as org_actions
from qiao.org import queries as org
from qiao.org.access import viewer_of
from qiao.rulebook import actions as rulebook
from qiao.rulebook import queries as articles
from qiao.runtime import clock
from qiao.runtime.login.queries import find_log_in
from qiao.runtime.records import actions as records
from qiao.runtime.records.access import fields_to_fill as get_fields_to_fill
from qiao.runtime.records.access import get_record
from qiao.work import actions as work

TASKS = (
    ("走访：{name}，近期业务下降，了解原因", 1),
    ("电话回访：{name}，核对联系人信息", 2),
    ("准备续约方案：{name}", 5),
)


def give_work(article_file: str) -> None:
    """Tasks for the manager, a notice for everybody, HR's draft for the executive.

    Args:
        article_file: Code of the article HR drafts a new version of.
    """
    manager, supervisor = find_log_in("manager"), find_log_in("supervisor")
    hr = find_log_in("hr")
    if manager is None or supervisor is None or hr is None:
        return
    _tasks(manager, supervisor)
    _talk(manager, supervisor)
    _notice(hr)
    _draft(article_file, hr)
    _absence(manager)


def _tasks(manager: Any, giver: Any) -> None:
    viewer = viewer_of(manager)
    rows = customers.visible(viewer).filter(primary_id=viewer.person_id)
    worst_first = rows.order_by("current__change_share", "pk")[: len(TASKS)]
    for (title, days), row in zip(TASKS, worst_first, strict=False):
        work.give_task(
            title=title.format(name=row.name), owner_id=viewer.person_id or 0, by=giver,
            due_at=clock.now() + timedelta(days=days), warn_minutes=120, source=("customer", row.pk),
        )  # fmt: skip


def _talk(manager: Any, supervisor: Any) -> None:
    """What was said about the customer whose business fell most."""
    viewer = viewer_of(manager)
    rows = customers.visible(viewer).filter(primary_id=viewer.person_id)
    worst = rows.order_by("current__change_share", "pk").first()
    if worst is None:
        return
    record = get_record(viewer, "customer", worst.pk)
    records.comment(record=record, text="上周电话联系过，采购负责人休假，本周再约。", by=manager)
    _own_fields(record, supervisor, manager)
    campaign = records.put_tag(kind="customer", name="年末走访", colour="blue", by=supervisor)
    records.put_tag(kind="customer", name="续约谈判", colour="orange", by=supervisor)
    pks = [row.pk for row in rows.order_by("current__change_share", "pk")[:12]]
    records.mark(pks=pks, add=[campaign], by=supervisor)
    records.keep_at_hand(record=record, user_id=manager.pk, on=True)
    name = viewer.name
    records.comment(
        record=record, text=f"@{name} 走访前请先看近三个月的业务明细，走访后在这里写一句结论。", by=supervisor
    )


def _own_fields(record: Any, supervisor: Any, manager: Any) -> None:
    """What this enterprise notes on its customers besides what Qiao brings."""
    kind = record.descriptor
    records.put_field(
        kind=kind, by=supervisor, code="payment", label_zh="付款方式", label_en="Payment", type="choice", order=10,
        choices="monthly = 月结 | Monthly\nprepaid = 预付 | Prepaid\ncash = 现结 | Cash",
    )  # fmt: skip
    records.put_field(
        kind=kind, by=supervisor, code="staff", label_zh="员工人数", label_en="Staff", type="number", order=20
    )
    records.put_field(
        kind=kind,
        by=supervisor,
        code="renewal",
        label_zh="下次续约",
        label_en="Next renewal",
        type="date",
        order=30,
    )
    fields = get_fields_to_fill(viewer_of(manager), record)
    values = {
        "payment": "monthly",
        "staff": "86",
        "renewal": (clock.today() + timedelta(days=60)).isoformat(),
    }
    records.put_values(record=record, fields=fields, given=values, by=manager)


def _notice(author: Any) -> None:
    viewer = viewer_of(author)
    tree = org.get_tree()
    work.publish(
        title="年末客户服务月安排", kind="work", unit_id=tree.roots[0], unit_ids=frozenset(tree.nodes),
        text="请各单位在本月内完成重点客户走访，核对联系人与合同到期情况，并向所服务的客户转告服务安排。",
        author_id=viewer.person_id or 0, for_customers=True, acknowledge_by=clock.today() + timedelta(days=7), by=author,
    )  # fmt: skip


def _draft(code: str, author: Any) -> None:
    newest = articles.list_versions(code).first()
    if newest is None:
        return
    next_month = (Month.containing(clock.today()) + 1).starts_on
    text = newest.text.replace(f"starts_on: {newest.starts_on}", f"starts_on: {next_month}", 1)
    rulebook.draft(text=text.replace("customers_share: 0.2", "customers_share: 0.25", 1), by=author)


def _absence(manager: Any) -> None:
    """The manager is away for two days in a fortnight; a colleague acts for him."""
    viewer = viewer_of(manager)
    colleagues = [pk for pk in org.people_at(viewer.unit_id or 0) if pk != viewer.person_id]
    person = org.find_person(viewer.person_id or 0)
    if person is None or not colleagues:
        return
    starts_on = clock.today() + timedelta(days=14)
    org_actions.note_absence(
        person=person, substitute=org.find_person(colleagues[0]), starts_on=starts_on,
        ends_before=starts_on + timedelta(days=2), reason="年休假", by=manager,
    )  # fmt: skip
