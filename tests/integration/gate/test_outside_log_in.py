"""Log-ins from elsewhere against stand-ins that check what the real systems check; nobody unknown gets in."""

import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from jwt.algorithms import RSAAlgorithm

from qiao.config.environment import OutsideLogIns
from qiao.org import actions
from qiao.org.models import Person
from qiao.runtime.channels import token
from qiao.runtime.models import LoginRecord
from tests.integration.inbox.standins import web_server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    token._tokens.clear()
    cache.clear()


@pytest.fixture
def web():
    with web_server() as server:
        yield server


@pytest.fixture
def outside(settings, web):
    """Switch ways on: ``outside(wecom_corp=…)``."""

    def switch(**named):
        settings.QIAO_OUTSIDE = OutsideLogIns(wecom_api=web.url, **named)
        settings.SOCIALACCOUNT_PROVIDERS = settings.QIAO_OUTSIDE.providers()

    return switch


def leave(client, path):
    """Where a log-in leads, and what it asks for."""
    answer = client.get(path)
    assert answer.status_code == 302
    parts = urlsplit(answer["Location"])
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return f"{parts.scheme}://{parts.netloc}{parts.path}", query


def is_in(client):
    return client.get("/me/").status_code == 200


# --- OpenID Connect --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def signer():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def oidc(outside, web, signer):
    """A server of OpenID Connect: ``oidc(claims)`` sets what it says next."""
    outside(oidc_server=web.url, oidc_client="qiao", oidc_secret="s3cret", oidc_name="SSO")
    public = RSAAlgorithm.to_jwk(signer.public_key(), as_dict=True) | {
        "kid": "k1",
        "alg": "RS256",
        "use": "sig",
    }
    web.answers["/.well-known/openid-configuration"] = 200, {
        "issuer": web.url, "authorization_endpoint": f"{web.url}/authorize", "token_endpoint": f"{web.url}/token",
        "userinfo_endpoint": f"{web.url}/userinfo", "jwks_uri": f"{web.url}/jwks",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }  # fmt: skip
    web.answers["/jwks"] = 200, {"keys": [public]}

    def says(key=signer, **claims):
        now = int(time.time())
        said = {"iss": web.url, "aud": "qiao", "sub": "u-1", "iat": now, "exp": now + 300, **claims}
        web.answers["/token"] = 200, {
            "access_token": "at", "token_type": "Bearer", "id_token": jwt.encode(said, key, "RS256", {"kid": "k1"}),
        }  # fmt: skip
        web.answers["/userinfo"] = (
            200,
            {
                k: v
                for k, v in said.items()
                if k in ("sub", "email", "email_verified", "preferred_username", "name")
            },
        )

    return says


def come_back(client, oidc, **claims):
    where, asked = leave(client, "/accounts/outside/oidc/oidc/login/?next=/inbox/")
    assert where.endswith("/authorize")
    oidc(**{"nonce": asked["nonce"], **claims})
    return asked, client.get(f"/accounts/outside/oidc/oidc/login/callback/?code=c0de&state={asked['state']}")


def test_a_verified_address_of_one_person_lets_him_in(cast, oidc, web):
    Person.objects.filter(pk=cast.people["manager"].pk).update(email="zhang@qiao.example")
    client = Client()
    asked, answer = come_back(client, oidc, email="Zhang@qiao.example", email_verified=True)
    assert asked["client_id"] == "qiao"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].endswith("/accounts/outside/oidc/oidc/login/callback/")
    sent = parse_qs(web.at("/token")[0].body.decode())
    assert (sent["client_id"], sent["client_secret"], sent["code"]) == (["qiao"], ["s3cret"], ["c0de"])
    assert sent["code_verifier"]
    assert answer["Location"] == "/inbox/"
    assert is_in(client)
    assert not SocialAccount.objects.exists()  # the rule is asked anew each time


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "zhang@qiao.example"},
        {"email": "zhang@qiao.example", "email_verified": False},
        {"email": "zhang@qiao.example", "email_verified": "true"},
        {"email": "stranger@qiao.example", "email_verified": True},
    ],
)
def test_an_unverified_or_unknown_address_opens_nothing_and_says_who_helps(cast, oidc, claims):
    Person.objects.filter(pk=cast.people["manager"].pk).update(email="zhang@qiao.example")
    users = get_user_model().objects.count()
    client = Client()
    _asked, answer = come_back(client, oidc, name="张三丰", **claims)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "吴十全" in page  # who keeps log-ins
    assert "张三丰" in page
    assert not is_in(client)
    assert get_user_model().objects.count() == users
    assert LoginRecord.objects.filter(outcome="refused", detail__startswith="oidc: 张三丰").count() == 1


def test_an_address_two_people_share_is_not_guessed(cast, oidc):
    Person.objects.filter(user__username__in=["manager", "deputy"]).update(email="both@qiao.example")
    client = Client()
    _asked, answer = come_back(client, oidc, email="both@qiao.example", email_verified=True)
    assert answer.status_code == 403
    assert not is_in(client)


def test_log_in_name_or_staff_number_count_where_the_settings_say_so(cast, oidc, settings):
    client = Client()
    _asked, answer = come_back(client, oidc, preferred_username="manager")
    assert answer.status_code == 403
    for match, value in (("username", "manager"), ("number", "P-manager")):
        settings.QIAO_OUTSIDE = OutsideLogIns(**{
            **{f: getattr(settings.QIAO_OUTSIDE, f) for f in ("oidc_server", "oidc_client", "oidc_secret")}, "oidc_match": match,
        })  # fmt: skip
        client = Client()
        come_back(client, oidc, preferred_username=value)
        assert is_in(client)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"aud": "others"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"key": "foreign"},
    ],
)
def test_a_token_for_another_request_or_of_another_signer_is_refused(cast, oidc, wrong):
    Person.objects.filter(pk=cast.people["manager"].pk).update(email="zhang@qiao.example")
    if "key" in wrong:
        wrong = {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
    client = Client()
    _asked, answer = come_back(client, oidc, email="zhang@qiao.example", email_verified=True, **wrong)
    assert answer.status_code == 401
    assert not is_in(client)
    assert LoginRecord.objects.filter(outcome="failed", detail__startswith="openid_connect:").exists()


def test_a_foreign_or_repeated_state_is_refused(cast, oidc):
    Person.objects.filter(pk=cast.people["manager"].pk).update(email="zhang@qiao.example")
    client = Client()
    asked, _answer = come_back(client, oidc, email="zhang@qiao.example", email_verified=True)
    back = f"/accounts/outside/oidc/oidc/login/callback/?code=c0de&state={asked['state']}"
    other = Client()
    assert other.get(back).status_code == 401  # another browser
    assert other.get(back.replace(asked["state"], "made-up")).status_code == 401
    assert not is_in(other)


def test_who_left_or_is_switched_off_does_not_get_in(cast, oidc):
    Person.objects.filter(pk=cast.people["manager"].pk).update(email="zhang@qiao.example")
    get_user_model().objects.filter(username="manager").update(is_active=False)
    client = Client()
    come_back(client, oidc, email="zhang@qiao.example", email_verified=True)
    assert not is_in(client)


def test_the_second_factor_is_asked_for_after_a_log_in_from_elsewhere(cast, oidc):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    Person.objects.filter(pk=cast.people["manager"].pk).update(email="zhang@qiao.example")
    TOTP.activate(cast.users["manager"], generate_totp_secret())
    client = Client()
    _asked, answer = come_back(client, oidc, email="zhang@qiao.example", email_verified=True)
    assert answer["Location"] == "/accounts/2fa/"
    assert not is_in(client)


def test_a_server_that_does_not_answer_ends_on_a_page(cast, oidc, web):
    client = Client()
    _where, asked = leave(client, "/accounts/outside/oidc/oidc/login/")
    web.answers["/token"] = 500, {}
    answer = client.get(f"/accounts/outside/oidc/oidc/login/callback/?code=c&state={asked['state']}")
    assert answer.status_code == 401
    assert "/accounts/login/" in answer.content.decode()


# --- WeCom -----------------------------------------------------------------------------------------------------


@pytest.fixture
def wecom(outside, web):
    outside(wecom_corp="ww1", wecom_agent="1000002", wecom_secret="app-secret")
    web.answers["/cgi-bin/gettoken"] = 200, {"errcode": 0, "access_token": "T1", "expires_in": 7200}
    web.answers["/cgi-bin/auth/getuserinfo"] = 200, {"errcode": 0, "userid": "ZhangSanFeng"}
    return web


def test_a_member_of_the_enterprise_at_wecom_gets_in(cast, wecom):
    actions.put_accounts(person=cast.people["manager"], accounts={"wecom": "ZhangSanFeng"}, by=None)
    client = Client()
    where, asked = leave(client, "/accounts/outside/wecom/login/")
    assert where == "https://login.work.weixin.qq.com/wwlogin/sso/login"
    assert (asked["appid"], asked["agentid"], asked["login_type"]) == ("ww1", "1000002", "CorpApp")
    answer = client.get(f"/accounts/outside/wecom/login/callback/?code=abc&state={asked['state']}")
    assert answer["Location"] == "/"
    assert is_in(client)
    fetched, whose = wecom.at("/cgi-bin/gettoken")[0].query, wecom.at("/cgi-bin/auth/getuserinfo")[0].query
    assert fetched == {"corpid": "ww1", "corpsecret": "app-secret"}
    assert whose == {"access_token": "T1", "code": "abc"}


def test_inside_the_app_wecom_asks_nothing(cast, wecom):
    client = Client(headers={"user-agent": "Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0"})
    answer = client.get("/accounts/outside/wecom/login/")
    assert answer["Location"].startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert answer["Location"].endswith("#wechat_redirect")
    assert "scope=snsapi_base" in answer["Location"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"errcode": 0, "userid": "Stranger"}, 403),
        ({"errcode": 0, "openid": "a-guest"}, 401),
        ({"errcode": 40029, "errmsg": "invalid code"}, 401),
    ],
)
def test_strangers_guests_and_used_codes_are_refused(cast, wecom, said, status):
    actions.put_accounts(person=cast.people["manager"], accounts={"wecom": "ZhangSanFeng"}, by=None)
    wecom.answers["/cgi-bin/auth/getuserinfo"] = 200, said
    client = Client()
    _where, asked = leave(client, "/accounts/outside/wecom/login/")
    answer = client.get(f"/accounts/outside/wecom/login/callback/?code=abc&state={asked['state']}")
    assert answer.status_code == status
    assert not is_in(client)


def test_a_token_that_expired_is_fetched_anew_at_the_next_try(cast, wecom):
    actions.put_accounts(person=cast.people["manager"], accounts={"wecom": "ZhangSanFeng"}, by=None)
    wecom.answers["/cgi-bin/auth/getuserinfo"] = [
        (200, {"errcode": 42001}), (200, {"errcode": 0, "userid": "ZhangSanFeng"}),
    ]  # fmt: skip
    client = Client()
    for expected in (401, 302):
        _where, asked = leave(client, "/accounts/outside/wecom/login/")
        answer = client.get(f"/accounts/outside/wecom/login/callback/?code=abc&state={asked['state']}")
        assert answer.status_code == expected
    assert len(wecom.at("/cgi-bin/gettoken")) == 2


# --- DingTalk and Feishu ----------------------------------------------------------------------------------------


def test_dingtalk_knows_people_by_the_id_entered(cast, outside, web, monkeypatch):
    from allauth.socialaccount.providers.dingtalk.views import DingTalkOAuth2Adapter as Adapter

    outside(dingtalk_key="ding1", dingtalk_secret="ds")
    monkeypatch.setattr(Adapter, "access_token_url", f"{web.url}/token")
    monkeypatch.setattr(Adapter, "profile_url", f"{web.url}/me")
    web.answers["/token"] = 200, {"accessToken": "A", "refreshToken": "R", "expireIn": 7200}
    web.answers["/me"] = 200, {"openId": "o1", "unionId": "union-1", "nick": "张三丰"}
    for expected in (403, 302):
        client = Client()
        where, asked = leave(client, "/accounts/outside/dingtalk/login/?auth_params=client_id%3Devil")
        assert where == "https://login.dingtalk.com/oauth2/auth"
        assert asked["client_id"] == "ding1"
        answer = client.get(f"/accounts/outside/dingtalk/login/callback/?authCode=dc&state={asked['state']}")
        assert answer.status_code == expected
        assert is_in(client) is (expected == 302)
        actions.put_accounts(person=cast.people["manager"], accounts={"dingtalk": "union-1"}, by=None)
    assert web.at("/token")[0].json == {
        "clientId": "ding1", "clientSecret": "ds", "code": "dc", "grantType": "authorization_code",
    }  # fmt: skip
    assert web.at("/me")[0].headers["x-acs-dingtalk-access-token"] == "A"


def test_feishu_knows_people_by_their_user_id(cast, outside, web, monkeypatch):
    from allauth.socialaccount.providers.feishu.client import FeishuOAuth2Client
    from allauth.socialaccount.providers.feishu.views import FeishuOAuth2Adapter as Adapter

    outside(feishu_app="cli_1", feishu_secret="fs")
    monkeypatch.setattr(Adapter, "access_token_url", f"{web.url}/token")
    monkeypatch.setattr(Adapter, "user_info_url", f"{web.url}/me")
    monkeypatch.setattr(FeishuOAuth2Client, "app_access_token_url", f"{web.url}/app")
    web.answers["/app"] = 200, {"app_access_token": "APP"}
    web.answers["/token"] = 200, {"data": {"access_token": "U", "expires_in": 7200}}
    web.answers["/me"] = 200, {"code": 0, "data": {"open_id": "ou_1", "user_id": "zhang", "name": "张三丰"}}
    actions.put_accounts(person=cast.people["manager"], accounts={"feishu": "zhang"}, by=None)
    client = Client()
    _where, asked = leave(client, "/accounts/outside/feishu/login/")
    assert asked["app_id"] == "cli_1"
    client.get(f"/accounts/outside/feishu/login/callback/?code=fc&state={asked['state']}")
    assert is_in(client)
    assert parse_qs(web.at("/app")[0].body.decode()) == {"app_id": ["cli_1"], "app_secret": ["fs"]}
    assert web.at("/token")[0].json["app_access_token"] == "APP"
    assert web.at("/me")[0].headers["Authorization"] == "Bearer U"


# --- what is offered ---------------------------------------------------------------------------------------------


def test_the_log_in_page_offers_what_is_set_up_and_nothing_else_exists(cast, outside):
    client = Client()
    page = client.get("/accounts/login/").content.decode()
    assert "/accounts/outside/" not in page
    for path in (
        "wecom/login/",
        "dingtalk/login/",
        "feishu/login/callback/",
        "oidc/oidc/login/",
        "oidc/x/login/callback/",
    ):
        assert client.get(f"/accounts/outside/{path}").status_code == 404
    outside(wecom_corp="ww1", wecom_agent="1", wecom_secret="s")
    page = client.get("/accounts/login/?next=/inbox/").content.decode()
    assert "/accounts/outside/wecom/login/?next=%2Finbox%2F" in page
    assert "企业微信" in page


def test_an_id_belongs_to_one_person(cast, log_in):
    actions.put_accounts(person=cast.people["manager"], accounts={"wecom": "Z"}, by=None)
    admin = log_in("administrator")
    path = f"/org/people/{cast.people['deputy'].pk}/log-in/accounts/"
    assert admin.post(path, {"wecom": "Z"}).status_code == 422
    assert admin.post(path, {"wecom": "L", "feishu": "li"}).status_code == 302
    card = admin.get(f"/org/people/{cast.people['deputy'].pk}/log-in/card/").content.decode()
    assert "li" in card
    assert admin.post(path, {"wecom": "", "feishu": "li"}).status_code == 302
    assert [one.directory for one in cast.people["deputy"].directory_accounts.all()] == ["feishu"]
    assert log_in("hr").post(path, {"wecom": "H"}).status_code == 403
