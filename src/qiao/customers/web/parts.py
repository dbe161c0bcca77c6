"""What pages of customers share."""

from typing import Any

from qiao.kernel.errors import NotFound


def one_of(rows: Any, pk: int | None) -> Any:
    """The row of an id among rows already in scope; None for a new one. Raises NotFound."""
    if pk is None:
        return None
    for row in rows:
        if row.pk == pk:
            return row
    raise NotFound
