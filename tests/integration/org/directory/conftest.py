"""Both directories with the cast in them."""

import pytest

from qiao.org import actions as org
from qiao.org.clients import asking
from qiao.runtime.channels import token
from qiao.work import actions as work

from .standins import SECRET, DingTalk, WeCom, ding_member, serve, wecom_member

TREE = [(1, "云桥省公司", 0), (2, "甲县", 1), (3, "乙县", 1), (4, "东市公司", 1)]
WHERE = {"manager": 2, "deputy": 2, "neighbour": 3, "former": 2, "supervisor": 4}


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """How long was waited; nobody waits in tests."""
    slept = []
    monkeypatch.setattr(asking, "sleep", slept.append)
    token._tokens.clear()
    return slept


@pytest.fixture
def wecom(cast):
    """WeCom with five of the cast, known by the staff number in the attribute 工号; its channel is set up."""
    members = [
        wecom_member(
            f"wx-{key}", cast.people[key].name, where, main_department=where, mobile="13900000000",
            extattr={"attrs": [{"name": "工号", "type": 0, "text": {"value": f"P-{key}"}}]},
        )
        for key, where in WHERE.items()
    ]  # fmt: skip
    with serve(WeCom(departments=list(TREE), members=members, busy_code=45009)) as server:
        values = {"api": server.url, "corp_id": "ww1", "agent_id": "1", "secret": SECRET}
        work.set_channel(code="wecom", is_on=False, values=values, by=None)
        org.put_directory_setup(directory="wecom", number_attribute="工号", by=None)
        yield server


@pytest.fixture
def dingtalk(cast):
    """DingTalk with five of the cast."""
    members = [
        ding_member(f"dd-{key}", cast.people[key].name, where, job_number=f"P-{key}")
        for key, where in WHERE.items()
    ]
    with serve(DingTalk(departments=list(TREE), members=members, busy_code=90018)) as server:
        values = {"api": server.url, "app_key": "ding1", "agent_id": "1", "secret": SECRET}
        work.set_channel(code="dingtalk", is_on=False, values=values, by=None)
        yield server
