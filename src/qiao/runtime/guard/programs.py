"""What every operation of the API goes through once it is known who asks: limits, then the key of the request."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from . import actions, limits
from .middleware import CLAIM

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LONGEST_KEY = 200


class Answered(Exception):
    """This request was answered before; the answer is given again and nothing is done."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def admit(request: HttpRequest, user: Any, scope: str) -> None:
    """Let a request through, count it, and claim its key.

    Args:
        request: The request.
        user: Who asks.
        scope: What the key belongs to: a token, or the user's browser.

    Raises:
        TooMany: One too many.
        Answered: The answer is there.
        KeyTaken: The key stands for something else, or for a request without an answer.
    """
    limits.check(request, "api", user.pk)
    key = request.headers.get("Idempotency-Key", "")
    if not key or request.method not in CHANGING:
        return
    if len(key) > LONGEST_KEY:
        raise actions.KeyTaken(
            422, "key_too_long", f"An Idempotency-Key has at most {LONGEST_KEY} characters."
        )
    claim, answer = actions.claim(
        user_id=user.pk, scope=scope, key=key, fingerprint=actions.fingerprint_of(request)
    )
    if answer is not None:
        answer["Idempotent-Replayed"] = "true"
        raise Answered(answer)
    setattr(request, CLAIM, claim)
