"""How WeCom and OpenID Connect are asked who somebody is."""

import hmac
from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest

from qiao.runtime.channels.token import forget_token, get_token

NONCE = "oidc_nonce"
IN_APP = "https://open.weixin.qq.com/connect/oauth2/authorize"
ON_DESK = "https://login.work.weixin.qq.com/wwlogin/sso/login"
TOKEN_GONE = {40014, 42001}


class OidcAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks the token's signature, issuer, audience and nonce, each time."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        expected = request.session.pop(NONCE, "")
        login = super().complete_login(request, app, token, **kwargs)
        claims = login.account.extra_data.get("id_token")
        if not claims:
            raise OAuth2Error("the answer holds no ID token")
        if not expected or not hmac.compare_digest(str(claims.get("nonce", "")), expected):
            raise OAuth2Error("the ID token answers another request")
        userinfo = login.account.extra_data.get("userinfo")
        if userinfo and userinfo.get("sub") != claims.get("sub"):
            raise OAuth2Error("user info speaks of somebody else than the ID token")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        return jwtkit.verify_and_decode(
            credential=id_token, keys_url=self.openid_config["jwks_uri"], issuer=self.openid_config["issuer"],
            audience=app.client_id, lookup_kid=jwtkit.lookup_kid_jwk, verify_signature=True,
        )  # fmt: skip


class WeComClient(OAuth2Client):  # type: ignore[misc]
    """WeCom's own names for the usual parameters. The app's token is the enterprise's, not the member's."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: dict[str, Any]) -> str:
        agent = extra_params["agentid"]
        if authorization_url == IN_APP:
            asked = {
                "appid": self.consumer_key, "redirect_uri": self.callback_url, "response_type": "code",
                "scope": "snsapi_base", "state": self.state, "agentid": agent,
            }  # fmt: skip
            return f"{IN_APP}?{urlencode(asked)}#wechat_redirect"
        asked = {
            "login_type": "CorpApp", "appid": self.consumer_key, "agentid": agent,
            "redirect_uri": self.callback_url, "state": self.state,
        }  # fmt: skip
        return f"{ON_DESK}?{urlencode(asked)}"

    def get_access_token(self, code: str, pkce_code_verifier: str | None = None) -> dict[str, Any]:
        return {"access_token": app_token(self.consumer_key, self.consumer_secret)}


class WeComAdapter(OAuth2Adapter):  # type: ignore[misc]
    """Asks WeCom whose code it is. Guests of the enterprise have no member id and are refused."""

    provider_id = "wecom"
    access_token_url = ""
    client_class = WeComClient

    @property
    def authorize_url(self) -> str:
        return IN_APP if "wxwork" in self.request.headers.get("User-Agent", "").lower() else ON_DESK

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        asked = {"access_token": token.token, "code": request.GET["code"]}
        answer = _ask(f"{settings.QIAO_OUTSIDE.wecom_api}/cgi-bin/auth/getuserinfo", asked)
        if answer.get("errcode") in TOKEN_GONE:
            forget_token(_key(app.client_id, app.secret))
        member = answer.get("userid") or answer.get("UserId")
        if answer.get("errcode") or not member:
            raise OAuth2Error(f"WeCom names no member: errcode {answer.get('errcode')}")
        return self.get_provider().sociallogin_from_response(request, {"userid": member})


def app_token(corp: str, secret: str) -> str:
    """The app's token at WeCom, kept until shortly before it expires."""

    def fetch() -> tuple[str, float]:
        answer = _ask(
            f"{settings.QIAO_OUTSIDE.wecom_api}/cgi-bin/gettoken", {"corpid": corp, "corpsecret": secret}
        )
        if answer.get("errcode") or not answer.get("access_token"):
            raise OAuth2Error(f"WeCom gives no token: errcode {answer.get('errcode')}")
        return str(answer["access_token"]), float(answer.get("expires_in", 7200))

    return get_token(_key(corp, secret), fetch)


def _key(corp: str, secret: str) -> tuple[str, ...]:
    return ("wecom", settings.QIAO_OUTSIDE.wecom_api, corp, secret)


def _ask(url: str, asked: dict[str, str]) -> dict[str, Any]:
    with get_adapter().get_requests_session() as session:
        response = session.get(url, params=asked)
        response.raise_for_status()
        try:
            answer = response.json()
        except ValueError:
            raise OAuth2Error("the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise OAuth2Error("the answer is no object")
    return answer
