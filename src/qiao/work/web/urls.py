"""Addresses of work."""

from django.urls import path, register_converter

from . import telling, views


class AuthorStep:
    """What only the author of an approval does."""

    regex = "withdraw|again|remind"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AuthorStep, "author_step")

app_name = "work"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("card/", views.inbox_card, name="inbox_card"),
    path("put-away/", views.put_away, name="put_away"),
    path("lines/<int:pk>/", views.open_line, name="open_line"),
    path("lines/<int:pk>/snooze/", views.snooze, name="snooze"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/new/", views.new_task, name="new_task"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("of-customer/<int:pk>/", views.customer_tasks, name="customer_tasks"),
    path("tasks/<int:pk>/end/", views.end_task, name="end_task"),
    path("tasks/<int:pk>/drop/", views.drop_task, name="drop_task"),
    path("tasks/<int:pk>/hand-on/", views.hand_on_task, name="hand_on_task"),
    path("tasks/<int:pk>/pause/", views.pause_task, name="pause_task"),
    path("tasks/<int:pk>/resume/", views.resume_task, name="resume_task"),
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/decide/", views.decide_many, name="decide_many"),
    path("approvals/<int:pk>/", views.approval, name="approval"),
    path("approvals/<int:pk>/decide/", views.decide, name="decide"),
    path("approvals/<int:pk>/return/", views.send_back, name="send_back"),
    path("approvals/<int:pk>/signer/", views.add_signer, name="add_signer"),
    path("approvals/<int:pk>/comment/", views.comment, name="comment"),
    path("approvals/<int:pk>/<author_step:step>/", views.author_step, name="author_step"),
    path("notices/", telling.notices, name="notices"),
    path("notices/new/", telling.new_notice, name="new_notice"),
    path("notices/<int:pk>/", telling.notice, name="notice"),
    path("notices/<int:pk>/readers/", telling.notice_readers, name="notice_readers"),
    path("notices/<int:pk>/acknowledge/", telling.acknowledge, name="acknowledge"),
    path("notices/<int:pk>/remind/", telling.remind_of_notice, name="remind_of_notice"),
    path("telling/", telling.telling, name="telling"),
    path("telling/browser/", telling.add_browser, name="add_browser"),
    path("telling/<int:pk>/remove/", telling.remove_address, name="remove_address"),
    path("channels/", telling.channels, name="channels"),
    path("channels/<slug:code>/", telling.channel, name="channel"),
    path("webhooks/", telling.webhooks, name="webhooks"),
    path("webhooks/new/", telling.new_webhook, name="new_webhook"),
    path("webhooks/<int:pk>/", telling.webhook, name="webhook"),
    path("webhooks/<int:pk>/edit/", telling.edit_webhook, name="edit_webhook"),
    path("webhooks/<int:pk>/remove/", telling.remove_webhook, name="remove_webhook"),
    path("webhooks/<int:pk>/<int:delivery_id>/", telling.hook_delivery, name="hook_delivery"),
    path("webhooks/<int:pk>/<int:delivery_id>/replay/", telling.replay, name="replay"),
    path("delegations/", views.delegations, name="delegations"),
    path("delegations/<int:pk>/end/", views.end_delegation, name="end_delegation"),
]
