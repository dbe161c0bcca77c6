"""Reads of log-ins."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from qiao.runtime import clock
from qiao.runtime.models import Session, User

from .sessions import SessionStore

BEGAN = "began"  # what a session keeps of its beginning


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which somebody is logged in. ``name``: it can be named without its key being told."""

    name: str
    began_at: datetime | None
    address: str
    agent: str
    ends_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Passkey:
    """A key kept by a device; ``alone``: it logs in without the password."""

    id: int
    name: str
    alone: bool
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """Second factors of a log-in. ``codes_left``: recovery codes not used yet, None when there are none."""

    app_since: datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int | None

    @property
    def any(self) -> bool:
        """Whether a log-in asks for one."""
        return self.app_since is not None or bool(self.passkeys)


def gather_factors(user_id: int) -> Factors:
    """A log-in's second factors, passkeys in the order they were added."""
    app, passkeys, codes = None, [], None
    for row in Authenticator.objects.filter(user_id=user_id).order_by("created_at", "pk"):
        kept = row.wrap()
        if row.type == Authenticator.Type.TOTP:
            app = row.created_at
        elif row.type == Authenticator.Type.WEBAUTHN:
            passkeys.append(
                Passkey(row.pk, kept.name, bool(kept.is_passwordless), row.created_at, row.last_used_at)
            )
        else:
            codes = len(kept.get_unused_codes())
    return Factors(app, tuple(passkeys), codes)


def find_log_in(username: str) -> User | None:
    """The active log-in of this name."""
    return User.objects.filter(username=username, is_active=True).first()


def name_of(session_key: str) -> str:
    """A name for a session that does not open it."""
    return hashlib.sha256(f"session {session_key}".encode()).hexdigest()[:20]


def list_sessions(user_id: int, current_key: str | None) -> Sequence[OpenSession]:
    """A user's own open sessions: the one asked from first, then the newest."""
    found = []
    store = SessionStore()
    for row in Session.objects.filter(user_id=user_id, expire_date__gt=clock.now()):
        began = store.decode(row.session_data).get(BEGAN) or {}
        found.append(
            OpenSession(
                name_of(row.session_key), datetime.fromisoformat(began["at"]) if began else None,
                began.get("address", ""), began.get("agent", ""), row.expire_date, row.session_key == current_key,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.current, one.began_at or one.ends_at), reverse=True)
