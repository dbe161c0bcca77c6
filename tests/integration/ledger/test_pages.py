"""Pages of the ledger: what each shows, to whom, with how many queries."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.customers import actions as customers
from qiao.kernel.period import Month
from qiao.ledger import actions, queries
from qiao.ledger.models import Batch, Feed, Run
from qiao.runtime.jobs.models import Job
from qiao.runtime.jobs.queue import run_inline
from tests.integration.ledger.conftest import DAILY, MONTHLY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("activity")]


@pytest.fixture
def closed(cast, bills, put):
    rows = [f"C-ours,{m},烟,100.10,60" for m in Month.range(Month(2025, 10), Month(2026, 10))]
    put(bills, [*rows, "C-theirs,2026-10,酒,50.05,20", "C-far,2026-10,烟,7,1"])
    return actions.close_month(month=Month(2026, 10), by=None)


@pytest.fixture
def get(log_in):
    """``get(member, address, …)`` → (text, number of queries)."""

    def load(member, url, status=200, **headers):
        client = log_in(member)
        client.get(reverse("me"))  # the day's first request also rolls the day over
        with CaptureQueriesContext(connection) as caught:
            response = client.get(url, **headers)
        assert response.status_code == status, response.content[:2000].decode()
        return response.content.decode(), len(caught)

    return load


def test_a_supervisor_sees_his_unit_those_below_and_the_way_to_the_lines(closed, cast, get):
    text, queries_made = get("supervisor", reverse("ledger:figures"))
    assert "东市公司" in text
    assert "甲县" in text
    assert "150.15" in text  # of 甲县 and 乙县, without 丙县
    assert f"unit={cast.units['east'].pk}" in text
    assert queries_made <= 12


def test_a_manager_sees_his_own_figures_and_nobody_elses(closed, cast, get):
    text, _ = get("manager", reverse("ledger:figures"))
    assert "100.10" in text
    get("manager", f"{reverse('ledger:figures')}?person={cast.people['neighbour'].pk}", status=404)
    get("manager", f"{reverse('ledger:figures')}?unit={cast.units['east'].pk}", status=404)
    get("manager", f"{reverse('ledger:figures')}?unit=x", status=404)


def test_every_figure_opens_to_its_definition_and_down_to_lines(closed, cast, get):
    figure = next(
        f
        for f in queries.list_figures(closed, "unit", cast.units["east"].pk)
        if f.indicator.code == "margin_share"
    )
    text, _ = get("supervisor", reverse("ledger:why", args=[figure.pk]), HTTP_HX_REQUEST="true")
    assert "毛利除以收入" in text
    assert reverse("ledger:lines") in text
    lines, _ = get(
        "supervisor", f"{reverse('ledger:lines')}?unit={cast.units['east'].pk}&since=2026-10&until=2026-10"
    )
    assert "150.15" in lines


def test_a_missing_figure_shows_its_reason_and_no_zero(closed, cast, get):
    text, _ = get("supervisor", reverse("ledger:figures"))
    assert "2026-10" in text
    assert "2026-10 未导入应收账款" in text


def test_lines_of_a_merged_customer_are_found_at_who_stands_for_it(closed, cast, get):
    ours, far = cast.customers["ours"], cast.customers["far"]
    done = customers.merge(survivor_id=ours.pk, merged_id=far.pk, take=[], reason="x", by=None)
    page, made = get("manager", reverse("ledger:customer", args=[ours.pk]), HTTP_HX_REQUEST="true")
    assert "107.10" in page
    assert made <= 12
    lines, _ = get("manager", f"{reverse('ledger:lines')}?since=2026-10&until=2026-10")
    assert "107.10" in lines
    again = actions.close_month(month=Month(2026, 10), by=None)
    figures = {
        (f.holder_id, f.indicator.code): f for f in queries.list_figures(again, "unit", cast.units["jia"].pk)
    }
    assert figures[cast.units["jia"].pk, "revenue"].result.numerator == Decimal("107.10")
    unit = f"{reverse('ledger:lines')}?unit={cast.units['jia'].pk}&since=2026-10&until=2026-10"
    assert "107.10" in get("supervisor", unit)[0]
    customers.unmerge(merge_id=done.pk, by=None)
    assert "107.10" in get("supervisor", unit)[0], "the close knew of the merge"
    assert "100.10" in get("manager", f"{reverse('ledger:lines')}?since=2026-10&until=2026-10")[0]


def test_lines_are_cut_to_the_readers_scope(closed, get):
    address = f"{reverse('ledger:lines')}?since=2026-10&until=2026-10"
    mine, _ = get("manager", address)
    assert "云桥机械有限公司" in mine
    assert "丙县医院" not in mine
    assert "乙县供销社" not in mine
    led, _ = get("supervisor", address)
    assert "乙县供销社" in led
    assert "丙县医院" not in led
    everything, _ = get("auditor", address)
    assert "丙县医院" in everything


def test_a_former_manager_opens_the_lines_behind_his_own_past_figures_only(closed, cast, get):
    me = cast.people["former"].pk
    text, _ = get("former", f"{reverse('ledger:lines')}?person={me}&since=2026-01&until=2026-10")
    assert "500.50" in text  # January to May
    get(
        "former",
        f"{reverse('ledger:lines')}?customer={cast.customers['ours'].pk}&since=2026-01&until=2026-10",
        status=404,
    )


@pytest.mark.parametrize(
    "asked", ["since=2026-11&until=2026-10", "since=2020-01&until=2026-10", "since=x&until=y"]
)
def test_a_wrong_span_is_refused_at_its_field(closed, get, asked):
    get("manager", f"{reverse('ledger:lines')}?{asked}", status=422)


def test_a_customers_ledger_shows_trend_categories_and_gaps(closed, cast, get):
    url = reverse("ledger:customer", args=[cast.customers["ours"].pk])
    text, made = get("manager", url, HTTP_HX_REQUEST="true")
    assert "烟" in text
    assert "100.10" in text
    assert made <= 12


def test_an_import_goes_through_the_pages_from_upload_to_undo(bills, cast, log_in):
    client = log_in("administrator")
    upload = SimpleUploadedFile(
        "十月.csv", "客户,账期,品类,金额,成本\nC-ours,2026-10,烟,9.99,5\n".encode("gb18030")
    )
    response = client.post(reverse("ledger:new_batch"), {"feed": "bills", "file": upload, "mode": ""})
    batch = Batch.objects.get()
    assert response["Location"] == reverse("ledger:batch", args=[batch.pk])
    run_inline(Job.objects.get(name="ledger.check").pk)
    page = client.get(reverse("ledger:batch", args=[batch.pk])).content.decode()
    assert "9.99" in page
    assert reverse("ledger:write_batch", args=[batch.pk]) in page
    client.post(reverse("ledger:write_batch", args=[batch.pk]))
    assert "9.99" in client.get(f"{reverse('ledger:lines')}?since=2026-10&until=2026-10").content.decode()
    assert "十月.csv" in client.get(reverse("ledger:batches")).content.decode()
    client.post(reverse("ledger:undo_batch", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == "undone"


def test_the_page_names_row_and_column_of_each_problem_and_gives_the_error_file(bills, cast, put, log_in):
    batch = put(
        bills, ["C-ours,2026-10,烟,1,1", "C-ours,2026-10,酒,x,1", "C-no,2026-10,酒,1,1"], dry_run=True
    )
    client = log_in("administrator")
    page = client.get(reverse("ledger:batch", args=[batch.pk])).content.decode()
    assert "rows.csv · #3 · 金额" in page
    assert "C-no" in page
    errors = client.get(reverse("ledger:batch_errors", args=[batch.pk]))
    assert "不是数字" in b"".join(errors.streaming_content).decode("utf-8-sig")
    refused = client.post(reverse("ledger:write_batch", args=[batch.pk]))
    assert refused.status_code == 422
    assert (
        client.post(reverse("ledger:write_batch", args=[batch.pk]), {"without_rejected": "1"}).status_code
        == 302
    )


def test_a_mapping_is_entered_bettered_and_refused_by_its_keys(cast, log_in):
    client = log_in("administrator")
    assert client.post(reverse("ledger:new_feed"), {"mapping": DAILY}).status_code == 302
    assert Feed.objects.get().code == "orders"
    wrong = client.post(
        reverse("ledger:feed", args=["orders"]), {"mapping": DAILY.replace("grain: day", "grain: week")}
    )
    assert wrong.status_code == 422
    assert "grain" in wrong.content.decode()
    renamed = client.post(reverse("ledger:feed", args=["orders"]), {"mapping": MONTHLY})
    assert renamed.status_code == 422
    assert "orders" in client.get(reverse("ledger:feeds")).content.decode()


def test_a_close_is_started_from_its_page_and_its_record_shows_hashes(closed, cast, log_in):
    client = log_in("administrator")
    started = client.post(reverse("ledger:runs"), {"month": "2026-09"})
    run = Run.objects.get(month="2026-09")
    assert started["Location"] == reverse("ledger:run", args=[run.pk])
    run_inline(Job.objects.get(name="ledger.close").pk)
    run.refresh_from_db()
    assert run.state == "done"
    page = client.get(reverse("ledger:run", args=[run.pk])).content.decode()
    assert run.result_digest[:16] in page
    assert client.post(reverse("ledger:runs"), {"month": "2026-11"}).status_code == 422
    assert client.post(reverse("ledger:runs"), {"month": "soon"}).status_code == 422


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_catalogue_is_complete_in_both_languages(cast, log_in, language):
    client = log_in("manager")
    client.cookies["django_language"] = language
    page = client.get(reverse("ledger:catalogue")).content.decode()
    assert ("毛利率" if language == "zh-hans" else "Gross margin share") in page
    detail = client.get(reverse("ledger:indicator", args=["customers_lost"])).content.decode()
    assert "customers_lost" in detail
    assert client.get(reverse("ledger:indicator", args=["nonsense"])).status_code == 404


def test_the_api_gives_figures_lines_imports_and_closes_in_scope(closed, cast, log_in):
    client = log_in("supervisor")
    east = cast.units["east"].pk
    rows = client.get(f"/api/v1/ledger/figures?holder_kind=unit&holder_id={east}&month=2026-10").json()
    assert next(r for r in rows if r["indicator"] == "revenue")["numerator"] == "150.150"
    assert next(r for r in rows if r["indicator"] == "receivables")["incomplete"]
    west = cast.units["west"].pk
    assert client.get(f"/api/v1/ledger/figures?holder_kind=unit&holder_id={west}").status_code == 404
    lines = client.get("/api/v1/ledger/lines?since=2026-10&until=2026-10").json()
    assert (lines["total"], lines["revenue_yuan"]) == (2, "150.15")
    assert client.get("/api/v1/ledger/lines?since=2026-1&until=2026-10").status_code == 422
    assert client.get("/api/v1/ledger/imports").status_code == 403
    admin = log_in("administrator")
    assert len(admin.get("/api/v1/ledger/imports").json()["items"]) == 1
    assert admin.get("/api/v1/ledger/closes").json()["items"][0]["result_digest"] == closed.result_digest
    assert admin.get("/api/v1/ledger/indicators").json()[0]["code"] == "revenue"
