"""Lines of the inbox over every channel, against stand-ins that check what the real systems check."""

import base64
import email
import json
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from qiao.kernel.errors import RuleBroken
from qiao.runtime import clock
from qiao.runtime.channels import sms, token
from qiao.work import actions
from qiao.work.core.inbox import Line
from qiao.work.models import Address, ChannelInUse, Delivery, Webhook

from .standins import mail_server, web_server

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def _here(settings):
    settings.QIAO_INNER_ADDRESSES = True
    settings.QIAO_PUBLIC_URL = "https://qiao.example"
    token._tokens.clear()


@pytest.fixture
def at(monkeypatch):
    def set_to(instant):
        monkeypatch.setattr(clock, "now", lambda: instant)

    set_to(NOON)
    return set_to


@pytest.fixture
def web():
    with web_server() as server:
        yield server


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


def switch_on(code, **values):
    actions.set_channel(code=code, is_on=True, values=values, by=None)


def tell(cast, *members, event="e:1", title="Task: %(title)s", what="回访云桥机械"):
    line = Line("task", event, title, {"title": what}, "/inbox/tasks/1/", "task", 1)
    return actions.tell(people=[cast.people[m].pk for m in members], line=line)


def reach(cast, member, channel, address):
    actions.put_address(person_id=cast.people[member].pk, channel=channel, address=address, label="", by=None)


def only():
    return Delivery.objects.get()


def test_without_a_channel_nothing_is_planned(cast):
    tell(cast, "manager")
    assert not Delivery.objects.exists()


def test_a_mail_says_what_and_where_in_the_persons_language(cast, at, post):
    person = cast.people["manager"]
    type(person).objects.filter(pk=person.pk).update(email="zhang@example.com")
    switch_on("mail", host="127.0.0.1", port=str(post.port), sender="qiao@example.com", security="none")
    tell(cast, "manager")
    assert actions.send_due() == 1
    to, text = post.mails[0]
    mail = email.message_from_string(text)
    assert to == "zhang@example.com"
    assert str(email.header.make_header(email.header.decode_header(mail["Subject"]))) == "任务：回访云桥机械"
    assert "https://qiao.example/inbox/tasks/1/" in mail.get_payload(decode=True).decode()
    assert only().state == "sent"
    assert actions.send_due() == 0


def test_one_event_is_never_told_twice(cast, at, web):
    web.answers["/sms"] = (200, {})
    switch_on("sms", url=f"{web.url}/sms", secret="s3", template='{"to": "{phone}", "text": "{text}"}')
    for _ in range(3):
        tell(cast, "manager")
    actions.send_due()
    assert len(web.seen) == 1


def test_an_sms_is_signed_and_its_text_cannot_break_out_of_the_template(cast, at, web):
    web.answers["/sms"] = (200, {})
    switch_on("sms", url=f"{web.url}/sms", secret="s3", template='{"to": "{phone}", "text": "{text}"}')
    tell(cast, "manager", what='甲", "to": "110')
    actions.send_due()
    seen = web.seen[0]
    assert seen.json == {"to": "13900000000", "text": '任务：甲", "to": "110'}
    stamp = seen.headers["X-Qiao-Timestamp"]
    assert seen.headers["X-Qiao-Signature"] == sms.sign("s3", stamp, seen.body)
    assert sms.sign("other", stamp, seen.body) != seen.headers["X-Qiao-Signature"]


def test_wecom_gets_a_token_once_and_a_card(cast, at, web):
    web.answers |= {
        "/cgi-bin/gettoken": (200, {"errcode": 0, "access_token": "T1", "expires_in": 7200}),
        "/cgi-bin/message/send": (200, {"errcode": 0}),
    }
    switch_on("wecom", api=web.url, corp_id="ww1", agent_id="1000002", secret="sec")
    reach(cast, "manager", "wecom", "zhangsan")
    tell(cast, "manager")
    tell(cast, "manager", event="e:2")
    actions.send_due()
    tell(cast, "manager", event="e:3")
    actions.send_due()
    asked = web.at("/cgi-bin/gettoken")
    assert [one.query for one in asked] == [{"corpid": "ww1", "corpsecret": "sec"}]
    together, single = web.at("/cgi-bin/message/send")
    assert single.query == {"access_token": "T1"}
    assert single.json["touser"] == "zhangsan"
    assert single.json["textcard"]["title"] == "任务：回访云桥机械"
    assert together.json["textcard"]["title"] == "您有 2 项待办", "what waits together goes out together"


def test_a_token_the_platform_forgot_is_fetched_anew(cast, at, web):
    web.answers |= {
        "/cgi-bin/gettoken": (200, {"errcode": 0, "access_token": "T", "expires_in": 7200}),
        "/cgi-bin/message/send": [(200, {"errcode": 42001}), (200, {"errcode": 0})],
    }
    switch_on("wecom", api=web.url, corp_id="ww1", agent_id="1000002", secret="sec")
    reach(cast, "manager", "wecom", "zhangsan")
    tell(cast, "manager")
    actions.send_due()
    assert only().state == "waiting"
    at(NOON + timedelta(minutes=2))
    actions.send_due()
    assert only().state == "sent"
    assert len(web.at("/cgi-bin/gettoken")) == 2


def test_dingtalk_and_feishu_take_what_their_apps_take(cast, at, web):
    web.answers |= {
        "/gettoken": (200, {"errcode": 0, "access_token": "D", "expires_in": 7200}),
        "/topapi/message/corpconversation/asyncsend_v2": (200, {"errcode": 0}),
        "/open-apis/auth/v3/tenant_access_token/internal": (
            200,
            {"code": 0, "tenant_access_token": "F", "expire": 7200},
        ),
        "/open-apis/im/v1/messages": (200, {"code": 0}),
    }
    switch_on("dingtalk", api=web.url, app_key="k", agent_id="7", secret="s")
    switch_on("feishu", api=web.url, app_id="cli", secret="s")
    reach(cast, "manager", "dingtalk", "d-zhang")
    reach(cast, "manager", "feishu", "f-zhang")
    tell(cast, "manager")
    actions.send_due()
    ding = web.at("/topapi/message/corpconversation/asyncsend_v2")[0]
    assert (ding.query["access_token"], ding.json["userid_list"], ding.json["agent_id"]) == (
        "D",
        "d-zhang",
        7,
    )
    feishu = web.at("/open-apis/im/v1/messages")[0]
    assert feishu.headers["Authorization"] == "Bearer F"
    assert "回访云桥机械" in json.loads(feishu.json["content"])["text"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_browser_gets_an_encrypted_notification_signed_by_our_key(
    cast, at, web, settings, tmp_path, monkeypatch
):
    import http_ece
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from py_vapid import Vapid

    from qiao.runtime.channels import push

    monkeypatch.setattr(settings, "QIAO_HOME", tmp_path)
    push._key.cache_clear()
    browser = ec.generate_private_key(ec.SECP256R1())
    point = browser.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    auth = b"0123456789abcdef"

    def text_of(raw):
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    web.answers["/push/1"] = [(201, {}), (410, {})]
    subscription = {
        "endpoint": f"{web.url}/push/1",
        "keys": {"p256dh": text_of(point), "auth": text_of(auth)},
    }
    reach(cast, "manager", "push", json.dumps(subscription))
    switch_on("push", subject="mailto:it@example.com")
    tell(cast, "manager")
    actions.send_due()
    seen = web.seen[0]
    clear = http_ece.decrypt(seen.body, private_key=browser, auth_secret=auth, version="aes128gcm")
    assert json.loads(clear)["title"] == "任务：回访云桥机械"
    assert Vapid.verify(seen.headers["Authorization"])
    assert f"k={push.public_key()}" in seen.headers["Authorization"]
    assert (tmp_path / "push_key.pem").stat().st_mode & 0o077 == 0
    tell(cast, "manager", event="e:2")
    actions.send_due()
    assert not Address.objects.exists(), "a browser that unsubscribed is forgotten"
    push._key.cache_clear()


def test_quiet_hours_put_messages_off_to_the_morning(cast, at, web):
    web.answers["/sms"] = (200, {})
    switch_on("sms", url=f"{web.url}/sms", secret="s", template="{text}")
    manager = cast.people["manager"].pk
    actions.set_preferences(
        person_id=manager, modes={}, begins=time(20), ends=time(8), digest_at=None, by=None
    )
    at(NOON.replace(hour=22))
    for n in range(3):
        tell(cast, "manager", event=f"night:{n}")
    actions.send_due()
    assert web.seen == []
    at(NOON.replace(hour=8) + timedelta(days=1))
    assert actions.send_due() == 1, "together, as one"
    assert "您有 3 项待办" in web.seen[0].body.decode()


def test_a_digest_goes_out_once_a_day_without_what_is_done_meanwhile(cast, at, web):
    web.answers["/sms"] = (200, {})
    switch_on("sms", url=f"{web.url}/sms", secret="s", template="{text}")
    manager = cast.people["manager"].pk
    actions.set_preferences(
        person_id=manager, modes={"sms": "digest"}, begins=None, ends=None, digest_at=time(18), by=None
    )
    tell(cast, "manager")
    actions.settle(source_kind="task", source_id=1)
    tell(cast, "manager", event="e:2", what="其他")
    at(NOON.replace(hour=18))
    actions.send_due()
    assert web.seen[0].body.decode() == "任务：其他"
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["dropped", "sent"]


def test_who_wants_no_message_gets_none(cast, at, web):
    switch_on("sms", url=f"{web.url}/sms", secret="s", template="{text}")
    actions.set_preferences(
        person_id=cast.people["manager"].pk,
        modes={"sms": "off"},
        begins=None,
        ends=None,
        digest_at=None,
        by=None,
    )
    tell(cast, "manager")
    assert not Delivery.objects.exists()


def test_a_busy_gateway_is_asked_again_with_growing_pauses_and_given_up_at_last(cast, at, web):
    web.answers["/sms"] = (503, {})
    switch_on("sms", url=f"{web.url}/sms", secret="s", template="{text}")
    tell(cast, "manager")
    now, waits = NOON, []
    for _ in range(20):
        at(now)
        actions.send_due()
        row = only()
        if row.state != "waiting":
            break
        waits.append(row.next_at - now)
        now = row.next_at
    assert row.state == "failed"
    assert waits == sorted(waits)
    assert len(web.seen) == len(waits) + 1 == 8
    assert "503" in row.trouble


def test_what_is_refused_for_good_is_not_sent_again(cast, at, web):
    web.answers["/sms"] = (400, {"error": "bad number"})
    switch_on("sms", url=f"{web.url}/sms", secret="s", template="{text}")
    tell(cast, "manager")
    actions.send_due()
    assert only().state == "failed"
    assert "bad number" in only().trouble


def test_a_worker_that_dies_while_sending_does_not_make_it_go_out_twice(cast, at, web):
    web.answers["/sms"] = (200, {})
    switch_on("sms", url=f"{web.url}/sms", secret="s", template="{text}")
    tell(cast, "manager")
    actions.deliveries._claim(10)  # and then it dies
    assert actions.send_due() == 0
    at(NOON + timedelta(hours=1))
    actions.send_due()
    assert only().state == "unclear"
    assert web.seen == []


def test_a_channel_is_not_switched_on_half_set_up_and_keeps_its_secret(db):
    with pytest.raises(RuleBroken) as refusal:
        switch_on("sms", url="https://gateway.example/", template="{text}")
    assert refusal.value.field == "secret"
    assert not ChannelInUse.objects.exists()
    switch_on("sms", url="https://gateway.example/", template="{text}", secret="first")
    switch_on("sms", url="https://gateway.example/2", template="{text}", secret="")
    assert ChannelInUse.objects.get().settings["secret"] == "first"


def test_the_page_of_a_channel_never_shows_its_secret(cast, log_in):
    switch_on("sms", url="https://gateway.example/", template="{text}", secret="tell-nobody")
    client = log_in("administrator")
    assert "tell-nobody" not in client.get("/inbox/channels/sms/").content.decode()
    assert "tell-nobody" not in client.get("/audit/").content.decode()


def hook_to(web, cast, *topics):
    return actions.put_webhook(
        hook=None,
        name="ERP",
        url=f"{web.url}/hook",
        events=list(topics),
        is_on=True,
        by=cast.users["administrator"],
    )


def test_a_webhook_tells_signed_what_was_asked_for_and_nothing_else(cast, at, web):
    web.answers["/hook"] = (200, {"ok": True})
    hook = hook_to(web, cast, "task.given")
    task = actions.give_task(title="回访", owner_id=cast.people["manager"].pk, by=None)
    actions.end_task(task_id=task.pk, outcome="好", by=None)
    assert actions.send_hooks_due() == 1
    seen = web.seen[0]
    assert seen.json["event"] == "task.given"
    assert seen.json["data"]["title"] == "回访"
    signature = seen.headers["X-Qiao-Signature"].removeprefix("sha256=")
    assert signature == actions.hooks.sign(hook.secret, seen.headers["X-Qiao-Timestamp"], seen.body)
    assert actions.hooks.sign("wrong", seen.headers["X-Qiao-Timestamp"], seen.body) != signature
    assert hook.deliveries.get().state == "sent"


def test_an_event_of_a_step_that_is_undone_is_not_told(cast, at, web):
    from django.db import transaction

    hook_to(web, cast, "task.given")
    with pytest.raises(ValueError, match="undone"):
        undo_a_task(cast, transaction)
    assert actions.send_hooks_due() == 0


def undo_a_task(cast, transaction):
    with transaction.atomic():
        actions.give_task(title="回访", owner_id=cast.people["manager"].pk, by=None)
        raise ValueError("undone")


def test_a_webhook_that_never_answers_is_tried_again_then_given_up_and_can_be_replayed(cast, at, web):
    web.answers["/hook"] = (500, {})
    hook = hook_to(web, cast, "task.given")
    actions.give_task(title="回访", owner_id=cast.people["manager"].pk, by=None)
    now = NOON
    for _ in range(20):
        at(now)
        actions.send_hooks_due()
        row = hook.deliveries.get()
        if row.state == "failed":
            break
        now = row.next_at
    assert row.attempts == len(web.seen) == 8
    assert len({one.headers["X-Qiao-Delivery"] for one in web.seen}) == 1
    web.answers["/hook"] = (200, {})
    actions.replay(delivery=row, by=None)
    actions.send_hooks_due()
    assert hook.deliveries.get().state == "sent"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://user:pw@example.com/",
        "http://example.com/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://[::1]/",
    ],
)
def test_addresses_into_the_own_network_or_of_other_kinds_are_refused(cast, settings, url):
    settings.QIAO_INNER_ADDRESSES = False
    with pytest.raises(RuleBroken):
        actions.put_webhook(hook=None, name="x", url=url, events=["task.given"], is_on=True, by=None)
    assert not Webhook.objects.exists()


def test_a_redirect_is_not_followed(cast, at, web):
    web.answers["/hook"] = (302, {})
    hook = hook_to(web, cast, "task.given")
    actions.give_task(title="回访", owner_id=cast.people["manager"].pk, by=None)
    actions.send_hooks_due()
    assert hook.deliveries.get().status == 302
    assert len(web.seen) == 1


def test_a_webhook_on_its_last_attempt_is_not_taken_by_a_second_worker(cast, at, web):
    hook = hook_to(web, cast, "task.given")
    actions.give_task(title="回访", owner_id=cast.people["manager"].pk, by=None)
    hook.deliveries.update(attempts=8)
    assert len(actions.hooks._claim(10)) == 1
    assert actions.hooks._claim(10) == [], "the first worker is still sending it"


def test_a_message_of_a_task_handed_on_goes_to_the_new_owner(cast, at, web):
    web.answers["/sms"] = (200, {})
    switch_on("sms", url=f"{web.url}/sms", secret="s", template="{phone}")
    deputy = cast.people["deputy"]
    type(deputy).objects.filter(pk=deputy.pk).update(phone="13911112222")
    task = actions.give_task(title="回访", owner_id=cast.people["manager"].pk, by=None)
    actions.hand_on_task(task_id=task.pk, owner_id=deputy.pk, by=None)
    actions.send_due()
    assert [one.body.decode() for one in web.seen] == ["13911112222"]
