"""Notes with every change who asked for it and from where."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse

from qiao.runtime.requests import address_of


class AuditMiddleware:
    """Opens a pghistory context around every request that may write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return self.get_response(request)
        user = getattr(request, "user", None)
        with pghistory.context(
            user=user.pk if user is not None and user.is_authenticated else None,
            path=request.path,
            address=address_of(request),
        ):
            return self.get_response(request)
