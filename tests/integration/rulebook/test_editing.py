"""Drafting an article as a form: what stands in it, what a filled form says, errors at their fields."""

import html
import re
from datetime import date

import pytest
from django.urls import reverse

from qiao.rulebook import actions, queries
from qiao.rulebook.core import editing as form
from qiao.rulebook.core.shape import to_tree
from qiao.rulebook.models import Version
from qiao.rulebook.web.editing import open_sheet
from tests.unit.rating.packs import PACKS

pytestmark = pytest.mark.django_db
EDIT = "/rulebook/edit/"


@pytest.fixture(params=PACKS)
def pack(request, db):
    actions.install_pack(name=request.param, by=None)
    return request.param


def filled_by(parts) -> dict[str, list[str]]:
    """What a browser sends when nothing is touched."""
    sent: dict[str, list[str]] = {}
    for part in parts:
        if isinstance(part, form.Rows):
            for row in part.rows:
                sent |= filled_by(row.parts)
        elif isinstance(part, form.Section):
            sent |= filled_by(part.parts)
        elif part.sort in {"words", "range"}:
            sent |= {f"{part.path}.{name}": [value] for name, value in part.value.items()}
        elif part.sort == "codes":
            sent |= {part.path: part.value} if part.value else {}
        elif part.sort == "flag":
            sent |= {part.path: ["1"]} if part.value else {}
        else:
            sent[part.path] = [part.value]
    return sent


def form_of(client, code: str) -> dict[str, list[str]]:
    """The fields of an article's form as the page sends them, ready to be changed."""
    client.get(f"{EDIT}?of={code}")
    sheet = open_sheet(code=code, kind="")
    return filled_by(sheet.parts(sheet.start(date(2027, 1, 1)), []))


def test_an_untouched_form_says_the_very_article(pack):
    for row in Version.objects.all():
        sheet = open_sheet(code=row.code, kind="")
        parts = sheet.parts(sheet.start(date(2027, 1, 1)), [])
        article, faults = sheet.read(sheet.taken(filled_by(parts)))
        assert faults == [], row.code
        before = queries.policy_of(row).article
        assert to_tree(article.body) == to_tree(before.body)
        assert (article.code, article.kind, article.title) == (before.code, before.kind, before.title)
        assert article.starts_on == date(2027, 1, 1)


def test_every_field_has_a_label_and_names_are_chosen_not_typed(log_in):
    actions.install_pack(name="telecom", by=None)
    client = log_in("hr")
    page = client.get(f"{EDIT}?of=telecom-tiers").content.decode()
    select = re.search(
        r'<select class="form-select" name="body.ladders\[0\].rows\[0\].tier">.*?</select>', page, re.S
    )
    assert select
    assert "个人贵宾客户" in select[0]
    assert 'name="body.ladders[0].segments" value="individual" checked' in page
    core = client.get(f"{EDIT}?of=telecom-core").content.decode()
    assert re.search(r'name="body.customers_share" value="20"', core), "shares are typed as per cent"


def test_a_changed_figure_is_said_in_words_then_kept_and_approved_by_another(log_in, cast):
    actions.install_pack(name="telecom", by=None)
    client = log_in("hr")
    sent = form_of(client, "telecom-core") | {"body.customers_share": ["25%"]}
    checked = client.post(f"{EDIT}?of=telecom-core", {**sent, "do": "check"})
    page = html.unescape(checked.content.decode())
    assert checked.status_code == 200
    assert "20 % → 25 %" in page
    assert not Version.objects.filter(code="telecom-core", version=2).exists(), "a check keeps nothing"
    kept = client.post(f"{EDIT}?of=telecom-core", {**sent, "do": "keep"})
    assert kept.url == reverse("rulebook:version", args=["telecom-core", 2])
    assert "customers_share: 0.25" in Version.objects.get(code="telecom-core", version=2).text
    log_in("administrator").post(reverse("rulebook:approve", args=["telecom-core", 2]))
    assert queries.get_version("telecom-core", 2).state == "approved"


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(log_in):
    actions.install_pack(name="telecom", by=None)
    client = log_in("hr")
    sent = form_of(client, "telecom-tiers") | {
        "body.ladders[0].rows[1].figure.lower": ["6oo"],
        "title.zh": [""],
        "starts_on": ["2018-01-01"],
    }
    answer = client.post(f"{EDIT}?of=telecom-tiers", {**sent, "do": "keep"}, HTTP_ACCEPT_LANGUAGE="en")
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "2 things are not right yet" in page
    assert 'value="6oo"' in page
    cell = page[page.index('value="6oo"') :][:2500]
    assert "a number is expected, not “6oo”" in cell
    assert not Version.objects.filter(version=2).exists()


def test_a_gap_between_bands_and_a_first_day_too_early_are_told_before_submitting(log_in):
    actions.install_pack(name="telecom", by=None)
    client = log_in("hr")
    sent = form_of(client, "telecom-tiers") | {
        "body.ladders[0].rows[1].figure.lower": ["600"],
        "starts_on": ["2018-01-01"],
    }
    answer = client.post(f"{EDIT}?of=telecom-tiers", {**sent, "do": "keep"}, HTTP_ACCEPT_LANGUAGE="en")
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "must start after" in page
    assert page.count("q-error") >= 2


def test_rows_come_and_go_without_losing_what_was_typed(log_in):
    actions.install_pack(name="telecom", by=None)
    client = log_in("hr")
    sent = form_of(client, "telecom-tiers") | {"title.zh": ["改了名的办法"]}
    url = f"{EDIT}?of=telecom-tiers"
    added = client.post(url, {**sent, "do": "add:body.ladders[0].rows[0]"}).content.decode()
    assert 'name="body.ladders[0].rows[2].tier"' in added
    assert "改了名的办法" in added
    fewer = client.post(url, {**sent, "do": "remove:body.ladders[0].rows[1]"}).content.decode()
    assert 'name="body.ladders[0].rows[1].tier"' not in fewer
    for nonsense in (
        "add:body.nowhere[9]",
        "remove:[",
        "add:",
        "remove:body.ladders[99]",
        "add:kind",
        "x" * 50,
    ):
        assert client.post(url, {**sent, "do": nonsense}).status_code in {200, 422}


def test_a_tier_added_above_can_be_chosen_below_at_once(log_in):
    actions.install_pack(name="telecom", by=None)
    client = log_in("hr")
    sent = form_of(client, "telecom-tiers") | {
        "body.tiers[3].code": ["gold"],
        "body.tiers[3].title.zh": ["金牌客户"],
    }
    page = client.post(
        f"{EDIT}?of=telecom-tiers", {**sent, "do": "add:body.ladders[0].rows"}
    ).content.decode()
    select = re.search(r'name="body.ladders\[0\].rows\[2\].tier">.*?</select>', page, re.S)
    assert select
    assert "金牌客户" in select[0]


def test_a_new_article_starts_from_its_kind(log_in):
    client = log_in("hr")
    assert "/rulebook/edit/?kind=activity" in client.get(EDIT).content.decode()
    assert client.get(f"{EDIT}?kind=horses").status_code == 404
    assert client.get(f"{EDIT}?of=nothing").status_code == 404
    sent = {
        "code": "our-activity", "title.zh": "活跃度", "starts_on": "2027-01-01", "document_number": "1号", "source": "5.2",
        "body.silent_days": "30", "body.lost_days": "90", "body.new_after_months": "24", "body.same_place_days": "0",
        "body.core_share": "20",
    }  # fmt: skip
    kept = client.post(f"{EDIT}?kind=activity", {**sent, "do": "keep"})
    assert kept.url == reverse("rulebook:version", args=["our-activity", 1])
    stored = queries.policy_of(queries.get_version("our-activity", 1)).body
    assert (stored.silent_days, str(stored.core_share)) == (30, "0.2")
