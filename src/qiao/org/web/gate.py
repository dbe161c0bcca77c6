"""Pages of log-ins: passwords, second factors, user ids elsewhere."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qiao.kernel.errors import NotFound
from qiao.org import access, actions, queries
from qiao.runtime.login import actions as log_ins
from qiao.runtime.login.queries import gather_factors
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request

RIGHT = "log_ins.edit"


class AccountsForm(forms.Form):
    """What a person is called elsewhere."""

    wecom = forms.CharField(label=gettext_lazy("WeCom account"), max_length=100, required=False)
    dingtalk = forms.CharField(label=gettext_lazy("DingTalk account"), max_length=100, required=False)
    feishu = forms.CharField(label=gettext_lazy("Feishu account"), max_length=100, required=False)


class PasswordForm(forms.Form):
    """A new password for somebody who forgot his."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters; to be changed by its owner."),
    )  # fmt: skip


class ResetForm(forms.Form):
    """Why factors are taken away."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=150,
        help_text=gettext_lazy("Why, and how you made sure who asks. It stays in the record of log-ins."),
    )  # fmt: skip


def _person_with_log_in(request: Request, pk: int) -> Any:
    request.viewer.check(RIGHT)
    row = access.get_visible_person(request.viewer, pk)
    if row.user_id is None:
        raise NotFound
    return row


def log_in_card(request: Request, pk: int) -> HttpResponse:
    """A person's log-in: what it asks for, what he is called elsewhere, what can be done."""
    row = _person_with_log_in(request, pk)
    labels = {name: field.label for name, field in AccountsForm.base_fields.items()}
    context = {
        "person": row,
        "factors": gather_factors(row.user_id),
        "accounts": [(labels[one.directory], one.account) for one in queries.list_accounts(pk)],
        "own": row.user_id == request.viewer.user_id,
    }
    return render(request, "org/log_in.html", context)


@require_http_methods(["GET", "POST"])
def accounts(request: Request, pk: int) -> HttpResponse:
    """Say what a person is called elsewhere."""
    row = _person_with_log_in(request, pk)
    kept = {one.directory: one.account for one in queries.list_accounts(pk)}

    def write(values: dict[str, Any]) -> str:
        actions.put_accounts(person=row, accounts=values, by=request.user)
        return reverse("org:log_in_card", args=[pk])

    return answer_form(
        request,
        AccountsForm(request.POST or None, initial=kept),
        write,
        title=_("User ids elsewhere"),
        subtitle=_("%(name)s logs in with them without a password here") % {"name": row.name},
        cancel=reverse("org:log_in_card", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
def new_password(request: Request, pk: int) -> HttpResponse:
    """Give a person a new password."""
    row = _person_with_log_in(request, pk)

    def write(values: dict[str, Any]) -> str:
        log_ins.set_password(user=row.user, password=values["password"], by=request.user, request=request)
        messages.success(request, _("The new password holds; all sessions of this log-in ended."))
        return reverse("org:log_in_card", args=[pk])

    return answer_form(
        request, PasswordForm(request.POST or None), write, title=_("New password"), subtitle=row.name,
        cancel=reverse("org:log_in_card", args=[pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reset_factors(request: Request, pk: int) -> HttpResponse:
    """Take all second factors from a person who lost them, after a second look."""
    row = _person_with_log_in(request, pk)

    def write(values: dict[str, Any]) -> str:
        log_ins.reset_factors(user=row.user, reason=values["reason"], by=request.user, request=request)
        messages.success(request, _("All second factors were taken and all sessions of this log-in ended."))
        return reverse("org:log_in_card", args=[pk])

    return answer_form(
        request, ResetForm(request.POST or None), write, title=_("Reset second factors"), subtitle=row.name,
        cancel=reverse("org:log_in_card", args=[pk]), submit=_("Take all of them"), danger=True,
        template="org/reset_factors.html", factors=gather_factors(row.user_id),
    )  # fmt: skip
