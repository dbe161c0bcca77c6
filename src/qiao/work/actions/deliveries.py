"""Lines of the inbox over channels: planned with the line, sent by the worker, each at most once."""

from collections.abc import Iterable, Sequence
from datetime import time, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from qiao.kernel.errors import N_, RuleBroken
from qiao.org.queries import contacts_of
from qiao.runtime import clock
from qiao.runtime.channels import Message, find_channel
from qiao.runtime.contributions import MessageBody, find_registered
from qiao.runtime.i18n import say
from qiao.runtime.outgoing import NotSent, Unclear

from ..core import delivery as core
from ..models import Address, ChannelInUse, Delivery, InboxItem, Preference, QuietHours

log = structlog.get_logger("qiao.deliveries")
LEASE = timedelta(minutes=10)


def plan_deliveries(event: str, people: Sequence[int]) -> None:
    """Note over which channels an event just told goes out, in the transaction that tells it.

    Whoever else told the same event at this moment planned it too; a repetition is ignored by constraint.
    """
    channels = list(ChannelInUse.objects.filter(is_on=True).values_list("code", flat=True))
    if not channels or not people:
        return
    items = list(InboxItem.objects.filter(event=event, person_id__in=people))
    modes = {(p.person_id, p.channel): p.mode for p in Preference.objects.filter(person_id__in=people)}
    quiet = {q.person_id: q for q in QuietHours.objects.filter(person_id__in=people)}
    reachable = _addresses(people)
    now = timezone.localtime(clock.now())
    rows = []
    for item in items:
        for channel in channels:
            mode = modes.get((item.person_id, channel), core.AT_ONCE)
            if mode == core.OFF or (item.person_id, channel) not in reachable:
                continue
            hours = quiet.get(item.person_id)
            peace = core.Quiet(hours.begins, hours.ends) if hours and hours.begins and hours.ends else None
            at = core.send_at(now, mode, peace, (hours.digest_at if hours else None) or core.MORNING)
            rows.append(Delivery(item=item, person_id=item.person_id, channel=channel, next_at=at))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _addresses(people: Iterable[int]) -> dict[tuple[int, str], list[str]]:
    """Where these people are reached: (person, channel) → addresses."""
    found: dict[tuple[int, str], list[str]] = {}
    for person, (phone, mailbox) in contacts_of(people).items():
        if phone:
            found[person, "sms"] = [phone]
        if mailbox:
            found[person, "mail"] = [mailbox]
    for person, channel, address in Address.objects.filter(person_id__in=list(people)).values_list(
        "person_id", "channel", "address"
    ):
        found.setdefault((person, channel), []).append(address)
    return found


def send_due(limit: int = 50) -> int:
    """Send what is due: one message a person and channel, however many lines wait for it.

    Lines are claimed in a transaction of their own before anything is sent: when a worker dies in between, their
    outcome is unknown and they are not sent again.

    Returns:
        How many messages were tried.
    """
    _give_up_leases()
    groups = _claim(limit)
    for rows in groups:
        _send(rows)
    return len(groups)


def _give_up_leases() -> None:
    Delivery.objects.filter(state=Delivery.State.SENDING, next_at__lte=clock.now()).update(
        state=Delivery.State.UNCLEAR, next_at=None, trouble="the worker ended while sending"
    )


@transaction.atomic
def _claim(limit: int) -> list[list[Delivery]]:
    due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=Delivery.State.WAITING, next_at__lte=clock.now()
    )
    rows = list(due.select_related("item").order_by("next_at", "id")[: limit * 4])
    over = [row for row in rows if row.item.done_at is not None]
    for row in over:  # settled meanwhile: nobody is called to what is done
        row.state, row.next_at = Delivery.State.DROPPED, None
    groups: dict[tuple[int, str], list[Delivery]] = {}
    for row in rows:
        if row.item.done_at is None and (len(groups) < limit or (row.person_id, row.channel) in groups):
            row.state, row.next_at, row.attempts = (
                Delivery.State.SENDING,
                clock.now() + LEASE,
                row.attempts + 1,
            )
            groups.setdefault((row.person_id, row.channel), []).append(row)
    taken = [*over, *(row for group in groups.values() for row in group)]
    Delivery.objects.bulk_update(taken, ["state", "next_at", "attempts"])
    return list(groups.values())


def _send(rows: list[Delivery]) -> None:
    first = rows[0]
    channel = find_channel(first.channel)
    in_use = ChannelInUse.objects.filter(code=first.channel, is_on=True).first()
    addresses = _addresses([first.person_id]).get((first.person_id, first.channel), [])
    if channel is None or in_use is None or not addresses:
        _note(rows, Delivery.State.DROPPED, "the channel is off or the person has no address")
        return
    message = _message(rows)
    reached, trouble = False, ""
    again = False
    for address in addresses:
        try:
            channel.send(in_use.settings, address, message)
            reached = True
        except Unclear as error:
            _note(rows, Delivery.State.UNCLEAR, str(error))
            return
        except NotSent as error:
            trouble, again = f"{error} {error.answer}".strip(), again or error.again
            if error.status in (404, 410) and first.channel == "push":  # the browser has unsubscribed
                Address.objects.filter(person_id=first.person_id, channel="push", address=address).delete()
        except Exception as error:
            log.exception("a channel failed", channel=first.channel)
            trouble = f"{type(error).__name__}: {error}"
    if reached:
        _note(rows, Delivery.State.SENT, "")
        return
    at = core.try_again_at(clock.now(), first.attempts) if again else None
    if at is None:
        _note(rows, Delivery.State.FAILED, trouble)
    else:
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=Delivery.State.WAITING, next_at=at, trouble=trouble[:500]
        )


def _note(rows: list[Delivery], state: str, trouble: str) -> None:
    sent = clock.now() if state == Delivery.State.SENT else None
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state, next_at=None, sent_at=sent, trouble=trouble[:500]
    )


def _message(rows: list[Delivery]) -> Message:
    """One message in the person's language."""
    language = (
        InboxItem.objects.filter(pk=rows[0].item_id).values_list("person__user__language", flat=True).first()
    )
    with translation.override(language or settings.LANGUAGE_CODE):
        lines = [(say(row.item.title, row.item.params), _absolute(row.item.url)) for row in rows]
        heading = say(N_("%(count)s things wait for you"), {"count": len(lines)})
        text, html = _bodies(rows) if rows[0].channel == "mail" else ("", "")
        if len(lines) == 1:
            return Message(lines[0][0], lines[0][0], lines[0][1], text, html)
        return Message(heading, core.digest_text(lines, heading), _absolute("/inbox/"), text, html)


def _bodies(rows: list[Delivery]) -> tuple[str, str]:
    """What the lines' contexts add to a mail, as its reader may see it now; a failing one is left out and logged."""
    texts, htmls = [], []
    users = dict(
        InboxItem.objects.filter(pk__in=[row.item_id for row in rows]).values_list("pk", "person__user_id")
    )
    for row in rows:
        body, user = find_registered(MessageBody, row.item.source_kind), users.get(row.item_id)
        if body is None or user is None or row.item.source_id is None:
            continue
        try:
            found = body.render(user, row.item.source_id)
        except Exception:
            log.exception("a mail's body failed", kind=row.item.source_kind)
            continue
        if found is not None:
            texts.append(found[0])
            htmls.append(found[1])
    return "\n\n".join(texts), "".join(htmls)


def _absolute(url: str) -> str:
    base = settings.QIAO_PUBLIC_URL
    return f"{base}{url}" if base and url else ""


@transaction.atomic
def set_channel(*, code: str, is_on: bool, values: dict[str, Any], by: Any) -> ChannelInUse:
    """Set a channel up; an empty secret leaves the one entered before.

    Raises:
        RuleBroken: A required setting is missing although the channel is switched on.
        KeyError: There is no such channel.
    """
    channel = find_channel(code)
    if channel is None:
        raise KeyError(code)
    row = ChannelInUse.objects.select_for_update().filter(code=code).first() or ChannelInUse(code=code)
    kept = dict(row.settings)
    for field in channel.fields:
        value = str(values.get(field.code, "")).strip()
        if value or not field.secret:
            kept[field.code] = value
        if is_on and field.required and not kept.get(field.code):
            raise RuleBroken(
                N_("This is needed to switch the channel on."), code="channel_field", field=field.code
            )
    row.settings, row.is_on = kept, is_on
    row.save()
    return row


@transaction.atomic
def set_preferences(
    *,
    person_id: int,
    modes: dict[str, str],
    begins: time | None,
    ends: time | None,
    digest_at: time | None,
    by: Any,
) -> None:
    """How a person wants to be told: per channel at once, in a digest or not at all; quiet hours."""
    for channel, mode in modes.items():
        if mode in core.MODES and find_channel(channel) is not None:
            Preference.objects.update_or_create(person_id=person_id, channel=channel, defaults={"mode": mode})
    QuietHours.objects.update_or_create(
        person_id=person_id, defaults={"begins": begins, "ends": ends, "digest_at": digest_at}
    )


@transaction.atomic
def put_address(*, person_id: int, channel: str, address: str, label: str, by: Any) -> Address:
    """Note where a person is reached; the same address again changes nothing."""
    row, _ = Address.objects.get_or_create(
        person_id=person_id,
        channel=channel,
        address=address,
        defaults={"label": label[:120], "added_at": clock.now()},
    )
    return row


def forget_address(*, person_id: int, address_id: int, by: Any) -> None:
    """Take an address of a person away."""
    Address.objects.filter(pk=address_id, person_id=person_id).delete()
