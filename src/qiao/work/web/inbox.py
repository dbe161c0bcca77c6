"""Pages of the inbox: what waits, what was put off, what is done."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from qiao.runtime import clock
from qiao.runtime.i18n import say
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries
from qiao.work.core import words
from qiao.work.core.delivery import MORNING

INBOX_PAGE = 50


def inbox(request: Request) -> HttpResponse:
    """Everything that waits for this person, by kind; what he put off; what is done."""
    person = access.person_of(request.viewer)
    kind, shelf = request.GET.get("kind", ""), request.GET.get("shelf", "open")
    rows = queries.list_inbox(person, done=shelf == "done", snoozed=shelf == "snoozed")
    if kind in words.KINDS:
        rows = rows.filter(kind=kind)
    offset = _offset(request)
    found = list(rows[offset : offset + INBOX_PAGE + 1])
    counts = queries.count_inbox(person)
    kinds = [{"code": "", "label": _("All"), "count": counts["all"], "here": kind == "" and shelf == "open"}]
    kinds += [
        {
            "code": code,
            "label": say(label),
            "count": counts.get(code, 0),
            "here": kind == code and shelf == "open",
        }
        for code, label in words.KINDS.items()
    ]
    lines = [_line(item) for item in found[:INBOX_PAGE]]
    context = {
        "lines": lines,
        "may_put_away": any(line["can_be_done"] for line in lines),
        "kinds": kinds,
        "kind": kind,
        "shelf": shelf if shelf in ("done", "snoozed") else "open",
        "next": offset + INBOX_PAGE if len(found) > INBOX_PAGE else None,
        "here": request.get_full_path(),
    }
    return render(request, "work/inbox.html", context)


def _offset(request: Request) -> int:
    text = request.GET.get("from", "0")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _line(item: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": item.pk,
        "kind": item.kind,
        "kind_label": say(words.KINDS[item.kind]),
        "icon": {
            "task": "checkbox",
            "approval": "checks",
            "warning": "alert-triangle",
            "mention": "message",
            "notice": "bell",
        }[item.kind],
        "title": say(item.title, item.params),
        "created_at": item.created_at,
        "due_at": item.due_at,
        "overdue": item.due_at is not None and item.due_at <= now and item.done_at is None,
        "is_new": item.read_at is None and item.done_at is None,
        "snoozed_until": item.snoozed_until,
        "can_be_done": item.done_at is None and item.kind not in ("task", "approval"),
        "is_open": item.done_at is None,
    }


def open_line(request: Request, pk: int) -> HttpResponse:
    """Follow a line to its page; it is read from then on."""
    item = actions.read(item_id=pk, person_id=access.person_of(request.viewer))
    safe = url_has_allowed_host_and_scheme(item.url, allowed_hosts=None)
    return HttpResponseRedirect(item.url if item.url and safe else reverse("work:inbox"))


@require_POST
def put_away(request: Request) -> HttpResponse:
    """Put the picked lines away."""
    picked = [int(text) for text in request.POST.getlist("pick") if text.isdecimal()]
    count = actions.done(item_ids=picked, person_id=access.person_of(request.viewer))
    text = ngettext("%(count)s line put away.", "%(count)s lines put away.", count) % {"count": count}
    messages.success(request, text)
    return _back(request)


@require_POST
def snooze(request: Request, pk: int) -> HttpResponse:
    """Hide a line for an hour, until tomorrow morning or until next Monday."""
    person = access.person_of(request.viewer)
    until = _snooze_until(request.POST.get("until", "hour"))
    actions.snooze(item_id=pk, person_id=person, until=until)
    return _back(request)


def _snooze_until(choice: str) -> datetime:
    now, today = clock.now(), clock.today()
    if choice == "tomorrow":
        return timezone.make_aware(datetime.combine(today + timedelta(days=1), MORNING))
    if choice == "week":
        return timezone.make_aware(datetime.combine(today + timedelta(days=7 - today.weekday()), MORNING))
    return now + timedelta(hours=1)


def _back(request: Request) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return HttpResponseRedirect(target if target and safe else reverse("work:inbox"))


def inbox_card(request: Request) -> HttpResponse:
    """Home card: what waits, newest first."""
    person = access.person_of(request.viewer)
    lines = [_line(item) for item in queries.list_inbox(person)[:6]]
    return render(request, "work/inbox_card.html", {"lines": lines, "counts": queries.count_inbox(person)})
