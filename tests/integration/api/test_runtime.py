"""Imports, jobs, tokens, audit and search through the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiao.customers.models import Customer
from qiao.runtime.jobs import actions as jobs
from qiao.runtime.jobs.queue import run_inline
from qiao.runtime.models import ApiToken

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(client, cast):
    def as_member(member, kind, text):
        client.force_login(cast.users[member], backend="qiao.runtime.login.backend.Backend")
        file = SimpleUploadedFile("客户.csv", text.encode())
        return client.post(f"/api/v1/imports/{kind}", {"file": file})

    return as_member


def test_a_file_is_checked_then_written_in_the_same_steps_as_on_the_page(cast, call, upload):
    taken = upload("supervisor", "customers", "客户编号,客户名称,归属单位\nN1,新桥商店,jia\n")
    assert (taken.status_code, taken.json()["state"]) == (202, "checking")
    run_inline(taken.json()["job_id"])
    send = call("supervisor", ["customers.import"])
    path = f"/imports/customers/{taken.json()['id']}"
    checked = send("GET", path).json()
    assert (checked["state"], checked["created"]) == ("ready", 1)
    assert not Customer.objects.filter(code="N1").exists()
    started = send("POST", f"{path}/commit")
    assert started.status_code == 202
    run_inline(started.json()["job_id"])
    assert send("GET", path).json()["state"] == "written"
    assert Customer.objects.filter(code="N1").exists()
    assert [row["id"] for row in send("GET", "/imports/customers").json()["items"]] == [taken.json()["id"]]


def test_refused_rows_come_back_as_a_file(call, upload):
    taken = upload("supervisor", "customers", "客户编号,客户名称,归属单位\nN1,新桥商店,nowhere\n")
    run_inline(taken.json()["job_id"])
    send = call("supervisor", ["customers.import"])
    path = f"/imports/customers/{taken.json()['id']}"
    refused = send("GET", path).json()
    assert (refused["state"], refused["refused"]) == ("refused", 1)
    assert "nowhere" in refused["problems"][0]["message"]
    answer = send("GET", f"{path}/errors")
    assert "新桥商店" in b"".join(answer.streaming_content).decode("utf-8-sig")
    assert send("POST", f"{path}/commit").json()["code"] == "import_not_ready"


def test_imports_need_the_kinds_right_and_belong_to_their_maker(cast, call, upload):
    assert upload("manager", "customers", "x\n").status_code == 403
    assert upload("supervisor", "horses", "x\n").status_code == 404
    taken = upload("administrator", "customers", "x\n").json()
    send = call("supervisor", ["customers.import"])
    assert send("GET", f"/imports/customers/{taken['id']}").status_code == 404
    assert [kind["code"] for kind in send("GET", "/imports").json()] == ["customers"]
    assert call("manager", ["customers.view"])("GET", "/imports").json() == []
    assert send("GET", "/imports/customers/template")["Content-Type"].endswith("spreadsheetml.sheet")


def test_jobs_are_ones_own_unless_one_sees_all(cast, call):
    job = jobs.enqueue("imports.check", by=cast.users["supervisor"], args={"run_id": 0})
    own = call("supervisor", ["customers.view"])
    assert [row["id"] for row in own("GET", "/jobs").json()["items"]] == [job.pk]
    assert call("manager", ["customers.view"])("GET", "/jobs").json()["items"] == []
    assert call("manager", ["customers.view"])("POST", f"/jobs/{job.pk}/cancel").status_code == 404
    assert len(call("auditor", ["jobs.view"])("GET", "/jobs").json()["items"]) == 1
    assert own("POST", f"/jobs/{job.pk}/cancel").json()["state"] == "cancelled"
    assert own("POST", f"/jobs/{job.pk}/cancel").json()["code"] == "job_ended"


def test_a_token_makes_no_token_stronger_than_itself_and_is_ended(cast, call):
    send = call("manager", ["tokens.use", "customers.view"])
    stronger = send("POST", "/tokens", {"name": "x", "rights": ["customers.edit"], "days": 5})
    assert (stronger.status_code, stronger.json()["code"]) == (422, "token_rights")
    made = send("POST", "/tokens", {"name": "feed", "rights": ["customers.view"], "days": 5})
    assert made.status_code == 201
    assert made.json()["secret"].startswith(made.json()["prefix"])
    assert "secret" not in send("GET", "/tokens").json()[0]
    path = f"/tokens/{made.json()['id']}"
    assert call("neighbour", ["tokens.use"])("DELETE", path).status_code == 404
    assert send("DELETE", path).status_code == 204
    assert ApiToken.objects.get(pk=made.json()["id"]).revoked_at is not None
    assert call("manager", ["customers.view"])("GET", "/tokens").status_code == 403


def test_the_audit_is_for_the_auditor(cast, call):
    send = call("auditor", ["audit.view", "log_ins.view"])
    changes = send("GET", "/audit/changes?what=customers.customer&limit=5").json()
    assert len(changes) == 5
    assert changes[0]["changes"]
    assert send("GET", "/audit/log-ins").json() == []
    assert send("GET", "/audit/changes?limit=0").status_code == 422
    for path in ("/audit/changes", "/audit/log-ins"):
        assert call("manager", ["customers.view"])("GET", path).status_code == 403


def test_the_search_finds_what_is_in_sight(call):
    hits = call("manager", ["customers.view", "org.view"])("GET", "/search?q=云桥").json()
    assert hits[0]["hits"][0]["title"] == "云桥机械有限公司"
    assert call("neighbour", ["customers.view"])("GET", "/search?q=云桥").json() == []
    assert call("outsider", ["customers.view"])("GET", "/search?q=云桥").json() == []
