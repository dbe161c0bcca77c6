"""Webhooks: events noted in the transaction that makes them, sent signed by the worker, tried again with back-off.

A receiver checks ``X-Qiao-Signature`` = ``sha256=`` hex HMAC-SHA256(secret, timestamp + "." + body) and may drop
repetitions by ``X-Qiao-Delivery``.
"""

import json
import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import EventKind, list_registered
from qiao.runtime.outgoing import NotSent, Unclear, check_address, post, sign

from ..core.delivery import try_again_at
from ..models import HookDelivery, Webhook

LEASE = timedelta(minutes=2)


def emit(event: str, body: dict[str, Any]) -> None:
    """Note an event for every system that asked for it, in the caller's transaction."""
    hooks = list(Webhook.objects.filter(is_on=True, topics__contains=[event]))
    if not hooks:
        return
    plain = json.loads(json.dumps(body, cls=DjangoJSONEncoder))
    now = clock.now()
    HookDelivery.objects.bulk_create(
        HookDelivery(hook=hook, event=event, key=uuid.uuid4(), body=plain, next_at=now, made_at=now)
        for hook in hooks
    )


@transaction.atomic
def put_webhook(
    *, hook: Webhook | None, name: str, url: str, events: list[str], is_on: bool, by: Any
) -> Webhook:
    """Enter a system to tell, or change it. A new one gets its secret.

    Raises:
        RuleBroken: The address cannot be used, or no event is chosen.
    """
    check_address(url)
    known = {kind.code for kind in list_registered(EventKind)}
    if not events or not set(events) <= known:
        raise RuleBroken(N_("Choose at least one event."), code="events_missing", field="events")
    row = hook or Webhook(secret=secrets.token_urlsafe(32), made_by=by, made_at=clock.now())
    row.name, row.url, row.topics, row.is_on = name, url, sorted(events), is_on
    row.save()
    return row


@transaction.atomic
def remove_webhook(*, hook: Webhook, by: Any) -> None:
    """Tell a system no more; its log goes with it, the audit keeps the change."""
    hook.delete()


@transaction.atomic
def replay(*, delivery: HookDelivery, by: Any) -> HookDelivery:
    """Send an event once more, under its own key.

    Raises:
        RuleBroken: It is on its way already.
    """
    if delivery.state == HookDelivery.State.WAITING:
        raise RuleBroken(N_("This event is on its way already."), code="hook_waiting")
    delivery.state, delivery.attempts, delivery.next_at = HookDelivery.State.WAITING, 0, clock.now()
    delivery.save(update_fields=["state", "attempts", "next_at"])
    return delivery


def send_hooks_due(limit: int = 20) -> int:
    """Send the events that are due. An unanswered one is tried again: receivers know repetitions by their key.

    Returns:
        How many were tried.
    """
    rows = _claim(limit)
    for row in rows:
        _send(row)
    return len(rows)


@transaction.atomic
def _claim(limit: int) -> list[HookDelivery]:
    due = HookDelivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        next_at__lte=clock.now()
    )
    rows = list(due.select_related("hook").order_by("next_at", "id")[:limit])
    for row in rows:  # a dying worker's rows come back after the lease
        row.attempts, row.next_at = row.attempts + 1, clock.now() + LEASE
    HookDelivery.objects.bulk_update(rows, ["attempts", "next_at"])
    return rows


def _send(row: HookDelivery) -> None:
    hook = row.hook
    body = json.dumps(
        {"event": row.event, "at": row.made_at.isoformat(), "data": row.body}, ensure_ascii=False
    ).encode()
    stamp = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Qiao-Event": row.event,
        "X-Qiao-Delivery": str(row.key),
        "X-Qiao-Timestamp": stamp,
        "X-Qiao-Signature": f"sha256={sign(hook.secret, stamp, body)}",
    }
    again = False
    try:
        check_address(hook.url)  # a name may lead elsewhere today
        answer = post(hook.url, body, headers)
    except NotSent as error:
        row.status, row.answer, again = (
            error.status or None,
            f"{error} {error.answer}".strip()[:500],
            error.again,
        )
    except Unclear as error:
        row.status, row.answer, again = None, str(error)[:500], True
    except RuleBroken as error:
        row.status, row.answer = None, str(error)[:500]
    else:
        row.state, row.sent_at, row.next_at = HookDelivery.State.SENT, clock.now(), None
        row.status, row.answer = answer.status, answer.text
        row.save()
        return
    at = try_again_at(clock.now(), row.attempts) if again and hook.is_on else None
    row.state = HookDelivery.State.WAITING if at else HookDelivery.State.FAILED
    row.next_at = at
    row.save()
