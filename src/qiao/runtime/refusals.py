"""One place that turns refusals into answers: a page, an htmx fragment or problem+json."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from qiao.kernel.errors import BadInput, NotAllowed, NotFound, Problem, RuleBroken

from .contributions import Right, door, list_registered
from .disk import find_full_disk
from .i18n import say, say_error
from .requests import TooMany
from .uploads import TooBig

API_PREFIX = "/api/"
log = structlog.get_logger("qiao.refusals")


class RefusalMiddleware:
    """Answers 422 to a broken rule or bad input, 403 to a missing right, 404 to what is not there or not in scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error)


def answer(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The response to a refusal, or None when the error is none of ours."""
    if isinstance(error, RuleBroken):
        return _refuse(request, 422, error.code, say_error(error), field=error.field)
    if isinstance(error, BadInput):
        return _refuse(
            request, 422, "bad_input", _("The input was refused as a whole."), problems=error.problems
        )
    if isinstance(error, NotAllowed):
        return _refuse(request, 403, "not_allowed", _("You lack the right for this."), right=error.right)
    if isinstance(error, PermissionDenied):
        return _refuse(request, 403, "not_allowed", str(error) or _("You lack the right for this."))
    if isinstance(error, NotFound | Http404):
        return _refuse(request, 404, "not_found", _("There is nothing here, or it is outside your scope."))
    if isinstance(error, TooMany):
        detail = _("Asked too often. Try again in %(seconds)s seconds.") % {"seconds": error.seconds}
        response = _refuse(request, 429, "too_many", detail)
        response["Retry-After"] = str(error.seconds)
        return response
    if isinstance(error, TooBig):
        detail = _("What you sent holds more than %(most)s MB. Nothing was kept.") % {"most": error.most_mb}
        return _refuse(request, 413, "too_large", detail)
    if isinstance(error, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1 << 20)
        detail = _("What you sent holds more than %(most)s MB of text. Nothing was kept; send it as a file.")
        return _refuse(request, 413, "too_large", detail % {"most": most})
    if refusal := find_full_disk(error):
        log.error("disk full", path=request.path, error=str(error))
        return _refuse(request, 422, refusal.code, say_error(refusal))
    return None


def problem_json(status: int, code: str, detail: str, **more: Any) -> JsonResponse:
    """An answer of the API to a refusal (RFC 9457)."""
    body = {"type": f"about:blank#{code}", "title": code, "status": status, "detail": detail, "code": code}
    body |= {key: value for key, value in more.items() if value not in (None, ())}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def describe(problem: Problem) -> dict[str, Any]:
    """A problem for the API: message and place."""
    place = problem.place
    where = {
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "cell": place.cell,
    }
    return {
        "message": say_error(problem),
        "code": problem.code,
        "place": {k: v for k, v in where.items() if v},
    }


def _refuse(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    *,
    field: str | None = None,
    right: str | None = None,
    problems: tuple[Problem, ...] = (),
) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return problem_json(
            status, code, detail, field=field, right=right, problems=[describe(p) for p in problems] or None
        )
    known = next((r for r in list_registered(Right) if r.code == right), None)
    context = {
        "status": status,
        "code": code,
        "detail": detail,
        "field": field,
        "right": say(known.label) if known else "",
        "ask_url": _where_to_ask(request, known) if known else "",
        "problems": [(str(p.place), say_error(p)) for p in problems[:50]],
        "more": max(0, len(problems) - 50),
    }
    page = "413.html" if status == 429 else f"{status}.html"  # 429.html is the log-in's own
    template = "ui/refusal_fragment.html" if getattr(request, "htmx", False) else page
    return render(request, template, context, status=status)


def _where_to_ask(request: HttpRequest, right: Right) -> str:
    """Where somebody in service asks for the right he lacks; empty for who cannot."""
    viewer, address = getattr(request, "viewer", None), door("ask_access")
    if not address or viewer is None or viewer.person_id is None or viewer.looked_at_by:
        return ""
    return f"{address}?{urlencode({'right': right.code, 'page': request.get_full_path()[:300]})}"


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of 403, also for a failed CSRF check."""
    return _refuse(request, 403, "not_allowed", _("You lack the right for this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of 404."""
    return _refuse(request, 404, "not_found", _("There is nothing here, or it is outside your scope."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of 400: a request that is none, such as a torn upload, or that is too much."""
    if response := answer(request, exception):
        return response
    if request.path.startswith(API_PREFIX):
        return problem_json(400, "bad_request", _("This request cannot be read."))
    return defaults.bad_request(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler of 500: says nothing of the inside."""
    return _refuse(request, 500, "broken", _("Something broke on our side. It has been noted."))
