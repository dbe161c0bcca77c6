"""Pages of notices, of how one is told, and of channels and webhooks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import NotAllowed, NotFound, RuleBroken
from qiao.org import queries as org
from qiao.runtime.channels import CHANNELS, find_channel, push
from qiao.runtime.i18n import say, say_error
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import render_record, render_tab
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries
from qiao.work.core import words

from . import forms, listings

OPEN_READERS = 200


def notices(request: Request) -> HttpResponseBase:
    """Notices in reach, newest first."""
    viewer = request.viewer
    person = access.person_of(viewer)
    rows = queries.with_reading(access.visible_notices(viewer), person)
    new = Action(_("New notice"), reverse("work:new_notice"), icon="plus", primary=True)
    may = [new] if viewer.can(access.ANNOUNCE) else []
    return render_list(request, listings.NOTICES, rows, title=_("Notices"), actions=may)


@require_http_methods(["GET", "POST"])
def new_notice(request: Request) -> HttpResponse:
    """Announce something to a unit and everything below."""
    viewer = request.viewer
    viewer.check(access.ANNOUNCE)
    author = access.person_of(viewer)
    allowed, tree = access.units_to_announce(viewer), org.get_tree()
    form = forms.NoticeForm(
        request.POST or None, unit_ids=allowed, tree=tree, initial={"unit": viewer.unit_id}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        below = frozenset(tree.descendants(values["unit"]))
        try:
            row = actions.publish(
                title=values["title"], text=values["text"], kind=values["kind"], unit_id=values["unit"], unit_ids=below,
                author_id=author, for_customers=values["for_customers"], acknowledge_by=values["acknowledge_by"], by=request.user,
            )  # fmt: skip
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say_error(refusal))
        else:
            return HttpResponseRedirect(reverse("work:notice", args=[row.pk]))
    return _form_page(request, form, _("New notice"), reverse("work:notices"), _("Publish"))


def _form_page(
    request: Request, form: Any, title: str, back: str, submit: str, subtitle: str = ""
) -> HttpResponse:
    context = {"form": form, "title": title, "subtitle": subtitle, "submit": submit, "cancel": back}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


def notice(request: Request, pk: int) -> HttpResponse:
    """One notice: its text, one's own acknowledgement, and who else has."""
    row = access.get_notice(request.viewer, pk)
    reader = queries.find_reader(pk, access.person_of(request.viewer))
    context = {
        "notice": row,
        "to_acknowledge": reader is not None and reader.acknowledged_at is None,
        "reader": reader,
        "may_remind": row.author_id == request.viewer.person_id,
    }
    return render_record(request, "notice", pk, "work/notice.html", context)


def notice_readers(request: Request, pk: int) -> HttpResponse:
    """Tab: how many have acknowledged, by unit, and who has not."""
    row = access.get_notice(request.viewer, pk)
    units = access.reading_scope(request.viewer, row)
    counted, tree = queries.count_readers(pk, units), org.get_tree()
    rows: list[dict[str, Any]] = [
        {"unit": org.unit_name(tree, u), "readers": n, "done": done, "share": done / n}
        for u, n, done in counted
    ]
    rows.sort(key=lambda one: one["share"])
    total, done = sum(r["readers"] for r in rows), sum(r["done"] for r in rows)
    context = {
        "rows": rows,
        "total": total,
        "done": done,
        "share": done / total if total else None,
        "open": queries.list_open_readers(pk, units, OPEN_READERS),
        "names": {u: org.unit_name(tree, u) for u, _n, _d in counted},
    }
    return render_tab(request, "notice", pk, "readers", "work/notice_readers.html", context)


@require_POST
def acknowledge(request: Request, pk: int) -> HttpResponse:
    """Acknowledge a notice."""
    access.get_notice(request.viewer, pk)
    actions.acknowledge(notice_id=pk, person_id=access.person_of(request.viewer), by=request.user)
    messages.success(request, _("Acknowledged."))
    return HttpResponseRedirect(reverse("work:notice", args=[pk]))


@require_POST
def remind_of_notice(request: Request, pk: int) -> HttpResponse:
    """The author reminds who has not acknowledged."""
    row = access.get_notice(request.viewer, pk)
    if row.author_id != request.viewer.person_id:
        raise NotAllowed(access.ANNOUNCE)
    count = actions.remind_of_notice(notice_id=pk, by=request.user)
    text = ngettext("%(count)s person reminded.", "%(count)s people reminded.", count) % {"count": count}
    messages.success(request, text)
    return HttpResponseRedirect(reverse("work:notice", args=[pk]))


@require_http_methods(["GET", "POST"])
def telling(request: Request) -> HttpResponse:
    """How one is told: per channel, quiet hours, browsers that are notified."""
    person = access.person_of(request.viewer)
    known, hours = queries.list_channels(), queries.find_quiet_hours(person)
    in_use = [channel for channel in CHANNELS if channel.code in known and known[channel.code].is_on]
    kept = queries.list_preferences(person)
    initial: dict[str, Any] = {channel.code: kept.get(channel.code, "at_once") for channel in in_use}
    if hours:
        initial |= {"begins": hours.begins, "ends": hours.ends, "digest_at": hours.digest_at}
    form = forms.TellingForm(request.POST or None, channels=in_use, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        actions.set_preferences(
            person_id=person, modes={c.code: values[c.code] for c in in_use}, begins=values["begins"], ends=values["ends"],
            digest_at=values["digest_at"], by=request.user,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("work:telling"))
    has_push = any(channel.code == "push" for channel in in_use)
    context = {
        "form": form,
        "channels": in_use,
        "addresses": [
            (say(c.label), row) for row in queries.list_addresses(person) if (c := find_channel(row.channel))
        ],
        "push_key": push.public_key() if has_push else "",
    }
    return render(request, "work/telling.html", context, status=422 if form.errors else 200)


@require_POST
def add_browser(request: Request) -> HttpResponse:
    """Notify this browser from now on."""
    form = forms.BrowserForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(str(next(iter(form.errors.values()))[0]), code="browser")
    label = request.headers.get("User-Agent", "")[:120]
    actions.put_address(
        person_id=access.person_of(request.viewer), channel="push", address=form.cleaned_data["subscription"], label=label,
        by=request.user,
    )  # fmt: skip
    return HttpResponse(status=204)


@require_POST
def remove_address(request: Request, pk: int) -> HttpResponse:
    """Do not use an address of one's own any more."""
    actions.forget_address(person_id=access.person_of(request.viewer), address_id=pk, by=request.user)
    return HttpResponseRedirect(reverse("work:telling"))


def channels(request: Request) -> HttpResponseBase:
    """Channels and what went over them."""
    request.viewer.check("work.channels")
    rows = queries.list_channels()
    shown = [
        {"channel": c, "label": say(c.label), "is_on": c.code in rows and rows[c.code].is_on}
        for c in CHANNELS
    ]
    return render_list(
        request, listings.DELIVERIES, queries.list_deliveries(), title=_("Channels"),
        subtitle=_("Ways to reach people outside the page, and what went over them."),
        template="work/channels.html", context={"channels": shown},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def channel(request: Request, code: str) -> HttpResponse:
    """Set a channel up and switch it on."""
    request.viewer.check("work.channels")
    found = find_channel(code)
    if found is None:
        raise NotFound
    row = queries.list_channels().get(code)
    form = forms.ChannelForm(
        request.POST or None, channel=found, kept=row.settings if row else {}, is_on=bool(row and row.is_on)
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            actions.set_channel(code=code, is_on=values.pop("is_on"), values=values, by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say_error(refusal))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("work:channels"))
    return _form_page(request, form, say(found.label), reverse("work:channels"), _("Save"))


def webhooks(request: Request) -> HttpResponse:
    """Systems that are told what happens here."""
    request.viewer.check("work.channels")
    return render(request, "work/webhooks.html", {"hooks": queries.list_webhooks()})


@require_http_methods(["GET", "POST"])
def new_webhook(request: Request) -> HttpResponse:
    """Tell one more system."""
    request.viewer.check("work.channels")
    return _webhook_form(request, None)


@require_http_methods(["GET", "POST"])
def edit_webhook(request: Request, pk: int) -> HttpResponse:
    """Change what a system is told."""
    return _webhook_form(request, _hook(request, pk))


def _hook(request: Request, pk: int) -> Any:
    request.viewer.check("work.channels")
    hook = queries.find_webhook(pk)
    if hook is None:
        raise NotFound
    return hook


def _webhook_form(request: Request, hook: Any) -> HttpResponse:
    initial = (
        {"name": hook.name, "url": hook.url, "events": hook.topics, "is_on": hook.is_on}
        if hook
        else {"is_on": True}
    )
    form = forms.WebhookForm(request.POST or None, initial=initial)
    back = reverse("work:webhook", args=[hook.pk]) if hook else reverse("work:webhooks")
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.put_webhook(hook=hook, by=request.user, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, say_error(refusal))
        else:
            if hook is None:
                messages.success(
                    request, _("The secret, shown only now: %(secret)s") % {"secret": row.secret}
                )
            return HttpResponseRedirect(reverse("work:webhook", args=[row.pk]))
    return _form_page(request, form, _("Webhook"), back, _("Save"))


def webhook(request: Request, pk: int) -> HttpResponseBase:
    """One system and the log of what it was told."""
    hook = _hook(request, pk)
    actions_ = [Action(_("Change"), reverse("work:edit_webhook", args=[pk]), icon="edit", primary=True)]
    return render_list(
        request, listings.hook_deliveries(pk), queries.list_hook_deliveries(pk), title=hook.name, subtitle=hook.url,
        actions=actions_, template="work/webhook.html", context={"hook": hook},
    )  # fmt: skip


@require_POST
def replay(request: Request, pk: int, delivery_id: int) -> HttpResponse:
    """Send an event once more."""
    _hook(request, pk)
    row = queries.find_hook_delivery(pk, delivery_id)
    if row is None:
        raise NotFound
    try:
        actions.replay(delivery=row, by=request.user)
        messages.success(request, _("It will be sent again."))
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    return HttpResponseRedirect(reverse("work:webhook", args=[pk]))


def hook_delivery(request: Request, pk: int, delivery_id: int) -> HttpResponse:
    """One event: what was sent, what came back."""
    hook = _hook(request, pk)
    row = queries.find_hook_delivery(pk, delivery_id)
    if row is None:
        raise NotFound
    state = say(words.DELIVERY_STATES[row.state])
    return render(
        request,
        "work/hook_delivery.html",
        {"hook": hook, "row": row, "state": state, "tone": words.TONES.get(row.state, "neutral")},
    )


@require_POST
def remove_webhook(request: Request, pk: int) -> HttpResponse:
    """Tell a system no more."""
    actions.remove_webhook(hook=_hook(request, pk), by=request.user)
    messages.success(request, _("Removed."))
    return HttpResponseRedirect(reverse("work:webhooks"))
