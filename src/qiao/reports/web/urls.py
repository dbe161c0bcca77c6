"""Addresses of reports."""

from django.urls import path

from . import staffing, views

app_name = "reports"
urlpatterns = [
    path("cards/figures/", views.figures, name="figures"),
    path("cards/moved/", views.moved, name="moved"),
    path("cards/silent/", views.silent, name="silent"),
    path("cards/unserved/", views.unserved, name="unserved"),
    path("cards/ranking/", views.ranking, name="ranking"),
    path("cards/map/", views.unit_map, name="map"),
    path("cards/drafts/", views.drafts, name="drafts"),
    path("cards/closes/", views.closes, name="closes"),
    path("cards/imports/", views.imports, name="imports"),
    path("cards/log-ins/", views.log_ins, name="log_ins"),
    path("cards/staffing/", staffing.staffing_card, name="staffing_card"),
    path("staffing/", staffing.staffing, name="staffing"),
    path("staffing/pay/", staffing.pay, name="staffing_pay"),
    path("staffing/<int:pk>/<slug:rule>/", staffing.staffing_why, name="staffing_why"),
]
