"""Requests to other systems: bounded in time and size, no redirects, errors told apart by whether to try again."""

import hashlib
import hmac
import ipaddress
import json
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from qiao.kernel.errors import N_, QiaoError, RuleBroken

TIMEOUT_SECONDS = 10
MOST_BYTES = 64 * 1024


class NotSent(QiaoError):
    """The other side did not take it.

    Attributes:
        again: Whether another attempt may help.
        status: HTTP status, 0 without an answer.
        answer: The beginning of what it said.
    """

    def __init__(self, text: str, *, again: bool, status: int = 0, answer: str = "") -> None:
        self.again, self.status, self.answer = again, status, answer
        super().__init__(text)


class Unclear(QiaoError):
    """The request went out and no answer came: whether it was taken nobody knows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered: status below 300, the beginning of the body."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object.

        Raises:
            NotSent: It is none.
        """
        try:
            found = json.loads(self.body)
        except ValueError:
            raise NotSent(
                "the answer is not JSON", again=True, status=self.status, answer=self.text
            ) from None
        if not isinstance(found, dict):
            raise NotSent("the answer is no object", again=True, status=self.status, answer=self.text)
        return found

    @property
    def text(self) -> str:
        """The beginning of the body, for a log."""
        return self.body[:500].decode("utf-8", "replace")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


# No proxy and no file or ftp addresses: only what is named is asked.
_opener = urllib.request.build_opener(_NoRedirect)


def check_address(url: str) -> None:
    """Refuse addresses that are not http(s), or lead into this machine or the net around it unless allowed.

    A webhook or a push address is typed by people; without this it could read services that trust the server.

    Raises:
        RuleBroken: Says why.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        raise RuleBroken(N_("Write an address that begins with https://."), code="address", field="url")
    if settings.QIAO_INNER_ADDRESSES:
        return
    if parts.scheme != "https":
        raise RuleBroken(N_("Write an address that begins with https://."), code="address", field="url")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError:
        raise RuleBroken(N_("This host is not known."), code="address_host", field="url") from None
    if not all(ipaddress.ip_address(entry[4][0]).is_global for entry in found):
        raise RuleBroken(
            N_("This address lies inside the own network; an administrator must allow that."),
            code="address_inside", field="url",
        )  # fmt: skip


def post(
    url: str, body: bytes, headers: dict[str, str], *, timeout: float = TIMEOUT_SECONDS, most_bytes: int = MOST_BYTES
) -> Answer:  # fmt: skip
    """Send a body; of the answer at most ``most_bytes`` are read.

    Raises:
        NotSent: Refused, or never reached.
        Unclear: Sent, but no answer came in time.
    """
    return _ask(urllib.request.Request(url, data=body, headers=headers, method="POST"), timeout, most_bytes)


def sign(secret: str, stamp: str, body: bytes) -> str:
    """Signature of a request: hex HMAC-SHA256 over timestamp, a point, body."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def get(url: str, *, timeout: float = TIMEOUT_SECONDS, most_bytes: int = MOST_BYTES) -> Answer:
    """Read an address, at most ``most_bytes`` of it. Raises NotSent, Unclear."""
    return _ask(urllib.request.Request(url), timeout, most_bytes)


def _ask(request: urllib.request.Request, timeout: float, most_bytes: int) -> Answer:
    try:
        with _opener.open(request, timeout=timeout) as response:
            return Answer(response.status, response.read(most_bytes))
    except urllib.error.HTTPError as error:
        text = error.read(500).decode("utf-8", "replace")
        again = error.code >= 500 or error.code in (408, 425, 429)
        raise NotSent(f"HTTP {error.code}", again=again, status=error.code, answer=text) from None
    except TimeoutError:
        raise Unclear("no answer in time") from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise NotSent("no connection in time", again=True) from None
        raise NotSent(str(error.reason), again=True) from None
    except OSError as error:
        raise Unclear(str(error)) from None
