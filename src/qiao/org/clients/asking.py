"""Asking a directory: one token, fetched anew once when it has run out; patience with limits, bounded; nothing half.

What goes wrong says at which department and page. Secrets and tokens stand in no message.
"""

import contextlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime.channels.token import forget_token, get_token
from qiao.runtime.outgoing import NotSent, Unclear, get, post

MOST_BYTES = 32 << 20  # a department of some ten thousand members in one answer
WAITS_SECONDS = (1.0, 3.0, 9.0, 27.0)  # within 40 s the limits of a minute have mostly passed
TIMEOUT_SECONDS = 20.0

Progress = Callable[[int, int | None, str], None]
sleep = time.sleep  # replaced in tests


@dataclass(frozen=True, slots=True)
class Tongue:
    """What differs between the directories.

    Attributes:
        key: Under which the token is kept.
        fetch: Fetches a token.
        token_gone: Answer codes that say the token is not known any more.
        busy: Answer codes that ask for patience.
    """

    key: tuple[str, ...]
    fetch: Callable[[], tuple[str, float]]
    token_gone: frozenset[int]
    busy: frozenset[int]


@dataclass
class Asker:
    """One reading of a directory.

    Attributes:
        tongue: The directory's ways.
        check: Called before each request; raises when the work is to stop.
        waits: Seconds between attempts where the directory asks for patience.
    """

    tongue: Tongue
    check: Callable[[], None] = lambda: None
    waits: tuple[float, ...] = WAITS_SECONDS
    _renewed: bool = field(default=False, init=False)

    def ask(
        self, url: str, *, at: str, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:  # fmt: skip
        """One answer without an error.

        Args:
            url: Address without its query.
            at: What is asked for: the department and page.
            query: What goes into the address besides the token.
            body: Posted as JSON where given.

        Raises:
            RuleBroken: There is none, whatever was tried; says why and at what.
        """
        for wait in (*self.waits, None):
            self.check()
            trouble = self._once(url, at, query or {}, body)
            if isinstance(trouble, dict):
                return trouble
            if wait is None or not trouble.again:
                raise _refusal(trouble, at)
            sleep(wait)
        raise AssertionError  # the last attempt returned or raised

    def _once(
        self, url: str, at: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> "dict[str, Any] | NotSent":
        try:
            token = get_token(self.tongue.key, self.tongue.fetch)
            address = f"{url}?{urlencode({'access_token': token, **query})}"
            if body is None:
                reply = get(address, timeout=TIMEOUT_SECONDS, most_bytes=MOST_BYTES)
            else:
                data, head = json.dumps(body).encode(), {"Content-Type": "application/json"}
                reply = post(address, data, head, timeout=TIMEOUT_SECONDS, most_bytes=MOST_BYTES)
            answer = reply.json()
        except Unclear:
            raise RuleBroken(
                N_("The directory did not answer in time (at %(at)s). Nothing was compared."), code="directory_slow", at=at
            ) from None  # fmt: skip
        except NotSent as error:
            return error
        except (KeyError, TypeError, ValueError):
            raise malformed(at) from None
        code = answer.get("errcode", 0)
        if not isinstance(code, int) or isinstance(code, bool):
            raise malformed(at)
        if code in self.tongue.token_gone and not self._renewed:
            self._renewed = True
            forget_token(self.tongue.key)
            return self._once(url, at, query, body)
        if code:
            return NotSent(
                f"errcode {code}", again=code in self.tongue.busy, answer=str(answer.get("errmsg", ""))[:200]
            )
        self._renewed = False
        return answer


def _refusal(error: NotSent, at: str) -> RuleBroken:
    if str(error) in ("the answer is not JSON", "the answer is no object"):
        return malformed(at)
    if error.again and error.status == 0 and not str(error).startswith("errcode"):
        return RuleBroken(
            N_("The directory cannot be reached (at %(at)s). Nothing was compared."),
            code="directory_away",
            at=at,
        )
    if error.again:
        return RuleBroken(
            N_("The directory asks for patience (%(said)s at %(at)s), also after several attempts. Try again later."),
            code="directory_busy", at=at, said=str(error),
        )  # fmt: skip
    return RuleBroken(
        N_("The directory refuses (%(said)s at %(at)s). Nothing was compared."), code="directory_refuses", at=at,
        said=str(error),
    )  # fmt: skip


def malformed(at: str) -> RuleBroken:
    """An answer that cannot be read: it is taken for nothing at all."""
    return RuleBroken(
        N_("The directory's answer cannot be read (at %(at)s). Nothing was compared."),
        code="directory_malformed",
        at=at,
    )


def rows_of(answer: Any, name: str, at: str) -> list[dict[str, Any]]:
    """The list of objects under a name.

    Raises:
        RuleBroken: There is none.
    """
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise malformed(at)
    return found


def text_of(row: Mapping[str, Any], name: str, at: str, *, longest: int = 100, needed: bool = False) -> str:
    """A text or number under a name, empty where the directory tells none.

    Raises:
        RuleBroken: It is neither, longer than can be kept, or needed and not there.
    """
    value = row.get(name)
    if value is None and not needed:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise malformed(f"{at} · {name}")
    text = str(value).strip()
    if len(text) > longest or "\x00" in text or (needed and not text):
        raise malformed(f"{at} · {name}")
    return text


def mail_of(row: Mapping[str, Any], names: Sequence[str], at: str) -> str:
    """The first address of mail under these names; what is none counts as not told.

    Raises:
        RuleBroken: It is no text, or longer than can be kept.
    """
    for name in names:
        text = text_of(row, name, at, longest=254)
        with contextlib.suppress(ValidationError):
            validate_email(text)
            return text
    return ""


def ids_of(row: Mapping[str, Any], name: str, at: str) -> tuple[str, ...]:
    """A list of ids under a name.

    Raises:
        RuleBroken: There is none.
    """
    found = row.get(name)
    if not isinstance(found, list) or not all(
        isinstance(one, int | str) and not isinstance(one, bool) for one in found
    ):
        raise malformed(f"{at} · {name}")
    return tuple(sorted({str(one) for one in found}))


AT_LIST = "department/list"


def at_department(name: str, page: int = 0) -> str:
    """Which department and page is asked for; a trouble is read in any language, so it is told in none."""
    return f"{name} #{page}" if page else name
