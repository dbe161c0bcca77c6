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
