"""Opening one masked value: allowed where the role says so, and noted."""

from typing import Any

from django.db import transaction

from qiao.kernel.errors import NotAllowed, NotFound
from qiao.runtime import clock
from qiao.runtime.models import FieldRead

from . import Sight, find_protected


@transaction.atomic
def open_value(*, viewer: Any, code: str, pk: int, by: Any, address: str | None = None) -> str:
    """The plain value of one protected field, for who may open it; the reading is noted before it is shown.

    Args:
        viewer: Who asks.
        code: The protected field.
        pk: What carries the value.
        by: The log-in, for the note.
        address: Network address, for the note.

    Raises:
        NotFound: There is no such field or record, or it is out of sight.
        NotAllowed: The viewer's role does not open it.
    """
    field = find_protected(code)
    if field is None:
        raise NotFound
    value = field.read(viewer, pk)
    if viewer.sight(code) < Sight.ON_REQUEST:
        raise NotAllowed(code)
    kind, record = field.record_of(pk)
    FieldRead.objects.create(
        at=clock.now(), user=by, field=code, holder_id=pk, kind=kind, record_id=record, network=address
    )
    return value
