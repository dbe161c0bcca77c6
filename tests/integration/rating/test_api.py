"""What rating and reports tell programs: the same figures as the pages, in the same scope."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.django_db
READ = ["customers.view", "rating.view", "ledger.view"]


def test_a_tier_comes_with_article_row_and_reasoning(closed, call):
    ours = closed.customers["ours"].pk
    tier = call("manager", READ)("GET", f"/rating/customers/{ours}/tier").json()
    assert (tier["month"], tier["tier"], tier["missing"]) == ("2026-10", "key", None)
    assert (tier["article"]["code"], tier["place"]) == ("telecom-tiers", "ladders[1].rows[0]")
    assert tier["reasoning"]["parts"]
    assert [row["month"] for row in tier["history"]] == ["2026-10"]
    assert call("neighbour", READ)("GET", f"/rating/customers/{ours}/tier").status_code == 404
    assert call("manager", READ)("GET", f"/rating/customers/{ours}/tier?month=2020-01").status_code == 404
    assert call("manager", READ)("GET", f"/rating/customers/{ours}/tier?month=x").json()["field"] == "month"


def test_a_missing_tier_says_why(closed, call):
    far = closed.customers["far"].pk
    tier = call("administrator", READ)("GET", f"/rating/customers/{far}/tier").json()
    assert tier["tier"] == ""
    assert tier["missing"]


def test_loads_are_in_scope_and_open_to_their_reasoning(closed, call):
    everybody = call("administrator", READ)("GET", "/rating/loads").json()["items"]
    mine = call("manager", READ)("GET", "/rating/loads").json()["items"]
    assert len(everybody) > len(mine) == 1
    assert mine[0]["person_id"] == closed.people["manager"].pk
    why = call("manager", READ)("GET", f"/rating/loads/{mine[0]['id']}").json()
    assert (why["load"], why["reasoning"]["parts"] != []) == ("0.1000", True)
    assert call("neighbour", READ)("GET", f"/rating/loads/{mine[0]['id']}").status_code == 404
    assert call("administrator", READ)("GET", "/rating/loads?over=true").json()["items"] == []


def test_the_core_and_movers_need_the_right(closed, call):
    core = call("manager", READ)("GET", "/rating/core").json()
    assert {curve["measure"]: curve["members"] for curve in core["curves"]} == {"business": 1, "profit": 1}
    assert call("manager", READ)("GET", "/rating/movers").json() == []
    for path in ("/rating/core", "/rating/movers", "/rating/loads"):
        assert call("manager", ["customers.view"])("GET", path).status_code == 403


def test_the_home_figures_are_ones_own_and_name_what_is_missing(closed, call):
    own = call("manager", READ)("GET", "/reports/figures").json()
    assert (own["holder_kind"], own["holder_id"]) == ("person", closed.people["manager"].pk)
    assert Decimal(own["headlines"][0]["value"]) == 4000
    assert all(line["missing"] for line in own["headlines"] if line["value"] is None)
    assert [point["month"] for point in own["trend"]] == ["2026-10"]
    ranking = call("supervisor", READ)("GET", "/reports/ranking").json()
    assert {row["name"] for row in ranking["rows"]} == {"甲县", "乙县"}
    assert call("manager", READ)("GET", "/reports/ranking").status_code == 404


def test_lists_of_the_home_page_are_in_scope(closed, call):
    assert call("neighbour", READ)("GET", "/reports/unserved").json()["without_deputy"] == 2
    assert call("manager", READ)("GET", "/reports/unserved").json()["without_deputy"] == 0
    for path in ("/reports/moved", "/reports/silent", "/reports/unserved"):
        assert call("manager", READ)("GET", path).status_code == 200
        assert call("manager", ["rating.view"])("GET", path).status_code == 403


def test_a_customers_ledger_and_single_figures_follow_the_scope(closed, call):
    from qiao.ledger.models import Figure

    ours = closed.customers["ours"].pk
    found = call("manager", READ)("GET", f"/ledger/customers/{ours}").json()
    months = sorted(found["revenue_yuan"].items())
    assert months[-1] == ("2026-10", "4000.00")
    assert months[0][1] is None, "nobody imported that month"
    assert call("neighbour", READ)("GET", f"/ledger/customers/{ours}").status_code == 404
    figure = Figure.objects.filter(holder_kind="person", holder_id=closed.people["manager"].pk).first()
    assert call("manager", READ)("GET", f"/ledger/figures/{figure.pk}").status_code == 200
    assert call("neighbour", READ)("GET", f"/ledger/figures/{figure.pk}").status_code == 404


def test_a_close_shows_its_steps_to_who_closes(closed, call):
    path = f"/ledger/closes/{closed.run.pk}"
    steps = call("administrator", ["ledger.close"])("GET", path).json()["steps"]
    assert [step["state"] for step in steps] == ["done"] * len(steps)
    assert call("manager", READ)("GET", path).status_code == 403
