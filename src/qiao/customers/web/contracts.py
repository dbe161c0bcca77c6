"""Contracts and business in use: the tab of a customer, and the list of contracts in scope."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.customers import access, actions, queries
from qiao.kernel.errors import RuleBroken
from qiao.runtime import clock
from qiao.runtime.i18n import say_error
from qiao.runtime.listing import render_list
from qiao.runtime.pages import answer_form, render_form, render_tab
from qiao.runtime.requests import Request

from . import forms, listings


def contracts(request: Request) -> HttpResponseBase:
    """Contracts of the customers in scope, those that end first on top."""
    viewer = request.viewer
    viewer.check("customers.view")
    rows = queries.contracts_of(access.visible(viewer), clock.today())
    return render_list(request, listings.CONTRACTS, rows, title=_("Contracts"))


def described(rows: Any) -> list[tuple[Any, Any, str]]:
    """Contracts with the words and the tone of their state."""
    return [(row, forms.CONTRACT_LABELS[row.state], forms.CONTRACT_TONES[row.state]) for row in rows]


def contract_tab(request: Request, pk: int) -> HttpResponse:
    """Tab: contracts and business in use."""
    row = access.get_visible(request.viewer, pk)
    context = {
        "customer": row,
        "contracts": described(queries.list_contracts(pk)),
        "lines": queries.list_business_lines(pk),
        "today": clock.today(),
        "can_edit": access.can_change(request.viewer, row),
    }
    return render_tab(request, "customer", pk, "contracts", "customers/contracts.html", context)


def page(request: Request, pk: int) -> HttpResponse:
    """One contract: its terms, and what people say and attach."""
    row = access.get_contract(request.viewer, pk)
    ((_row, state, tone),) = described([row])
    context = {
        "contract": row,
        "state": state,
        "tone": tone,
        "back": _back(row.customer_id),
        "can_edit": access.can_change(request.viewer, row.customer),
    }
    return render(request, "customers/contract.html", context)


def _back(pk: int) -> str:
    return f"{reverse('customers:customer', args=[pk])}?tab=contracts"


@require_http_methods(["GET", "POST"])
def contract(request: Request, pk: int, contract_id: int | None = None) -> HttpResponse:
    """Enter or change a contract."""
    row = access.get_changeable(request.viewer, pk)
    found = queries.get_contract(pk, contract_id) if contract_id is not None else None

    def save(values: dict[str, Any]) -> None:
        actions.put_contract(customer=row, contract=found, by=request.user, **values)

    return _edit(request, row, forms.ContractForm, found, _("Contract"), save)


@require_http_methods(["GET", "POST"])
def business_line(request: Request, pk: int, line_id: int | None = None) -> HttpResponse:
    """Enter or change a product or service in use."""
    row = access.get_changeable(request.viewer, pk)
    found = queries.get_business_line(pk, line_id) if line_id is not None else None

    def save(values: dict[str, Any]) -> None:
        actions.put_business_line(customer=row, line=found, by=request.user, **values)

    return _edit(request, row, forms.BusinessForm, found, _("Business in use"), save)


def _edit(request: Request, customer: Any, kind: Any, found: Any, title: str, save: Any) -> HttpResponse:
    initial = {name: getattr(found, name) for name in kind.base_fields} if found else None
    form = kind(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except RuleBroken as error:
            form.add_error(error.field, say_error(error))
        else:
            return HttpResponseRedirect(_back(customer.pk))
    return render_form(request, form, title=title, cancel=_back(customer.pk), subtitle=customer.name)


@require_http_methods(["GET", "POST"])
def end(
    request: Request, pk: int, contract_id: int | None = None, line_id: int | None = None
) -> HttpResponse:
    """End a contract or business in use on a day."""
    customer = access.get_changeable(request.viewer, pk)
    row = _agreement(pk, contract_id, line_id)

    def write(values: dict[str, Any]) -> str:
        actions.end_agreement(row=row, on=values["on"], by=request.user)
        return _back(pk)

    form = forms.EndForm(request.POST or None, initial={"on": clock.today()})
    return answer_form(
        request, form, write, title=_("End"), cancel=_back(pk), subtitle=f"{customer.name} · {_named(row)}"
    )


@require_POST
def remove(
    request: Request, pk: int, contract_id: int | None = None, line_id: int | None = None
) -> HttpResponse:
    """Take off a contract or business entered by mistake."""
    access.get_changeable(request.viewer, pk)
    actions.remove_agreement(row=_agreement(pk, contract_id, line_id), by=request.user)
    return HttpResponseRedirect(_back(pk))


def _agreement(pk: int, contract_id: int | None, line_id: int | None) -> Any:
    if contract_id is not None:
        return queries.get_contract(pk, contract_id)
    return queries.get_business_line(pk, line_id or 0)


def _named(row: Any) -> str:
    return str(getattr(row, "title", "") or row.product)
