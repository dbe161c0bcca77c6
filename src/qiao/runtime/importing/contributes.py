"""An import as a record others comment on and attach files to."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from qiao.kernel.errors import N_, NotFound

from .. import figures
from ..contributions import PrintSource, RecordKind, Sheet, register
from ..i18n import say
from . import queries
from .kinds import get_kind


def _labels(viewer: Any, pks: Sequence[int]) -> dict[int, str]:
    """Whoever sees an import's page: its own, or everybody's where jobs are seen, with the right of its kind."""
    found = {}
    for row in queries.runs_by_id(viewer, pks):
        try:
            if viewer.can(get_kind(row.kind).right):
                found[row.pk] = row.file_name
        except NotFound:  # its kind is no longer here
            continue
    return found


def _label(viewer: Any, pk: int) -> str | None:
    return _labels(viewer, [pk]).get(pk)


def _address(pk: int) -> str:
    return reverse("imports:run", args=[queries.kind_of(pk), pk])


def _sheets(viewer: Any, pk: int) -> list[Sheet]:
    return [
        Sheet(
            say(N_("Import")),
            [
                (say(N_("File")), row.file_name),
                (say(N_("Kind")), say(get_kind(row.kind).label)),
                (say(N_("Received at")), figures.instant(row.at)),
                (say(N_("Rows")), figures.number(row.rows)),
                (say(N_("New")), figures.number(row.created)),
                (say(N_("Changed")), figures.number(row.updated)),
                (say(N_("With errors")), figures.number(row.refused)),
            ],
        )
        for row in queries.runs_by_id(viewer, [pk])
    ]


register(
    RecordKind(
        "import",
        N_("Import"),
        "imports:run",
        _label,
        icon="upload",
        labels_of=_labels,
        address_of=_address,
        followers_of=queries.owner_of,
        can_change=lambda viewer, pk: _label(viewer, pk) is not None,
    ),
    PrintSource("import", "file", "", 10, _sheets),
)
