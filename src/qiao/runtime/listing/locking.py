"""Rows read to be written over."""

from typing import Any

from django.db import connection


def locked(rows: Any) -> Any:
    """Rows under a lock where a transaction is open: what is compared is then what is written over."""
    return rows.select_for_update(of=("self",)) if connection.in_atomic_block else rows
