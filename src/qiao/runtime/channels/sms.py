"""SMS through an HTTP gateway: a template of the enterprise, signed.

The gateway receives the filled template with ``X-Qiao-Timestamp`` and ``X-Qiao-Signature`` =
hex HMAC-SHA256(secret, timestamp + "." + body).
"""

import json
from typing import Any

from qiao.runtime import clock
from qiao.runtime.outgoing import post, sign

from .message import Message

LONGEST = 480  # seven parts of a long Chinese SMS


def send(settings: dict[str, Any], address: str, message: Message) -> None:
    """Send one SMS. Places of the template: ``{phone}``, ``{text}``, ``{url}``, ``{key}``."""
    filled = {
        "phone": address,
        "text": message.text[:LONGEST],
        "url": message.url,
        "key": settings.get("key", ""),
    }
    body = settings["template"]
    for name, value in filled.items():
        body = body.replace(f"{{{name}}}", json.dumps(value, ensure_ascii=False)[1:-1])
    data = body.encode()
    stamp = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Qiao-Timestamp": stamp,
        "X-Qiao-Signature": sign(settings["secret"], stamp, data),
    }
    post(settings["url"], data, headers)
