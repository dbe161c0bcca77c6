"""Who sees and writes what hangs on a record: whoever sees the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qiao.kernel.errors import N_, NotAllowed, NotFound

from ..contributions import RecordKind, find_registered, get_directory, name_records
from . import queries
from .models import Attachment, Comment, CustomField, Tag
from .typed_values import OwnField

WRITE = "records.write"
TAGS = "records.tags"
FIELDS = "records.fields"
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


def get_kind(viewer: Any, kind: str) -> RecordKind:
    """A kind of record. Raises NotFound."""
    found = find_registered(RecordKind, kind)
    if found is None or not viewer.is_known:
        raise NotFound
    return found


def get_kind_to_tag(viewer: Any, kind: str) -> RecordKind:
    """A kind of record whose tags the viewer keeps. Raises NotFound, NotAllowed."""
    viewer.check(TAGS)
    return get_kind(viewer, kind)


def get_tag(viewer: Any, kind: str, tag_id: int) -> Tag:
    """A tag the viewer may change. Raises NotFound, NotAllowed."""
    tag = queries.find_tag(get_kind_to_tag(viewer, kind).kind, tag_id)
    if tag is None:
        raise NotFound
    return tag


def names_to_write(viewer: Any, kind: str, pks: Sequence[int]) -> dict[int, str]:
    """Names of records the viewer may mark, every one in scope. Raises NotFound, NotAllowed."""
    viewer.check(WRITE)
    names = dict(name_records(get_kind(viewer, kind), viewer, pks))
    if not pks or set(names) != set(pks):
        raise NotFound
    return names


def tags_among(kind: str, tag_ids: Iterable[int]) -> list[Tag]:
    """Tags of a kind by id. Raises NotFound when one is none."""
    wanted = set(tag_ids)
    found = list(queries.tags_of_kind(kind).filter(pk__in=wanted)) if wanted else []
    if {tag.pk for tag in found} != wanted:
        raise NotFound
    return found


def get_kind_to_shape(viewer: Any, kind: str) -> RecordKind:
    """A kind of record whose custom fields the viewer keeps. Raises NotFound, NotAllowed."""
    viewer.check(FIELDS)
    return get_kind(viewer, kind)


def get_field(viewer: Any, kind: str, field_id: int) -> CustomField:
    """A custom field the viewer may change. Raises NotFound, NotAllowed."""
    field = queries.find_field(get_kind_to_shape(viewer, kind).kind, field_id)
    if field is None:
        raise NotFound
    return field


def _concerns(viewer: Any, profiles: Sequence[str]) -> bool:
    return not profiles or viewer.profile in profiles


def fields_seen(viewer: Any, kind: str) -> list[OwnField]:
    """Custom fields of a kind the viewer's role sees, those that ended left out."""
    return [one for one in queries.own_fields(kind) if not one.ended and _concerns(viewer, one.seen_by)]


def fields_on(viewer: Any, record: Record) -> list[OwnField]:
    """Custom fields the viewer sees on a record."""
    seen = fields_seen(viewer, record.kind)
    segment_of = record.descriptor.segment_of
    segment = segment_of(record.pk) if segment_of and any(one.segments for one in seen) else ""
    return [one for one in seen if one.applies_to(segment)]


def fields_to_fill(viewer: Any, record: Record) -> list[OwnField]:
    """Custom fields of a record the viewer may fill in: his role is named, or he may change the record."""
    if not viewer.can(WRITE):
        return []
    fields = fields_on(viewer, record)
    free = any(not one.changed_by for one in fields) and can_change(viewer, record)
    return [one for one in fields if (viewer.profile in one.changed_by if one.changed_by else free)]


def check_fields_to_fill(viewer: Any, record: Record) -> list[OwnField]:
    """The same, refused where there is none. Raises NotAllowed."""
    fields = fields_to_fill(viewer, record)
    if not fields:
        raise NotAllowed(WRITE)
    return fields


def refused_fields(viewer: Any, kind: str, field: OwnField, pks: Sequence[int]) -> dict[int, str]:
    """Records of a list whose custom field the viewer may not fill in, each with the reason."""
    descriptor = find_registered(RecordKind, kind)
    if descriptor is None:
        raise NotFound
    refused: dict[int, str] = {}
    if field.segments:
        one = descriptor.segment_of
        segments = (
            descriptor.segments_of(pks)
            if descriptor.segments_of
            else {pk: one(pk) if one else "" for pk in pks}
        )
        outside = N_("Records of its segment do not have this field.")
        refused |= {pk: outside for pk in pks if segments.get(pk, "") not in field.segments}
    if field.changed_by:
        if viewer.profile not in field.changed_by:
            refused |= dict.fromkeys(pks, N_("Your role does not fill in this field."))
        return refused
    changeable = changeable_among(viewer, descriptor, pks)
    return refused | {pk: N_("You may not change this record.") for pk in pks if pk not in changeable}


def changeable_among(viewer: Any, descriptor: RecordKind, pks: Sequence[int]) -> set[int]:
    """Records of a kind the viewer may change."""
    if descriptor.changeable is not None:
        return set(descriptor.changeable(viewer, pks))
    rule = descriptor.can_change
    return {pk for pk in pks if rule(viewer, pk)} if rule else set()


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
