"""Once a day and process: let contexts bring what they repeat of "today" up to the new day."""

import threading
from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse

from . import clock
from .contributions import call_hooks

_lock = threading.Lock()
_ensured: date | None = None


def ensure_day() -> date:
    """Call the ``on_new_day`` hooks unless this process did so today. They are idempotent and lock."""
    global _ensured
    today = clock.today()
    if _ensured != today:
        with _lock:
            if _ensured != today:
                call_hooks("on_new_day", on=today)
                _ensured = today
    return today


def forget_day() -> None:
    """Make the next request look again: for tests that move the clock or the data."""
    global _ensured
    _ensured = None


class DayMiddleware:
    """No page reads yesterday's assignments, whether or not a worker runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(("/static/", "/healthz")):
            ensure_day()
        return self.get_response(request)
