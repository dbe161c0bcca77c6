"""Addresses of the rulebook."""

from django.urls import path

from . import trying, views

app_name = "rulebook"
urlpatterns = [
    path("", views.articles, name="articles"),
    path("edit/", views.edit, name="edit"),
    path("draft/", views.draft, name="draft"),
    path("try/", trying.try_policy, name="try"),
    path("try/book/", trying.try_book, name="try_book"),
    path("try/row/", trying.try_row, name="try_row"),
    path("<str:code>/<int:version>/", views.version, name="version"),
    path("<str:code>/<int:version>/text/", views.text, name="text"),
    path("<str:code>/<int:version>/approve/", views.approve, name="approve"),
    path("<str:code>/<int:version>/discard/", views.discard, name="discard"),
    path("<str:code>/<int:version>/end/", views.end, name="end"),
]
