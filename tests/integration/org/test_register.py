"""The register of staff: dated words, certificates, what is personal, as of a day, in scope, from files."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from qiao.kernel.errors import RuleBroken
from qiao.org import access, actions, queries
from qiao.org.access import viewer_of
from qiao.org.models import Attribute, PersonalDetail, Qualification
from qiao.runtime import clock

pytestmark = pytest.mark.django_db


def word(code, text):
    return queries.named_word(code, text)


def describe(cast, who, code, text, on):
    actions.describe(person=cast.people[who], word=word(code, text), on=on, by=None)


def test_a_change_of_employment_ends_the_former_and_keeps_it(cast):
    describe(cast, "manager", "employment", "dispatched", date(2022, 1, 1))
    describe(cast, "manager", "employment", "regular", date(2024, 6, 1))

    rows = queries.list_attributes(cast.people["manager"].pk)
    assert [(r.word.code, r.starts_on, r.ends_before) for r in rows] == [
        ("regular", date(2024, 6, 1), None),
        ("dispatched", date(2022, 1, 1), date(2024, 6, 1)),
    ]
    for on, expected in (
        (date(2023, 1, 1), "dispatched"),
        (date(2024, 6, 1), "regular"),
        (date(2021, 1, 1), None),
    ):
        staff = queries.list_staff(on).filter(pk=cast.people["manager"].pk)
        assert staff.values_list("employment__word__code", flat=True).get() == expected


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("regular", date(2024, 6, 1), "nothing_to_do"),
        ("contract", date(2023, 1, 1), "later_change"),
        ("contract", date(2019, 12, 31), "before_joining"),
    ],
)
def test_a_change_that_contradicts_is_refused_and_nothing_changes(cast, text, on, code):
    describe(cast, "manager", "employment", "regular", date(2024, 1, 1))
    before = list(Attribute.objects.values())
    with pytest.raises(RuleBroken) as refusal:
        describe(cast, "manager", "employment", text, on)
    assert refusal.value.code == code
    assert list(Attribute.objects.values()) == before


def test_several_fields_hold_at_once_but_one_education(cast):
    for code in ("ip", "it"):
        describe(cast, "manager", "field", code, date(2024, 1, 1))
    describe(cast, "manager", "education", "college", date(2024, 1, 1))
    describe(cast, "manager", "education", "bachelor", date(2024, 1, 1))  # a correction of the same day

    rows = queries.list_attributes(cast.people["manager"].pk)
    assert sorted(r.word.code for r in rows) == ["bachelor", "ip", "it"]
    twice = Attribute(
        person=cast.people["manager"],
        list="education",
        word=word("education", "master"),
        starts_on=date(2025, 1, 1),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save()


def test_the_list_counts_what_held_on_the_day_asked_for(cast, log_in):
    describe(cast, "manager", "employment", "dispatched", date(2022, 1, 1))
    describe(cast, "manager", "employment", "regular", date(2024, 6, 1))
    client, url = log_in("hr"), reverse("org:register")
    dispatched, regular = (word("employment", code).pk for code in ("dispatched", "regular"))

    def shown(**asked):
        return cast.people["manager"].name in client.get(url, asked).content.decode()

    assert shown(employment=dispatched, on="2023-01-01")
    assert not shown(employment=regular, on="2023-01-01")
    assert shown(employment=regular)
    assert not shown(on="2019-12-31")  # he had not joined
    assert client.get(url, {"on": "yesterday"}).status_code == 422


def test_the_list_keeps_to_scope_on_every_day(cast):
    on = date(2023, 1, 1)
    seen = {
        who: set(access.visible_staff(viewer_of(cast.users[who]), on).values_list("name", flat=True))
        for who in ("manager", "supervisor", "hr")
    }
    names = {key: person.name for key, person in cast.people.items()}
    assert seen["manager"] == {names["manager"]}
    assert seen["supervisor"] == {
        names[k] for k in ("manager", "deputy", "supervisor", "neighbour", "former")
    }
    assert len(seen["hr"]) == len(names)


def test_a_birthday_shows_only_under_its_right(cast, log_in, call):
    actions.put_personal(person=cast.people["manager"], born_on=date(1990, 5, 6), by=None)
    url = reverse("org:person_register", args=[cast.people["manager"].pk])

    def tab(who):
        return log_in(who).get(url, HTTP_HX_REQUEST="true").content.decode()

    assert "1990-05-06" in tab("hr")
    assert "1990-05-06" in tab("manager")  # his own
    assert "1990-05-06" not in tab("supervisor")
    path = f"/org/people/{cast.people['manager'].pk}/file"
    shown = call("hr", ["org.view", "org.personal"])("GET", path).json()
    hidden = call("supervisor", ["org.view"])("GET", path).json()
    assert (shown["personal_shown"], shown["born_on"]) == (True, "1990-05-06")
    assert (hidden["personal_shown"], hidden["born_on"]) == (False, None)


def test_who_may_not_see_birthdays_may_not_filter_by_age_either(cast, log_in):
    actions.put_personal(person=cast.people["manager"], born_on=date(1990, 5, 6), by=None)
    band = word("age", "from_36").pk
    url = reverse("org:register")

    assert log_in("supervisor").get(url, {"age": band}).status_code == 403
    found = log_in("hr").get(url, {"age": band, "on": "2026-11-22"}).content.decode()
    assert cast.people["manager"].name in found
    assert cast.people["deputy"].name not in found


def test_certificates_that_end_soon_are_found_by_the_days_of_notice_of_their_kind(cast, log_in):
    today = clock.today()
    kind = word("qualification", "post_certificate")  # 90 days of notice
    for who, days in (("manager", 80), ("deputy", 120), ("former", -1)):
        actions.put_qualification(
            person=cast.people[who], kind=kind, issued_on=today - timedelta(days=400), number=who, by=None,
            valid_before=today + timedelta(days=days),
        )  # fmt: skip
    rows = access.visible_staff(viewer_of(cast.users["hr"]), today)
    soon = queries.ending_soon(rows, True, today)
    assert [p.name for p in soon] == [cast.people["manager"].name]
    with pytest.raises(RuleBroken):
        actions.put_qualification(
            person=cast.people["manager"], kind=kind, issued_on=today, valid_before=today, by=None
        )


def test_the_list_groups_and_exports_what_is_narrowed(cast, log_in):
    describe(cast, "manager", "employment", "regular", date(2024, 1, 1))
    client, url = log_in("hr"), reverse("org:register")
    grouped = client.get(url, {"by": "employment"}).content.decode()
    assert word("employment", "regular").name_zh in grouped
    response = client.get(url, {"employment": word("employment", "regular").pk, "export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert cast.people["manager"].code in text
    assert cast.people["deputy"].code not in text
    assert log_in("supervisor").get(url, {"export": "csv"}).status_code == 403


def test_the_list_costs_the_same_for_few_and_many(cast, log_in, django_assert_max_num_queries):
    role = queries.list_role_types()[0]
    for n in range(40):
        person = actions.register_person(code=f"Q{n}", name=f"人员{n}", starts_on=date(2024, 1, 1), by=None,
                                         employment=word("employment", "regular"))  # fmt: skip
        actions.appoint(
            person=person, unit=cast.units["jia"], role_type=role, starts_on=date(2024, 1, 1), by=None
        )
    client = log_in("hr")
    client.get(reverse("org:register"))  # what is read once a process is in memory
    with django_assert_max_num_queries(12):
        assert client.get(reverse("org:register")).status_code == 200
    tab = reverse("org:person_register", args=[cast.people["manager"].pk])
    with django_assert_max_num_queries(12):
        client.get(tab, HTTP_HX_REQUEST="true")


def plan_of(cast, who, text, tmp_path):
    from qiao.org.importing import REGISTER
    from qiao.runtime.importing import actions as importing

    user = cast.users[who]
    run = importing.receive(kind=REGISTER, name="r.csv", chunks=[text.encode()], by=user)
    return run, importing.check(run, viewer_of(user))


HEAD = "工号,生效日期,用工性质,学历,专业领域,出生日期,证书类型,证书编号,发证日期,失效日期\n"


def test_a_file_fills_the_register_and_a_second_time_changes_nothing(cast, tmp_path):
    from qiao.runtime.importing import actions as importing
    from qiao.runtime.jobs.queue import InlineJob

    text = (
        HEAD
        + "P-manager,2024-01-01,合同,本科,IP网络、信息技术,1990-05-06,上岗资格证,N1,2024-01-01,2027-01-01\n"
    )
    run, plan = plan_of(cast, "hr", text, tmp_path)
    assert (plan.count("update"), plan.refused) == (1, [])
    user = cast.users["hr"]
    importing.commit(
        importing.start_commit(run_id=run.pk, by=user).pk, viewer_of(user), InlineJob(by_id=user.pk)
    )

    rows = queries.list_attributes(cast.people["manager"].pk)
    assert sorted(r.word.code for r in rows) == ["bachelor", "contract", "ip", "it"]
    assert PersonalDetail.objects.get().born_on == date(1990, 5, 6)
    assert Qualification.objects.get().number == "N1"
    _run, again = plan_of(cast, "hr", HEAD + "P-manager,2024-01-01,合同,本科,IP网络,,,,,\n", tmp_path)
    assert (again.count("unchanged"), again.count("update")) == (1, 0)


def test_a_bad_file_names_every_cell_and_writes_nothing(cast, tmp_path):
    text = HEAD + (
        "P-nobody,2024-01-01,合同,,,,,,,\n"
        "P-manager,2019-01-01,临时,,月球,2030-01-01,,N2,,\n"
        "P-deputy,2024-01-01,,,,,上岗资格证,N3,2024-01-01,2023-01-01\n"
    )
    run, plan = plan_of(cast, "hr", text, tmp_path)
    found = {(p.place.row, p.code) for cells in plan.refused for p in cells.problems}
    assert {
        (2, "unknown_reference"), (3, "before_joining"), (3, "unknown_word"), (3, "born_late"), (4, "certificate_span"),
    } <= found  # fmt: skip
    assert run.state == "refused"
    assert not Attribute.objects.exists()


def test_the_lists_are_the_enterprises_own(cast, log_in):
    client = log_in("hr")
    form = {
        "name_zh": "实习",
        "name_en": "Intern",
        "code": "intern",
        "rank": 80,
        "notice_days": 60,
        "in_use": "on",
    }
    assert client.post(reverse("org:new_word", args=["employment"]), form).status_code == 302
    assert "实习" in client.get(reverse("org:words")).content.decode()
    again = client.post(reverse("org:new_word", args=["employment"]), form)
    assert again.status_code == 422
    made = word("employment", "intern")
    client.post(reverse("org:word", args=[made.pk]), {**form, "in_use": ""})
    assert made.pk not in {w.pk for w in queries.list_words("employment")}
    assert client.get(reverse("org:new_word", args=["nonsense"])).status_code == 404


def test_talents_there_are_compared_with_those_planned_units_with_those_below(cast, log_in):
    describe(cast, "manager", "talent", "practical", date(2024, 1, 1))
    kind = word("talent", "practical")
    actions.plan_talents(unit=cast.units["east"], word=kind, number=3, on=date(2024, 1, 1), by=None)
    actions.plan_talents(unit=cast.units["east"], word=kind, number=2, on=date(2025, 1, 1), by=None)

    found = queries.compare_talents([cast.units["east"].pk, cast.units["jia"].pk], clock.today())
    assert found[cast.units["east"].pk, kind.pk] == {"planned": 2, "there": 1}
    assert found[cast.units["jia"].pk, kind.pk] == {"planned": None, "there": 1}
    assert "1</a> / 2" in log_in("hr").get(reverse("org:talents")).content.decode()


def test_the_api_enters_changes_and_ends(cast, call):
    hr = call("hr", ["org.view", "org.edit", "org.personal"])
    path = f"/org/people/{cast.people['manager'].pk}"
    made = hr("POST", f"{path}/attributes", {"list": "employment", "word": "派遣", "on": "2024-01-01"})
    assert made.status_code == 201
    ended = hr(
        "POST", f"{path}/attributes/{made.json()[0]['id']}/end", {"on": "2025-01-01", "reason": "到期"}
    )
    assert ended.json()[0]["ends_before"] == "2025-01-01"
    body = {"kind": "economist", "issued_on": "2024-01-01", "number": "7"}
    certificate = hr("POST", f"{path}/qualifications", body).json()
    changed = hr("PUT", f"{path}/qualifications/{certificate['id']}", {**body, "level": "中级"}).json()
    assert changed["level"] == "中级"
    assert hr("DELETE", f"{path}/qualifications/{certificate['id']}").status_code == 204
    assert hr("PUT", f"{path}/personal", {"born_on": "1990-05-06"}).json() == {"born_on": "1990-05-06"}
    listed = hr("GET", "/org/register?on=2024-06-01").json()["items"]
    assert {one["code"]: one["employment"] for one in listed}["P-manager"] == "dispatched"
    stranger = call("supervisor", ["org.view"])
    assert (
        stranger(
            "POST", f"{path}/attributes", {"list": "field", "word": "ip", "on": "2024-01-01"}
        ).status_code
        == 403
    )


def test_a_file_of_people_changes_employment_from_today_and_names_a_contradiction(cast):
    from qiao.org.importing import PEOPLE
    from qiao.runtime.importing import actions as importing
    from qiao.runtime.jobs.queue import InlineJob

    user = cast.users["hr"]
    text = "工号,姓名,入职日期,单位编码,角色,用工性质\nP-manager,张三丰,2020-01-01,jia,manager,合同\nP-new,新人,2026-01-05,jia,manager,派遣\n"

    def write():
        run = importing.receive(kind=PEOPLE, name="p.csv", chunks=[text.encode()], by=user)
        plan = importing.check(run, viewer_of(user))
        assert plan.refused == []
        PEOPLE.apply(plan, by=user, job=InlineJob(by_id=user.pk))

    describe(cast, "manager", "employment", "dispatched", date(2022, 1, 1))
    write()
    rows = queries.list_attributes(cast.people["manager"].pk)
    assert [(r.word.code, r.starts_on) for r in rows] == [
        ("contract", clock.today()),
        ("dispatched", date(2022, 1, 1)),
    ]
    (new,) = Attribute.objects.filter(person__code="P-new")
    assert (new.word.code, new.starts_on) == ("dispatched", date(2026, 1, 5))

    describe(cast, "manager", "employment", "regular", clock.today() + timedelta(days=30))
    text = text.replace("合同", "派遣")
    with pytest.raises(RuleBroken) as refusal:
        write()
    assert refusal.value.code == "later_change"
