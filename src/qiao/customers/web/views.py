"""Pages of customers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qiao.customers import access, actions, policy, queries
from qiao.kernel.errors import N_, NotFound, RuleBroken
from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime.audit.queries import as_seen
from qiao.runtime.contributions import timeline_of
from qiao.runtime.i18n import say_error
from qiao.runtime.listing import Action, render_list
from qiao.runtime.maps import Map, Marker
from qiao.runtime.pages import render_form, render_record, render_tab
from qiao.runtime.protection import withheld
from qiao.runtime.records import lists as marks
from qiao.runtime.requests import Request

from . import duplicates, forms, listings
from .parts import one_of
from .stages import names_with_usual, standing_of

KIND = "customer"
MOST_PICKED = 5000


def customers(request: Request) -> HttpResponseBase:
    """The list of customers in scope."""
    viewer, today = request.viewer, clock.today()
    viewer.check("customers.view")
    marks.check_address(request, KIND)
    buttons = [
        Action(_("Contracts"), reverse("customers:contracts"), icon="file-text"),
        Action(_("Duplicates"), reverse("customers:duplicates"), icon="copy"),
    ]
    if viewer.can(access.CLAIM) and (pool := policy.pool_policy(today)) and pool.is_on:
        buttons.append(Action(_("Public pool"), reverse("customers:pool"), icon="users"))
    if viewer.can("customers.import"):
        buttons.append(Action(_("Import"), reverse("imports:upload", args=["customers"]), icon="upload"))
    if (
        viewer.can("customers.edit")
        and not viewer.scope("customers.edit").is_nothing
        and viewer.scope("customers.edit").unit_ids
    ):
        buttons.append(Action(_("New customer"), reverse("customers:new"), icon="plus", primary=True))
    return render_list(
        request,
        marks.with_fields(
            listings.named(
                policy.names_of("tier", today),
                policy.names_of("segment", today),
                names_with_usual(policy.stage_norms(today)),
            ),
            KIND,
            request,
        ),
        marks.with_marks(queries.with_conclusions(access.visible(viewer)), KIND, viewer),
        title=_("Customers"),
        subtitle=_reach(viewer),
        actions=buttons,
    )


def _reach(viewer: Any) -> str:
    scope = viewer.scope("customers.view")
    if scope.everything:
        return _("All customers of the enterprise")
    if scope.unit_ids:
        return _("Customers of %(unit)s and those you serve") % {"unit": viewer.unit_name}
    return _("Customers you serve, as account manager or deputy")


def customer_map(request: Request) -> HttpResponse:
    """Where the customers in scope are."""
    viewer = request.viewer
    viewer.check("customers.view")
    rows = access.search(access.visible(viewer), request.GET.get("q", ""), viewer)
    markers = [
        Marker(
            p["lat"], p["lon"], p["name"], value=p["tier"], url=reverse("customers:customer", args=[p["id"]])
        )
        for p in queries.list_map_points(rows)
    ]
    shown = Map(_("Customers by main site"), markers, value_label=_("Tier"), height="tall")
    return render(
        request, "customers/map.html", {"map": shown, "count": len(markers), "most": queries.MAP_MOST}
    )


def customer(request: Request, pk: int) -> HttpResponse:
    """One customer: head and tabs."""
    viewer = request.viewer
    try:
        row = access.get_visible(viewer, pk)
    except NotFound:  # a merged record leads to who stands for it
        return HttpResponseRedirect(reverse("customers:customer", args=[access.visible_survivor(viewer, pk)]))
    standing, tiers = getattr(row, "current", None), policy.names_of("tier", clock.today())
    context = {
        "customer": row,
        "standing": standing,
        "tier": tiers.get(standing.tier, standing.tier) if standing else "",
        "tier_before": tiers.get(standing.tier_before, standing.tier_before) if standing else "",
        "unit": org.unit_name(org.get_tree(), row.home_unit_id),
        "can_edit": access.can_change(viewer, row),
        "can_assign": access.can_change(viewer, row, "assignments.change"),
    }
    return render_record(request, KIND, pk, "customers/customer.html", context)


def overview(request: Request, pk: int) -> HttpResponse:
    """Tab: identity, group, time line."""
    viewer = request.viewer
    row = access.get_visible(viewer, pk)
    visible = access.visible(viewer)
    context = {
        "customer": row,
        "segment": policy.names_of("segment", clock.today()).get(row.segment, row.segment),
        "standing": standing_of(row),
        "unit": org.unit_name(org.get_tree(), row.home_unit_id),
        "group": queries.find_customer(visible, row.group_id) if row.group_id else None,
        "subsidiaries": queries.list_subsidiaries(visible, pk),
        "merges": queries.list_merges(pk),
        "entries": timeline_of(KIND, viewer, pk),
    }
    return render_tab(request, KIND, pk, "overview", "customers/overview.html", context)


def sites(request: Request, pk: int) -> HttpResponse:
    """Tab: places on a map."""
    viewer = request.viewer
    row = access.get_visible(viewer, pk)
    places = queries.list_sites(pk)
    markers = [
        Marker(s.lat, s.lon, s.name or s.address or row.name)
        for s in places
        if s.lat is not None and s.lon is not None
    ]
    context = {
        "customer": row,
        "sites": places,
        "map": Map(_("Sites of %(name)s") % {"name": row.name}, markers) if markers else None,
        "can_edit": access.can_change(viewer, row),
    }
    return render_tab(request, KIND, pk, "sites", "customers/sites.html", context)


def service(request: Request, pk: int) -> HttpResponse:
    """Tab: who served and serves, and which unit it belonged to."""
    row = access.get_visible(request.viewer, pk)
    context = {
        "customer": row,
        "assignments": queries.list_assignments(pk),
        "homes": queries.list_home_units(pk),
        "can_assign": access.can_change(request.viewer, row, "assignments.change"),
    }
    return render_tab(request, KIND, pk, "service", "customers/service.html", context)


def history(request: Request, pk: int) -> HttpResponse:
    """Tab: every change to the file and what hangs on it."""
    row = access.get_visible(request.viewer, pk)
    return render_tab(
        request,
        KIND,
        pk,
        "history",
        "runtime/history.html",
        {"customer": row, "events": as_seen(request.viewer, queries.list_changes(pk))},
    )


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Open a file; where others look like it, only with a reason."""
    viewer = request.viewer
    viewer.check("customers.edit")
    scope = viewer.scope("customers.edit")
    units = [(u, label) for u, label in listings.unit_choices(request) if scope.allows(unit_id=u)]
    form = forms.NewFileForm(request.POST or None, units=units)

    def write(values: dict[str, Any], alike: Any, anyway: str) -> str:
        unit = org.get_unit(values.pop("unit"))
        row = actions.open_file(home_unit=unit, by=request.user, alike=alike, anyway=anyway, **values)
        return reverse("customers:customer", args=[row.pk])

    return duplicates.answer_file(
        request, form, write, title=_("New customer"), cancel=reverse("customers:customers")
    )


@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a file; where others come to look like it, only with a reason."""
    row = access.get_changeable(request.viewer, pk)
    initial = {name: getattr(row, name) for name in forms.FileForm.base_fields}
    form = forms.FileForm(request.POST or None, initial=initial)
    for name in withheld(request.viewer, access.PROTECTED_FIELDS):
        del form.fields[name]
    back = reverse("customers:customer", args=[pk])

    def write(values: dict[str, Any], alike: Any, anyway: str) -> str:
        actions.change_file(customer=row, changes=values, by=request.user, alike=alike, anyway=anyway)
        return back

    return duplicates.answer_file(
        request, form, write, row=row, title=_("Change the file"), cancel=back, subtitle=row.name
    )


@require_http_methods(["GET", "POST"])
def site(request: Request, pk: int, site_id: int | None = None) -> HttpResponse:
    """Enter or change a place."""
    row = access.get_changeable(request.viewer, pk)
    found = one_of(queries.list_sites(pk), site_id)
    initial = None
    if found:
        initial = {
            "name": found.name,
            "address": found.address,
            "lat": found.lat,
            "lon": found.lon,
            "datum": "WGS-84",
        }
    form = forms.SiteForm(request.POST or None, initial=initial)
    back = f"{reverse('customers:customer', args=[pk])}?tab=sites"
    if request.method == "POST" and form.is_valid():
        actions.put_site(customer=row, site=found, by=request.user, **form.values())
        return HttpResponseRedirect(back)
    return render_form(request, form, title=_("Site"), cancel=back, subtitle=row.name)


@require_http_methods(["GET", "POST"])
def assign(request: Request) -> HttpResponse:
    """Change who serves one or many customers, on a day, with a reason."""
    viewer = request.viewer
    viewer.check("assignments.change")
    picked = _picked(request)
    scope = viewer.scope("assignments.change")
    posted = request.POST if "reason" in request.POST else None
    initial = {"on": clock.today(), "role": request.GET.get("role", "primary")}
    form = forms.AssignForm(posted, unit_ids=None if scope.everything else scope.unit_ids, initial=initial)
    if posted is not None and form.is_valid():
        values = form.cleaned_data
        person = org.find_person(values["person"]) if values["person"] else None
        try:
            changed = actions.assign(
                customer_ids=[row.pk for row in picked], role=values["role"], person=person, on=values["on"],
                reason=values["reason"], by=request.user, policy=policy.deputy_policy(values["on"]),
            )  # fmt: skip
        except RuleBroken as error:
            form.add_error(error.field if error.field in form.fields else None, say_error(error))
        else:
            return _done(request, picked, _("%(count)s customers changed hands.") % {"count": changed})
    return _picked_page(request, form, _("Change who serves"), picked)


@require_http_methods(["GET", "POST"])
def move(request: Request) -> HttpResponse:
    """Give one or many customers another home unit, on a day, with a reason."""
    viewer = request.viewer
    viewer.check("assignments.change")
    picked = _picked(request)
    scope = viewer.scope("assignments.change")
    units = [(u, label) for u, label in listings.unit_choices(request) if scope.allows(unit_id=u)]
    posted = request.POST if "reason" in request.POST else None
    form = forms.MoveForm(posted, units=units)
    if posted is not None and form.is_valid():
        values = form.cleaned_data
        try:
            moved = actions.move_home(
                customer_ids=[row.pk for row in picked], unit=org.get_unit(values["unit"]), on=values["on"],
                reason=values["reason"], by=request.user,
            )  # fmt: skip
        except RuleBroken as error:
            form.add_error(error.field if error.field in form.fields else None, say_error(error))
        else:
            return _done(request, picked, _("%(count)s customers moved.") % {"count": moved})
    return _picked_page(request, form, _("Move to another unit"), picked)


def _picked(request: Request) -> list[Any]:
    """The customers picked, each within reach of the right.

    Raises:
        NotFound: One of them is not, or none was picked.
        RuleBroken: Too many at once.
    """
    source = request.POST if request.method == "POST" else request.GET
    ids = {int(pk) for pk in source.getlist("pick") if pk.isdecimal()}
    if len(ids) > MOST_PICKED:
        raise RuleBroken(
            N_("At most %(most)s at once; use the import for more."), code="too_many", most=MOST_PICKED
        )
    rows = list(access.visible(request.viewer, "assignments.change").filter(pk__in=ids))
    if not rows or len(rows) != len(ids):
        raise NotFound
    return rows


def _done(request: Request, picked: list[Any], message: str) -> HttpResponse:
    messages.success(request, message)
    if len(picked) == 1:
        return HttpResponseRedirect(f"{reverse('customers:customer', args=[picked[0].pk])}?tab=service")
    return HttpResponseRedirect(reverse("customers:customers"))


def _picked_page(request: Request, form: Any, title: str, picked: list[Any]) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "picked": picked[:200],
        "count": len(picked),
        "ids": [row.pk for row in picked],
    }
    return render(request, "customers/picked.html", context, status=422 if form.errors else 200)
