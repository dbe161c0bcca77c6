"""Access tokens of the app platforms, kept until shortly before they expire."""

import threading
import time
from collections.abc import Callable

MARGIN_SECONDS = 120

_tokens: dict[tuple[str, ...], tuple[str, float]] = {}
_lock = threading.Lock()


def get_token(key: tuple[str, ...], fetch: Callable[[], tuple[str, float]]) -> str:
    """The token of a key; fetched when there is none or it is about to expire.

    Args:
        key: Platform, app and secret.
        fetch: Returns (token, seconds it lives).
    """
    with _lock:
        token, until = _tokens.get(key, ("", 0.0))
        if until <= time.monotonic():
            token, lives = fetch()
            _tokens[key] = (token, time.monotonic() + lives - MARGIN_SECONDS)
        return token


def forget_token(key: tuple[str, ...]) -> None:
    """The platform does not know the token any more."""
    with _lock:
        _tokens.pop(key, None)
