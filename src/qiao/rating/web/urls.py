"""Addresses of rating."""

from django.urls import path

from . import views

app_name = "rating"
urlpatterns = [
    path("core/", views.core, name="core"),
    path("movers/", views.movers, name="movers"),
    path("loads/", views.loads, name="loads"),
    path("loads/<int:pk>/why/", views.load_why, name="load_why"),
    path("customers/<int:pk>/tier/", views.tier, name="tier"),
    path("customers/<int:pk>/tier/brief/", views.tier_brief, name="tier_brief"),
    path("cards/core/", views.core_card, name="core_card"),
    path("cards/movers/", views.movers_card, name="movers_card"),
    path("cards/loads/", views.loads_card, name="loads_card"),
]
