"""Addresses people leave for another system from, and come back to."""

from collections.abc import Callable
from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.dingtalk.views import DingTalkOAuth2Adapter
from allauth.socialaccount.providers.feishu.views import FeishuOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import URLPattern, path
from requests import RequestException

from .flows import OidcAdapter, WeComAdapter


def _guarded(view_class: Any, make: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    """A way that is not set up is not there; of a link that leaves only where to go afterwards is heeded."""

    def view(request: HttpRequest, **named: str) -> HttpResponseBase:
        if view_class is OAuth2LoginView:
            kept = QueryDict(mutable=True)
            if after := request.GET.get("next"):
                kept["next"] = str(after)
            request.GET = kept  # type: ignore[assignment]
        try:
            way = make(request, **named)
            answer: HttpResponseBase = view_class.adapter_view(way)(request)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except (RequestException, LookupError, ValueError, TypeError, AttributeError) as error:
            # Whatever the other side answers, however torn, is its fault and not an error of ours.
            answer = render_authentication_error(request, way.get_provider(), exception=error)
        return answer

    return view


def _ways() -> list[URLPattern]:
    ways: dict[str, Any] = {
        "wecom": WeComAdapter,
        "dingtalk": DingTalkOAuth2Adapter,
        "feishu": FeishuOAuth2Adapter,
    }
    found = []
    for code, adapter in ways.items():
        found.append(path(f"{code}/login/", _guarded(OAuth2LoginView, adapter), name=f"{code}_login"))
        found.append(
            path(f"{code}/login/callback/", _guarded(OAuth2CallbackView, adapter), name=f"{code}_callback")
        )
    return found


urlpatterns = [
    *_ways(),
    path(
        "oidc/<slug:provider_id>/login/", _guarded(OAuth2LoginView, OidcAdapter), name="openid_connect_login"
    ),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        _guarded(OAuth2CallbackView, OidcAdapter),
        name="openid_connect_callback",
    ),
]
