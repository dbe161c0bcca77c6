"""Who sees and writes what hangs on a record: whoever sees the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from qiao.kernel.errors import NotAllowed, NotFound

from ..contributions import RecordKind, find_registered, get_directory
from . import queries
from .models import Attachment, Comment

WRITE = "records.write"
AUDIT = "audit.view"


@dataclass(frozen=True, slots=True)
class Record:
    """A record somebody may see: its descriptor, its number, what it is called and where its page is."""

    descriptor: RecordKind
    pk: int
    label: str

    @property
    def kind(self) -> str:
        """Name of its kind."""
        return self.descriptor.kind

    @property
    def url(self) -> str:
        """Address of its page."""
        return self.descriptor.url(self.pk)


def find_record(viewer: Any, kind: str, pk: int) -> Record | None:
    """A record in the viewer's scope."""
    descriptor = find_registered(RecordKind, kind)
    label = descriptor.find_label(viewer, pk) if descriptor and viewer.is_known else None
    return None if label is None or descriptor is None else Record(descriptor, pk, label)


def get_record(viewer: Any, kind: str, pk: int) -> Record:
    """A record in the viewer's scope. Raises NotFound, also for a kind nobody registered."""
    record = find_record(viewer, kind, pk)
    if record is None:
        raise NotFound
    return record


def get_record_to_write(viewer: Any, kind: str, pk: int) -> Record:
    """A record the viewer may comment on and attach to. Raises NotFound, NotAllowed."""
    record = get_record(viewer, kind, pk)
    viewer.check(WRITE)
    return record


def can_change(viewer: Any, record: Record) -> bool:
    """Whether the viewer may change the record itself."""
    rule = record.descriptor.can_change
    return rule is not None and rule(viewer, record.pk)


def sees(user_ids: Iterable[int], kind: str, pk: int) -> set[int]:
    """Which of these log-ins may see a record."""
    viewer_of = get_directory().viewer_of
    return {user for user in user_ids if find_record(viewer_of(user), kind, pk) is not None}


def get_comment(viewer: Any, kind: str, pk: int, comment_id: int) -> Comment:
    """A comment on a record in scope. Raises NotFound."""
    get_record(viewer, kind, pk)
    comment = queries.find_comment(kind, pk, comment_id)
    if comment is None:
        raise NotFound
    return comment


def get_own_comment(viewer: Any, kind: str, pk: int, comment_id: int) -> Comment:
    """A comment the viewer wrote. Raises NotFound, NotAllowed."""
    comment = get_comment(viewer, kind, pk, comment_id)
    viewer.check(WRITE)
    if comment.author_id != viewer.user_id:
        raise NotAllowed(WRITE)
    return comment


def get_attachment(viewer: Any, kind: str, pk: int, file_id: int) -> Attachment:
    """An attachment of a record in scope. Raises NotFound."""
    get_record(viewer, kind, pk)
    attachment = queries.find_attachment(kind, pk, file_id)
    if attachment is None:
        raise NotFound
    return attachment


def may_remove(viewer: Any, record: Record, attachment: Any, *, may_change: bool | None = None) -> bool:
    """Whether the viewer may take an attachment off: who hung it there, or who may change the record."""
    if not viewer.can(WRITE):
        return False
    if attachment.by_id == viewer.user_id:
        return True
    return can_change(viewer, record) if may_change is None else may_change


def get_attachment_to_remove(viewer: Any, kind: str, pk: int, file_id: int) -> Attachment:
    """An attachment the viewer may take off. Raises NotFound, NotAllowed."""
    attachment = get_attachment(viewer, kind, pk, file_id)
    if not may_remove(viewer, get_record(viewer, kind, pk), attachment):
        raise NotAllowed(WRITE)
    return attachment


def get_comment_history(viewer: Any, kind: str, pk: int, comment_id: int) -> Comment:
    """A comment whose earlier wordings the viewer may read: of a removed one only its author and auditors.

    Raises:
        NotFound: It is out of sight.
        NotAllowed: It was removed, and the viewer is neither.
    """
    comment = get_comment(viewer, kind, pk, comment_id)
    if comment.removed_at is not None and comment.author_id != viewer.user_id:
        viewer.check(AUDIT)
    return comment
