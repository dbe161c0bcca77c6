"""Log-in: no self sign-up, every attempt recorded."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str = "", **kwargs: Any) -> bool:
        """Who has just logged in need not type his password twice."""
        from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
        from allauth.account.internal.flows.login import get_authentication_records

        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > REAUTHENTICATION_TIMEOUT


def record_log_ins() -> None:
    """Connect the recorder to Django's log-in signals."""
    from . import actions, factors

    factors.record_factors()

    def logged_in(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
        actions.record_log_in(request, outcome="logged_in", user=user, username=user.username)
        actions.note_beginning(request)

    def logged_out(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
        if user is not None:
            actions.record_log_in(request, outcome="logged_out", user=user, username=user.username)

    def failed(
        sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
    ) -> None:
        actions.record_log_in(
            request, outcome="failed", user=None, username=str(credentials.get("username") or "")
        )

    user_logged_in.connect(logged_in, dispatch_uid="record_log_in", weak=False)
    user_logged_out.connect(logged_out, dispatch_uid="record_log_out", weak=False)
    user_login_failed.connect(failed, dispatch_uid="record_failure", weak=False)
