"""Addresses of reports."""

from django.urls import path

from . import boards, bulletins, staffing, views

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
    path("cards/board/", boards.home_board, name="home_board"),
    path("boards/", boards.list_all, name="boards"),
    path("boards/new/", boards.new, name="new_board"),
    path("boards/usual/", boards.enter_usual, name="usual_boards"),
    path("boards/<int:pk>/", boards.board, name="board"),
    path("boards/<int:pk>/edit/", boards.edit, name="edit_board"),
    path("boards/<int:pk>/remove/", boards.remove, name="remove_board"),
    path("boards/<int:pk>/cards/add/", boards.add, name="add_card"),
    path("boards/<int:pk>/cards/<int:card_id>/", boards.card, name="board_card"),
    path("boards/<int:pk>/cards/<int:card_id>/change/", boards.change, name="change_card"),
    path("bulletins/", bulletins.list_all, name="bulletins"),
    path("bulletins/new/", bulletins.new, name="new_bulletin"),
    path("bulletins/plans/new/", bulletins.new_plan, name="new_bulletin_plan"),
    path("bulletins/plans/<int:pk>/end/", bulletins.end_plan, name="end_bulletin_plan"),
    path("bulletins/<int:pk>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/edit/", bulletins.edit, name="edit_bulletin"),
    path("bulletins/<int:pk>/publish/", bulletins.publish, name="publish_bulletin"),
    path("bulletins/<int:pk>/drop/", bulletins.drop, name="drop_bulletin"),
    path("staffing/", staffing.staffing, name="staffing"),
    path("staffing/pay/", staffing.pay, name="staffing_pay"),
    path("staffing/<int:pk>/<slug:rule>/", staffing.staffing_why, name="staffing_why"),
]
