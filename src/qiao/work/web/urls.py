"""Addresses of work."""

from django.urls import path, register_converter

from . import approvals, asking, channels, inbox, notices, tasks


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
    path("", inbox.inbox, name="inbox"),
    path("card/", inbox.inbox_card, name="inbox_card"),
    path("put-away/", inbox.put_away, name="put_away"),
    path("lines/<int:pk>/", inbox.open_line, name="open_line"),
    path("lines/<int:pk>/snooze/", inbox.snooze, name="snooze"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/new/", tasks.new_task, name="new_task"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("of-customer/<int:pk>/", tasks.customer_tasks, name="customer_tasks"),
    path("of-customer/<int:pk>/open/", tasks.customer_open_tasks, name="customer_open_tasks"),
    path("tasks/<int:pk>/end/", tasks.end_task, name="end_task"),
    path("tasks/<int:pk>/drop/", tasks.drop_task, name="drop_task"),
    path("tasks/<int:pk>/hand-on/", tasks.hand_on_task, name="hand_on_task"),
    path("tasks/<int:pk>/pause/", tasks.pause_task, name="pause_task"),
    path("tasks/<int:pk>/resume/", tasks.resume_task, name="resume_task"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/decide/", approvals.decide_many, name="decide_many"),
    path("approvals/<int:pk>/", approvals.approval, name="approval"),
    path("approvals/<int:pk>/decide/", approvals.decide, name="decide"),
    path("approvals/<int:pk>/return/", approvals.send_back, name="send_back"),
    path("approvals/<int:pk>/signer/", approvals.add_signer, name="add_signer"),
    path("approvals/<int:pk>/comment/", approvals.comment, name="comment"),
    path("approvals/<int:pk>/<author_step:step>/", approvals.author_step, name="author_step"),
    path("ask/", asking.ask_access, name="ask_access"),
    path("access/<int:pk>/", asking.access_request, name="access_request"),
    path("notices/", notices.notices, name="notices"),
    path("notices/new/", notices.new_notice, name="new_notice"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/readers/", notices.notice_readers, name="notice_readers"),
    path("notices/<int:pk>/acknowledge/", notices.acknowledge, name="acknowledge"),
    path("notices/<int:pk>/remind/", notices.remind_of_notice, name="remind_of_notice"),
    path("telling/", channels.telling, name="telling"),
    path("telling/browser/", channels.add_browser, name="add_browser"),
    path("telling/<int:pk>/remove/", channels.remove_address, name="remove_address"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<slug:code>/", channels.channel, name="channel"),
    path("webhooks/", channels.webhooks, name="webhooks"),
    path("webhooks/new/", channels.new_webhook, name="new_webhook"),
    path("webhooks/<int:pk>/", channels.webhook, name="webhook"),
    path("webhooks/<int:pk>/edit/", channels.edit_webhook, name="edit_webhook"),
    path("webhooks/<int:pk>/remove/", channels.remove_webhook, name="remove_webhook"),
    path("webhooks/<int:pk>/<int:delivery_id>/", channels.hook_delivery, name="hook_delivery"),
    path("webhooks/<int:pk>/<int:delivery_id>/replay/", channels.replay, name="replay"),
    path("delegations/", approvals.delegations, name="delegations"),
    path("delegations/<int:pk>/end/", approvals.end_delegation, name="end_delegation"),
]
