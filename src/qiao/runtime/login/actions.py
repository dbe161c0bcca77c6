"""Writes about log-ins."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime import clock
from qiao.runtime.models import LoginRecord, Session, User
from qiao.runtime.requests import address_of

from .queries import BEGAN, name_of


def record_log_in(
    request: HttpRequest | None, *, outcome: str, user: Any, username: str, detail: str = ""
) -> None:
    """Append one attempt to the record of log-ins."""
    LoginRecord.objects.create(
        at=clock.now(),
        user=user,
        username=username[:150],
        outcome=outcome,
        detail=detail[:200],
        address=address_of(request) if request else None,
        agent=(request.headers.get("User-Agent", "") if request else "")[:200],
    )


def note_beginning(request: HttpRequest | None) -> None:
    """Keep with a session when, where and with what it began, for its owner to recognise it by."""
    if request is not None and hasattr(request, "session"):
        request.session[BEGAN] = {
            "at": clock.now().isoformat(),
            "address": address_of(request) or "",
            "agent": request.headers.get("User-Agent", "")[:200],
        }


@transaction.atomic
def end_session(*, user: Any, name: str, current_key: str | None, request: HttpRequest | None = None) -> int:
    """End one of a user's other sessions, or all of them.

    Args:
        user: Whose.
        name: As :func:`queries.list_sessions` names it, or ``others``.
        current_key: The session he asks from, which goes on.

    Returns:
        Sessions ended; each is a line in the record of log-ins.

    Raises:
        NotFound: He has no such other session.
    """
    others = Session.objects.filter(user=user).exclude(session_key=current_key or "")
    chosen = [row for row in others if name in ("others", name_of(row.session_key))]
    if not chosen and name != "others":
        raise NotFound
    for row in chosen:
        row.delete()
        record_log_in(request, outcome="logged_out", user=user, username=user.username)
    return len(chosen)


@transaction.atomic
def reset_factors(*, user: Any, reason: str, by: Any, request: HttpRequest | None = None) -> int:
    """Take all second factors from somebody who has lost them, and end his sessions: they might not be his.

    Returns:
        How many passkeys and apps were taken; recovery codes go with them.

    Raises:
        RuleBroken: There is nothing to take, no reason is given, or it is one's own: that page asks for a factor.
    """
    if not reason.strip():
        raise RuleBroken(
            N_("Say why, and how you made sure who asks."), code="reason_missing", field="reason"
        )
    if user.pk == by.pk:
        raise RuleBroken(N_("Change your own factors on your own page."), code="own_factors")
    rows = Authenticator.objects.select_for_update().filter(user=user)
    taken = len([row for row in rows if row.type != Authenticator.Type.RECOVERY_CODES])
    if not taken:
        raise RuleBroken(N_("This log-in has no second factor."), code="no_factor")
    rows.delete()
    Session.objects.filter(user=user).delete()
    record_log_in(
        request, outcome="factors_reset", user=user, username=user.username, detail=f"{by.username}: {reason}"
    )
    return taken


def end_sessions() -> None:
    """Forget the sessions that have run out."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


@transaction.atomic
def create_log_in(*, username: str, password: str, language: str = "") -> User:
    """Make a log-in.

    Raises:
        RuleBroken: The name is taken or the password too weak.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise RuleBroken(
            N_("The log-in %(name)s exists already."), code="username_taken", field="username", name=username
        )
    user = User(username=username, language=language)
    _check_strength(password, user)
    user.set_password(password)
    user.save()
    return user


def _check_strength(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleBroken(
            N_("The password is too weak: %(reasons)s"),
            code="password_weak",
            field="password",
            reasons=" ".join(error.messages),
        ) from None


@transaction.atomic
def set_password(*, user: Any, password: str, by: Any, request: HttpRequest | None = None) -> None:
    """Give somebody who forgot his password a new one; his sessions end.

    Raises:
        RuleBroken: It is too weak, or it is one's own: that page asks for the old one.
    """
    if user.pk == by.pk:
        raise RuleBroken(N_("Change your own password on your own page."), code="own_password")
    _check_strength(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    Session.objects.filter(user=user).delete()
    record_log_in(request, outcome="password_set", user=user, username=user.username, detail=str(by.username))


def switch_log_in(*, user_ids: Iterable[int], on: bool) -> int:
    """Let log-ins in or keep them out; who is inside is asked again at the next page. Returns how many changed."""
    return User.objects.filter(pk__in=list(user_ids), is_active=not on).update(is_active=on)
