"""Reads of log-ins."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
