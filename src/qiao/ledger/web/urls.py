"""Addresses of the ledger."""

from django.urls import path

from . import views

app_name = "ledger"
urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/<int:pk>/", views.why, name="why"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("people/<int:pk>/", views.person, name="person"),
    path("customers/<int:pk>/", views.customer, name="customer"),
    path("customers/<int:pk>/brief/", views.customer_brief, name="customer_brief"),
    path("analysis/", views.analysis, name="analysis"),
    path("analysis/stop/", views.analysis_stop, name="analysis_stop"),
    path("analysis/cell/", views.analysis_cell, name="analysis_cell"),
    path("analysis/filter/", views.analysis_filter, name="analysis_filter"),
    path("analysis/save/", views.analysis_save, name="analysis_save"),
    path("analysis/prepare/", views.analysis_prepare, name="analysis_prepare"),
    path("analysis/<int:pk>/remove/", views.analysis_remove, name="analysis_remove"),
    path("analysis/<int:pk>/mail/", views.analysis_mail, name="analysis_mail"),
    path("lines/", views.lines, name="lines"),
    path("indicators/", views.catalogue, name="catalogue"),
    path("indicators/<slug:code>/", views.indicator, name="indicator"),
    path("imports/", views.batches, name="batches"),
    path("imports/new/", views.new_batch, name="new_batch"),
    path("imports/<int:pk>/", views.batch, name="batch"),
    path("imports/<int:pk>/errors/", views.batch_errors, name="batch_errors"),
    path("imports/<int:pk>/write/", views.write_batch, name="write_batch"),
    path("imports/<int:pk>/check/", views.check_batch, name="check_batch"),
    path("imports/<int:pk>/undo/", views.undo_batch, name="undo_batch"),
    path("imports/<int:pk>/drop/", views.drop_batch, name="drop_batch"),
    path("feeds/", views.feeds, name="feeds"),
    path("feeds/new/", views.new_feed, name="new_feed"),
    path("feeds/<slug:code>/", views.feed, name="feed"),
    path("close/", views.runs, name="runs"),
    path("close/<int:pk>/", views.run, name="run"),
]
