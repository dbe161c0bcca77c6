"""The first page after logging in, the page about oneself, and the sign of life."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from .contributions import HomeCard, list_for


def home(request: HttpRequest) -> HttpResponse:
    """The cards contexts contribute for this person's profile; each loads itself."""
    return render(request, "ui/home.html", {"cards": list_for(HomeCard, request.viewer)})  # type: ignore[attr-defined]


def me(request: HttpRequest) -> HttpResponse:
    """Who one is here, what one may do, language, password, tokens."""
    return render(request, "runtime/me.html")


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})
