"""Addresses of what hangs on records."""

from django.urls import path

from . import views

app_name = "records"
urlpatterns = [
    path("<slug:kind>/<int:pk>/comments/", views.comments, name="comments"),
    path("<slug:kind>/<int:pk>/comments/<int:comment_id>/", views.comment, name="comment"),
    path(
        "<slug:kind>/<int:pk>/comments/<int:comment_id>/remove/", views.remove_comment, name="remove_comment"
    ),
    path(
        "<slug:kind>/<int:pk>/comments/<int:comment_id>/history/",
        views.comment_history,
        name="comment_history",
    ),
    path("<slug:kind>/<int:pk>/follow/", views.follow, name="follow"),
    path("<slug:kind>/<int:pk>/followers/", views.followers, name="followers"),
    path("<slug:kind>/<int:pk>/colleagues/", views.colleagues, name="colleagues"),
]
