"""Keeps answers under their keys, and adds the headers Django has no setting for."""

import contextlib
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from qiao.runtime.refusals import answer
from qiao.runtime.requests import TooMany

from . import actions, limits

CLAIM = "_claim"
PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(self), display-capture=(), encrypted-media=(), fullscreen=(self), "
    "geolocation=(self), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)


class AddressMiddleware:
    """Behind a proxy with TLS, the address a request came from is the last one the proxy noted.

    What stands before it in the header was sent by the visitor and could be anything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        noted = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if settings.QIAO_BEHIND_TLS and noted:
            with contextlib.suppress(ValueError):  # whatever is no address leaves the proxy's own
                request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(noted))
        return self.get_response(request)


class GuardMiddleware:
    """Counts uploads, keeps answers, says what a page may use of the device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        claim = getattr(request, CLAIM, None)
        if claim is not None:
            actions.keep(claim, response)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """A file is counted before it is read into the house."""
        user_id = getattr(getattr(request, "user", None), "pk", None)
        multipart = (request.content_type or "").startswith("multipart/")
        if user_id is not None and multipart and int(request.META.get("CONTENT_LENGTH") or 0) > 0:
            try:
                limits.check(request, "uploads", user_id)
            except TooMany as error:
                return answer(request, error)
        return None
