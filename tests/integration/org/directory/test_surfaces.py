"""Pages, operations and the command: who may, what is masked, what is refused and where."""

import pytest
from django.urls import reverse

from qiao.config.cli import build_parser
from qiao.org import actions, queries
from qiao.org.models import DirectoryAccount, DirectoryRun, DirectorySetup, Person, RoleType
from qiao.runtime.jobs.models import Job
from qiao.runtime.jobs.queue import run_inline

pytestmark = pytest.mark.django_db
RIGHTS = ["org.directory", "org.edit", "org.view"]


def work_off():
    for job in Job.objects.filter(state="waiting").order_by("pk"):
        run_inline(job.pk)


def compared(client, directory="wecom"):
    client.post(reverse("org:start_directory_run", args=[directory]))
    work_off()
    return DirectoryRun.objects.order_by("-pk").first()


def keeper(cast, member="hr", scope="all", **more):
    """A member who keeps directories without being an administrator."""
    role = RoleType.objects.get(code=member)
    actions.put_role_type(
        role_type=role, rights=[*role.rights, "org.directory"], scope_kind=scope, by=None, **more
    )


def test_a_program_goes_the_whole_way(call, wecom):
    send = call("administrator", RIGHTS)
    assert send("GET", "/org/directories").json()[0]["is_set_up"] is True
    assert send("POST", "/org/directories/wecom/check").json() == {"departments": 4}
    run = send("POST", "/org/directories/wecom/runs").json()
    work_off()
    assert send("POST", "/org/directories/wecom/departments/by-name").json() == {"placed": 4}
    departments = send("GET", "/org/directories/wecom/departments").json()["items"]
    assert {one["name"] for one in departments} == {"云桥省公司", "甲县", "乙县", "东市公司"}
    second = send("POST", "/org/directories/wecom/runs").json()["id"]
    work_off()
    assert send("GET", f"/org/directory-runs/{run['id']}").json()["state"] == "outdated"
    found = send("GET", f"/org/directory-runs/{second}/rows").json()["items"]
    assert {one["kind"] for one in found} == {"link"}
    assert "工号" in found[0]["why"] or "staff number" in found[0]["why"]
    assert send("POST", f"/org/directory-runs/{second}/apply", {}).json()["state"] == "applying"
    work_off()
    assert send("GET", f"/org/directory-runs/{second}").json()["state"] == "applied"
    assert send("POST", f"/org/directory-runs/{second}/apply", {}).status_code == 422
    assert DirectoryAccount.objects.count() == 5


def test_settings_tell_no_secret_and_refuse_what_is_not_known(call, wecom):
    send = call("administrator", RIGHTS)
    answer = send("GET", "/org/directories")
    assert "secret" not in answer.content.decode()
    assert (
        send("PUT", "/org/directories/wecom", {"keys": ["phone", "phone"], "fields": []}).status_code == 422
    )
    assert send("PUT", "/org/directories/wecom", {"keys": ["shoe"], "fields": []}).status_code == 422
    assert send("PUT", "/org/directories/feishu", {"keys": [], "fields": []}).status_code == 404
    kept = send(
        "PUT", "/org/directories/wecom", {"keys": ["phone"], "fields": ["phone"], "nightly": "dry_run"}
    )
    assert (kept.status_code, kept.json()["keys"]) == (200, ["phone"])


def test_whose_right_does_not_reach_the_enterprise_sees_nothing(cast, wecom, log_in):
    keeper(cast, "supervisor", scope="unit_and_below")
    client = log_in("supervisor")
    assert client.get(reverse("org:directories")).status_code == 403
    assert client.post(reverse("org:start_directory_run", args=["wecom"])).status_code == 403
    assert not DirectoryRun.objects.exists()


def test_what_a_role_reads_masked_is_masked_in_the_dry_run_too(cast, wecom, log_in, call):
    keeper(cast, sights={"person.phone": "masked"})
    actions.put_accounts(person=cast.people["manager"], accounts={"wecom": "wx-manager"}, by=None)
    wecom.members[0]["mobile"] = "13812345678"
    run = compared(log_in("hr"))
    text = log_in("hr").get(reverse("org:directory_run", args=[run.pk])).content.decode()
    assert "138****5678" in text
    assert "13812345678" not in text
    rows = call("hr", ["org.directory"])("GET", f"/org/directory-runs/{run.pk}/rows").content.decode()
    assert "138****5678" in rows
    assert "13812345678" not in rows


def test_nobody_makes_administrators_by_way_of_who_joins(cast, wecom, log_in, call):
    keeper(cast)
    role = RoleType.objects.get(code="administrator")
    fields = {
        "first": "number", "fields_taken": ["name"], "joiner_role": role.pk, "leavers_pct": 5, "leavers_always": 3,
        "nightly": "off",
    }  # fmt: skip
    answer = log_in("hr").post(reverse("org:directory_setup", args=["wecom"]), fields)
    assert answer.status_code == 422
    body = {"keys": [], "fields": [], "joiner_role_id": role.pk}
    assert call("hr", ["org.directory"])("PUT", "/org/directories/wecom", body).status_code == 422
    assert DirectorySetup.objects.get(directory="wecom").joiner_role is None
    # Nor by pressing the button under settings somebody else made.
    actions.put_directory_setup(directory="wecom", joiner_role=role, by=None)
    wecom.members[:] = [{**wecom.members[0], "userid": "new", "name": "新来", "mobile": ""}]
    wecom.members[0]["extattr"]["attrs"][0]["text"]["value"] = "N-1"
    compared(log_in("hr"))
    actions.place_by_name(directory="wecom", by=None)
    run = compared(log_in("hr"))
    assert run.counts["join"] == 1
    assert log_in("hr").post(reverse("org:apply_directory_run", args=[run.pk])).status_code == 422
    assert not Person.objects.filter(code="N-1").exists()


def test_settings_are_kept_as_entered(cast, wecom, log_in):
    client, url = log_in("administrator"), reverse("org:directory_setup", args=["wecom"])
    fields = {
        "first": "phone", "second": "", "third": "number", "fields_taken": ["phone"], "number_attribute": "员工号",
        "number_is_account": "on", "joiner_role": RoleType.objects.get(code="nothing").pk, "leavers_pct": "2.5",
        "leavers_always": 7, "nightly": "apply",
    }  # fmt: skip
    assert client.post(url, fields).status_code == 302
    row = DirectorySetup.objects.get(directory="wecom")
    assert (row.keys, row.fields, str(row.leavers_share), row.nightly) == (
        ["phone", "number"],
        ["phone"],
        "0.025",
        "apply",
    )
    assert client.get(url).status_code == 200
    assert client.post(url, {**fields, "second": "phone"}).status_code == 422
    assert "2.5" in client.get(reverse("org:directory", args=["wecom"])).content.decode()


def test_a_department_is_placed_by_hand_and_refused_where_it_does_not_fit(cast, wecom, log_in):
    client = log_in("administrator")
    compared(client)
    top, below = (queries.list_departments("wecom").get(department=one) for one in ("1", "2"))
    url = reverse("org:department", args=["wecom", below.pk])
    assert client.post(url, {"treatment": "unit"}).status_code == 422
    assert client.post(url, {"treatment": "unit", "unit": cast.units["yi"].pk}).status_code == 302
    below.refresh_from_db()
    assert below.unit == cast.units["yi"]
    assert (
        client.post(reverse("org:department", args=["wecom", top.pk]), {"treatment": "above"}).status_code
        == 422
    )
    run = compared(client)  # remembered
    assert ("conflict", "department_open") not in {
        (row.kind, row.reason) for row in queries.stored_rows(run.pk) if row.member == "wx-manager"
    }


def test_a_page_that_waits_is_told_when_the_job_has_ended(cast, wecom, log_in):
    client = log_in("administrator")
    client.post(reverse("org:start_directory_run", args=["wecom"]))
    run = DirectoryRun.objects.get()
    url = reverse("org:directory_run", args=[run.pk]) + "?waiting=1"
    assert "HX-Refresh" not in client.get(url).headers
    assert "无需变更" not in client.get(reverse("org:directory_run", args=[run.pk])).content.decode()
    work_off()
    assert client.get(url).headers["HX-Refresh"] == "true"


def test_too_many_are_refused_on_the_page_with_the_reason_asked_for(cast, wecom, log_in):
    client = log_in("administrator")
    for key in ("manager", "deputy"):
        actions.put_accounts(person=cast.people[key], accounts={"wecom": f"gone-{key}"}, by=None)
    actions.put_directory_setup(directory="wecom", leavers_always=1, keys=[], by=None)
    run = compared(client)
    assert run.counts["leave"] == 2
    page = client.get(reverse("org:directory_run", args=[run.pk])).content.decode()
    assert "id_override" in page
    url = reverse("org:apply_directory_run", args=[run.pk])
    assert client.post(url).status_code == 422
    assert client.post(url, {"override": "整体移交"}).status_code == 302
    work_off()
    run.refresh_from_db()
    assert (run.state, run.override_by) == ("applied", cast.users["administrator"])


@pytest.fixture
def typed(capsys):
    """``typed(*words)`` → (exit code, printed, complained)."""

    def run(*words):
        args = build_parser().parse_args(["directory", *words])
        code = args.module.run(args)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.django_db(transaction=True)
def test_the_command_does_the_same(cast, wecom, typed):
    assert typed("check", "wecom", "--as", "administrator")[:2] == (0, "wecom answers: 4 departments\n")
    code, said, _ = typed("dry-run", "wecom", "--as", "administrator")
    assert code == 0
    assert "5 link" in said
    actions.place_by_name(directory="wecom", by=None)
    typed("dry-run", "wecom", "--as", "administrator")
    run = DirectoryRun.objects.order_by("-pk").first()
    assert typed("apply", str(run.pk), "--as", "administrator")[0] == 0
    assert DirectoryAccount.objects.count() == 5
    wecom.broken["/cgi-bin/user/list"] = b"?"
    code, _, complained = typed("dry-run", "wecom", "--as", "administrator")
    assert code == 1
    assert "云桥省公司" in complained


@pytest.mark.django_db(transaction=True)
def test_the_command_is_refused_to_who_may_not(cast, wecom, typed):
    from qiao.kernel.errors import NotAllowed

    with pytest.raises(NotAllowed):
        typed("dry-run", "wecom", "--as", "manager")
    assert typed("dry-run", "wecom", "--as", "nobody")[0] == 2
