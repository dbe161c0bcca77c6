"""Two files become one customer: nothing is lost, and it can be taken back."""

from datetime import date

import pytest
from django.apps import apps
from django.urls import reverse

from qiao.customers import actions, queries
from qiao.customers.core.assignment import DeputyPolicy
from qiao.customers.models import (
    Assignment,
    Contact,
    Contract,
    Customer,
    HomeUnit,
    Merge,
    NoticeTold,
    Site,
    StageChange,
)
from qiao.kernel.errors import RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import Merging, list_registered
from qiao.work import actions as work
from qiao.work.models import Task

pytestmark = pytest.mark.django_db
FREE = DeputyPolicy()


@pytest.fixture
def two(cast):
    """``ours`` and a second file of the same firm, entered earlier in another county, with something of everything."""
    other = actions.open_file(
        code="C-two", name="云桥机械厂", home_unit=cast.units["bing"], starts_on=date(2018, 1, 1), by=None,
        address="河边路1号", tax_number="91350100M000100Y43", industry="machinery",
    )  # fmt: skip
    for role, who in (("primary", "neighbour"), ("deputy", "manager")):
        actions.assign(
            customer_ids=[other.pk], role=role, person=cast.people[who], on=date(2018, 1, 1), reason="初始", by=None,
            policy=FREE,
        )  # fmt: skip
    actions.put_site(customer=cast.customers["ours"], by=None, address="中心路2号")
    head = actions.put_contact(customer=other, by=None, name="陈总")
    actions.put_contact(customer=other, by=None, name="小李", reports_to_id=head.pk)
    for row, number in ((other, "HT-1"), (other, "HT-2"), (cast.customers["ours"], "HT-2")):
        actions.put_contract(customer=row, by=None, number=number, title="服务", starts_on=date(2026, 1, 1))
    actions.put_business_line(customer=other, by=None, product="专线", starts_on=date(2026, 1, 1))
    actions.change_stage(
        customer=other, stage="warning", on=date(2026, 5, 1), reason="下降", person_id=None, by=None
    )
    actions.note_told(notice_id=1, customer_ids=[other.pk], person_id=None, acknowledged=False, by=None)
    work.give_task(title="走访", owner_id=cast.people["manager"].pk, by=None, source=("customer", other.pk))
    below = actions.open_file(
        code="C-sub", name="分厂", home_unit=cast.units["jia"], starts_on=date(2022, 1, 1), by=None
    )
    actions.change_file(customer=below, changes={"group": other}, by=None)
    return cast.customers["ours"], Customer.objects.get(pk=other.pk), below


def merged(two, take=(), **values):
    return actions.merge(
        survivor_id=two[0].pk, merged_id=two[1].pk, take=take, reason=values.get("reason", "同一家"), by=None
    )


def snapshot(customers):
    """Everything that hangs on customers, as rows."""
    ids = [row.pk for row in customers]
    models = [m for m in apps.get_models() if m._meta.app_label in ("customers", "work")]
    kept = {}
    for model in models:
        if model._meta.model_name.endswith("event") or model.__name__ in (
            "Merge",
            "CurrentDay",
            "DuplicatePair",
        ):
            continue
        names = [f.attname for f in model._meta.concrete_fields]
        for field in ("customer_id", "source_id", "group_id", "id"):
            if field in names and (field != "id" or model is Customer):
                rows = model.objects.filter(**{f"{field}__in": ids}).values_list(*names)
                kept[model.__name__, field] = sorted(map(repr, rows))
    return kept


def test_everything_goes_to_the_survivor(two):
    survivor, other, below = two
    merged(two, take=["tax_number", "industry", "starts_on"])
    survivor.refresh_from_db()
    assert (survivor.tax_number, survivor.industry, survivor.starts_on) == (
        "91350100M000100Y43",
        "machinery",
        date(2018, 1, 1),
    )
    assert Contact.objects.filter(customer=survivor).count() == 2
    sites = {s.address: s.is_main for s in Site.objects.filter(customer=survivor)}
    assert sites == {"中心路2号": True, "河边路1号": False}
    assert Contract.objects.filter(customer=survivor).count() == 2
    assert Contract.objects.get(customer=other).number == "HT-2", (
        "a contract of a number the survivor has stays"
    )
    assert NoticeTold.objects.get().customer_id == survivor.pk
    assert Task.objects.get().source_id == survivor.pk
    below.refresh_from_db()
    assert below.group_id == survivor.pk
    assert [c.stage for c in queries.list_stage_changes(survivor.pk)] == ["service", "warning"]
    assert StageChange.objects.filter(customer=other).count() == 0


def test_spans_fill_the_days_the_survivor_has_none_and_break_no_constraint(two, cast):
    survivor, other, _below = two
    merged(two)
    homes = [
        (h.unit.code, h.starts_on, h.ends_before)
        for h in HomeUnit.objects.filter(customer=survivor).order_by("starts_on")
    ]
    assert homes == [("bing", date(2018, 1, 1), date(2020, 1, 1)), ("jia", date(2020, 1, 1), None)]
    served = Assignment.objects.filter(customer=survivor).order_by("starts_on", "role")
    assert [(a.role, a.person.code, a.starts_on) for a in served][:2] == [
        ("deputy", "P-manager", date(2018, 1, 1)), ("primary", "P-neighbour", date(2018, 1, 1)),
    ]  # fmt: skip
    survivor.refresh_from_db()
    other.refresh_from_db()
    assert survivor.primary_id == cast.people["manager"].pk
    assert (other.home_unit_id, other.primary_id, other.deputy_id) == (None, None, None)


def test_taken_back_all_stands_as_before(two):
    before = snapshot(two)
    done = merged(two, take=["tax_number", "stage", "starts_on", "name"])
    assert snapshot(two) != before
    actions.unmerge(merge_id=done.pk, by=None)
    after = snapshot(two)
    assert {key for key in before if before[key] != after[key]} == set()
    done.refresh_from_db()
    assert done.undone_at


def test_spans_begun_on_the_very_day_come_back_too(two, cast):
    actions.assign(
        customer_ids=[two[1].pk], role="primary", person=cast.people["former"], on=clock.today(), reason="新",
        by=None, policy=FREE,
    )  # fmt: skip
    actions.unmerge(merge_id=merged(two).pk, by=None)
    two[1].refresh_from_db()
    assert two[1].primary_id == cast.people["former"].pk


@pytest.mark.parametrize("change", ["field", "contact", "assignment", "task"])
def test_what_somebody_went_on_working_with_cannot_be_taken_back(two, cast, change):
    survivor, other, _below = two
    if change == "assignment":  # without a manager of its own it takes over the other's
        Assignment.objects.filter(customer=survivor, role="primary").delete()
    done = merged(two, take=["industry"])
    if change == "field":
        actions.change_file(customer=survivor, changes={"industry": "trade"}, by=None)
    elif change == "contact":
        actions.remove_contact(contact=Contact.objects.get(name="陈总"), by=None)
    elif change == "assignment":
        actions.assign(
            customer_ids=[survivor.pk], role="primary", person=cast.people["former"], on=clock.today(), reason="调",
            by=None, policy=FREE,
        )  # fmt: skip
    else:
        Task.objects.all().update(source_kind="", source_id=None)
    with pytest.raises(RuleBroken) as refusal:
        actions.unmerge(merge_id=done.pk, by=None)
    assert refusal.value.code == "changed_since"
    other.refresh_from_db()
    assert other.merged_into_id == survivor.pk


def test_a_merge_of_a_merge_leads_to_the_last_and_is_taken_back_from_the_end(two, cast, log_in):
    survivor, other, _below = two
    first = merged(two)
    last = cast.customers["theirs"]
    second = actions.merge(survivor_id=last.pk, merged_id=survivor.pk, take=[], reason="合并", by=None)
    assert queries.find_survivor_id(other.pk) == last.pk
    assert list(queries.list_merged([last.pk])) == sorted([(survivor.pk, last.pk), (other.pk, last.pk)])
    page = log_in("administrator").get(reverse("customers:customer", args=[other.pk]))
    assert page.headers["Location"] == reverse("customers:customer", args=[last.pk])
    with pytest.raises(RuleBroken) as refusal:
        actions.unmerge(merge_id=first.pk, by=None)
    assert refusal.value.code == "survivor_merged"
    with pytest.raises(RuleBroken) as refusal:
        merged(two)
    assert refusal.value.code == "merged_already"
    actions.unmerge(merge_id=second.pk, by=None)
    actions.unmerge(merge_id=first.pk, by=None)
    assert Customer.objects.filter(merged_into__isnull=False).count() == 0


@pytest.mark.parametrize("above", ["survivor", "merged"])
def test_a_file_is_merged_with_one_of_its_own_group(two, above):
    survivor, other, _below = two
    head, member = (survivor, other) if above == "survivor" else (other, survivor)
    actions.change_file(customer=member, changes={"group": head}, by=None)
    done = merged(two)
    survivor.refresh_from_db()
    assert survivor.group_id is None
    actions.unmerge(merge_id=done.pk, by=None)
    member.refresh_from_db()
    assert member.group_id == head.pk


def test_a_merged_file_is_in_no_list_and_leads_to_the_survivor_in_pages_and_api(two, log_in, call):
    survivor, other, _below = two
    merged(two)
    listed = log_in("administrator").get(reverse("customers:customers")).content.decode()
    assert "云桥机械有限公司" in listed
    assert "C-two" not in listed
    assert log_in("manager").get(reverse("customers:customer", args=[other.pk])).headers[
        "Location"
    ] == reverse("customers:customer", args=[survivor.pk])
    assert log_in("outsider").get(reverse("customers:customer", args=[other.pk])).status_code == 404
    found = call("manager", ["customers.view"])("GET", f"/customers/{other.pk}")
    assert (found.status_code, found.headers["Location"]) == (302, f"../customers/{survivor.pk}")


def test_side_by_side_merge_and_taking_back_in_the_browser(two, log_in):
    survivor, other, _below = two
    admin = log_in("administrator")
    url = reverse("customers:merge", args=[survivor.pk, other.pk])
    assert "91350100M000100Y43" in admin.get(url).content.decode()
    assert admin.post(url, {"tax_number": "other", "reason": ""}).status_code == 422
    answer = admin.post(url, {"tax_number": "other", "reason": "同一家"})
    page = admin.get(answer.headers["Location"]).content.decode()
    assert "同一家" in page
    overview = admin.get(reverse("customers:overview", args=[survivor.pk]), HTTP_HX_REQUEST="true")
    assert answer.headers["Location"] in overview.content.decode(), "the file tells what was merged into it"
    row = Merge.objects.get()
    assert admin.post(reverse("customers:unmerge", args=[survivor.pk, row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.undone_at


def test_who_may_not_merge_is_refused(two, log_in):
    url = reverse("customers:merge", args=[two[0].pk, two[1].pk])
    assert log_in("manager").post(url, {"reason": "x"}).status_code == 403
    assert log_in("outsider").post(url, {"reason": "x"}).status_code == 404


def _points_to_customers():
    """Every foreign key to a customer, and every (kind, id) that may name one, in all apps."""
    for model in apps.get_models():
        if hasattr(model, "pgh_tracked_model"):
            continue  # the audit keeps what was
        label = f"{model._meta.app_label}.{model.__name__}"
        names = {f.name for f in model._meta.concrete_fields}
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Customer:
                yield f"{label}.{field.name}"
        if {"source_kind", "source_id"} <= names:
            yield f"{label}.source_id"
        if "object_id" in names:
            yield f"{label}.object_id"


def test_every_pointer_to_a_customer_is_moved_by_a_merge_or_says_why_it_stays():
    parts = [part for part in list_registered(Merging) if part.kind == "customer"]
    said = {name for part in parts for name in part.covers} | {
        name for part in parts for name, why in part.stays if why
    }
    found = set(_points_to_customers())
    assert len(found) > 10
    assert found - said == set(), "register a Merging for it, or excuse it with a reason"
    assert said - found == set(), "nothing is there any more"


def test_the_merged_files_own_spans_end_with_the_merge(two):
    merged(two)
    ends = HomeUnit.objects.filter(customer=two[1]).values_list("ends_before", flat=True)
    assert list(ends) == [clock.today()]


def test_what_hangs_on_both_files_hangs_on_the_one_and_goes_back(two, cast):
    from qiao.runtime.records.models import Comment, CustomValues, Follow, Tag, Tagged

    survivor, merged_one = two[:2]
    user, now = cast.users["supervisor"], clock.now()
    said = Comment.objects.create(
        kind="customer", object_id=merged_one.pk, author=user, text="x", made_at=now
    )
    tag = Tag.objects.create(kind="customer", name="重点")
    for row in two[:2]:
        Follow.objects.create(kind="customer", object_id=row.pk, user=user, since=now)
        Tagged.objects.create(tag=tag, object_id=row.pk)
    CustomValues.objects.create(kind="customer", object_id=survivor.pk, values={"floor": 3})
    CustomValues.objects.create(kind="customer", object_id=merged_one.pk, values={"floor": 9, "door": "blue"})
    row = merged(two)
    said.refresh_from_db()
    values = CustomValues.objects.get(object_id=survivor.pk)
    assert (said.object_id, values.values) == (survivor.pk, {"floor": 3, "door": "blue"})
    assert (
        Follow.objects.filter(object_id=survivor.pk).count()
        == Tagged.objects.filter(object_id=survivor.pk).count()
        == 1
    )
    actions.unmerge(merge_id=row.pk, by=None)
    said.refresh_from_db()
    values.refresh_from_db()
    assert (said.object_id, values.values) == (merged_one.pk, {"floor": 3})
