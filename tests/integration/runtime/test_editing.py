"""Cells edited in lists, one by one and many at once: nobody's work is lost, nobody's reach is widened, all can be taken back."""

import json

import pytest
from django.urls import reverse

from qiao.customers import actions as customers
from qiao.customers.access import refused_edits
from qiao.customers.models import Customer, StageChange
from qiao.org import actions as org
from qiao.org.access import viewer_of
from qiao.org.models import RoleType
from qiao.runtime.editing import actions
from qiao.runtime.jobs.models import Job
from qiao.runtime.jobs.queue import run_inline
from qiao.runtime.models import ListChange
from qiao.runtime.records import access as record_access
from qiao.runtime.records import actions as records
from qiao.runtime.records.models import CustomValues, Tagged
from qiao.work import actions as work
from qiao.work.models import Task

pytestmark = pytest.mark.django_db
CELL, BULK = "/lists/cell/", "/lists/bulk/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ours(cast):
    return cast.customers["ours"]


def cell(
    pk: int, value: str, was: object = None, column: str = "industry", **more: object
) -> dict[str, object]:
    return {
        "address": "/customers/",
        "column": column,
        "row": pk,
        "was": json.dumps(was),
        "cell-value": value,
        **more,
    }


def saved(row: Customer) -> Customer:
    return Customer.objects.get(pk=row.pk)


def test_a_cell_is_changed_in_place_noted_and_taken_back(log_in, ours):
    client = log_in("manager")
    control = client.get(f"{CELL}?address=/customers/&column=industry&row={ours.pk}", **HTMX).content.decode()
    assert 'name="cell-value"' in control
    done = client.post(CELL, cell(ours.pk, "机械"), **HTMX)
    assert "机械" in done.content.decode()
    assert saved(ours).industry == "机械"
    told = json.loads(done.headers["HX-Trigger"])["cellSaved"]
    assert "云桥机械有限公司" in told["said"]
    client.post(told["undo"], **HTMX)
    assert saved(ours).industry == ""
    assert ListChange.objects.get().state == "undone"


def test_who_saves_over_somebody_elses_change_is_told_and_keeps_what_he_typed(log_in, ours):
    Customer.objects.filter(pk=ours.pk).update(industry="医药")
    answer = log_in("manager").post(CELL, cell(ours.pk, "机械", was=None), **HTMX)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "医药" in html
    assert 'value="机械"' in html
    assert saved(ours).industry == "医药"
    again = log_in("manager").post(CELL, cell(ours.pk, "机械", was="医药"), **HTMX)
    assert again.status_code == 200
    assert saved(ours).industry == "机械"


def test_a_value_too_long_is_refused_in_place(log_in, ours):
    answer = log_in("manager").post(CELL, cell(ours.pk, "长" * 61), **HTMX)
    assert answer.status_code == 422
    assert "q-error" in answer.content.decode()


@pytest.mark.parametrize(("member", "status"), [("neighbour", 404), ("auditor", 403), ("outsider", 403)])
def test_a_cell_out_of_reach_is_not_there(log_in, ours, member, status):
    assert log_in(member).post(CELL, cell(ours.pk, "机械"), **HTMX).status_code == status
    assert saved(ours).industry == ""


def test_no_other_page_is_opened_through_the_cell_address(log_in, ours):
    client = log_in("administrator")
    for address in ("/me/", "/nowhere/", "/lists/bulk/?address=/customers/", f"/customers/{ours.pk}/", ""):
        assert client.post(CELL, {**cell(ours.pk, "x"), "address": address}, **HTMX).status_code == 404


def test_a_column_that_is_not_edited_is_refused(log_in, ours):
    assert log_in("administrator").post(CELL, cell(ours.pk, "x", column="code"), **HTMX).status_code == 404


def test_a_stage_changed_in_the_list_asks_why_and_goes_back_without_a_trace_in_its_history(log_in, ours):
    client = log_in("manager")
    sent = cell(ours.pk, "warning", was="service", column="stage")
    assert client.post(CELL, sent, **HTMX).status_code == 422
    done = client.post(CELL, {**sent, "cell-reason": "三个月未下单"}, **HTMX)
    assert done.status_code == 200
    change = StageChange.objects.get(customer=ours)
    assert (change.stage, change.reason) == ("warning", "三个月未下单")
    client.post(json.loads(done.headers["HX-Trigger"])["cellSaved"]["undo"], **HTMX)
    assert saved(ours).stage == "service"
    assert not StageChange.objects.filter(customer=ours).exists()


def many(**fields: object) -> dict[str, object]:
    return {"address": "/customers/", "column": "industry", "value": "零售", **fields}


def digest_of(html: str) -> str:
    return html.partition('name="digest" value="')[2].partition('"')[0]


@pytest.mark.parametrize("sight", ["masked", "hidden"])
def test_a_column_seen_masked_is_neither_edited_nor_changed_in_bulk(cast, log_in, sight):
    person = cast.people["manager"]
    cell_of = {
        "address": "/org/people/?columns=phone",
        "column": "phone",
        "row": person.pk,
        "was": '"13900000000"',
    }
    role = RoleType.objects.get(code="hr")
    org.put_role_type(role_type=role, sights={"person.phone": sight}, by=None)
    client = log_in("hr")
    assert client.post(CELL, {**cell_of, "cell-value": "1"}, **HTMX).status_code == 404
    bulk = {
        "address": "/org/people/",
        "column": "phone",
        "which": "all",
        "bulk-value": "1",
        "stage": "preview",
    }
    assert client.post(BULK, bulk).status_code in {404, 422}
    org.put_role_type(role_type=role, sights={"person.phone": "open"}, by=None)
    assert log_in("hr").post(CELL, {**cell_of, "cell-value": "1"}, **HTMX).status_code == 200
    person.refresh_from_db()
    assert person.phone == "1"


def test_many_rows_are_previewed_changed_and_taken_back_but_for_those_changed_since(cast, log_in, ours):
    client, theirs = log_in("administrator"), cast.customers["theirs"]
    Customer.objects.filter(pk=cast.customers["far"].pk).update(industry="零售")
    preview = client.post(BULK, many(which="all", stage="preview")).content.decode()
    assert "云桥机械有限公司" in preview
    assert Customer.objects.filter(industry="零售").count() == 1  # a preview writes nothing
    done = client.post(BULK, many(which="all", stage="apply", digest=digest_of(preview)))
    change = ListChange.objects.get()
    assert done["Location"] == f"/lists/changes/{change.pk}/"
    assert (change.state, change.changed, change.same) == ("done", 2, 1)
    assert Customer.objects.filter(industry="零售").count() == 3
    Customer.objects.filter(pk=theirs.pk).update(industry="批发")
    client.post(f"/lists/changes/{change.pk}/undo/")
    assert saved(ours).industry == ""
    assert saved(theirs).industry == "批发"
    assert saved(cast.customers["far"]).industry == "零售"  # had it before
    page = client.get(f"/lists/changes/{change.pk}/").content.decode()
    assert "乙县供销社" in page
    change.refresh_from_db()
    assert (change.state, change.kept_count) == ("undone", 1)
    assert client.post(f"/lists/changes/{change.pk}/undo/").status_code == 422  # not twice


def test_only_what_the_list_is_narrowed_to_is_changed(cast, log_in, ours):
    client = log_in("administrator")
    address = f"/customers/?unit={cast.units['jia'].pk}"
    preview = client.post(BULK, many(address=address, which="all", stage="preview")).content.decode()
    client.post(BULK, many(address=address, which="all", stage="apply", digest=digest_of(preview)))
    assert list(Customer.objects.filter(industry="零售")) == [ours]


def test_rows_out_of_reach_cannot_be_picked(cast, log_in):
    far = cast.customers["far"].pk
    answer = log_in("supervisor").post(BULK, many(pick=far, which="picked", stage="preview"))
    assert answer.status_code == 404


def test_what_changed_since_the_preview_is_looked_at_again(cast, log_in, ours):
    client = log_in("administrator")
    preview = client.post(BULK, many(which="all", stage="preview")).content.decode()
    customers.open_file(
        code="C-new", name="新客户", home_unit=cast.units["jia"], starts_on=ours.starts_on, by=None
    )
    answer = client.post(BULK, many(which="all", stage="apply", digest=digest_of(preview)))
    assert answer.status_code == 422
    assert not Customer.objects.filter(industry="零售").exists()
    assert not ListChange.objects.exists()


def test_the_right_to_change_reaches_as_far_as_for_the_form(cast, ours):
    theirs = cast.customers["theirs"].pk
    assert refused_edits(_viewer(cast, "manager"), [ours.pk, theirs]).keys() == {theirs}


def _viewer(cast, member):
    return viewer_of(cast.users[member])


def test_tags_are_added_and_taken_off_many_rows_and_come_back_as_they_were(cast, log_in, ours):
    red, blue = (
        records.put_tag(kind="customer", name=name, colour="red", by=None) for name in ("重点", "甲级")
    )
    theirs = cast.customers["theirs"].pk
    records.mark(pks=[ours.pk], add=[blue], by=None)
    client = log_in("supervisor")
    sent = {"address": "/customers/", "column": "tags", "which": "all", "add": [red.pk], "remove": [blue.pk]}
    preview = client.post(BULK, {**sent, "stage": "preview"}).content.decode()
    client.post(BULK, {**sent, "stage": "apply", "digest": digest_of(preview)})
    assert set(Tagged.objects.values_list("object_id", "tag__name")) == {(ours.pk, "重点"), (theirs, "重点")}
    client.post(f"/lists/changes/{ListChange.objects.get().pk}/undo/")
    assert set(Tagged.objects.values_list("object_id", "tag__name")) == {(ours.pk, "甲级")}


def test_custom_fields_are_edited_where_they_apply(cast, log_in, ours):
    kind = record_access.get_kind(_viewer(cast, "administrator"), "customer")
    records.put_field(kind=kind, by=None, code="boiler", label_zh="锅炉", type="number", segments=["factory"])
    Customer.objects.filter(pk=ours.pk).update(segment="factory")
    client = log_in("administrator")
    sent = {"address": "/customers/", "column": "own_boiler", "which": "all", "value": "1,200.50"}
    refused = client.post(BULK, {**sent, "value": "viel", "stage": "preview"})
    assert refused.status_code == 422
    sent["value"] = "1200.50"
    preview = client.post(BULK, {**sent, "stage": "preview"}).content.decode()
    assert "乙县供销社" in preview  # left out, and named
    client.post(BULK, {**sent, "stage": "apply", "digest": digest_of(preview)})
    assert CustomValues.objects.get(object_id=ours.pk).values == {"boiler": "1200.5"}
    assert ListChange.objects.get().left_count == 2
    client.post(f"/lists/changes/{ListChange.objects.get().pk}/undo/")
    assert CustomValues.objects.get(object_id=ours.pk).values == {}


def test_many_rows_become_a_job_that_writes_all_or_nothing(cast, log_in, ours, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    client = log_in("administrator")
    preview = client.post(BULK, many(which="all", stage="preview")).content.decode()
    client.post(BULK, many(which="all", stage="apply", digest=digest_of(preview)))
    change = ListChange.objects.get()
    assert change.state == "waiting"
    assert not Customer.objects.filter(industry="零售").exists()
    run_inline(change.job_id)
    assert Customer.objects.filter(industry="零售").count() == 3
    client.post(f"/lists/changes/{change.pk}/undo/")
    change.refresh_from_db()
    assert change.state == "undoing"
    run_inline(change.job_id)
    assert not Customer.objects.filter(industry="零售").exists()
    assert Job.objects.filter(state="done").count() == 2


def test_a_job_that_meets_another_list_fails_and_writes_nothing(cast, log_in, ours, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    client = log_in("administrator")
    preview = client.post(BULK, many(which="all", stage="preview")).content.decode()
    client.post(BULK, many(which="all", stage="apply", digest=digest_of(preview)))
    Customer.objects.filter(pk=ours.pk).update(industry="零售")
    change = ListChange.objects.get()
    run_inline(change.job_id)
    change.refresh_from_db()
    assert change.state == "failed"
    assert Customer.objects.filter(industry="零售").count() == 1


def test_anothers_change_is_neither_seen_nor_taken_back(log_in, ours):
    log_in("manager").post(CELL, cell(ours.pk, "机械"), **HTMX)
    pk = ListChange.objects.get().pk
    other = log_in("deputy")
    assert other.get(f"/lists/changes/{pk}/").status_code == 404
    assert other.post(f"/lists/changes/{pk}/undo/").status_code == 404
    assert log_in("auditor").get(f"/lists/changes/{pk}/").status_code == 200
    assert log_in("auditor").post(f"/lists/changes/{pk}/undo/").status_code == 404
    assert saved(ours).industry == "机械"


def test_a_task_ends_in_the_list_with_what_came_of_it(cast, log_in):
    task = work.give_task(title="回访", owner_id=cast.people["manager"].pk, by=None)
    sent = {
        "address": reverse("work:tasks"),
        "column": "state",
        "row": task.pk,
        "was": '"open"',
        "cell-value": "done",
    }
    client = log_in("manager")
    assert client.post(CELL, sent, **HTMX).status_code == 422
    assert client.post(CELL, {**sent, "cell-reason": "客户满意"}, **HTMX).status_code == 200
    assert Task.objects.get(pk=task.pk).outcome == "客户满意"
    assert client.post(f"/lists/changes/{ListChange.objects.get().pk}/undo/", **HTMX).status_code == 422


def test_the_api_changes_a_cell_and_many_rows_by_the_same_rules(cast, call, ours):
    send = call("administrator", ["customers.view", "customers.edit"])
    body = {"address": "/customers/", "column": "industry", "row": ours.pk, "was": None, "value": "机械"}
    assert send("POST", "/lists/cell", body).json()["change"]["changed"] == 1
    assert send("POST", "/lists/cell", {**body, "value": "医药"}).status_code == 422  # no longer empty
    wanted = {"address": "/customers/", "column": "industry", "value": "零售"}
    preview = send("POST", "/lists/bulk/preview", wanted).json()
    assert preview["changes"] == 3
    done = send("POST", "/lists/bulk", {**wanted, "digest": preview["digest"]}).json()
    assert done["state"] == "done"
    assert send("POST", f"/lists/changes/{done['id']}/undo").json()["state"] == "undone"
    assert saved(ours).industry == "机械"
    assert len(send("GET", "/lists/changes").json()["items"]) == 2
    blind = call("administrator", ["customers.view"])
    assert blind("POST", "/lists/cell", body).status_code == 403
