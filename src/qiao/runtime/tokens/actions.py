"""Writes about tokens."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.models import ApiToken

PREFIX = "qiao_"
LONGEST_DAYS = 366
NOTED_EVERY = timedelta(minutes=5)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is random and long, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(
    *, user: Any, held: Sequence[str], name: str, rights: Sequence[str], days: int
) -> tuple[ApiToken, str]:
    """Make a token.

    Args:
        user: Whom it acts as.
        held: Rights the user holds now.
        name: What it is for.
        rights: Rights it may use.
        days: Days until it expires, at most a year.

    Returns:
        The row and the secret, which is shown once and never again.

    Raises:
        RuleBroken: A right is not held, none is named, or the term is out of range.
    """
    if not rights or set(rights) - set(held):
        raise RuleBroken(
            N_("A token names rights you hold, at least one."), code="token_rights", field="rights"
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleBroken(
            N_("A token lasts from 1 to %(most)s days."), code="token_days", field="days", most=LONGEST_DAYS
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    token = ApiToken.objects.create(
        user=user, name=name, digest=digest_of(secret), prefix=secret[:12], rights=sorted(set(rights)),
        created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    return token, secret


@transaction.atomic
def revoke(*, token_id: int, user: Any) -> None:
    """End one of a user's own tokens at once.

    Raises:
        NotFound: It is not his.
    """
    ended = ApiToken.objects.filter(pk=token_id, user=user, revoked_at__isnull=True).update(
        revoked_at=clock.now()
    )
    if not ended:
        raise NotFound


def use(secret: str) -> ApiToken | None:
    """The live token behind a secret; notes its use now and then."""
    now = clock.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest_of(secret), revoked_at__isnull=True, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token is not None and (token.last_used_at is None or token.last_used_at < now - NOTED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
