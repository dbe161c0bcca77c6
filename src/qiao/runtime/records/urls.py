"""Addresses of what hangs on records."""

from django.urls import path

from .views import comments, fields, files, marks, printing

app_name = "records"
urlpatterns = [
    path("<slug:kind>/<int:pk>/comments/", comments.comments, name="comments"),
    path("<slug:kind>/<int:pk>/comments/<int:comment_id>/", comments.comment, name="comment"),
    path(
        "<slug:kind>/<int:pk>/comments/<int:comment_id>/remove/",
        comments.remove_comment,
        name="remove_comment",
    ),
    path(
        "<slug:kind>/<int:pk>/comments/<int:comment_id>/history/",
        comments.comment_history,
        name="comment_history",
    ),
    path("<slug:kind>/<int:pk>/follow/", comments.follow, name="follow"),
    path("<slug:kind>/<int:pk>/followers/", comments.followers, name="followers"),
    path("<slug:kind>/<int:pk>/colleagues/", comments.colleagues, name="colleagues"),
    path("<slug:kind>/<int:pk>/files/", files.files, name="files"),
    path("<slug:kind>/<int:pk>/files/<int:file_id>/", files.file, name="file"),
    path("<slug:kind>/<int:pk>/files/<int:file_id>/small/", files.small, name="small"),
    path("<slug:kind>/<int:pk>/files/<int:file_id>/remove/", files.remove_file, name="remove_file"),
    path("<slug:kind>/<int:pk>/bar/", marks.bar, name="bar"),
    path("<slug:kind>/<int:pk>/favourite/", marks.favourite, name="favourite"),
    path("<slug:kind>/<int:pk>/mark/", marks.mark, name="mark"),
    path("<slug:kind>/mark/", marks.mark_many, name="mark_many"),
    path("<slug:kind>/tags/", marks.tags, name="tags"),
    path("<slug:kind>/tags/<int:tag_id>/", marks.tag, name="tag"),
    path("<slug:kind>/tags/<int:tag_id>/drop/", marks.drop_tag, name="drop_tag"),
    path("places/", marks.places, name="places"),
    path("kinds/", fields.kinds, name="kinds"),
    path("<slug:kind>/fields/", fields.fields, name="fields"),
    path("<slug:kind>/fields/<int:field_id>/", fields.field, name="field"),
    path("<slug:kind>/<int:pk>/fields/", fields.values, name="values"),
    path("<slug:kind>/<int:pk>/fields/fill/", fields.fill, name="fill"),
    path("<slug:kind>/<int:pk>/print/", printing.printed, name="print"),
]
