"""How much of something one person or one address may ask for in a minute; the numbers are settings.

Counted in the database, so that all web processes count together: one statement a counted request.
"""

import time
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

from qiao.runtime.requests import TooMany, address_of

from . import actions

MINUTE = 60


def check(request: HttpRequest, what: str, user_id: int | None) -> None:
    """Count a request and refuse it when it is one too many, for its user or for the address it came from.

    Args:
        request: The request.
        what: A name of ``settings.QIAO_LIMITS``: api, exports, search, uploads.
        user_id: Who asks; None counts for the address alone.

    Raises:
        TooMany: Says when to come again.
    """
    limits: Mapping[str, int] = settings.QIAO_LIMITS
    wanted = {}
    if user_id is not None and limits[what]:
        wanted[f"{what}:user:{user_id}"] = limits[what]
    address = address_of(request)
    if what == "api" and address and limits["address"]:
        wanted[f"{what}:address:{address}"] = limits["address"]
    if not wanted:
        return
    now = time.time()
    counts = actions.count(wanted, int(now) // MINUTE)
    if any(counts[subject] > most for subject, most in wanted.items()):
        raise TooMany(MINUTE - int(now) % MINUTE)
