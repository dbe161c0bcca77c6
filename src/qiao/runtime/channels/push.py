"""Notifications in the browser (Web Push, RFC 8030, 8291, 8292).

The libraries are loaded when first used: an enterprise without this channel pays nothing for it.
"""

import base64
import json
from functools import cache
from typing import Any

from django.conf import settings as django

from qiao.runtime.outgoing import TIMEOUT_SECONDS, NotSent, Unclear, check_address

from .message import Message

LIVES_SECONDS = 24 * 3600
GONE = (404, 410)


def send(settings: dict[str, Any], address: str, message: Message) -> None:
    """Send one notification to a browser; ``address`` is its subscription as JSON."""
    from pywebpush import WebPushException, webpush
    from requests import ConnectionError as NoConnection
    from requests import RequestException

    subscription = json.loads(address)
    check_address(subscription["endpoint"])
    content = {"title": message.title[:120], "text": message.text[:500], "url": message.url}
    try:
        webpush(
            subscription, json.dumps(content, ensure_ascii=False), vapid_private_key=_key(),
            vapid_claims={"sub": settings["subject"]}, ttl=LIVES_SECONDS, timeout=TIMEOUT_SECONDS,
        )  # fmt: skip
    except WebPushException as error:
        status = error.response.status_code if error.response is not None else 0
        raise NotSent(str(error)[:200], again=status not in GONE and status != 413, status=status) from None
    except NoConnection as error:
        raise NotSent(str(error)[:200], again=True) from None
    except RequestException as error:
        raise Unclear(str(error)[:200]) from None


@cache
def _key() -> Any:
    """The enterprise's own key pair, made once in its home; browsers are bound to it."""
    from py_vapid import Vapid

    path = django.QIAO_HOME / "push_key.pem"
    if not path.exists():
        made = Vapid()
        made.generate_keys()
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_bytes(made.private_pem())
        draft.replace(path)
    return Vapid.from_pem(path.read_bytes())


def public_key() -> str:
    """The public key browsers subscribe with: base64url of the uncompressed point."""
    from cryptography.hazmat.primitives import serialization

    form = serialization.PublicFormat.UncompressedPoint
    raw = _key().public_key.public_bytes(serialization.Encoding.X962, form)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
