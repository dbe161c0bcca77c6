"""Addresses: each context's pages under its name, the API under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

from qiao.config.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("qiao.runtime.urls")),
    path("org/", include("qiao.org.web.urls")),
    path("inbox/", include("qiao.work.web.urls")),
    path("rulebook/", include("qiao.rulebook.web.urls")),
    path("customers/", include("qiao.customers.web.urls")),
    path("rating/", include("qiao.rating.web.urls")),
    path("ledger/", include("qiao.ledger.web.urls")),
    path("reports/", include("qiao.reports.web.urls")),
    path("api/v1/", api.urls),
]

handler400 = "qiao.runtime.refusals.bad_request"
handler403 = "qiao.runtime.refusals.not_allowed"
handler404 = "qiao.runtime.refusals.not_found"
handler500 = "qiao.runtime.refusals.broken"
