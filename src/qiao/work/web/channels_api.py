"""How one is told, channels and webhooks in the API."""

from datetime import datetime, time
from typing import Any, Literal

from ninja import Field, Router, Schema, Status

from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.runtime.channels import CHANNELS, find_channel
from qiao.runtime.paging import Page, cut_page
from qiao.runtime.requests import Request
from qiao.runtime.typed import Clock, Filled, Id, Line
from qiao.work import access, actions, queries

from . import forms

router = Router()


class TellingOut(Schema):
    """How a person is told: channel → at_once, digest, off; quiet hours."""

    modes: dict[str, str]
    begins: time | None
    ends: time | None
    digest_at: time | None


class TellingIn(Schema):
    """How one wants to be told."""

    modes: dict[Line, Literal["at_once", "digest", "off"]] = {}
    begins: Clock | None = None
    ends: Clock | None = None
    digest_at: Clock | None = None


class ChannelOut(Schema):
    """A channel; its settings stay with the server."""

    code: str
    is_on: bool


class ChannelIn(Schema):
    """Settings of a channel; an empty secret keeps the one entered before."""

    is_on: bool
    settings: dict[Line, Line] = {}


class WebhookOut(Schema):
    """A system that is told."""

    id: int
    name: str
    url: str
    topics: list[str]
    is_on: bool


class WebhookMade(WebhookOut):
    """A new one, with its secret, shown only now."""

    secret: str


class WebhookIn(Schema):
    """A system to tell."""

    name: Filled = Field(max_length=80)
    url: Filled = Field(max_length=500)
    topics: list[Line]
    is_on: bool = True


class HookDeliveryOut(Schema):
    """An event on its way to a system."""

    id: int
    event: str
    state: str
    attempts: int
    status: int | None
    answer: str
    made_at: datetime
    sent_at: datetime | None
    next_at: datetime | None


class HookDeliveryPage(Page):
    """A page of a webhook's log."""

    items: list[HookDeliveryOut]


@router.get("/telling", response=TellingOut, summary="How one is told")
def telling(request: Request) -> Any:
    return access.telling_of(request.viewer)


@router.put("/telling", response=TellingOut, summary="Say how one wants to be told")
def set_telling(request: Request, telling: TellingIn) -> Any:
    actions.set_preferences(person_id=access.person_of(request.viewer), by=request.user, **telling.dict())
    return access.telling_of(request.viewer)


@router.post("/telling/browsers", response={204: None}, summary="Notify a browser from now on")
def add_browser(request: Request, subscription: Line) -> Any:
    form = forms.BrowserForm({"subscription": subscription})
    if not form.is_valid():
        raise RuleBroken(N_("This is no browser subscription."), code="browser", field="subscription")
    actions.put_address(
        person_id=access.person_of(request.viewer), channel="push", address=form.cleaned_data["subscription"], label="",
        by=request.user,
    )  # fmt: skip
    return Status(204, None)


@router.delete(
    "/telling/addresses/{int:address_id}", response={204: None}, summary="Do not use an own address any more"
)
def remove_address(request: Request, address_id: Id) -> Any:
    actions.forget_address(person_id=access.person_of(request.viewer), address_id=address_id, by=request.user)
    return Status(204, None)


@router.get("/channels", response=list[ChannelOut], summary="Channels and whether they are switched on")
def channels(request: Request) -> Any:
    request.viewer.check(access.CHANNELS)
    known = queries.list_channels()
    return [{"code": c.code, "is_on": c.code in known and known[c.code].is_on} for c in CHANNELS]


@router.put("/channels/{slug:code}", response=ChannelOut, summary="Set a channel up")
def set_channel(request: Request, code: str, channel: ChannelIn) -> Any:
    request.viewer.check(access.CHANNELS)
    if find_channel(code) is None:
        raise NotFound
    return actions.set_channel(code=code, is_on=channel.is_on, values=channel.settings, by=request.user)


@router.get("/webhooks", response=list[WebhookOut], summary="Systems that are told")
def webhooks(request: Request) -> Any:
    request.viewer.check(access.CHANNELS)
    return queries.list_webhooks()


@router.post(
    "/webhooks", response={201: WebhookMade}, summary="Tell one more system; its secret is shown only now"
)
def new_webhook(request: Request, hook: WebhookIn) -> Any:
    request.viewer.check(access.CHANNELS)
    made = actions.put_webhook(
        hook=None, name=hook.name, url=hook.url, events=list(hook.topics), is_on=hook.is_on, by=request.user
    )
    return Status(201, made)


@router.put("/webhooks/{int:hook_id}", response=WebhookOut, summary="Change what a system is told")
def edit_webhook(request: Request, hook_id: Id, hook: WebhookIn) -> Any:
    row = access.get_webhook(request.viewer, hook_id)
    return actions.put_webhook(
        hook=row, name=hook.name, url=hook.url, events=list(hook.topics), is_on=hook.is_on, by=request.user
    )


@router.delete("/webhooks/{int:hook_id}", response={204: None}, summary="Tell a system no more")
def remove_webhook(request: Request, hook_id: Id) -> Any:
    actions.remove_webhook(hook=access.get_webhook(request.viewer, hook_id), by=request.user)
    return Status(204, None)


@router.get("/webhooks/{int:hook_id}/deliveries", response=HookDeliveryPage, summary="What a system was told")
def hook_deliveries(request: Request, hook_id: Id, cursor: str | None = None, limit: int = 50) -> Any:
    access.get_webhook(request.viewer, hook_id)
    return cut_page(
        queries.list_hook_deliveries(hook_id), order="id", falling=True, cursor=cursor, limit=limit
    )


@router.post(
    "/webhooks/{int:hook_id}/deliveries/{int:delivery_id}/replay",
    response=HookDeliveryOut,
    summary="Send an event once more",
)
def replay(request: Request, hook_id: Id, delivery_id: Id) -> Any:
    row = access.get_hook_delivery(request.viewer, hook_id, delivery_id)
    return actions.replay(delivery=row, by=request.user)
