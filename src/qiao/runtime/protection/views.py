"""One masked value opened in its place."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from qiao.runtime.requests import Request, address_of

from . import actions, find_protected


@require_POST
def open_value(request: Request, code: str, pk: int) -> HttpResponse:
    """The plain value in the place of the masked one."""
    value = actions.open_value(
        viewer=request.viewer, code=code, pk=pk, by=request.user, address=address_of(request)
    )
    field = find_protected(code)
    return render(
        request, "runtime/parts/opened.html", {"value": value, "scheme": field.scheme if field else ""}
    )
