"""Reading both directories: pages, expiry, limits, time-outs, nonsense – the whole picture or none."""

import pytest

from qiao.kernel.errors import RuleBroken
from qiao.org.clients import asking, count_departments, is_set_up, read_directory
from qiao.work import actions as work

from .conftest import TREE, WHERE
from .standins import SECRET, ding_member, wecom_member

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("which", ["wecom", "dingtalk"])


@pytest.fixture
def server(request, which):
    return request.getfixturevalue(which)


def read(which, **more):
    return read_directory(
        which, progress=lambda *_: None, check=lambda: None, number_attribute="工号", **more
    )


def refused(which):
    with pytest.raises(RuleBroken) as caught:
        read(which)
    assert SECRET not in str(caught.value)
    return caught.value


@BOTH
def test_everybody_is_read_with_number_and_department(server, which):
    picture = read(which)
    assert {one.id for one in picture.departments} == {"1", "2", "3", "4"}
    assert {(one.name, one.parent_id) for one in picture.departments} >= {("云桥省公司", ""), ("甲县", "1")}
    assert {one.number for one in picture.members} == {f"P-{key}" for key in WHERE}
    assert server.tokens == 1


def test_dingtalk_pages_are_followed_to_the_end(dingtalk):
    dingtalk.members = [ding_member(f"d{n}", f"员工{n}", 2) for n in range(7)]
    assert len(read("dingtalk").members) == 7
    assert [where for path, where in dingtalk.asked if path.endswith("user/list")].count(2) == 4


def test_a_department_with_thousands_fits_in_one_answer_of_wecom(wecom):
    wecom.members = [wecom_member(f"w{n}", f"员工{n}", 2, mobile=f"139{n:08}") for n in range(3000)]
    assert len(read("wecom").members) == 3000


@BOTH
def test_an_expired_token_is_fetched_again_once(server, which):
    server.expires_after = 3
    assert len(read(which).members) == 5
    assert server.tokens > 1
    server.expires_after = 0  # never good: no endless fetching
    before = server.tokens
    error = refused(which)
    assert error.code == "directory_refuses"
    assert server.tokens - before <= 2


@BOTH
def test_limits_are_waited_for_with_a_bound(server, which, pauses):
    server.busy = 2
    assert len(read(which).members) == 5
    assert pauses == [1.0, 3.0]
    server.busy = 99
    assert refused(which).code == "directory_busy"
    assert len(pauses) == 2 + len(asking.WAITS_SECONDS)


@BOTH
def test_no_answer_in_time_names_the_place_and_is_not_tried_for_ever(server, which, monkeypatch):
    read(which)
    monkeypatch.setattr(asking, "TIMEOUT_SECONDS", 0.1)
    server.slow_seconds = 0.4
    error = refused(which)
    assert error.code == "directory_slow"
    assert "department/list" in str(error)


LISTS = {"wecom": "/cgi-bin/user/list", "dingtalk": "/topapi/v2/user/list"}
NONSENSE = [
    b"<html>gateway</html>", b"[]", {"errcode": 0}, {"errcode": "0"}, {"errcode": 0, "userlist": {}, "result": []},
    {"errcode": 0, "userlist": [{"name": "x"}], "result": {"has_more": False, "list": [{"name": "x"}]}},
    {"errcode": 0, "userlist": [{"userid": "a", "name": ["x"], "department": [2]}],
     "result": {"has_more": False, "list": [{"userid": "a", "name": ["x"], "dept_id_list": [2]}]}},
    {"errcode": 0, "userlist": [{"userid": "a", "name": "x"}], "result": {"has_more": True, "list": []}},
]  # fmt: skip


@BOTH
@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_names_its_department_and_gives_no_picture(server, which, answer):
    server.broken[LISTS[which]] = answer
    error = refused(which)
    assert error.code == "directory_malformed"
    assert "云桥省公司" in str(error)


def test_a_cursor_that_stands_still_is_nonsense(dingtalk):
    dingtalk.broken[LISTS["dingtalk"]] = {
        "errcode": 0,
        "result": {"has_more": True, "next_cursor": 0, "list": []},
    }
    assert refused("dingtalk").code == "directory_malformed"


def test_departments_in_a_circle_are_nonsense(dingtalk):
    dingtalk.departments = [(1, "根", 0), (2, "甲", 1), (1, "根", 2)]
    assert refused("dingtalk").code == "directory_malformed"


def test_what_is_no_address_of_mail_counts_as_not_told(wecom):
    wecom.members[:] = [
        wecom_member("a", "甲", 2, biz_mail="", email="a@example.com"),
        wecom_member("b", "乙", 2, email="not-a-mailbox"),
    ]
    assert [one.email for one in read("wecom").members] == ["a@example.com", ""]


@BOTH
def test_a_wrong_secret_is_said_without_saying_it(server, which):
    work.set_channel(
        code=which,
        is_on=False,
        values={"api": server.url, "secret": "wrong", "corp_id": "ww1", "app_key": "ding1"},
        by=None,
    )
    with pytest.raises(RuleBroken) as caught:
        count_departments(which)
    assert caught.value.code == "directory_refuses"
    assert "wrong" not in str(caught.value)


def test_the_secret_of_the_address_book_goes_before_that_of_the_app(wecom):
    values = {
        "api": wecom.url,
        "corp_id": "ww1",
        "agent_id": "1",
        "secret": "of-the-app",
        "directory_secret": SECRET,
    }
    work.set_channel(code="wecom", is_on=False, values=values, by=None)
    assert count_departments("wecom") == len(TREE)


@pytest.mark.usefixtures("cast")
def test_nothing_is_asked_before_the_channel_is_set_up():
    assert not is_set_up("wecom")
    assert refused("wecom").code == "directory_not_set_up"


def test_nobody_there_to_answer_is_told(wecom):
    values = {"api": "http://127.0.0.1:9", "corp_id": "ww1", "agent_id": "1"}
    work.set_channel(code="wecom", is_on=False, values=values, by=None)
    assert refused("wecom").code == "directory_away"
