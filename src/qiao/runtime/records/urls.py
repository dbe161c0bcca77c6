"""Addresses of what hangs on records."""

from django.urls import path

from .views import comments, files

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
]
