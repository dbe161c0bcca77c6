"""Whom somebody is who logged in at another system.

The rule: first the directory's own user id, entered at the person or by synchronisation; then, for OpenID Connect, one
particular the settings name – a verified e-mail, the log-in name or the staff number – when it fits exactly one person in
service. Nobody else is let in.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from qiao.runtime import clock
from qiao.runtime.contributions import OutsideRule

from . import queries


def find(identity: Any) -> Any:
    """The log-in of the person an identity is, or None."""
    today = clock.today()
    if identity.provider != "oidc":
        return queries.find_user_by_account(identity.provider, identity.ids, today)
    match = settings.QIAO_OUTSIDE.oidc_match
    value = identity.email if match == "email" else identity.username
    return queries.find_user_by_particular(match, value, today)


def list_helpers() -> Sequence[str]:
    """Names of those who can enter what is missing."""
    return queries.list_helpers(clock.today())


RULE = OutsideRule("org", find, list_helpers)
