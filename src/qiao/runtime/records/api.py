"""What hangs on records, in the API: ``/records/{kind}/{pk}/…``, the same for every kind."""

from typing import Annotated, Any

from ninja import File, Query, Router, Status, UploadedFile

from qiao.kernel.errors import NotFound

from ..audit.api import EventOut
from ..contributions import get_directory
from ..paging import cut_page
from ..requests import Request
from ..typed import Id, Line
from . import access, actions, fields_api, marks_api, queries
from . import schemas as s
from .views.files import deliver

router = Router()
router.add_router("", marks_api.router)
router.add_router("", fields_api.router)
OF = "/{kind}/{int:pk}"


@router.get(f"{OF}/comments", response=s.CommentPage, summary="Comments on a record, newest first")
def comments(request: Request, kind: Line, pk: Id, cursor: str | None = None, limit: int = 50) -> Any:
    access.get_record(request.viewer, kind, pk)
    return cut_page(queries.comments_of(kind, pk), order="id", falling=True, cursor=cursor, limit=limit)


@router.post(f"{OF}/comments", response={201: s.CommentOut}, summary="Comment on a record")
def comment(request: Request, kind: Line, pk: Id, body: s.CommentIn) -> Any:
    record = access.get_record_to_write(request.viewer, kind, pk)
    return Status(201, actions.comment(record=record, text=body.text, picked=body.picked, by=request.user))


@router.patch(
    f"{OF}/comments/{{int:comment_id}}", response=s.CommentOut, summary="Word one's own comment anew"
)
def change_comment(request: Request, kind: Line, pk: Id, comment_id: Id, body: s.CommentIn) -> Any:
    row = access.get_own_comment(request.viewer, kind, pk, comment_id)
    record = access.get_record(request.viewer, kind, pk)
    return actions.change_comment(
        record=record, comment=row, text=body.text, picked=body.picked, by=request.user
    )


@router.delete(
    f"{OF}/comments/{{int:comment_id}}", response={204: None}, summary="Take one's own comment back"
)
def remove_comment(request: Request, kind: Line, pk: Id, comment_id: Id) -> Any:
    row = access.get_own_comment(request.viewer, kind, pk, comment_id)
    actions.remove_comment(comment=row, by=request.user)
    return Status(204, None)


@router.get(
    f"{OF}/comments/{{int:comment_id}}/history", response=list[EventOut], summary="Every wording of a comment"
)
def comment_history(request: Request, kind: Line, pk: Id, comment_id: Id) -> Any:
    return queries.list_comment_changes(access.get_comment_history(request.viewer, kind, pk, comment_id).pk)


@router.get(f"{OF}/followers", response=s.FollowersOut, summary="Who is told of a record")
def followers(request: Request, kind: Line, pk: Id) -> Any:
    users = queries.gather_followers(access.get_record(request.viewer, kind, pk))
    return {"users": users, "follows": request.viewer.user_id in users}


@router.put(f"{OF}/follow", response={204: None}, summary="Be told of a record, or be left in peace")
def follow(request: Request, kind: Line, pk: Id, body: s.FollowIn) -> Any:
    record = access.get_record(request.viewer, kind, pk)
    (actions.follow if body.on else actions.unfollow)(record=record, user_id=request.viewer.user_id)
    return Status(204, None)


@router.get(
    f"{OF}/colleagues", response=list[s.ColleagueOut], summary="Colleagues who may be mentioned, by name"
)
def colleagues(request: Request, kind: Line, pk: Id, q: Annotated[Line, Query(max_length=40)]) -> Any:
    access.get_record_to_write(request.viewer, kind, pk)
    return get_directory().find(request.viewer, q, 20)


@router.get(f"{OF}/files", response=s.FilePage, summary="Attachments of a record, newest first")
def files(request: Request, kind: Line, pk: Id, cursor: str | None = None, limit: int = 50) -> Any:
    access.get_record(request.viewer, kind, pk)
    return cut_page(queries.attachments_of(kind, pk), order="id", falling=True, cursor=cursor, limit=limit)


@router.post(f"{OF}/files", response={201: list[s.FileOut]}, summary="Attach files to a record, all or none")
def attach(request: Request, kind: Line, pk: Id, file: File[list[UploadedFile]]) -> Any:
    record = access.get_record_to_write(request.viewer, kind, pk)
    uploads = [(one.name or "", one.chunks()) for one in file]
    return Status(201, actions.attach(record=record, uploads=uploads, by=request.user))


@router.get(f"{OF}/files/{{int:file_id}}", summary="An attachment's content")
def download(request: Request, kind: Line, pk: Id, file_id: Id) -> Any:
    return deliver(access.get_attachment(request.viewer, kind, pk, file_id))


@router.get(f"{OF}/files/{{int:file_id}}/small", summary="The small picture of an attached picture")
def small(request: Request, kind: Line, pk: Id, file_id: Id) -> Any:
    attachment = access.get_attachment(request.viewer, kind, pk, file_id)
    if not attachment.small:
        raise NotFound
    return deliver(attachment, small=True)


@router.delete(f"{OF}/files/{{int:file_id}}", response={204: None}, summary="Take an attachment off a record")
def remove_file(request: Request, kind: Line, pk: Id, file_id: Id) -> Any:
    attachment = access.get_attachment_to_remove(request.viewer, kind, pk, file_id)
    actions.remove_file(attachment=attachment, by=request.user)
    return Status(204, None)
