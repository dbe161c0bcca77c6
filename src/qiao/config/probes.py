"""What watches the service from outside asks here: ``/healthz`` and ``/metrics``, before any session or page."""

import hmac
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from qiao.config import health, metrics

log = structlog.get_logger("qiao.requests")


class ProbesMiddleware:
    """Answers the two addresses itself and counts all other requests.

    It stands first: a probe must get its answer also when the database does not, and by any host name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return healthz()
        if request.path == "/metrics":
            return show_metrics(request)
        began = time.perf_counter()
        response = self.get_response(request)
        self._count(request, response.status_code, time.perf_counter() - began)
        return response

    def _count(self, request: HttpRequest, status: int, seconds: float) -> None:
        match = request.resolver_match
        route = (match.view_name if match else "") or "other"
        metrics.REQUESTS.labels(request.method, route, status).inc()
        metrics.SECONDS.labels(route).observe(seconds)
        if settings.QIAO_LOG_REQUESTS or status >= 500:
            log.info(
                "request", method=request.method, route=route, status=status, ms=round(seconds * 1000),
                user=getattr(getattr(request, "user", None), "pk", None),
            )  # fmt: skip


def healthz() -> HttpResponse:
    """States without particulars, for anybody: 503 when people cannot work, 200 otherwise."""
    checks = health.quick_checks()
    states = {check.code: check.state for check in checks}
    worst = "fault" if "fault" in states.values() else "warning" if "warning" in states.values() else "ok"
    return JsonResponse({"status": worst, "checks": states}, status=503 if worst == "fault" else 200)


def show_metrics(request: HttpRequest) -> HttpResponse:
    """For who has the token of ``QIAO_METRICS_TOKEN``; without that setting there is no such address."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.QIAO_METRICS_TOKEN or not hmac.compare_digest(
        given.encode(), settings.QIAO_METRICS_TOKEN.encode()
    ):
        return HttpResponse(status=404)
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
