"""The life cycle of a customer: where it stands, since when, what is asked of the stage."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiao.customers import access, actions, policy, queries
from qiao.customers.core.life_cycle import STAGES, stay_of
from qiao.kernel.errors import RuleBroken
from qiao.runtime import clock
from qiao.runtime.i18n import pick, say_error
from qiao.runtime.requests import Request

from . import forms


def stage_names(norms: Any) -> dict[str, str]:
    """Names of stages: those of the rulebook in its order, the usual ones where it names none."""
    named = {code: pick(norm.title.zh, norm.title.en) for code, norm in norms.items()}
    return named or {code: str(forms.STAGE_LABELS[code]) for code in STAGES}


def names_with_usual(norms: Any) -> dict[str, str]:
    """Names of every stage a file can stand in, also those the rulebook leaves out."""
    return {**{code: str(label) for code, label in forms.STAGE_LABELS.items()}, **stage_names(norms)}


def standing_of(customer: Any) -> dict[str, Any]:
    """Where a customer stands: name of the stage, since when, how long, what is asked."""
    today = clock.today()
    norms, since = policy.stage_norms(today), queries.entered_stage_on(customer)
    norm = norms.get(customer.stage)
    return {
        "name": stage_names(norms).get(
            customer.stage, forms.STAGE_LABELS.get(customer.stage, customer.stage)
        ),
        "since": since,
        "stay": stay_of(since=since, most_days=norm.most_days if norm else None, today=today),
        "duties": [pick(duty.zh, duty.en) for duty in norm.duties] if norm else [],
    }


@require_http_methods(["GET", "POST"])
def stages(request: Request, pk: int) -> HttpResponse:
    """The stages a customer passed; whoever may change the file lets it enter another."""
    viewer = request.viewer
    row = (access.get_changeable if request.method == "POST" else access.get_visible)(viewer, pk)
    names = stage_names(policy.stage_norms(clock.today()))
    others = [(code, name) for code, name in names.items() if code != row.stage]
    form = forms.StageForm(request.POST or None, stages=others, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_stage(
                customer=row, person_id=viewer.person_id, by=request.user, **form.cleaned_data
            )
        except RuleBroken as error:
            form.add_error(error.field, say_error(error))
        else:
            return HttpResponseRedirect(reverse("customers:stages", args=[pk]))
    known = names_with_usual(policy.stage_norms(clock.today()))
    changes = [(c, known.get(c.stage, c.stage)) for c in queries.list_stage_changes(pk)]
    context = {
        "customer": row,
        "standing": standing_of(row),
        "changes": changes,
        "form": form,
        "can_edit": access.can_change(viewer, row),
    }
    return render(request, "customers/stages.html", context, status=422 if form.errors else 200)
