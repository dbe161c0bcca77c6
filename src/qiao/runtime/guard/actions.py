"""Writes of the guard."""

import hashlib
import json
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from qiao.kernel.errors import QiaoError
from qiao.runtime import clock
from qiao.runtime.sealing import seal, unseal

from .models import Counted, KeptAnswer

KEPT_HOURS = 24
MOST_BODY = 1024 * 1024  # a longer answer is not kept; the key still keeps the request from being done twice
HEADERS = ("Content-Type", "Location")


class KeyTaken(QiaoError):
    """The key of a request stands for another one, or for one whose answer is not there.

    Attributes:
        status: 422 for another request, 409 for the same one without an answer.
        code: Stable name.
    """

    def __init__(self, status: int, code: str, text: str) -> None:
        self.status, self.code = status, code
        super().__init__(text)


def count(subjects: Iterable[str], minute: int) -> dict[str, int]:
    """Count one more of each in this minute; how many there are then. In order, so that two never wait for each other."""
    rows = [(subject, minute) for subject in sorted(subjects)]
    values = ", ".join(["(%s, %s, 1)"] * len(rows))
    sql = (
        f"INSERT INTO runtime_counted (subject, minute, count) VALUES {values}"
        " ON CONFLICT (subject, minute) DO UPDATE SET count = runtime_counted.count + 1 RETURNING subject, count"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in rows for value in row])
        return dict(cursor.fetchall())


def fingerprint_of(request: HttpRequest) -> str:
    """Digest of what a request asks: method, address, body; files by their content, not by their envelope."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        digest.update(json.dumps(sorted(request.POST.lists())).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(f"\n{name} {file.name}\n".encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def claim(*, user_id: int, scope: str, key: str, fingerprint: str) -> tuple[int, HttpResponse | None]:
    """Take a key for a request, before anything is done.

    Returns:
        The claim to be answered, or the answer that was given before.

    Raises:
        KeyTaken: It stands for another request, or for the same one under way or broken off.
    """
    now = clock.now()
    KeptAnswer.objects.filter(
        user_id=user_id, scope=scope, key=key, claimed_at__lt=now - timedelta(hours=KEPT_HOURS)
    ).delete()
    sql = (
        "INSERT INTO runtime_keptanswer (user_id, scope, key, fingerprint, claimed_at, headers, body)"
        " VALUES (%s, %s, %s, %s, %s, '{}', '') ON CONFLICT (user_id, scope, key) DO NOTHING RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [user_id, scope, key, fingerprint, now])
        made = cursor.fetchone()
    if made:
        return int(made[0]), None
    row = KeptAnswer.objects.filter(user_id=user_id, scope=scope, key=key).first()
    if row is None or row.fingerprint != fingerprint:
        raise KeyTaken(422, "key_reused", "This Idempotency-Key stood for another request.")
    if row.status is None:
        raise KeyTaken(
            409,
            "key_in_use",
            "The request of this Idempotency-Key is under way, or broke off: look what it did.",
        )
    return row.pk, HttpResponse(unseal(bytes(row.body)), status=row.status, headers=row.headers)


def keep(claim_id: int, response: Any) -> None:
    """Keep the answer to a claimed request; one that did nothing for sure frees its key."""
    rows = KeptAnswer.objects.filter(pk=claim_id)
    if response.status_code in (401, 403, 429) or response.status_code >= 500:
        rows.delete()
        return
    headers = {name: response[name] for name in HEADERS if name in response}
    body = b"" if response.streaming or len(response.content) > MOST_BODY else response.content
    rows.update(status=response.status_code, headers=headers, body=seal(body))


def forget_old() -> None:
    """Forget answers and counts that are past their time."""
    KeptAnswer.objects.filter(claimed_at__lt=clock.now() - timedelta(hours=KEPT_HOURS)).delete()
    Counted.objects.filter(minute__lt=int(time.time()) // 60 - 60).delete()
