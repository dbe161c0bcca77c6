"""Addresses of the design page."""

from django.urls import URLPattern, path

from . import views

app_name = "design"
urlpatterns: list[URLPattern] = [
    path("", views.design, name="design"),
    path("list/", views.sample_list, name="list"),
    path("empty/", views.empty_list, name="empty"),
    path("record/", views.record, name="record"),
    path("record/<slug:code>/", views.tab, name="tab"),
    path("why/", views.why, name="why"),
    path("form/", views.form, name="form"),
    path("import/", views.import_file, name="import"),
    path("board/", views.board, name="board"),
    path("progress/<int:step>/", views.progress, name="progress"),
]
