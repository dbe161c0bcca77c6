"""Opens the memory of a request: what it read of its session is read once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from qiao.runtime import stamps

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestMemoryMiddleware:
    """A request that only reads sees one state of units, posts and articles; one that writes sees what it wrote."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with stamps.in_request(keeps_stamp=request.method in READING):
            return self.get_response(request)
