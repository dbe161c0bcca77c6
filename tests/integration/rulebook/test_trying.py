"""Trying a policy in the browser and for programs: results, steps, every fault at its place, nobody else's business."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qiao.rulebook import actions
from qiao.rulebook.web import trying

pytestmark = pytest.mark.django_db

EXAMPLES = Path(actions.__file__).parent / "examples"
POLICY = (EXAMPLES / "policy.yaml").read_text(encoding="utf-8")
FACTS = (EXAMPLES / "facts.yaml").read_text(encoding="utf-8")


def try_it(client, policy=POLICY, facts=FACTS, **more):
    return client.post(reverse("rulebook:try"), {"policy": policy, "facts": facts, **more})


def test_the_page_offers_an_example_that_works(log_in):
    client = log_in("hr")
    page = client.get(reverse("rulebook:try")).content.decode()
    assert "回款提成" in page
    answer = try_it(client)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "9700.00" in page  # 张三: 4,200 + 1,000 + 3,000 + 1,000 + 500
    assert "3650.00" in page  # 李四: 3,000 + (1,000 + 300) halved


def test_a_row_opens_down_to_the_facts(log_in):
    client = log_in("hr")
    page = client.post(
        reverse("rulebook:try_row"), {"policy": POLICY, "facts": FACTS, "row": "9"}
    ).content.decode()
    for words in ("基本工资", "提成", "回款额", "9,700"):
        assert words in page
    assert (
        client.post(reverse("rulebook:try_row"), {"policy": POLICY, "facts": FACTS, "row": "99"}).status_code
        == 404
    )
    assert (
        client.post(reverse("rulebook:try_row"), {"policy": "x", "facts": FACTS, "row": "1"}).status_code
        == 422
    )
    assert (
        client.post(reverse("rulebook:try_row"), {"policy": POLICY, "facts": FACTS, "row": "a"}).status_code
        == 422
    )


def test_faults_of_policy_and_facts_stand_at_their_places_and_nothing_is_lost(log_in):
    client = log_in("hr")
    answer = try_it(client, policy=POLICY.replace("APPLY(tiers, collected)", "APPLY(tears, collected)"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "items.commission.value" in page
    assert "没有表“tears”" in page
    assert "回款目标" in page
    page = try_it(client, facts=FACTS.replace("350000", "35万")).content.decode()
    assert "三月 · measures · #1 · value" in page
    assert "“35万”不是数" in page


def test_an_error_in_a_row_says_why_and_the_others_go_on(log_in):
    page = try_it(
        log_in("hr"), facts=FACTS.replace("300000, person: 张三", "0, person: 张三")
    ).content.decode()
    assert "除数为 0" in page
    assert "ERROR" in page


def test_a_workbook_is_read_and_stands_on_the_page_as_text(log_in):
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept)
    sheet = book.add_worksheet("measures")
    sheet.write_row(0, 0, ["scenario", "measure", "value", "person", "period"])
    sheet.write_row(1, 0, ["x", "回款额", 0.1, "赵六", "2024-03"])
    sheet.write_row(2, 0, ["x", "回款目标", 0.3, "赵六", "2024-03"])
    book.close()
    upload = SimpleUploadedFile("facts.xlsx", kept.getvalue())
    answer = try_it(log_in("hr"), facts="", book=upload)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert "0.3333" in page
    assert "赵六" in page
    broken = try_it(log_in("hr"), facts="", book=SimpleUploadedFile("facts.xlsx", b"no workbook"))
    assert broken.status_code == 422


def test_more_than_a_page_works_out_is_refused_with_the_way_to_go(log_in, monkeypatch):
    monkeypatch.setattr(trying, "MOST_VALUES", 3)
    answer = try_it(log_in("hr"))
    assert answer.status_code == 422
    assert "请用命令行" in answer.content.decode()


@pytest.mark.parametrize("who", ["outsider", "manager"])
def test_only_who_drafts_may_try(log_in, who):
    client = log_in(who)
    assert client.get(reverse("rulebook:try")).status_code == 403
    assert try_it(client).status_code == 403
    assert (
        client.post(reverse("rulebook:try_row"), {"policy": POLICY, "facts": FACTS, "row": "0"}).status_code
        == 403
    )


def test_programs_check_and_run_a_policy(log_in):
    client = log_in("hr")
    facts = [
        {
            "scenario": "s",
            "measures": [
                {"measure": "collected", "value": 120000, "person": "a", "period": "2024-03"},
                {"measure": "target", "value": 0.1, "person": "a", "period": "2024-03"},
            ],
        }
    ]
    path = "/api/v1/rulebook/policies/"
    data = {"policy": POLICY, "facts": facts, "trace": True}
    [trial] = client.post(f"{path}run", data, content_type="application/json").json()
    values = {row["item"]: row["value"] for row in trial["rows"]}
    assert values == {"completion": "1200000.0000", "commission": "1300.00", "place": "1", "pay": "4800.00"}
    assert trial["rows"][1]["trace"]["code"] == "commission"
    assert client.post(f"{path}check", {"policy": POLICY}, content_type="application/json").json() == []
    [fault] = client.post(f"{path}check", {"policy": "policy: x"}, content_type="application/json").json()
    assert fault["place"] == "items"
    refused = client.post(f"{path}run", {"policy": "x", "facts": facts}, content_type="application/json")
    assert refused.status_code == 422


def test_the_results_are_taken_away_as_a_workbook_of_formulas(log_in):
    client = log_in("hr")
    answer = client.post(reverse("rulebook:try_book"), {"policy": POLICY, "facts": FACTS})
    assert answer.status_code == 200
    assert "collections.xlsx" in answer["Content-Disposition"]
    parts = zipfile.ZipFile(io.BytesIO(answer.content))
    sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 4
    assert b"<f>" in parts.read(sheets[1])
    assert client.post(reverse("rulebook:try_book"), {"policy": "x", "facts": FACTS}).status_code == 422
    data = {"policy": POLICY, "facts": [{"scenario": "s"}]}
    file = client.post("/api/v1/rulebook/policies/book", data, content_type="application/json")
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    assert (
        log_in("outsider").post(reverse("rulebook:try_book"), {"policy": POLICY, "facts": FACTS}).status_code
        == 403
    )
