"""Secrets at rest: a copy of the database alone, without the enterprise's key, reads none of them."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet
from django.conf import settings


@lru_cache(2)
def _cipher(secret_key: str) -> Fernet:
    digest = hashlib.sha256(f"second factors {secret_key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(plain: bytes) -> bytes:
    """Encrypted and signed."""
    return _cipher(settings.SECRET_KEY).encrypt(plain)


def unseal(sealed: bytes) -> bytes:
    """What :func:`seal` was given; raises ``InvalidToken`` when it was tampered with."""
    return _cipher(settings.SECRET_KEY).decrypt(sealed)
