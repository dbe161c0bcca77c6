"""Gives every request its viewer and his language; nobody reaches a page without logging in."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from qiao.runtime.login.factors import has_shown

from . import access

# The only addresses an anonymous visitor may ask for. Everything else leads to the log-in page.
OPEN_PREFIXES = ("/accounts/", "/static/", "/healthz", "/language/", "/favicon.ico", "/sw.js")


class ViewerMiddleware:
    """Deny by default, once, for every address there is or will be."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: access.get_viewer(request))  # type: ignore[attr-defined]
        if request.path.startswith(OPEN_PREFIXES) or request.path.startswith(
            "/api/"
        ):  # the API answers 401 itself
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self._lead_to(request, settings.LOGIN_URL)
        viewer = access.get_viewer(request)
        request.viewer = viewer  # type: ignore[attr-defined]
        if viewer.needs_second_factor and not has_shown(request):
            return self._lead_to(request, "second_factor")
        if viewer.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(viewer.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)

    def _lead_to(self, request: HttpRequest, page: str) -> HttpResponse:
        address = f"{resolve_url(page)}?{urlencode({'next': request.get_full_path()})}"
        if request.headers.get("HX-Request"):  # a fragment would put the log-in page inside the page
            return HttpResponse(status=401, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)
