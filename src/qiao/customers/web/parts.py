"""What pages of customers share."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from qiao.kernel.errors import NotFound
from qiao.runtime.requests import Request


def one_of(rows: Any, pk: int | None) -> Any:
    """The row of an id among rows already in scope; None for a new one. Raises NotFound."""
    if pk is None:
        return None
    for row in rows:
        if row.pk == pk:
            return row
    raise NotFound


def form_page(request: Request, form: Any, title: str, cancel: str, subtitle: str = "") -> HttpResponse:
    """A page with one form."""
    context = {"form": form, "title": title, "subtitle": subtitle, "cancel": cancel, "submit": _("Save")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
