"""The request as our views receive it: Django's, with what our middleware adds."""

from typing import Any

from django.http import HttpRequest


class Request(HttpRequest):
    """For annotations only; nobody makes one.

    Attributes:
        viewer: Who asks (:class:`qiao.org.access.Viewer`), set for every request.
        htmx: What htmx says of the request; false for a plain browser request.
    """

    viewer: Any
    htmx: Any


def address_of(request: HttpRequest) -> str | None:
    """Network address the request came from; behind a proxy the server sets REMOTE_ADDR."""
    return request.META.get("REMOTE_ADDR") or None


class TooMany(Exception):
    """Asked more often than the settings allow.

    Attributes:
        seconds: Until it may be asked again.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"again in {seconds} s")
