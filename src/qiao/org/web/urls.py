"""Addresses of the organisation."""

from django.urls import path

from . import calendar, costs, headcount, leaving, posts, register, views

app_name = "org"
urlpatterns = [
    path("units/", views.units, name="units"),
    path("units/new/", views.new_unit, name="new_unit"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("units/<int:pk>/overview/", views.unit_overview, name="unit_overview"),
    path("units/<int:pk>/history/", views.unit_history, name="unit_history"),
    path("units/<int:pk>/move/", views.move_unit, name="move_unit"),
    path("units/<int:pk>/close/", views.close_unit, name="close_unit"),
    path("people/", views.people, name="people"),
    path("people/new/", views.new_person, name="new_person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/overview/", views.person_overview, name="person_overview"),
    path("people/<int:pk>/history/", views.person_history, name="person_history"),
    path("people/<int:pk>/edit/", views.edit_person, name="edit_person"),
    path("people/<int:pk>/appoint/", views.appoint, name="appoint"),
    path("people/<int:pk>/grade/", views.grade, name="grade"),
    path("people/<int:pk>/log-in/", views.log_in, name="log_in"),
    path("people/<int:pk>/postings/<int:posting_id>/end/", views.end_posting, name="end_posting"),
    path(
        "people/<int:pk>/postings/<int:posting_id>/transfer/", views.transfer_posting, name="transfer_posting"
    ),
    path("people/register/", register.register, name="register"),
    path("people/<int:pk>/register/", register.person_register, name="person_register"),
    path("people/<int:pk>/describe/<slug:list_code>/", register.describe, name="describe"),
    path("people/<int:pk>/attributes/<int:attribute_id>/end/", register.end_attribute, name="end_attribute"),
    path("people/<int:pk>/qualifications/new/", register.qualification, name="new_qualification"),
    path(
        "people/<int:pk>/qualifications/<int:qualification_id>/", register.qualification, name="qualification"
    ),
    path(
        "people/<int:pk>/qualifications/<int:qualification_id>/withdraw/",
        register.withdraw_qualification,
        name="withdraw_qualification",
    ),
    path("people/<int:pk>/personal/", register.personal, name="personal"),
    path("headcount/", headcount.headcount, name="headcount"),
    path("labour-costs/", costs.labour_costs, name="labour_costs"),
    path("labour-costs/new/", costs.new_labour_cost, name="new_labour_cost"),
    path("posts/", posts.posts, name="posts"),
    path("posts/new/", posts.new_post, name="new_post"),
    path("posts/usual/", posts.enter_usual_posts, name="enter_usual_posts"),
    path("posts/<int:pk>/", posts.post, name="post"),
    path("posts/<int:pk>/describe/", posts.describe_post, name="describe_post"),
    path("my-post/", posts.my_post, name="my_post"),
    path("my-post/<int:must_know_id>/known/", posts.say_known, name="say_known"),
    path("words/", register.words, name="words"),
    path("words/new/<slug:list_code>/", register.word, name="new_word"),
    path("words/<int:word_id>/", register.word, name="word"),
    path("talents/", register.talents, name="talents"),
    path("talents/plan/", register.plan_talents, name="plan_talents"),
    path("people/<int:pk>/leave/", leaving.leave, name="leave"),
    path("departures/", leaving.departures, name="departures"),
    path("departures/<int:pk>/", leaving.departure, name="departure"),
    path("departures/<int:pk>/undo/", leaving.undo, name="undo_departure"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/hours/", calendar.set_hours, name="set_hours"),
    path("calendar/day/", calendar.set_day, name="set_day"),
    path("calendar/holidays/<int:year>/", calendar.seed, name="seed_holidays"),
    path("absences/", calendar.absences, name="absences"),
    path("absences/new/", calendar.new_absence, name="new_absence"),
    path("absences/end/", calendar.end_absences, name="end_absences"),
    path("roles/", views.role_types, name="role_types"),
]
