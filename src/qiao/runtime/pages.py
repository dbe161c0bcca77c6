"""Answers every context gives the same way: a page or the part htmx asked for, records with tabs, side panels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from qiao.kernel.errors import RuleBroken

from .contributions import get_record_kind, tabs_of
from .i18n import say, say_error


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab as shown: its address, where its content comes from, whether it is open."""

    code: str
    label: str
    url: str
    load_url: str
    here: bool
    count: int | None = None


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page (and not the browser for the whole one)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_part(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A response that differs between htmx and the browser: caches must keep the two apart."""
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """A full page, or its part ``part`` (a template, or ``template#partial``) when htmx asks."""
    return render_part(request, part if part and wants_part(request) else template, context, status=status)


def render_record(
    request: HttpRequest, kind: str, pk: int, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """A record's page: its head from ``template`` (extends ui/detail.html) and the tabs contexts contributed.

    The open tab is ``?tab=code``, the first one without; each tab's content is loaded from its own address.
    """
    url = get_record_kind(kind).url(pk)
    allowed = tabs_of(kind, request.viewer)  # type: ignore[attr-defined]
    wanted = request.GET.get("tab", "")
    open_code = wanted if any(tab.code == wanted for tab in allowed) else (allowed[0].code if allowed else "")
    tabs = [
        Tab(
            tab.code,
            say(tab.label),
            f"{url}?tab={tab.code}",
            tab.url(kind, pk),
            tab.code == open_code,
        )
        for tab in allowed
    ]
    return render_part(request, template, {"record_kind": kind, "pk": pk, "tabs": tabs, **(context or {})})


def render_tab(
    request: HttpRequest, kind: str, pk: int, code: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """A tab's content for htmx; a browser that opens its address is led to the record with the tab open."""
    if not wants_part(request):
        return HttpResponseRedirect(f"{get_record_kind(kind).url(pk)}?tab={code}")
    return render_part(request, template, context)


def render_record_part(
    request: HttpRequest, page: str, pk: int, template: str, context: dict[str, Any]
) -> HttpResponse:
    """A part of the page ``page`` (URL name) for htmx; a browser that opens its address is led to that page."""
    if not wants_part(request):
        return HttpResponseRedirect(reverse(page, args=[pk]))
    return render_part(request, template, context)


def render_panel(request: HttpRequest, title: str, template: str, context: dict[str, Any]) -> HttpResponse:
    """What the side panel shows, or the same as a page of its own when opened by address."""
    frame = "ui/panel.html" if wants_part(request) else "ui/panel_page.html"
    return render_part(request, frame, {"title": title, "template": template, **context})


def render_form(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    cancel: str,
    submit: str = "",
    subtitle: str = "",
    template: str = "ui/form_page.html",
    **more: Any,
) -> HttpResponse:
    """A page with one form; 422 when it stands there with errors. ``submit``: word of the button, "Save" when empty.

    ``template`` extends ui/form_page.html where a page adds something around the form.
    """
    context = {
        "form": form,
        "title": title,
        "subtitle": subtitle,
        "cancel": cancel,
        "submit": submit or gettext("Save"),
    }
    status = 422 if form.errors else 200
    return render(request, template, {**context, **more}, status=status)


def answer_form(
    request: HttpRequest,
    form: Any,
    write: Callable[[dict[str, Any]], str],
    *,
    fields: Mapping[str, str] = MappingProxyType({}),
    **page: Any,
) -> HttpResponse:
    """Show a form; when it is posted and sound, write and go where that leads; a refusal stands at its field.

    Args:
        request: The request.
        form: Bound when posted.
        write: Cleaned values → address to go to; may raise ``RuleBroken``.
        fields: Field of a refusal → field of the form, where the two are called differently.
        page: As :func:`render_form`.
    """
    if request.method == "POST" and form.is_valid():
        try:
            return HttpResponseRedirect(write(dict(form.cleaned_data)))
        except RuleBroken as refusal:
            name = fields.get(refusal.field or "", refusal.field)
            form.add_error(name if name in form.fields else None, say_error(refusal))
    return render_form(request, form, **page)
