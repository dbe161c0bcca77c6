"""Addresses of customers."""

from django.urls import path

from . import contracts, duplicates, merging, notices, people, pool, stages, views

app_name = "customers"
urlpatterns = [
    path("", views.customers, name="customers"),
    path("map/", views.customer_map, name="map"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/search/", duplicates.search, name="search_duplicates"),
    path("duplicates/<int:pair_id>/different/", duplicates.different, name="different"),
    path("duplicates/<int:pair_id>/again/", duplicates.again, name="look_again"),
    path("pool/", pool.pool, name="pool"),
    path("pool/claim/", pool.claim, name="claim"),
    path("new/", views.new, name="new"),
    path("assign/", views.assign, name="assign"),
    path("move/", views.move, name="move"),
    path("notices/<int:pk>/", notices.notice_tab, name="notice_tab"),
    path("notices/<int:pk>/list/", notices.notice_list, name="notice_list"),
    path("notices/<int:pk>/told/", notices.told, {"acknowledged": False}, name="notice_told"),
    path("notices/<int:pk>/acknowledged/", notices.told, {"acknowledged": True}, name="notice_acknowledged"),
    path("<int:pk>/", views.customer, name="customer"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/overview/", views.overview, name="overview"),
    path("<int:pk>/people/", people.people, name="people"),
    path("<int:pk>/people/new/", people.contact, name="new_contact"),
    path("<int:pk>/people/<int:contact_id>/", people.contact, name="contact"),
    path("<int:pk>/people/<int:contact_id>/remove/", people.remove_contact, name="remove_contact"),
    path("<int:pk>/people/<int:contact_id>/notes/", people.contact_notes, name="contact_notes"),
    path("<int:pk>/sites/", views.sites, name="sites"),
    path("<int:pk>/sites/new/", views.site, name="new_site"),
    path("<int:pk>/sites/<int:site_id>/", views.site, name="site"),
    path("<int:pk>/contracts/", contracts.contract_tab, name="contract_tab"),
    path("<int:pk>/contracts/new/", contracts.contract, name="new_contract"),
    path("<int:pk>/contracts/<int:contract_id>/", contracts.contract, name="contract"),
    path("<int:pk>/business/new/", contracts.business_line, name="new_business_line"),
    path("<int:pk>/business/<int:line_id>/", contracts.business_line, name="business_line"),
    path("<int:pk>/stages/", stages.stages, name="stages"),
    path("<int:pk>/merge/<int:other>/", merging.merge, name="merge"),
    path("<int:pk>/merged/<int:merge_id>/", merging.merge_done, name="merge_done"),
    path("<int:pk>/merged/<int:merge_id>/undo/", merging.unmerge, name="unmerge"),
    path("<int:pk>/service/", views.service, name="service"),
    path("<int:pk>/history/", views.history, name="history"),
]
