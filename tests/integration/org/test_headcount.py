"""Headcount: figures agree with the people behind them, by unit, day and month, within scope."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from qiao.kernel.period import Month
from qiao.org import access, actions, queries
from qiao.org.access import viewer_of
from qiao.org.models import Person, Posting
from qiao.org.web import headcount as page
from qiao.runtime import clock

pytestmark = pytest.mark.django_db


def describe(cast, who, code, text, on=date(2024, 1, 1)):
    actions.describe(person=cast.people[who], word=queries.named_word(code, text), on=on, by=None)


@pytest.fixture
def staff(cast):
    describe(cast, "manager", "employment", "regular")
    describe(cast, "deputy", "employment", "regular")
    describe(cast, "neighbour", "employment", "contract")
    describe(cast, "supervisor", "employment", "regular")
    actions.put_personal(person=cast.people["manager"], born_on=date(1990, 5, 6), by=None)
    return cast


@pytest.mark.parametrize("by", sorted(queries.STAFF_BY))
def test_every_figure_is_the_number_of_people_it_leads_to(staff, log_in, by):
    viewer, today = viewer_of(staff.users["hr"]), clock.today()
    for unit in ("province", "east", "jia"):
        found = page.count(viewer, unit_id=staff.units[unit].pk, by=by, on=today)
        cells = [(found.total(v), page.drill(found, v)) for v, _name in found.values]
        cells += [
            (found.count(p, v), page.drill(found, v, p)) for p in found.parts for v, _name in found.values
        ]
        assert cells
        for number, url in cells:
            asked = dict(parse_qsl(urlsplit(url).query))
            shown = log_in("hr").get(reverse("org:register"), asked)
            assert shown.context["list"]["count"] == str(number), (url, number)


def test_a_unit_counts_those_below_and_its_parts_add_up(staff):
    viewer = viewer_of(staff.users["hr"])
    found = page.count(viewer, unit_id=staff.units["east"].pk, by="employment", on=clock.today())
    totals = {name: found.total(value) for value, name in found.values}
    regular = queries.named_word("employment", "regular").pk
    assert totals[queries.word_names("employment")[regular]] == 3
    for value, _name in found.values:
        assert found.total(value) == sum(found.count(part, value) for part in found.parts)


def test_the_past_is_counted_as_it_was(staff):
    viewer = viewer_of(staff.users["hr"])
    describe(staff, "manager", "employment", "contract", date(2025, 1, 1))
    regular, contract = (queries.named_word("employment", c).pk for c in ("regular", "contract"))
    found = {
        on: page.count(viewer, unit_id=staff.units["jia"].pk, by="employment", on=on)
        for on in (date(2023, 1, 1), date(2024, 6, 1), date(2025, 6, 1))
    }
    numbers = [(one.total(regular), one.total(contract), one.total(None)) for one in found.values()]
    assert numbers == [(0, 0, 3), (2, 0, 1), (1, 1, 1)]


def test_months_follow_joiners_leavers_and_moves(cast):
    role = queries.list_role_types()[0]
    jia, yi = cast.units["jia"], cast.units["yi"]

    def person(code, joined, unit):
        row = actions.register_person(code=code, name=code, starts_on=joined, by=None)
        actions.appoint(person=row, unit=unit, role_type=role, starts_on=joined, by=None)
        return row

    person("A", date(2026, 2, 10), jia)
    gone = person("B", date(2025, 6, 1), jia)
    actions.leave(person=gone, on=date(2026, 3, 1), successor=cast.people["deputy"], reason="离职", by=None)
    moved = person("C", date(2025, 6, 1), jia)
    actions.transfer_posting(
        posting=Posting.objects.get(person=moved), unit=yi, on=date(2026, 4, 15), reason="调动", by=None
    )
    months = list(Month.range(Month(2026, 1), Month(2026, 5)))
    rows = queries.follow_staff([jia.pk], months)
    base = 3  # manager, deputy, former
    assert [(r.joined, r.left, r.headcount - base) for r in rows] == [
        (0, 0, 2),
        (1, 0, 3),
        (0, 1, 2),
        (0, 0, 1),
        (0, 0, 1),
    ]
    for row in rows:  # the slow way: look at every last day
        day = row.month.last_day
        there = Person.objects.filter(
            pk__in=queries.list_staff(day).filter(post__unit_id=jia.pk).values("pk")
        ).count()
        assert row.headcount == there
    both = queries.follow_staff([jia.pk, yi.pk], months)
    assert both[3].headcount == both[2].headcount  # a move inside changes nothing


def test_a_supervisor_counts_his_units_and_no_ages(staff, log_in):
    client, url = log_in("supervisor"), reverse("org:headcount")
    assert client.get(url).status_code == 200
    assert client.get(url, {"unit": staff.units["west"].pk}).status_code in (403, 404)
    assert client.get(url, {"unit": staff.units["province"].pk}).status_code in (403, 404)
    assert client.get(url, {"by_what": "age"}).status_code == 403
    assert client.get(url, {"by_what": "nonsense"}).status_code == 422
    assert log_in("hr").get(url, {"by_what": "age"}).status_code == 200
    assert not access.may_know_ages(viewer_of(staff.users["supervisor"]))


def test_the_table_is_exported_and_the_page_costs_the_same_for_few_and_many(
    staff, log_in, django_assert_max_num_queries
):
    client, url = log_in("hr"), reverse("org:headcount")
    text = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert queries.named_word("employment", "regular").name_zh in text.splitlines()[0]
    with django_assert_max_num_queries(12):
        assert client.get(url).status_code == 200


def test_the_api_tells_the_same_figures(staff, call):
    hr = call("hr", ["org.view", "org.personal"])
    answer = hr("GET", f"/org/headcount?unit_id={staff.units['east'].pk}").json()
    assert sum(one["people"] for one in answer["values"]) == 5
    months = hr("GET", f"/org/headcount/months?unit_id={staff.units['east'].pk}").json()
    assert months[-1]["headcount"] == 5
    assert call("manager", ["org.view"])("GET", "/org/headcount").status_code == 403
