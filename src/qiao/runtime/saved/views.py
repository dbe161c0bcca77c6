"""The menu of saved lists beside every list."""

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from qiao.runtime.requests import Request

from . import actions, queries


class SavedForm(forms.Form):
    """A name for the list as it stands."""

    listing = forms.CharField(max_length=60, widget=forms.HiddenInput)
    path = forms.CharField(max_length=300, widget=forms.HiddenInput)
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of this list"), max_length=60, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    shared = forms.BooleanField(
        label=_("For all who may open the list"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


def menu(request: Request) -> HttpResponse:
    """One's own and the shared lists of one page, and the form that keeps it as it stands."""
    viewer = request.viewer
    asked = {name: request.GET.get(name, "") for name in ("listing", "path", "query")}
    form = SavedForm(initial=asked)
    if not (viewer.can("lists.share") and queries.right_of(asked["path"])):
        del form.fields["shared"]
    rows = queries.list_offered(viewer, asked["listing"])
    context = {"rows": rows, "form": form, "mine": viewer.user_id}
    return render(request, "runtime/saved_lists.html", context)


@require_POST
def save(request: Request) -> HttpResponse:
    """Keep a list; leads to it."""
    form = SavedForm(request.POST)
    if not form.is_valid():
        return render(request, "runtime/saved_lists.html", {"rows": [], "form": form}, status=422)
    row = actions.save(viewer=request.viewer, **form.cleaned_data)
    return HttpResponseRedirect(row.address)


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Forget one; leads back to the plain list."""
    row = queries.find_offered(request.viewer, str(pk))
    actions.remove(saved_id=pk, user_id=request.viewer.user_id)
    return HttpResponseRedirect(row.path if row else reverse("home"))
