"""The page of one's own tokens."""

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from qiao.kernel.errors import RuleBroken
from qiao.runtime.contributions import Right, list_registered
from qiao.runtime.i18n import say, say_error
from qiao.runtime.requests import Request

from . import actions, queries


class TokenForm(forms.Form):
    """What a new token is for, may do and how long."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    rights = forms.MultipleChoiceField(label=_("Rights"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("Days until it expires"), min_value=1, max_value=actions.LONGEST_DAYS, initial=90
    )

    def __init__(self, *args: object, held: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        labels = {right.code: say(right.label) for right in list_registered(Right)}
        self.fields["rights"].choices = [(code, labels.get(code, code)) for code in sorted(held)]  # type: ignore[attr-defined]


def tokens(request: Request) -> HttpResponse:
    """List one's tokens; make one. Its secret is shown on this answer only."""
    viewer = request.viewer
    viewer.check("tokens.use")
    form = TokenForm(request.POST or None, held=viewer.rights)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = actions.issue(user=request.user, held=sorted(viewer.rights), **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(error.field, say_error(error))
        else:
            form = TokenForm(held=viewer.rights)
    status = 422 if form.errors else 200
    context = {"form": form, "tokens": queries.list_tokens(viewer.user_id), "secret": secret}
    return render(request, "runtime/tokens.html", context, status=status)


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """End one token."""
    request.viewer.check("tokens.use")
    actions.revoke(token_id=pk, user=request.user)
    return HttpResponseRedirect(reverse("tokens:tokens"))
