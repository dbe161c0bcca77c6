"""Lists: every row exactly once whatever the order, no more queries than promised, exports of the same rows."""

import csv
import io
import random
import zipfile
from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from python_calamine import CalamineWorkbook

from qiao.kernel.errors import NotAllowed, RuleBroken
from qiao.org.models import Person
from qiao.runtime.listing import Column, Filter, Listing, render_list
from qiao.runtime.listing.page import load_page, narrow
from qiao.runtime.listing.state import read_state
from qiao.runtime.models import User

LISTING = Listing(
    code="people",
    columns=(
        Column("name", "Name", "name", sort="pinyin"),
        Column("since", "Since", "starts_on", kind="date"),
        Column("until", "Until", "ends_before", kind="date"),
        Column("code", "Code", "code"),
        Column("both", "Both", lambda row: f"{row['code']} {row['phone']}", needs=("code", "phone")),
    ),
    filters=(
        Filter("kind", "Kind", path="name_en", choices=(("a", "A"), ("b", "B"))),
        Filter("since", "Since", path="starts_on", kind="dates"),
        Filter(
            "gone", "Gone", kind="yes_no", apply=lambda rows, yes: rows.filter(ends_before__isnull=not yes)
        ),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    sort="name",
    export_right="people.export",
    page_size=7,
)
PEOPLE = 53


class FakeViewer:
    """Someone with the rights named."""

    name, profile, is_known, person_id, rights = "x", "manager", True, 1, frozenset()
    unit_name, role_name, looked_at_by, user_id = "", "", "", 1

    def __init__(self, *rights: str) -> None:
        self.rights = frozenset(rights)

    def can(self, right: str) -> bool:
        return right == "" or right in self.rights

    def check(self, right: str) -> None:
        if not self.can(right):
            raise NotAllowed(right)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def body(response) -> bytes:
    """The whole download, its file closed; closing the response itself would end the test's connection."""
    content = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return content


@pytest.fixture
def people(db):
    dice = random.Random(7)
    start = date(2020, 1, 1)
    Person.objects.bulk_create(
        Person(
            code=f"P{i:03d}",
            name=f"={i}" if i == 3 else f"name {i % 10}",
            pinyin=f"name {i % 10}",
            phone=f"1{i:010d}",
            name_en=dice.choice("ab"),
            starts_on=start + timedelta(days=dice.randrange(6)),
            ends_before=start + timedelta(days=100 + dice.randrange(4)) if dice.random() < 0.5 else None,
        )
        for i in range(PEOPLE)
    )
    return Person.objects.all()


def ask(query: str, *rights: str, htmx: bool = False):
    headers = {"HX-Request": "true", "HX-Target": "q-list-body"} if htmx else {}
    request = RequestFactory().get(f"/people/?{query}", headers=headers)
    request.viewer = FakeViewer(*rights)

    class Htmx:
        boosted, history_restore_request, target = False, False, "q-list-body"

        def __bool__(self) -> bool:
            return htmx

    request.htmx = Htmx()
    request.session = {}
    request.user = SimpleLazyObject(lambda: User.objects.get_or_create(username="reader")[0])
    return request


def walk(rows, query: str) -> tuple[list[int], list[int]]:
    """Ids met by going forward through all pages, and by going back from the last."""
    forward, pages, cursor = [], [], {}
    for _ in range(50):
        state = read_state(
            ask(QueryDict(query).urlencode() + "".join(f"&{k}={v}" for k, v in cursor.items())), LISTING
        )
        page = load_page(narrow(rows, LISTING, state, None), LISTING, state)
        forward += [row["id"] for row in page.rows]
        pages.append(page)
        if not page.next_cursor:
            break
        cursor = {"after": page.next_cursor}
    back, cursor = [], pages[-1].previous_cursor
    backward = [row["id"] for row in pages[-1].rows]
    while cursor:
        state = read_state(ask(f"{query}&before={cursor}"), LISTING)
        page = load_page(narrow(rows, LISTING, state, None), LISTING, state)
        back = [row["id"] for row in page.rows]
        backward = back + backward
        cursor = page.previous_cursor
    return forward, backward


@pytest.mark.parametrize("sort", ["", "name", "-name", "since", "-since", "until", "-until", "code", "-code"])
def test_every_row_stands_on_exactly_one_page_in_both_directions(people, sort):
    forward, backward = walk(people, f"sort={sort}")
    assert len(forward) == PEOPLE
    assert len(set(forward)) == PEOPLE
    assert backward == forward


@pytest.mark.parametrize("sort", ["until", "-until"])
def test_rows_without_a_value_stand_at_the_end(people, sort):
    forward, _ = walk(people, f"sort={sort}")
    until = dict(people.values_list("id", "ends_before"))
    empty = [until[pk] is None for pk in forward]
    assert empty == sorted(empty)
    known = [until[pk] for pk in forward if until[pk] is not None]
    assert known == sorted(known, reverse=sort.startswith("-"))


def test_filters_narrow_pages_and_export_alike(people):
    expected = set(
        people.filter(name_en="a", starts_on__gte="2020-01-03", starts_on__lte="2020-01-05", ends_before=None)
        .values_list("code", flat=True)
    )  # fmt: skip
    assert expected
    query = "kind=a&since.from=2020-01-03&since.to=2020-01-05&gone=0"
    forward, _ = walk(people, query)
    assert set(Person.objects.filter(pk__in=forward).values_list("code", flat=True)) == expected
    response = render_list(ask(f"{query}&export=csv", "people.export"), LISTING, people, title="People")
    lines = list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))
    assert lines[0] == ["Name", "Since", "Until", "Code", "Both"]
    assert {line[3] for line in lines[1:]} == expected


FRAME = 1  # the frame asks what waits unread in the inbox


def test_a_page_costs_two_queries(people, django_assert_num_queries):
    with django_assert_num_queries(2 + FRAME):
        render_list(ask(""), LISTING, people, title="People")


def test_a_short_list_costs_one_query(people, django_assert_num_queries):
    with django_assert_num_queries(1 + FRAME):
        render_list(ask("q=name 1"), LISTING, people, title="People")


def test_a_cell_cannot_cause_a_query_since_rows_are_plain_values(people):
    state = read_state(ask(""), LISTING)
    row = load_page(people, LISTING, state).rows[0]
    assert type(row) is dict
    assert set(row) == {"id", "name", "starts_on", "ends_before", "code", "phone", "_order"}


def test_hits_are_counted_to_a_thousand_and_no_further(people):
    Person.objects.bulk_create(
        Person(code=f"Q{i}", name="q", pinyin="q", starts_on=date(2020, 1, 1)) for i in range(1000)
    )
    state = read_state(ask(""), LISTING)
    page = load_page(people, LISTING, state)
    assert (page.count, page.more) == (1000, True)


@pytest.mark.parametrize("query", ["kind=zzz", "since.from=2020-13-01", "gone=2", "kind=a'--"])
def test_an_unknown_filter_value_is_refused_by_name(people, query):
    with pytest.raises(RuleBroken) as refused:
        render_list(ask(query), LISTING, people, title="People")
    assert refused.value.code == "bad_filter"
    assert refused.value.field == query.split("=")[0].split(".")[0]


@pytest.mark.parametrize("cursor", ["zzz", "W10", "eyJhIjoxfQ", "WyJ4IiwgInkiXQ", "W1siYSJdLDFd", "\u9519"])
def test_a_damaged_cursor_is_refused(people, cursor):
    with pytest.raises(RuleBroken) as refused:
        render_list(ask(f"sort=since&after={cursor}"), LISTING, people, title="People")
    assert refused.value.code == "bad_cursor"


def test_no_export_without_the_right(people):
    with pytest.raises(NotAllowed):
        render_list(ask("export=csv"), LISTING, people, title="People")
    assert b"export=" not in render_list(ask(""), LISTING, people, title="People").content


def test_exports_hold_no_formulas(people):
    response = render_list(ask("q==3&export=csv", "people.export"), LISTING, people, title="People")
    assert b"'=3" in body(response)
    response = render_list(ask("q==3&export=xlsx", "people.export"), LISTING, people, title="People")
    content = body(response)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "=3"

    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_an_empty_list_exports_its_headings(people):
    response = render_list(ask("q=nobody&export=xlsx", "people.export"), LISTING, people, title="People")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body(response))).get_sheet_by_index(0)
    assert sheet.to_python()[0][:2] == ["Name", "Since"]


def test_chosen_columns_are_remembered_on_the_device(people):
    response = render_list(ask("columns=code"), LISTING, people, title="People")
    assert response.cookies["columns_people"].value == "code"
    request = ask("")
    request.COOKIES["columns_people"] = "code"
    assert [column.code for column in read_state(request, LISTING).columns] == ["name", "code"]


def test_htmx_gets_the_table_alone_and_a_clean_address(people):
    response = render_list(ask("q=&kind=a&sort=name&since.from=", htmx=True), LISTING, people, title="People")
    assert response["HX-Push-Url"] == "/people/?kind=a"
    assert "HX-Request" in response["Vary"]
    assert b"<!doctype" not in response.content
    assert b"<table" in response.content


def test_values_are_escaped(people):
    Person.objects.create(code="x", name="<script>alert(1)</script>", pinyin="a", starts_on=date(2020, 1, 1))
    content = render_list(ask("q=<script>"), LISTING, people, title="People").content
    assert b"<script>alert" not in content
    assert b"&lt;script&gt;alert(1)" in content


def test_a_list_of_plain_rows_is_sorted_and_paged_as_well():
    rows = [
        {"id": i, "name": f"n{i}", "pinyin": f"n{i:02d}", "starts_on": date(2020, 1, 1 + i), "ends_before": None, "code": "c", "phone": ""}
        for i in range(20)
    ]  # fmt: skip
    met, cursor = [], ""
    while True:
        state = read_state(ask(f"sort=-name&after={cursor}"), LISTING)
        page = load_page(
            narrow(rows, Listing(code="x", columns=LISTING.columns, page_size=7), state, None), LISTING, state
        )
        met += [row["id"] for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert met == list(range(19, -1, -1))
