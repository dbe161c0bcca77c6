"""Lets in who is known, tells the others who can help."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qiao.runtime.contributions import OutsideRule, list_registered
from qiao.runtime.login import actions

from .identity import Identity, read_identity


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Applies the rule at each log-in, keeps nothing, opens nothing."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Only what the settings name: a row in a table opens no door."""
        return [
            SocialApp(provider=code, **app)
            for code, settings_of in settings.SOCIALACCOUNT_PROVIDERS.items()
            for app in settings_of["APPS"]
            if provider in (None, code, app.get("provider_id")) and client_id in (None, app["client_id"])
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        identity = read_identity(sociallogin.account.provider, sociallogin.account.extra_data)
        raise ImmediateHttpResponse(let_in(request, identity, sociallogin.get_redirect_url(request)))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        """Any way it can go wrong over there ends on one page of ours; what exactly is noted, not shown."""
        error = str(details.get("exception") or details.get("error") or "")
        actions.record_log_in(
            request, outcome="failed", user=None, username="", detail=f"{provider.id}: {error}"[:200]
        )
        answer = render(request, "account/outside_failed.html", {"provider": provider.name}, status=401)
        raise ImmediateHttpResponse(answer)


def let_in(request: HttpRequest, identity: Identity, redirect_url: str | None) -> HttpResponse:
    """Log in whom the rule finds; refuse anybody else and say who can help."""
    rules = list_registered(OutsideRule)
    user = next((found for rule in rules if (found := rule.find(identity)) is not None), None)
    if user is None:
        actions.record_log_in(
            request, outcome="refused", user=None, username=identity.username,
            detail=f"{identity.provider}: {identity.shown}",
        )  # fmt: skip
        helpers = [name for rule in rules for name in rule.list_helpers()]
        return render(
            request, "account/outside_unknown.html", {"identity": identity, "helpers": helpers}, status=403
        )
    if request.user.is_authenticated and request.user.pk != user.pk:
        logout(request)
    record_authentication(
        request, user, "socialaccount", provider=identity.provider, uid="".join(identity.ids[:1])
    )
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=redirect_url
    )
    return response
