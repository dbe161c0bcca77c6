"""The providers that are our own: WeCom, and OpenID Connect with a nonce and a checked signature."""

import secrets
from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest

from .flows import NONCE, OidcAdapter, WeComAdapter


class WeComAccount(ProviderAccount):  # type: ignore[misc]
    """A member of the enterprise at WeCom."""

    def to_str(self) -> str:
        return str(self.account.uid)


class WeComProvider(OAuth2Provider):  # type: ignore[misc]
    """WeCom: a QR code on a desktop, silently inside its own app."""

    id = "wecom"
    name = "WeCom"
    account_class = WeComAccount
    oauth2_adapter_class = WeComAdapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        return {"agentid": self.app.key}

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["userid"])


class OidcProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """OpenID Connect, asking for a token that answers this very request."""

    oauth2_adapter_class = OidcAdapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Nothing of the address is passed on; the nonce ties the token to this browser."""
        request.session[NONCE] = secrets.token_urlsafe(24)
        return {**self.get_auth_params(), "nonce": request.session[NONCE]}


provider_classes = [OidcProvider, WeComProvider]
