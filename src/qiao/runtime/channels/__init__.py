"""Ways to reach a person outside the page. Each channel knows its settings and sends one message to one address.

A channel is a module with the names of :class:`Channel`; nothing here knows what is told or to whom it may be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qiao.kernel.errors import N_

from . import dingtalk, feishu, mail, push, sms, wecom
from .message import Message

__all__ = ["CHANNELS", "Channel", "Field", "Message", "find_channel"]


@dataclass(frozen=True, slots=True)
class Field:
    """A setting of a channel.

    Attributes:
        code: Key in the stored settings.
        label: For the form.
        secret: Never shown again once entered.
        required: Without it the channel cannot be switched on.
        default: What the form begins with.
    """

    code: str
    label: str
    secret: bool = False
    required: bool = True
    default: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people.

    Attributes:
        code: Stable name.
        label: For people.
        address: What an address is called; empty when nobody types it.
        fields: Settings.
        send: (settings, address, message); raises ``NotSent`` or ``Unclear``.
    """

    code: str
    label: str
    address: str
    fields: tuple[Field, ...]
    send: Callable[[dict[str, Any], str, Message], None]


CHANNELS: tuple[Channel, ...] = (
    Channel(
        "mail", N_("E-mail"), N_("E-mail"),
        (
            Field("host", N_("Mail server")), Field("port", N_("Port"), default="465"),
            Field("user", N_("User name"), required=False), Field("password", N_("Password"), secret=True, required=False),
            Field("sender", N_("Sender")), Field("security", N_("Security (ssl, starttls, none)"), default="ssl"),
        ),
        mail.send,
    ),
    Channel(
        "sms", N_("SMS"), N_("Phone"),
        (
            Field("url", N_("Address of the gateway")), Field("key", N_("Key"), required=False),
            Field("secret", N_("Secret"), secret=True),
            Field("template", N_("Template"), default='{"phone": "{phone}", "text": "{text}"}'),
        ),
        sms.send,
    ),
    Channel(
        "wecom", N_("WeCom"), N_("WeCom account"),
        (
            Field("api", N_("API address"), default="https://qyapi.weixin.qq.com"), Field("corp_id", N_("Enterprise id")),
            Field("agent_id", N_("App id")), Field("secret", N_("Secret"), secret=True),
            Field("directory_secret", N_("Secret of the address book, where it is another"), secret=True, required=False),
        ),
        wecom.send,
    ),
    Channel(
        "dingtalk", N_("DingTalk"), N_("DingTalk account"),
        (
            Field("api", N_("API address"), default="https://oapi.dingtalk.com"), Field("app_key", N_("Key")),
            Field("agent_id", N_("App id")), Field("secret", N_("Secret"), secret=True),
        ),
        dingtalk.send,
    ),
    Channel(
        "feishu", N_("Feishu"), N_("Feishu account"),
        (
            Field("api", N_("API address"), default="https://open.feishu.cn"), Field("app_id", N_("App id")),
            Field("secret", N_("Secret"), secret=True),
        ),
        feishu.send,
    ),
    Channel(
        "push", N_("Browser notification"), "",
        (Field("subject", N_("Contact, such as mailto:it@example.com")),),
        push.send,
    ),
)  # fmt: skip


def find_channel(code: str) -> Channel | None:
    """The channel of a code."""
    return next((channel for channel in CHANNELS if channel.code == code), None)
