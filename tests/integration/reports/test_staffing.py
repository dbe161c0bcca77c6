"""The staffing watch on rows: every light from the facts, within scope, with the people behind; pay through the hook."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse

from qiao.customers import actions as customers
from qiao.customers.core.assignment import DeputyPolicy
from qiao.customers.models import CurrentStanding
from qiao.kernel.errors import Incomplete, RuleBroken
from qiao.kernel.period import Month
from qiao.org import actions, queries
from qiao.org.access import viewer_of
from qiao.org.core.register import years_before
from qiao.reports import queries as reports
from qiao.reports.core.staffing import LIGHTS
from qiao.reports.web import staffing as page
from qiao.rulebook.actions import install_articles
from qiao.rulebook.queries import list_packs, read_pack
from qiao.runtime import clock
from qiao.runtime.contributions import PaidPerson, PaySource, register, unregister
from tests.integration.ledger.rows import make_rows

pytestmark = pytest.mark.django_db
ARTICLE = """
kind: staffing_watch
code: watch
title: {zh: 监测, en: Watch}
scope: {}
starts_on: 2020-01-01
ends_before: null
document_number: 一号
source: ['1.5']
assumption: null
body:
  unit_kinds: [city]
  least_people: 2
  shares:
    - {code: young, title: {zh: 年轻, en: Young}, at_least: 0.5, near: 0.1, education_at_least: college, age_at_most: 35}
    - {code: specialists, title: {zh: 专业, en: Specialists}, at_least: 0.1, near: 0.05, fields: [ip, it]}
  ratios:
    - {code: ratio, title: {zh: 配比, en: Ratio}, many_roles: [manager], few_roles: [supervisor], good_at_most: 3, failing_from: 20}
  presence:
    - {code: full_time, title: {zh: 专职, en: Full time}, roles: [supervisor], at_least: 1, not_employed_as: [part_time_internal]}
  groups:
    - {code: front, title: {zh: 前台, en: Front}, roles: [manager], at_least: 0.5, at_most: 0.75, near: 0.1}
  spending:
    - {tiers: [key], revenue_per_head_at_least: 1000, cost_share_at_most: 0.1, near: 0.1}
  continuity:
    - {changes_at_most: 0.2, vacancy_days_at_most: 5, stand_in_days_at_most: 1, near: 0.2}
"""


@pytest.fixture
def watched(cast):
    install_articles(texts={"watch.yaml": ARTICLE}, pack="test", by=None)
    return cast


def watch(cast, who="hr"):
    return page.watch_of(viewer_of(cast.users[who]))


def verdict(cast, unit, rule, who="hr"):
    return watch(cast, who).verdicts[cast.units[unit].pk, rule]


def describe(cast, who, code, text):
    actions.describe(
        person=cast.people[who], word=queries.named_word(code, text), on=date(2024, 1, 1), by=None
    )


def test_without_an_article_the_page_says_so_and_nothing_breaks(cast, log_in):
    found = watch(cast)
    assert isinstance(found, Incomplete)
    assert found.code == "no_article"
    for name in ("reports:staffing", "reports:staffing_card", "reports:staffing_pay"):
        answer = log_in("hr").get(reverse(name))
        assert answer.status_code == 200
        assert "没有生效的编制监测条文" in answer.content.decode()


@pytest.mark.parametrize("pack", [p for p in list_packs() if "staffing_watch.yaml" in read_pack(p)])
def test_the_articles_of_the_packs_judge_the_register(cast, pack):
    install_articles(texts={"w.yaml": read_pack(pack)["staffing_watch.yaml"]}, pack=pack, by=None)
    found = watch(cast)
    assert {found.verdicts[key].light for key in found.verdicts} <= set(LIGHTS)
    missing = {v.value.code for v in found.verdicts.values() if isinstance(v.value, Incomplete)}
    assert "no_word" not in missing  # every word it names stands in the usual lists


def test_education_and_age_count_together_and_what_is_not_noted_stays_unknown(watched):
    east = ("manager", "deputy", "former", "neighbour", "supervisor")
    assert verdict(watched, "east", "shares-young").light == "unknown"
    today = clock.today()
    for who in east:
        describe(watched, who, "education", "college" if who != "deputy" else "secondary")
        young = who in ("manager", "deputy", "former")
        born = years_before(today, 35) if young else years_before(today, 36)
        actions.put_personal(person=watched.people[who], born_on=born, by=None)
    found = verdict(watched, "east", "shares-young")
    assert (found.light, found.part, found.whole, found.value) == ("warn", 2, 5, D("0.4"))
    # the slow way: look at each person
    assert found.part == sum(who in ("manager", "former") for who in east)
    describe(watched, "manager", "field", "it")
    assert verdict(watched, "east", "shares-specialists").value == D("0.2")


def test_ratio_presence_and_group_count_posts_of_the_city_and_below(watched):
    assert verdict(watched, "east", "ratios-ratio").value == D(4)  # four managers to one supervisor
    assert verdict(watched, "east", "ratios-ratio").light == "warn"
    assert verdict(watched, "west", "ratios-ratio").light == "nothing"
    assert verdict(watched, "east", "presence-full_time").light == "unknown"
    describe(watched, "supervisor", "employment", "part_time_internal")
    assert verdict(watched, "east", "presence-full_time").light == "bad"
    found = verdict(watched, "east", "groups-front")
    assert (found.value, found.light) == (D("0.8"), "warn")


def test_cost_is_not_known_until_every_unit_with_staff_entered_every_month(watched):
    make_rows(watched)  # a closed month
    CurrentStanding.objects.update_or_create(
        customer=watched.customers["ours"], defaults={"tier": "key", "revenue_12_yuan": D(100_000)}
    )
    found = verdict(watched, "east", "spending-per_head")
    assert (found.value, found.light) == (D(20_000), "good")
    before = verdict(watched, "east", "spending-cost_share")
    assert (before.light, before.value.code) == ("unknown", "cost_missing")
    assert before.value.params == {"missing": 36, "wanted": 36}  # the city and two counties
    last = Month.parse(reports.watch.last_closed_month())
    for unit in ("east", "jia", "yi"):
        for month in Month.range(last - 11, last):
            actions.put_labour_cost(unit=watched.units[unit], month=month.last_day, yuan=D(250), by=None)
    after = verdict(watched, "east", "spending-cost_share")
    assert (after.value, after.light) == (D("0.09"), "good")
    CurrentStanding.objects.filter(customer=watched.customers["ours"]).update(revenue_12_yuan=None)
    assert verdict(watched, "east", "spending-per_head").value.code == "revenue_missing"


def test_changes_vacancies_and_gaps_are_counted_from_the_assignments(cast):
    today = clock.today()
    start = years_before(today, 1)

    def served(customer, *spans):
        """Let a customer be served by these people only."""
        row = cast.customers[customer]
        row.assignments.all().delete()
        for who, begin, end in spans:
            row.assignments.create(
                person=cast.people[who], role="primary", starts_on=start + timedelta(days=begin), reason="x",
                ends_before=None if end is None else start + timedelta(days=end),
            )  # fmt: skip

    days = (today - start).days
    served("ours", ("former", -400, 100), ("manager", 110, None))  # one change, ten days nobody
    served("theirs", ("neighbour", -400, days - 20))  # nobody for twenty days
    jia, yi = cast.units["jia"].pk, cast.units["yi"].pk
    found = reports.count_served(start, today)
    assert (found[jia].accounts, found[jia].changes, found[jia].ended, found[jia].gap_days) == (1, 1, 1, 10)
    assert found[jia].account_days - found[jia].covered_days == 10
    assert (found[yi].changes, found[yi].ended, found[yi].gap_days) == (0, 1, 20)
    assert found[yi].account_days - found[yi].covered_days == 20
    served("ours", ("manager", -400, 100), ("manager", 100, None))  # the same person goes on
    again = reports.count_served(start, today)[jia]
    assert (again.changes, again.gap_days, again.account_days - again.covered_days) == (0, 0, 0)


def test_continuity_is_judged_per_account(watched):
    customers.assign(
        customer_ids=[watched.customers["ours"].pk], role="primary", person=watched.people["former"],
        on=clock.today() - timedelta(days=30), reason="x", by=None, policy=DeputyPolicy(),
    )  # fmt: skip
    found = verdict(watched, "east", "continuity-changes")
    assert found.part == 2  # in June, and again
    assert found.whole == 2
    assert found.light == "bad"


def test_a_supervisor_sees_his_units_and_no_ages(watched, log_in):
    assert set(watch(watched, "supervisor").units) == {watched.units["east"].pk}
    client = log_in("supervisor")
    west = reverse("reports:staffing_why", args=[watched.units["west"].pk, "ratios-ratio"])
    assert client.get(west).status_code == 404
    actions.put_personal(person=watched.people["manager"], born_on=date(2000, 1, 1), by=None)
    describe(watched, "manager", "education", "college")
    url = reverse("reports:staffing_why", args=[watched.units["east"].pk, "shares-young"])
    hidden = client.get(url).content.decode()
    assert watched.people["manager"].name not in hidden
    assert "须有专门权限才显示" in hidden
    assert watched.people["manager"].name in log_in("hr").get(url).content.decode()
    for who in ("manager", "auditor", "outsider"):
        assert log_in(who).get(url).status_code == 403
        assert log_in(who).get(reverse("reports:staffing")).status_code == 403


def test_the_page_costs_the_same_for_few_units_and_many(watched, log_in, django_assert_max_num_queries):
    for n in range(15):
        actions.create_unit(
            code=f"c{n}",
            name_zh=f"市{n}",
            kind="city",
            starts_on=date(2020, 1, 1),
            by=None,
            parent=watched.units["province"],
        )
    client = log_in("hr")
    client.get(reverse("reports:staffing"))
    why = reverse("reports:staffing_why", args=[watched.units["east"].pk, "shares-young"])
    with django_assert_max_num_queries(12):
        client.get(why)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("reports:staffing")).content.decode().count("q-why") >= 15 * 10


def test_the_api_tells_lights_and_the_people_behind(watched, call):
    hr = call("hr", ["org.view", "staffing.view", "staffing.pay", "org.labour_cost"])
    answer = hr("GET", "/reports/staffing").json()
    assert {one["rule"] for one in answer["verdicts"]} >= {
        "shares-young",
        "spending-cost_share",
        "continuity-stand_in",
    }
    why = hr("GET", f"/reports/staffing/{watched.units['east'].pk}/ratios-ratio").json()
    assert (why["article"], why["place"]) == ("watch", "ratios[0]")
    assert {p["code"] for g in why["groups"] for p in g["rows"]} >= {"P-supervisor"}
    assert hr("GET", f"/reports/staffing/{watched.units['east'].pk}/nonsense").status_code == 404
    body = {"unit_id": watched.units["jia"].pk, "month": "2026-03-15", "yuan": "1200.50"}
    assert hr("PUT", "/org/labour-costs", body).json()["month"] == "2026-03-01"
    assert hr("PUT", "/org/labour-costs", {**body, "yuan": "-1"}).status_code == 422
    assert len(hr("GET", "/org/labour-costs").json()["items"]) == 1


def test_labour_cost_refuses_a_month_that_has_not_begun_and_bad_files(watched):
    from qiao.org.importing import LABOUR_COSTS
    from qiao.runtime.importing import actions as importing

    ahead = clock.today() + timedelta(days=40)
    with pytest.raises(RuleBroken):
        actions.put_labour_cost(unit=watched.units["jia"], month=ahead, yuan=D(1), by=None)
    text = "单位编码,月份,人工成本\njia,2026-01,100.00\njia,2026-13,1\nnowhere,2026-01,1\nyi,2026-01,1.234\njia,2026-01,2\n"
    user = watched.users["hr"]
    run = importing.receive(kind=LABOUR_COSTS, name="c.csv", chunks=[text.encode()], by=user)
    plan = importing.check(run, viewer_of(user))
    assert {(p.place.row, p.code) for cells in plan.refused for p in cells.problems} == {
        (3, "month"), (4, "unknown_reference"), (5, "amount"), (6, "twice"),
    }  # fmt: skip


@pytest.fixture
def delivered():
    """A context that delivers pay."""
    sources = []

    def deliver(gather):
        source = PaySource("test.pay", "Test", gather)
        register(source)
        sources.append(source)

    yield deliver
    unregister(*sources)


def test_pay_is_compared_by_employment_kind_when_a_context_delivers_it(watched, log_in, delivered):
    url = reverse("reports:staffing_pay")
    assert "尚无薪酬数据来源" in log_in("hr").get(url).content.decode()
    for who, kind in (
        ("manager", "regular"),
        ("deputy", "regular"),
        ("former", "dispatched"),
        ("neighbour", "dispatched"),
    ):
        describe(watched, who, "employment", kind)
    pays = {"manager": 10_000, "deputy": 12_000, "former": 6_000, "neighbour": 5_000}
    by_id = {watched.people[who].pk: D(pay) for who, pay in pays.items()}
    delivered(lambda ids, month: {pk: PaidPerson(by_id[pk], "A") for pk in ids if pk in by_id})

    text = log_in("hr").get(url).content.decode()
    assert "11,000.00" in text
    assert "5,500.00" in text
    assert "50.0%" in text
    assert log_in("supervisor").get(url).status_code == 403
