"""The print page of a record of any kind."""

from django.http import HttpResponse
from django.shortcuts import render

from ...requests import Request
from .. import access, showing


def printed(request: Request, kind: str, pk: int) -> HttpResponse:
    """A record on paper: what the viewer sees of it, from whom and when."""
    record = access.get_record(request.viewer, kind, pk)
    return render(request, "runtime/records/print.html", showing.print_page(request.viewer, record))
