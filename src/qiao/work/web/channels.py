"""Pages of how one is told, of channels and webhooks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import NotFound, RuleBroken
from qiao.runtime.channels import CHANNELS, find_channel, push
from qiao.runtime.i18n import say, say_error
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request
from qiao.work import access, actions, queries
from qiao.work.core import words

from . import forms, listings


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
    request.viewer.check(access.CHANNELS)
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
    request.viewer.check(access.CHANNELS)
    found = find_channel(code)
    if found is None:
        raise NotFound
    row = queries.list_channels().get(code)
    form = forms.ChannelForm(
        request.POST or None, channel=found, kept=row.settings if row else {}, is_on=bool(row and row.is_on)
    )

    def write(values: dict[str, Any]) -> str:
        actions.set_channel(code=code, is_on=values.pop("is_on"), values=values, by=request.user)
        messages.success(request, _("Saved."))
        return reverse("work:channels")

    return answer_form(request, form, write, title=say(found.label), cancel=reverse("work:channels"))


def webhooks(request: Request) -> HttpResponse:
    """Systems that are told what happens here."""
    request.viewer.check(access.CHANNELS)
    return render(request, "work/webhooks.html", {"hooks": queries.list_webhooks()})


@require_http_methods(["GET", "POST"])
def new_webhook(request: Request) -> HttpResponse:
    """Tell one more system."""
    request.viewer.check(access.CHANNELS)
    return _webhook_form(request, None)


@require_http_methods(["GET", "POST"])
def edit_webhook(request: Request, pk: int) -> HttpResponse:
    """Change what a system is told."""
    return _webhook_form(request, access.get_webhook(request.viewer, pk))


def _webhook_form(request: Request, hook: Any) -> HttpResponse:
    initial = (
        {"name": hook.name, "url": hook.url, "events": hook.topics, "is_on": hook.is_on}
        if hook
        else {"is_on": True}
    )
    form = forms.WebhookForm(request.POST or None, initial=initial)
    back = reverse("work:webhook", args=[hook.pk]) if hook else reverse("work:webhooks")

    def write(values: dict[str, Any]) -> str:
        row = actions.put_webhook(hook=hook, by=request.user, **values)
        if hook is None:
            messages.success(request, _("The secret, shown only now: %(secret)s") % {"secret": row.secret})
        return reverse("work:webhook", args=[row.pk])

    return answer_form(request, form, write, title=_("Webhook"), cancel=back)


def webhook(request: Request, pk: int) -> HttpResponseBase:
    """One system and the log of what it was told."""
    hook = access.get_webhook(request.viewer, pk)
    actions_ = [Action(_("Change"), reverse("work:edit_webhook", args=[pk]), icon="edit", primary=True)]
    return render_list(
        request, listings.hook_deliveries(pk), queries.list_hook_deliveries(pk), title=hook.name, subtitle=hook.url,
        actions=actions_, template="work/webhook.html", context={"hook": hook},
    )  # fmt: skip


@require_POST
def replay(request: Request, pk: int, delivery_id: int) -> HttpResponse:
    """Send an event once more."""
    row = access.get_hook_delivery(request.viewer, pk, delivery_id)
    try:
        actions.replay(delivery=row, by=request.user)
        messages.success(request, _("It will be sent again."))
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    return HttpResponseRedirect(reverse("work:webhook", args=[pk]))


def hook_delivery(request: Request, pk: int, delivery_id: int) -> HttpResponse:
    """One event: what was sent, what came back."""
    hook = access.get_webhook(request.viewer, pk)
    row = access.get_hook_delivery(request.viewer, pk, delivery_id)
    state = say(words.DELIVERY_STATES[row.state])
    return render(
        request,
        "work/hook_delivery.html",
        {"hook": hook, "row": row, "state": state, "tone": words.TONES.get(row.state, "neutral")},
    )


@require_POST
def remove_webhook(request: Request, pk: int) -> HttpResponse:
    """Tell a system no more."""
    actions.remove_webhook(hook=access.get_webhook(request.viewer, pk), by=request.user)
    messages.success(request, _("Removed."))
    return HttpResponseRedirect(reverse("work:webhooks"))
