"""Pages of the organisation: the tree as of a day, units, people, postings."""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qiao.kernel.errors import N_, RuleBroken
from qiao.org import access, actions, queries
from qiao.runtime import clock
from qiao.runtime.audit.queries import as_seen
from qiao.runtime.i18n import pick
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import answer_form, render_record, render_tab
from qiao.runtime.protection import withheld
from qiao.runtime.records import lists as marks
from qiao.runtime.requests import Request

from . import forms, listings


def units(request: Request) -> HttpResponse:
    """The tree of units as of a day."""
    viewer = request.viewer
    viewer.check("org.view")
    on = _day(request)
    tree = queries.get_tree(on)
    seen = access.visible_unit_ids(viewer, tree)
    heads = queries.count_heads(on)
    rows = [
        {"id": u, "depth": depth, "name": queries.unit_name(tree, u), "code": tree.nodes[u].code, "kind": tree.nodes[u].kind,
         "below": len(tree.descendants(u)) - 1, "heads": sum(heads.get(b, 0) for b in tree.descendants(u))}
        for u, depth in tree.walk() if u in seen
    ]  # fmt: skip
    context = {
        "rows": rows,
        "on": on,
        "is_today": on == clock.today(),
        "can_edit": viewer.can("org.edit"),
        "can_import": viewer.can("org.import"),
    }
    return render(request, "org/units.html", context)


def _day(request: Request) -> date:
    text = request.GET.get("on", "")
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RuleBroken(
            N_("“%(value)s” is not a date; write 2026-11-22."), code="date", field="on", value=text[:20]
        ) from None


def unit(request: Request, pk: int) -> HttpResponse:
    """One unit."""
    row = access.get_visible_unit(request.viewer, pk)
    viewer = request.viewer
    context = {
        "unit": row,
        "name": pick(row.name_zh, row.name_en),
        "can_edit": _reaches(viewer, "org.edit", pk),
    }
    return render_record(request, "unit", pk, "org/unit.html", context)


def _reaches(viewer: Any, right: str, unit_id: int) -> bool:
    return bool(viewer.scope(right).allows(unit_id=unit_id))


def unit_overview(request: Request, pk: int) -> HttpResponse:
    """Tab: where it stands and stood, who is in it, what is below."""
    row = access.get_visible_unit(request.viewer, pk)
    tree = queries.get_tree()
    context = {
        "unit": row,
        "placements": queries.list_placements(pk),
        "above": [(u, queries.unit_name(tree, u)) for u in reversed(tree.ancestors(pk)[1:])],
        "below": [(u, queries.unit_name(tree, u)) for u in tree.children(pk)],
        "people": list(
            access.visible_people(request.viewer)
            .filter(pk__in=queries.people_at(pk))
            .order_by("pinyin", "id")[:200]
        ),
    }
    return render_tab(request, "unit", pk, "overview", "org/unit_overview.html", context)


def unit_history(request: Request, pk: int) -> HttpResponse:
    """Tab: every change to a unit and its place."""
    access.get_visible_unit(request.viewer, pk)
    return render_tab(
        request, "unit", pk, "history", "runtime/history.html", {"events": queries.list_unit_changes(pk)}
    )


@require_http_methods(["GET", "POST"])
def new_unit(request: Request) -> HttpResponse:
    """Open a unit below one within reach."""
    viewer = request.viewer
    viewer.check("org.edit")
    form = forms.NewUnitForm(request.POST or None, unit_ids=_editable(viewer))
    back = reverse("org:units")

    def write(values: dict[str, Any]) -> str:
        parent = queries.get_unit(values.pop("parent"))
        row = actions.create_unit(parent=parent, by=request.user, **values)
        return reverse("org:unit", args=[row.pk])

    return answer_form(request, form, write, title=_("New unit"), cancel=back)


def _editable(viewer: Any, right: str = "org.edit") -> set[int]:
    tree, scope = queries.get_tree(), viewer.scope(right)
    return {u for u in tree.nodes if scope.allows(unit_id=u)}


@require_http_methods(["GET", "POST"])
def move_unit(request: Request, pk: int) -> HttpResponse:
    """Place a unit below another from a day on."""
    row = access.get_visible_unit(request.viewer, pk)
    viewer = request.viewer
    access.check_unit_in_scope(viewer, "org.edit", pk)
    form = forms.MoveUnitForm(
        request.POST or None, unit_ids=_editable(viewer) - set(queries.get_tree().descendants(pk))
    )

    def write(values: dict[str, Any]) -> str:
        parent = queries.get_unit(values["parent"])
        actions.move_unit(unit=row, parent=parent, on=values["on"], reason=values["reason"], by=request.user)
        return reverse("org:unit", args=[pk])

    return answer_form(
        request,
        form,
        write,
        title=_("Move the unit"),
        cancel=reverse("org:unit", args=[pk]),
        subtitle=pick(row.name_zh, row.name_en),
    )


@require_http_methods(["GET", "POST"])
def close_unit(request: Request, pk: int) -> HttpResponse:
    """Close a unit on a day, or merge it into another."""
    row = access.get_visible_unit(request.viewer, pk)
    viewer = request.viewer
    access.check_unit_in_scope(viewer, "org.edit", pk)
    form = forms.CloseUnitForm(
        request.POST or None, unit_ids=_editable(viewer) - set(queries.get_tree().descendants(pk))
    )

    def write(values: dict[str, Any]) -> str:
        target = queries.get_unit(values["merge_into"]) if values["merge_into"] else None
        actions.close_unit(
            unit=row, on=values["on"], reason=values["reason"], merge_into=target, by=request.user
        )
        return reverse("org:units")

    return answer_form(
        request,
        form,
        write,
        title=_("Close or merge the unit"),
        cancel=reverse("org:unit", args=[pk]),
        subtitle=pick(row.name_zh, row.name_en),
    )


def people(request: Request) -> HttpResponseBase:
    """The list of people in scope."""
    viewer = request.viewer
    viewer.check("org.view")
    buttons = []
    if viewer.can("org.import"):
        buttons.append(Action(_("Import"), reverse("imports:upload", args=["people"]), icon="upload"))
    if viewer.can("org.edit"):
        buttons.append(Action(_("New person"), reverse("org:new_person"), icon="user-plus", primary=True))
    marks.check_address(request, "person")
    rows = marks.with_marks(queries.with_main_post(access.visible_people(viewer)), "person", viewer)
    listing = marks.with_fields(listings.PEOPLE, "person", request)
    return render_list(request, listing, rows, title=_("People"), actions=buttons)


def person(request: Request, pk: int) -> HttpResponse:
    """One person."""
    row = access.get_visible_person(request.viewer, pk)
    context = {
        "person": row,
        "can_edit": access.can_edit_person(request.viewer, row),
        "may_log_in": request.viewer.can("log_ins.edit"),
    }
    return render_record(request, "person", pk, "org/person.html", context)


def person_overview(request: Request, pk: int) -> HttpResponse:
    """Tab: particulars, posts, grades."""
    row = access.get_visible_person(request.viewer, pk)
    postings = [(p, pick(p.role_type.name_zh, p.role_type.name_en), forms.SCOPE_LABELS[p.scope_kind or p.role_type.scope_kind])
                for p in queries.list_postings(pk)]  # fmt: skip
    context = {"person": row, "postings": postings, "grades": queries.list_grades(pk), "today": clock.today(),
               "can_edit": access.can_edit_person(request.viewer, row)}  # fmt: skip
    return render_tab(request, "person", pk, "overview", "org/person_overview.html", context)


def person_history(request: Request, pk: int) -> HttpResponse:
    """Tab: every change to a person and his posts."""
    access.get_visible_person(request.viewer, pk)
    return render_tab(
        request,
        "person",
        pk,
        "history",
        "runtime/history.html",
        {"events": as_seen(request.viewer, queries.list_person_changes(pk))},
    )


@require_http_methods(["GET", "POST"])
def new_person(request: Request) -> HttpResponse:
    """Enter a member of staff and his first post."""
    viewer = request.viewer
    viewer.check("org.edit")
    form = forms.NewPersonForm(request.POST or None, initial={"starts_on": clock.today()})

    def write(values: dict[str, Any]) -> str:
        kind = values.pop("employment")
        row = actions.register_person(
            by=request.user, employment=queries.get_word(kind) if kind else None, **values
        )
        return reverse("org:appoint", args=[row.pk])

    return answer_form(request, form, write, title=_("New person"), cancel=reverse("org:people"))


@require_http_methods(["GET", "POST"])
def edit_person(request: Request, pk: int) -> HttpResponse:
    """Change a person's particulars."""
    row = access.get_editable_person(request.viewer, pk)
    initial = {name: getattr(row, name) for name in forms.PersonForm.base_fields}
    form = forms.PersonForm(request.POST or None, initial=initial)
    for name in withheld(request.viewer, access.PROTECTED_FIELDS):
        del form.fields[name]

    def write(values: dict[str, Any]) -> str:
        actions.change_person(person=row, by=request.user, **values)
        return reverse("org:person", args=[pk])

    return answer_form(
        request,
        form,
        write,
        title=_("Change the particulars"),
        cancel=reverse("org:person", args=[pk]),
        subtitle=row.name,
    )


@require_http_methods(["GET", "POST"])
def appoint(request: Request, pk: int) -> HttpResponse:
    """Post a person to a unit. A new person has no post yet and is reached by whoever may edit."""
    viewer = request.viewer
    row = access.get_appointable_person(viewer, pk)
    form = forms.PostingForm(request.POST or None, unit_ids=_editable(viewer))

    def write(values: dict[str, Any]) -> str:
        chosen = [queries.get_unit(u) for u in values.pop("chosen_units")]
        role = next(r for r in queries.list_role_types() if r.pk == values["role_type"])
        access.check_may_grant(viewer, role.rights, values["scope_kind"] or role.scope_kind)
        values |= {"unit": queries.get_unit(values["unit"]), "role_type": role, "chosen_units": chosen}
        actions.appoint(person=row, by=request.user, **values)
        return reverse("org:person", args=[pk])

    return answer_form(
        request, form, write, title=_("New post"), cancel=reverse("org:people"), subtitle=row.name
    )


@require_http_methods(["GET", "POST"])
def end_posting(request: Request, pk: int, posting_id: int) -> HttpResponse:
    """End a post on a day."""
    row = access.get_editable_person(request.viewer, pk)
    posting = queries.get_posting(pk, posting_id)
    form = forms.Dated(request.POST or None)

    def write(values: dict[str, Any]) -> str:
        actions.end_posting(posting=posting, on=values["on"], reason=values["reason"], by=request.user)
        return reverse("org:person", args=[pk])

    return answer_form(
        request,
        form,
        write,
        title=_("End the post"),
        cancel=reverse("org:person", args=[pk]),
        subtitle=row.name,
    )


@require_http_methods(["GET", "POST"])
def transfer_posting(request: Request, pk: int, posting_id: int) -> HttpResponse:
    """Move a post to another unit from a day on."""
    row = access.get_editable_person(request.viewer, pk)
    posting = queries.get_posting(pk, posting_id)
    form = forms.TransferForm(request.POST or None, unit_ids=_editable(request.viewer))

    def write(values: dict[str, Any]) -> str:
        target = queries.get_unit(values["unit"])
        actions.transfer_posting(
            posting=posting, unit=target, on=values["on"], reason=values["reason"], by=request.user
        )
        return reverse("org:person", args=[pk])

    return answer_form(
        request,
        form,
        write,
        title=_("Transfer the post"),
        cancel=reverse("org:person", args=[pk]),
        subtitle=row.name,
    )


@require_http_methods(["GET", "POST"])
def grade(request: Request, pk: int) -> HttpResponse:
    """Put a grade in force."""
    row = access.get_editable_person(request.viewer, pk)
    form = forms.GradeForm(request.POST or None)

    def write(values: dict[str, Any]) -> str:
        actions.set_grade(person=row, by=request.user, **values)
        return reverse("org:person", args=[pk])

    return answer_form(
        request,
        form,
        write,
        title=_("Set the grade"),
        cancel=reverse("org:person", args=[pk]),
        subtitle=row.name,
    )


@require_http_methods(["GET", "POST"])
def log_in(request: Request, pk: int) -> HttpResponse:
    """Make a log-in for a person."""
    viewer = request.viewer
    viewer.check("log_ins.edit")
    row = access.get_visible_person(request.viewer, pk)
    form = forms.LogInForm(request.POST or None)

    def write(values: dict[str, Any]) -> str:
        actions.give_log_in(person=row, by=request.user, **values)
        return reverse("org:person", args=[pk])

    return answer_form(
        request,
        form,
        write,
        title=_("New log-in"),
        cancel=reverse("org:person", args=[pk]),
        subtitle=row.name,
    )
