"""The rulebook in the browser and for programs."""

from datetime import date

import pytest
from django.urls import reverse

from qiao.rulebook import actions, queries
from qiao.rulebook.core.stored import dump_article
from qiao.rulebook.models import Version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indicators")]


@pytest.fixture(autouse=True)
def _pack(db, indicators):
    actions.install_pack(name="telecom", by=None)


def version_url(code="telecom-tiers", version=1):
    return reverse("rulebook:version", args=[code, version])


def new_text(was="from: 500}", now="from: 600}"):
    text = Version.objects.get(code="telecom-tiers", version=1).text
    text = text.replace("below: 500}", "below: 600}") if now == "from: 600}" else text
    return text.replace("starts_on: 2018-01-01", "starts_on: 2027-01-01").replace(was, now)


def test_the_list_shows_every_kind_and_its_articles(log_in, django_assert_max_num_queries):
    client = log_in("hr")
    client.get(reverse("rulebook:articles"))  # the day's first request also rolls the day over
    with django_assert_max_num_queries(12):
        page = client.get(reverse("rulebook:articles")).content.decode()
    assert "客户分级办法" in page
    assert version_url() in page


def test_an_article_reads_as_tables_with_its_assumption(log_in, django_assert_max_num_queries):
    client = log_in("manager")
    client.get(version_url())
    with django_assert_max_num_queries(12):
        page = client.get(version_url(), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "from 500 (included)" in page
    assert "The source gives no figure for individual VIPs" in page
    assert "5.3" in page


def test_a_row_a_trace_points_at_is_marked(log_in):
    page = log_in("manager").get(version_url() + "?at=ladders[0].rows[1]").content.decode()
    assert 'id="ladders[0].rows[1]" class="q-hit"' in page


def test_a_draft_shows_its_changes_and_only_another_person_approves_it(log_in, cast):
    client = log_in("hr")
    answer = client.post(reverse("rulebook:draft"), {"text": new_text()})
    assert answer.status_code == 302
    page = client.get(answer.url, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "from 500 (included) → from 600 (included)" in page
    assert client.post(reverse("rulebook:approve", args=["telecom-tiers", 2])).status_code == 403
    row = Version.objects.get(code="telecom-tiers", version=2)
    actions.approve(row=row, by=cast.users["administrator"])
    assert queries.standing_on(queries.get_version("telecom-tiers", 2), date(2027, 1, 1)) == "in_force"


def test_problems_stand_at_their_lines(log_in):
    answer = log_in("hr").post(
        reverse("rulebook:draft"), {"text": new_text("tier: vip", "teir: vip")}, HTTP_ACCEPT_LANGUAGE="en"
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "body.ladders[0].rows[1].teir" in page
    assert "teir: vip" in page
    assert Version.objects.filter(code="telecom-tiers").count() == 1


def test_who_may_not_draft_is_refused(log_in):
    client = log_in("manager")
    assert client.get(reverse("rulebook:draft")).status_code == 403
    assert client.post(reverse("rulebook:draft"), {"text": new_text()}).status_code == 403
    assert client.get(reverse("rulebook:end", args=["telecom-tiers", 1])).status_code == 403


def test_an_outsider_reads_nothing(log_in):
    client = log_in("outsider")
    assert client.get(reverse("rulebook:articles")).status_code == 403
    assert client.get(version_url()).status_code == 403


def test_an_unknown_version_is_not_there(log_in):
    assert log_in("hr").get(version_url(version=99)).status_code == 404


def test_the_stored_text_can_be_taken_away_and_comes_back_the_same(log_in):
    answer = log_in("hr").get(reverse("rulebook:text", args=["telecom-tiers", 1]))
    article = queries.read_text(answer.content.decode())
    assert dump_article(article) == answer.content.decode()


def test_programs_read_and_draft_like_people(log_in):
    client = log_in("hr")
    heads = client.get("/api/v1/rulebook/articles").json()
    assert {"telecom-tiers", "telecom-core"} <= {head["code"] for head in heads}
    answer = client.post("/api/v1/rulebook/drafts", {"text": new_text()}, content_type="application/json")
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    refused = client.post("/api/v1/rulebook/drafts", {"text": "kind: x"}, content_type="application/json")
    assert refused.status_code == 422
    assert client.post("/api/v1/rulebook/articles/telecom-tiers/2/approve").status_code == 403
    assert client.delete("/api/v1/rulebook/articles/telecom-tiers/2").status_code == 204


def test_a_draft_waits_in_the_inbox_of_who_may_approve_and_is_refused_or_agreed_there(log_in, cast):
    from qiao.work.models import Approval, InboxItem

    log_in("hr").post(reverse("rulebook:draft"), {"text": new_text()})
    approval = Approval.objects.get()
    waiting = InboxItem.objects.filter(kind="approval", done_at__isnull=True)
    assert set(waiting.values_list("person__code", flat=True)) == {"P-administrator"}
    page = reverse("work:decide", args=[approval.pk])
    assert log_in("hr").post(page, {"verdict": "agree"}).status_code == 302
    assert Version.objects.get(code="telecom-tiers", version=2).state == "draft", "nobody agrees to his own"
    log_in("administrator").post(page, {"verdict": "agree"})
    assert Version.objects.get(code="telecom-tiers", version=2).state == "approved"
    assert InboxItem.objects.filter(person=cast.people["hr"], title__startswith="Approved").exists()


def test_a_draft_written_over_or_thrown_away_leaves_no_open_approval(log_in):
    from qiao.work.models import Approval

    client = log_in("hr")
    client.post(reverse("rulebook:draft"), {"text": new_text()})
    client.post(reverse("rulebook:draft"), {"text": new_text()})
    assert sorted(Approval.objects.values_list("state", flat=True)) == ["open", "withdrawn"]
    client.post(reverse("rulebook:discard", args=["telecom-tiers", 2]))
    assert set(Approval.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_a_version_carries_comments_and_a_print_page_for_who_reads_the_rulebook(log_in, cast):
    client, row = log_in("manager"), Version.objects.get(code="telecom-tiers", version=1)
    page = client.get(version_url()).content.decode()
    for part in ("bar", "comments", "files"):
        assert f'"/records/article/{row.pk}/{part}/"' in page
    address = f"/records/article/{row.pk}/comments/"
    client.post(address, {"text": "@李四光 请看第二档"}, HTTP_HX_REQUEST="true")
    assert "请看第二档" in log_in("deputy").get(address, HTTP_HX_REQUEST="true").content.decode()
    assert log_in("deputy").get(address)["Location"] == f"{version_url()}?tab=comments"
    assert "telecom-tiers" in client.get(f"/records/article/{row.pk}/print/").content.decode()
    assert log_in("outsider").get(address, HTTP_HX_REQUEST="true").status_code == 404
