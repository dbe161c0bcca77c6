"""The ledger's programming interface: what the pages do, with the same scope, by token."""

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qiao.kernel.period import Month
from qiao.ledger import actions
from qiao.ledger.models import Batch, Run
from qiao.runtime.jobs.queue import run_inline
from qiao.runtime.tokens.actions import issue
from tests.integration.ledger.conftest import MONTHLY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("activity")]
HEAD = "客户,账期,品类,金额,成本\n"
IMPORT, VIEW, CLOSE = ["ledger.import"], ["ledger.view"], ["ledger.close"]


@pytest.fixture
def call(client, cast):
    """``call(member, rights)`` → send(method, path, body) with that member's token → (status, answer)."""

    def as_member(member, rights):
        _token, secret = issue(user=cast.users[member], held=rights, name="t", rights=rights, days=1)

        def send(method, path, body=None, **files):
            kind = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
            if files:
                answer = client.post(f"/api/v1/ledger{path}", {**(body or {}), **files}, **kind)
            else:
                data = json.dumps(body) if body is not None else ""
                answer = client.generic(
                    method, f"/api/v1/ledger{path}", data, content_type="application/json", **kind
                )
            if answer.status_code >= 400:
                assert answer["Content-Type"] == "application/problem+json"
            return answer.status_code, answer.json() if "json" in answer["Content-Type"] else answer

        return send

    return as_member


@pytest.fixture
def closed(cast, bills, put):
    rows = [f"C-ours,{m},烟,100.10,60" for m in Month.range(Month(2025, 10), Month(2026, 10))]
    put(bills, [*rows, "C-theirs,2026-10,酒,50.05,20", "C-far,2026-10,烟,7,1"])
    return actions.close_month(month=Month(2026, 10), by=None)


def test_a_file_goes_from_upload_to_written_and_back_as_on_the_pages(bills, cast, call):
    send = call("administrator", IMPORT)
    text = HEAD + "C-ours,2026-10,烟,5,1\nC-no,2026-10,烟,5,1\n"
    upload = SimpleUploadedFile("x.csv", text.encode())
    status, batch = send("POST", "/imports", {"feed": "bills"}, file=upload)
    assert (status, batch["state"]) == (202, "received")
    run_inline(batch["job_id"])
    assert send("GET", f"/imports/{batch['id']}")[1]["report"]["rejected"] == 1
    status, refused = send("POST", f"/imports/{batch['id']}/write", {})
    assert (status, refused["code"]) == (422, "rows_refused")
    errors = b"".join(send("GET", f"/imports/{batch['id']}/errors")[1].streaming_content).decode("utf-8-sig")
    assert "C-no" in errors
    status, written = send("POST", f"/imports/{batch['id']}/write", {"without_rejected": True})
    assert (status, written["state"]) == (200, "written")
    assert send("POST", f"/imports/{batch['id']}/undo")[1]["state"] == "undone"
    assert send("POST", f"/imports/{batch['id']}/undo")[0] == 422


def test_a_dry_run_is_repeated_or_given_up(bills, put, cast, call):
    batch = put(bills, ["C-ours,2026-10,烟,5,1"], dry_run=True)
    send = call("administrator", IMPORT)
    status, again = send("POST", f"/imports/{batch.pk}/check")
    assert (status, again["job_id"] is not None) == (202, True)
    run_inline(again["job_id"])
    assert send("GET", f"/imports/{batch.pk}")[1]["state"] == "checked"
    assert send("GET", f"/imports/{batch.pk}/errors")[0] == 404
    assert send("POST", f"/imports/{batch.pk}/drop")[1]["state"] == "dropped"
    assert Batch.objects.get().state == "dropped"


def test_feeds_are_read_and_bettered(bills, put, cast, call):
    put(bills, ["C-ours,2026-10,烟,5,1"])
    send = call("administrator", IMPORT)
    feed = send("GET", "/feeds/bills")[1]
    assert (feed["mapping"], feed["months"]) == (MONTHLY, ["2026-10"])
    assert send("POST", "/feeds", {"mapping": MONTHLY.replace("月账单", "账单")})[1]["title_zh"] == "账单"
    status, problem = send("POST", "/feeds", {"mapping": "feed: ../x"})
    assert (status, problem["code"]) == (422, "bad_input")
    assert "feed" in {p["place"]["column"] for p in problem["problems"]}
    assert send("GET", "/feeds/none")[0] == 404


def test_a_close_is_started_and_its_record_read(bills, put, cast, call):
    put(bills, ["C-ours,2026-10,烟,5,1"])
    send = call("administrator", CLOSE)
    status, run = send("POST", "/closes", {"month": "2026-10"})
    assert status == 202
    run_inline(run["job_id"])
    record = send("GET", f"/closes/{run['id']}")[1]
    assert (record["state"], record["is_current"]) == ("done", True)
    assert record["result_digest"] == Run.objects.get().result_digest
    assert record["inputs"]["facts"]["sales"][0][0] == "2026-10"
    assert [step["code"] for step in record["steps"]][:2] == ["ledger.imports", "ledger.inputs"]
    assert {step["state"] for step in record["steps"]} == {"done"}
    assert send("POST", "/closes", {"month": "2026-13"})[1]["field"] == "month"
    assert send("GET", "/closes/999999")[0] == 404


def test_imports_and_closes_come_in_cursor_pages(bills, put, cast, call, closed):
    for n in range(2):
        put(bills, [f"C-ours,2026-10,烟,{n + 1},1"])
    send = call("administrator", IMPORT + CLOSE)
    first = send("GET", "/imports?limit=2")[1]
    second = send("GET", f"/imports?limit=2&cursor={first['next']}")[1]
    ids = [row["id"] for row in first["items"] + second["items"]]
    assert ids == sorted(Batch.objects.values_list("pk", flat=True))
    assert [row["id"] for row in send("GET", "/closes")[1]["items"]] == [closed.pk]


def test_figures_open_to_their_definition_and_their_months(closed, cast, call):
    send = call("supervisor", VIEW)
    listed = send("GET", f"/figures?holder_kind=unit&holder_id={cast.units['east'].pk}&window=year")[1]
    revenue = next(f for f in listed if f["indicator"] == "revenue")
    one = send("GET", f"/figures/{revenue['id']}")[1]
    assert (one["since"], one["until"], one["run_id"]) == ("2026-01", "2026-10", closed.pk)
    assert one["definition"]["code"] == "revenue"
    lines = send("GET", f"/lines?unit_id={cast.units['east'].pk}&since={one['since']}&until={one['until']}")[
        1
    ]
    assert Decimal(lines["revenue_yuan"]) == Decimal(revenue["numerator"])
    history = send(
        "GET", f"/figures/history?holder_kind=unit&holder_id={cast.units['east'].pk}&indicator=revenue"
    )[1]
    assert [(f["period"], Decimal(f["numerator"])) for f in history] == [("2026-10", Decimal("150.15"))]
    missing = next(f for f in listed if f["indicator"] == "receivables")
    assert (missing["numerator"], bool(missing["incomplete"])) == (None, True)
    assert send("GET", "/indicators/revenue")[1]["unit"] == one["definition"]["unit"]
    assert send("GET", "/indicators/nothing")[0] == 404


def test_figures_and_lines_out_of_scope_look_like_none(closed, cast, call):
    send = call("manager", VIEW)
    assert send("GET", f"/figures?holder_kind=unit&holder_id={cast.units['east'].pk}")[0] == 404
    far = closed.figures.filter(holder_kind="unit", holder_id=cast.units["bing"].pk).first()
    assert send("GET", f"/figures/{far.pk}")[0] == 404
    span = "since=2026-10&until=2026-10"
    assert send("GET", f"/lines?{span}&unit_id={cast.units['east'].pk}")[0] == 404
    assert send("GET", f"/lines?{span}&customer_id={cast.customers['theirs'].pk}")[0] == 404
    assert send("GET", f"/customers/{cast.customers['theirs'].pk}")[0] == 404
    mine = send("GET", f"/lines?{span}")[1]
    assert {line["customer_id"] for line in mine["lines"]} == {cast.customers["ours"].pk}


def test_lines_come_in_cursor_pages_that_do_not_mix_two_states_of_the_ledger(orders, put, cast, call):
    put(orders, [f"C-ours,2026-10-{1 + n % 28:02d},甲,1,1,n{n}" for n in range(150)])
    send = call("administrator", VIEW)
    first = send("GET", "/lines?since=2026-10&until=2026-10")[1]
    second = send("GET", f"/lines?since=2026-10&until=2026-10&cursor={first['next']}")[1]
    keys = {line["source_key"] for line in first["lines"] + second["lines"]}
    assert (len(keys), first["total"], second["next"]) == (150, 150, None)
    put(orders, ["C-ours,2026-10-01,甲,1,1,late"])
    status, problem = send("GET", f"/lines?since=2026-10&until=2026-10&cursor={first['next']}")
    assert (status, problem["code"]) == (422, "cursor_stale")
    assert send("GET", "/lines?since=2026-10&until=2026-10&cursor=x")[1]["code"] == "cursor"


@pytest.mark.parametrize(
    ("span", "field"),
    [("since=2026-11&until=2026-10", "until"), ("since=2020-01&until=2026-10", "until"), ("since=x&until=2026-10", "since")],
)  # fmt: skip
def test_a_span_that_is_none_names_its_field(cast, call, span, field):
    status, problem = call("administrator", VIEW)("GET", f"/lines?{span}")
    assert (status, problem["field"]) == (422, field)


def test_a_customers_ledger_has_null_where_nobody_imported(closed, cast, call):
    found = call("manager", VIEW)("GET", f"/customers/{cast.customers['ours'].pk}")[1]
    assert found["revenue_yuan"]["2026-10"] == "100.10"
    assert found["revenue_yuan"]["2025-09"] is None
    assert [(part["name"], part["lines"]) for part in found["categories"]] == [("烟", 12)]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/imports"), ("GET", "/imports/1"), ("GET", "/imports/1/errors"), ("POST", "/imports/1/check"),
        ("POST", "/imports/1/undo"), ("POST", "/imports/1/drop"), ("GET", "/feeds"), ("GET", "/feeds/x"),
        ("GET", "/closes"), ("GET", "/closes/1"),
    ],
)  # fmt: skip
def test_a_token_without_the_right_is_refused_before_anything_is_looked_up(cast, call, method, path):
    status, problem = call("administrator", VIEW)(method, path)
    assert (status, problem["code"]) == (403, "not_allowed")
