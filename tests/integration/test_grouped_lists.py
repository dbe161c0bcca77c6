"""A list grouped: in the viewer's scope, to the row and the cent, each group leading to its rows."""

import csv
import io
import re
from decimal import Decimal

import pytest

from qiao.customers.actions import publish_figures, publish_standings
from qiao.customers.models import Customer
from qiao.runtime.listing import groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def graded(cast):
    """The cast's three customers with tiers and revenue; one is without both."""
    from datetime import date

    month = date(2026, 10, 1)
    ids = {key: row.pk for key, row in cast.customers.items()}
    rows = [
        {"customer_id": ids[key], "revenue_yuan": Decimal(1), "revenue_12_yuan": Decimal(yuan), "change_share": None,
         "last_order_on": None, "activity": "active"}
        for key, yuan in (("ours", "1200000.10"), ("theirs", "300000.20"))
    ]  # fmt: skip
    publish_figures(month=month, run_id=1, rows=rows, by=None)
    publish_standings(
        kind="tier", month=month, run_id=1, by=None,
        rows=((ids[key], tier, None, None) for key, tier in (("ours", "vip"), ("theirs", "vip"))),
    )  # fmt: skip
    return cast


def table(client, query: str, **headers) -> list[list[str]]:
    """The grouped table's cells, as text."""
    page = client.get(f"/customers/?{query}", headers=headers).content.decode()
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    return [
        [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.S)]
        for line in body.split("</tr>")[:-1]
    ]


def test_an_administrator_sees_all_groups_with_shares_and_revenue(graded, log_in):
    rows = table(log_in("administrator"), "by=tier")
    assert [row[:3] for row in rows] == [["vip", "2", "66.7%"], ["未填写", "1", "33.3%"]]
    assert rows[0][3].startswith("150.00")
    assert rows[0][4] == "100.0%"


def test_a_supervisor_counts_his_units_only(graded, log_in):
    assert [row[:2] for row in table(log_in("supervisor"), "by=unit")] in (
        [["甲县", "1"], ["乙县", "1"]],
        [["乙县", "1"], ["甲县", "1"]],
    )


def test_a_manager_counts_whom_he_serves(graded, log_in):
    assert [row[:2] for row in table(log_in("manager"), "by=tier")] == [["vip", "1"]]
    assert [row[:2] for row in table(log_in("manager"), "by=primary")] == [["张三丰", "1"]]


def test_groups_say_their_names_in_the_readers_language(graded, log_in, client):
    log_in("supervisor")
    client.cookies["django_language"] = "en"
    page = client.get("/customers/?by=stage").content.decode()
    assert "Service" in page
    assert "Share of the number" in page
    assert "Grouped by" in page
    names = {row[0] for row in table(client, "by=unit")}
    assert names == {"Jia", "Yi"}


@pytest.mark.parametrize("by", ["tier", "segment", "stage", "unit", "primary"])
def test_each_group_leads_to_exactly_its_rows(graded, log_in, by):
    client = log_in("administrator")
    page = client.get(f"/customers/?by={by}").content.decode()
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    links = re.findall(r'<a href="(\?[^"]+)">.*?</th><td[^>]*>(\d+)<', body)
    assert links
    for url, count in links:
        narrowed = client.get("/customers/" + url.replace("&amp;", "&"))
        assert narrowed.status_code == 200
        assert f"{count} 条" in narrowed.content.decode() or f"{count} 行" in narrowed.content.decode()


def test_filters_narrow_the_groups(graded, log_in):
    client = log_in("administrator")
    assert [row[:2] for row in table(client, "by=unit&tier=-")] == [["丙县", "1"]]


def test_the_export_holds_the_groups_exactly(graded, log_in):
    answer = log_in("supervisor").get("/customers/?by=tier&export=csv")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert lines[1][:2] == ["vip", "2"]
    assert "1500000.30" in lines[1]


def test_a_person_out_of_reach_is_no_way_to_more(graded, log_in):
    client = log_in("manager")
    neighbour = graded.people["neighbour"].pk
    page = client.get(f"/customers/?primary={neighbour}").content.decode()
    assert "乙县供销社" not in page
    assert client.get(f"/customers/?home={graded.units['bing'].pk}").status_code == 422


def test_an_unknown_grouping_is_the_plain_list(graded, log_in):
    assert "云桥机械有限公司" in log_in("manager").get("/customers/?by=nonsense").content.decode()


def test_a_dear_count_is_kept_for_a_minute_and_never_for_another_scope(graded, log_in, monkeypatch):
    monkeypatch.setattr(groups, "DEAR_SECONDS", -1)
    groups._kept.clear()
    client = log_in("administrator")
    assert table(client, "by=stage")[0][1] == "3"
    Customer.objects.filter(pk=graded.customers["far"].pk).update(stage="lost")
    assert table(client, "by=stage")[0][1] == "3"
    assert table(log_in("manager"), "by=stage")[0][1] == "1"
    moment = groups.time.monotonic
    monkeypatch.setattr(groups.time, "monotonic", lambda: moment() + groups.KEPT_SECONDS + 1)
    assert table(log_in("administrator"), "by=stage")[0][1] == "2"
    groups._kept.clear()
