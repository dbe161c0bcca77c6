"""Comments on any record: who sees and writes them, who is told, what is kept."""

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.org import actions as org
from qiao.org.access import viewer_of
from qiao.org.models import Person
from qiao.runtime import contributions as c
from qiao.runtime.contributions import timeline_of
from qiao.runtime.login.actions import create_log_in
from qiao.runtime.records import access, actions, queries
from qiao.runtime.records.models import Comment, Follow
from qiao.runtime.records.text import names_in, to_html
from qiao.work.models import InboxItem
from tests.cast import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(cast):
    """The record ``ours`` as the manager sees it."""
    return access.get_record(viewer_of(cast.users["manager"]), "customer", cast.customers["ours"].pk)


@pytest.fixture
def url(cast):
    return f"/records/customer/{cast.customers['ours'].pk}/comments/"


def lines_of(cast, member):
    return list(InboxItem.objects.filter(person=cast.people[member], done_at__isnull=True))


def test_a_comment_is_written_and_read_in_the_page(cast, log_in, url):
    part = (
        log_in("manager")
        .post(url, {"text": "请看 https://example.com/a?b=1。<script>"}, HTTP_HX_REQUEST="true")
        .content.decode()
    )
    assert '<a href="https://example.com/a?b=1" target="_blank"' in part
    assert "&lt;script&gt;" in part
    assert "<script>" not in part
    assert "张三丰" in log_in("deputy").get(url, HTTP_HX_REQUEST="true").content.decode()


def test_those_mentioned_are_told_once_and_whoever_may_not_see_is_named_as_not_told(cast, log_in, url):
    part = (
        log_in("manager")
        .post(url, {"text": "@李四光请看，@赵六合 也看看"}, HTTP_HX_REQUEST="true")
        .content.decode()
    )
    assert "赵六合" in part.split("q-comments-bar")[0]  # told to the author at once
    assert [line.title % line.params for line in lines_of(cast, "deputy")] == [
        "张三丰 mentioned you: 云桥机械有限公司"
    ]
    assert lines_of(cast, "neighbour") == []
    row = Comment.objects.get()
    assert dict(row.mentions.values_list("user__username", "told")) == {"deputy": True, "neighbour": False}
    assert f"#comment-{row.pk}" in lines_of(cast, "deputy")[0].url


def test_who_serves_hears_of_comments_until_he_follows_no_more(cast, ours):
    supervisor = access.get_record(viewer_of(cast.users["supervisor"]), "customer", ours.pk)
    actions.comment(record=supervisor, text="本周去一次", by=cast.users["supervisor"])
    assert len(lines_of(cast, "manager")) == len(lines_of(cast, "deputy")) == 1
    actions.unfollow(record=ours, user_id=cast.users["manager"].pk)
    actions.comment(record=supervisor, text="再去一次", by=cast.users["supervisor"])
    assert len(lines_of(cast, "manager")) == 1
    actions.comment(record=supervisor, text="@张三丰 你去", by=cast.users["supervisor"])
    assert len(lines_of(cast, "manager")) == 2  # turned to by name, he hears of it, and still follows no more
    assert cast.users["manager"].pk not in queries.gather_followers(ours)


def test_a_follower_who_lost_sight_hears_nothing_more(cast, ours):
    actions.follow(record=ours, user_id=cast.users["neighbour"].pk)
    actions.comment(record=ours, text="内部消息", by=cast.users["manager"])
    assert lines_of(cast, "neighbour") == []


def test_changing_keeps_the_wording_before_and_tells_only_who_is_new(cast, ours):
    manager = cast.users["manager"]
    row = actions.comment(record=ours, text="@李四光 看", by=manager)
    actions.change_comment(record=ours, comment=row, text="@李四光 @王五一 看看", by=manager)
    assert len(lines_of(cast, "deputy")) == 1
    assert len(lines_of(cast, "supervisor")) == 1
    texts = [
        change.after
        for event in queries.list_comment_changes(row.pk)
        for change in event.changes
        if change.field in ("Text", "文本")
    ]
    assert texts == ["@李四光 @王五一 看看", "@李四光 看"]


def test_a_removed_comment_keeps_its_place_and_its_words_only_in_the_history(cast, log_in, url, ours):
    row = actions.comment(record=ours, text="@李四光 说错了", by=cast.users["manager"])
    remove = f"{url}{row.pk}/remove/"
    assert log_in("deputy").post(remove).status_code == 403
    assert log_in("manager").post(remove).status_code == 302
    assert log_in("manager").post(remove).status_code == 422
    assert "说错了" not in log_in("deputy").get(url, HTTP_HX_REQUEST="true").content.decode()
    history = f"{url}{row.pk}/history/"
    assert log_in("deputy").get(history).status_code == 403
    assert "说错了" in log_in("auditor").get(history).content.decode()
    assert lines_of(cast, "deputy") == []  # nobody is led to it any more


def test_a_name_borne_by_two_must_be_picked(cast, ours, log_in, url):
    twin = org.register_person(
        code="P-twin",
        name="李四光",
        starts_on=START,
        by=None,
        user=create_log_in(username="twin", password="x-twin-password-1"),
    )
    with pytest.raises(RuleBroken, match="2 colleagues are called 李四光"):
        actions.comment(record=ours, text="@李四光 看", by=cast.users["manager"])
    assert not Comment.objects.exists()
    assert not Follow.objects.exists()
    deputy = cast.users["deputy"].pk
    assert log_in("manager").post(url, {"text": "@李四光 看", "mention": [deputy, "x"]}).status_code == 302
    row = Comment.objects.get()
    assert list(row.mentions.values_list("user_id", flat=True)) == [cast.users["deputy"].pk]
    assert Person.objects.filter(pk=twin.pk).exists()


@pytest.mark.parametrize("size", [11_000, 10 * 1024 * 1024])
def test_too_long_a_comment_is_refused_with_its_limit(cast, log_in, call, url, size):
    answer = log_in("manager").post(url, {"text": "长" * (size // 3)}, HTTP_HX_REQUEST="true")
    if size > 1_000_000:
        assert answer.status_code == 413
        assert "5 MB" in answer.content.decode()
        api = call("manager", ["customers.view", "records.write"])(
            "POST", f"/records/customer/{cast.customers['ours'].pk}/comments", {"text": "x" * size}
        )
        assert api.status_code == 413
        assert "5 MB" in api.json()["detail"]
    else:
        assert answer.status_code == 200
        answer = log_in("manager").post(url, {"text": "x" * size}, HTTP_HX_REQUEST="true")
        assert answer.status_code == 422
        assert "11000" in answer.content.decode().replace(",", "")
    assert Comment.objects.filter(text__startswith="x").count() == 0


@pytest.mark.parametrize("member", ["outsider", "neighbour", "former", "hr"])
def test_out_of_scope_there_is_nothing_by_any_route(cast, log_in, call, url, ours, member):
    row = actions.comment(record=ours, text="秘密", by=cast.users["manager"])
    client = log_in(member)
    paths = [
        url,
        f"{url}{row.pk}/",
        f"{url}{row.pk}/history/",
        url.replace("comments", "followers"),
        url.replace("comments", "colleagues"),
    ]
    assert {client.get(path, HTTP_HX_REQUEST="true").status_code for path in paths} == {404}
    posts = [url, f"{url}{row.pk}/", f"{url}{row.pk}/remove/", url.replace("comments", "follow")]
    assert {client.post(path, {"text": "x"}).status_code for path in posts} == {404}
    send, of = call(member, ["customers.view", "records.write"]), f"/records/customer/{ours.pk}"
    tried = [("GET", f"{of}/comments", None), ("POST", f"{of}/comments", {"text": "x"}), ("PATCH", f"{of}/comments/{row.pk}", {"text": "x"}),
             ("DELETE", f"{of}/comments/{row.pk}", None), ("GET", f"{of}/comments/{row.pk}/history", None), ("GET", f"{of}/followers", None),
             ("PUT", f"{of}/follow", {"on": True}), ("GET", f"{of}/colleagues?q=x", None)]  # fmt: skip
    assert {send(*one).status_code for one in tried} == {404}
    row.refresh_from_db()
    assert row.text == "秘密"


def test_a_comment_is_not_reached_through_another_record(cast, log_in, ours):
    row = actions.comment(record=ours, text="秘密", by=cast.users["manager"])
    theirs = cast.customers["theirs"].pk
    assert (
        log_in("neighbour").get(f"/records/customer/{theirs}/comments/{row.pk}/history/").status_code == 404
    )


def test_who_only_reads_does_not_comment(cast, log_in, call, url):
    assert log_in("auditor").post(url, {"text": "x"}).status_code == 403
    send = call("manager", ["customers.view"])  # a token that names no writing right
    assert (
        send("POST", f"/records/customer/{cast.customers['ours'].pk}/comments", {"text": "x"}).status_code
        == 403
    )


def test_the_page_costs_the_same_for_few_and_many(cast, log_in, url, ours, django_assert_max_num_queries):
    for n in range(60):
        actions.comment(record=ours, text=f"@李四光 第{n}条", by=cast.users["manager"])
    client = log_in("manager")
    client.get(url)  # what is read once a process is in memory
    with django_assert_max_num_queries(12):
        page = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert page.count('class="q-comment"') == 50
    older = f"{url}?before={Comment.objects.order_by('-id')[49].pk}"
    assert client.get(older, HTTP_HX_REQUEST="true").content.decode().count('class="q-comment"') == 10


def test_the_time_line_tells_of_comments(cast, ours):
    actions.comment(record=ours, text="去过了", by=cast.users["manager"])
    entries = timeline_of("customer", viewer_of(cast.users["deputy"]), ours.pk)
    assert [(e.text, e.source) for e in entries if e.icon == "message"] == [("去过了", "张三丰")]


def test_the_program_does_what_the_page_does(cast, call):
    of = f"/records/customer/{cast.customers['ours'].pk}"
    send = call("manager", ["customers.view", "records.write"])
    made = send("POST", f"{of}/comments", {"text": "@李四光 好"}).json()
    assert made["mentions"] == [{"user_id": cast.users["deputy"].pk, "told": True}]
    assert send("PATCH", f"{of}/comments/{made['id']}", {"text": "很好"}).json()["mentions"] == []
    assert [row["text"] for row in send("GET", f"{of}/comments").json()["items"]] == ["很好"]
    assert len(send("GET", f"{of}/comments/{made['id']}/history").json()) == 2
    assert send("GET", f"{of}/colleagues?q=lisi").json()[0]["name"] == "李四光"
    assert send("PUT", f"{of}/follow", {"on": False}).status_code == 204
    assert send("GET", f"{of}/followers").json()["follows"] is False
    assert send("DELETE", f"{of}/comments/{made['id']}").status_code == 204
    assert send("GET", f"{of}/comments").json()["items"][0]["text"] == ""


def test_a_kind_nobody_knows_registers_itself_and_has_comments(cast, log_in):
    seen = {"manager"}
    fake = c.RecordKind(
        "fake",
        "Fake",
        "me",
        lambda viewer, pk: "假的" if viewer.name == "张三丰" and pk == 7 else None,
        address_of=lambda pk: f"/fake/{pk}/",
    )
    c.register(fake)
    try:
        assert (
            log_in("manager").post("/records/fake/7/comments/", {"text": "有了"})["Location"]
            == "/fake/7/?tab=comments"
        )
        assert (
            "有了"
            in log_in("manager").get("/records/fake/7/comments/", HTTP_HX_REQUEST="true").content.decode()
        )
        assert (
            log_in("supervisor").get("/records/fake/7/comments/", HTTP_HX_REQUEST="true").status_code == 404
        )
        assert log_in("manager").get("/records/fake/8/comments/", HTTP_HX_REQUEST="true").status_code == 404
        assert any(tab.code == "comments" for tab in c.tabs_of("fake", viewer_of(cast.users["manager"])))
    finally:
        c.unregister(fake)
    assert seen == {"manager"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@王伟请看", ["王伟"]),
        ("@王伟强请看", ["王伟强"]),
        ("a@王伟", ["王伟"]),
        ("@张三", []),
        ("@Li Wei, look", ["Li Wei"]),
        ("@王伟@王伟强", ["王伟", "王伟强"]),
    ],
)
def test_names_are_found_behind_an_at(text, names):
    assert names_in(text, ["王伟", "王伟强", "Li Wei"]) == names


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        'https://a.cn/"onmouseover="x',
        "<img src=x onerror=alert(1)>",
        "http://<script>",
        "@<b>",
    ],
)
def test_nothing_typed_becomes_markup_of_its_own(text):
    html = to_html(text, ["<b>"])
    assert "<script" not in html
    assert "<img" not in html
    assert '"onmouseover' not in html
    assert 'href="javascript' not in html
