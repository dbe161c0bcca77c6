"""Pages of template structures: units against them, what is missing, making it, and the templates themselves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import RuleBroken
from qiao.org import access, actions, queries
from qiao.runtime import clock
from qiao.runtime.i18n import pick, say, say_error
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request

from .forms import DayInput

MOST_PREVIEWED = 500


class TemplateUnitForm(forms.Form):
    """A unit of a template."""

    for_kind = forms.CharField(
        label=gettext_lazy("For units of the kind"),
        max_length=40,
        help_text=gettext_lazy("Word of the enterprise, such as city or county."),
    )
    above = forms.TypedChoiceField(label=gettext_lazy("Within"), coerce=int, required=False, empty_value=None)
    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=60, required=False)
    kind = forms.CharField(label=gettext_lazy("Kind"), max_length=40)
    code = forms.SlugField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("Becomes the end of the codes of the units made by it."),
    )
    place = forms.IntegerField(label=gettext_lazy("Order"), min_value=0, max_value=32000, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["above"].choices = _within()  # type: ignore[attr-defined]


class TemplatePostForm(forms.Form):
    """A post a template asks for."""

    for_kind = forms.CharField(label=gettext_lazy("For units of the kind"), max_length=40)
    within = forms.TypedChoiceField(
        label=gettext_lazy("Within"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("Empty: at the unit itself."),
    )  # fmt: skip
    post = forms.TypedChoiceField(label=gettext_lazy("Post"), coerce=int)
    number = forms.IntegerField(label=gettext_lazy("People"), min_value=1, max_value=1000, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = [(p.pk, pick(p.name_zh, p.name_en)) for p in queries.list_posts(clock.today())]
        self.fields["within"].choices = _within()  # type: ignore[attr-defined]
        self.fields["post"].choices = [("", "—"), *posts]  # type: ignore[attr-defined]


class EstablishmentForm(forms.Form):
    """For how many a post is set up at a unit."""

    post = forms.TypedChoiceField(label=gettext_lazy("Post"), coerce=int)
    number = forms.IntegerField(
        label=gettext_lazy("People"),
        min_value=0,
        max_value=1000,
        initial=1,
        help_text=gettext_lazy("0 closes the post at this unit."),
    )
    on = forms.DateField(label=gettext_lazy("Starts on"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = [(p.pk, pick(p.name_zh, p.name_en)) for p in queries.list_posts(clock.today())]
        self.fields["post"].choices = [("", "—"), *posts]  # type: ignore[attr-defined]


def _within() -> list[tuple[Any, str]]:
    rows = queries.list_template_units()
    return [("", "—"), *((row.pk, f"{row.for_kind} · {pick(row.name_zh, row.name_en)}") for row in rows)]


def reach_of(viewer: Any, right: str = "org.view") -> list[int]:
    """Units within a right's reach, top down."""
    viewer.check(right)
    scope = viewer.scope(right)
    return [u for u, _depth in queries.get_tree().walk() if scope.allows(unit_id=u)]


def structure(request: Request) -> HttpResponse:
    """Units with a template: what they have, what is missing, how many posts are short."""
    viewer, tree = request.viewer, queries.get_tree()
    rows: list[dict[str, Any]] = [
        {
            "unit": one.unit_id, "name": queries.unit_name(tree, one.unit_id), "wanted": len(one.places),
            "missing": len(one.missing), "posts": len(one.missing_posts), "vacant": one.vacant,
        }
        for one in queries.compare_structure(reach_of(viewer), clock.today())
    ]  # fmt: skip
    context = {
        "rows": rows, "missing": sum(row["missing"] for row in rows), "vacant": sum(row["vacant"] for row in rows),
        "missing_posts": sum(row["posts"] for row in rows), "made": _made_last(viewer),
        "can_edit": viewer.can("org.edit"), "may_template": viewer.scope("org.edit").everything,
    }  # fmt: skip
    return render(request, "org/structure.html", context)


def _made_last(viewer: Any) -> list[dict[str, Any]]:
    return [
        {"row": row, "may_undo": row.undone_at is None, "kept": [(name, say(why)) for name, why in row.kept]}
        for row in access.visible_structure_made(viewer)[:10]
    ]


def unit_structure(request: Request, pk: int) -> HttpResponse:
    """One unit against the template of its kind."""
    viewer = request.viewer
    row = access.get_visible_unit(viewer, pk)
    access.check_unit_in_scope(viewer, "org.view", pk)
    found = next(iter(queries.compare_structure([pk], clock.today())), None)
    names = (
        {place.wanted.id: pick(place.wanted.name_zh, place.wanted.name_en) for place in found.places}
        if found
        else {}
    )
    context = {
        "unit": row, "name": pick(row.name_zh, row.name_en), "found": found,
        "places": [
            {"name": "　" * place.depth + names[place.wanted.id], "unit": place.unit_id, "code": place.code}
            for place in (found.places if found else ())
        ],
        "posts": [
            {
                "post": pick(one.post.post.name_zh, one.post.post.name_en), "id": one.post.post_id, "held": one.held, "set_up": one.set_up,
                "within": names.get(one.post.within_id or 0, ""), "number": one.post.number, "short": one.short,
            }
            for one in (found.posts if found else ())
        ],
        "can_edit": viewer.scope("org.edit").allows(unit_id=pk),
    }  # fmt: skip
    return render(request, "org/unit_structure.html", context)


def wanted_units(viewer: Any, asked: str) -> list[int]:
    """The unit asked for, or all the viewer may change.

    Raises:
        NotAllowed: The right is missing, or does not reach the unit.
    """
    if asked.isdecimal() and len(asked) < 19:
        access.check_unit_in_scope(viewer, "org.edit", int(asked))
        return [int(asked)]
    return reach_of(viewer, "org.edit")


def kinds_asked(given: Any) -> dict[str, bool]:
    """Whether units, posts or both are made; both where nothing is said."""
    chosen = [one for one in ("units", "posts") if one in given]
    return {"units": "units" in chosen or not chosen, "posts": "posts" in chosen or not chosen}


@require_http_methods(["GET", "POST"])
def create_missing(request: Request) -> HttpResponse:
    """What would be made, and making it."""
    viewer, tree = request.viewer, queries.get_tree()
    asked = request.GET.get("unit", "")
    units = wanted_units(viewer, asked)
    error = ""
    if request.method == "POST":
        try:
            made = actions.make_missing(
                unit_ids=units, on=clock.today(), by=request.user, **kinds_asked(request.POST.getlist("what"))
            )
            if made is not None:
                said = _("%(n)s units made, %(m)s posts set up.") % {"n": made.units, "m": made.posts}
                messages.success(request, said)
            return HttpResponseRedirect(reverse("org:structure"))
        except RuleBroken as refusal:
            error = say_error(refusal)
    compared = queries.compare_structure(units, clock.today())
    plan = [
        {
            "at": queries.unit_name(tree, one.unit_id),
            "name": pick(p.wanted.name_zh, p.wanted.name_en),
            "code": p.code,
            "kind": p.wanted.kind,
        }
        for one in compared
        for p in one.missing
    ]
    posts = [
        {
            "at": queries.unit_name(tree, one.unit_id),
            "within": pick(p.post.within.name_zh, p.post.within.name_en) if p.post.within else "",
            "post": pick(p.post.post.name_zh, p.post.post.name_en),
            "set_up": p.set_up,
            "number": p.post.number,
        }
        for one in compared
        for p in one.missing_posts
    ]
    context = {
        "plan": plan[:MOST_PREVIEWED],
        "number": len(plan),
        "posts": posts[:MOST_PREVIEWED],
        "number_of_posts": len(posts),
        "error": error,
        "asked": asked,
        "today": clock.today(),
    }
    return render(request, "org/create_missing.html", context, status=422 if error else 200)


@require_POST
def undo_made(request: Request, row_id: int) -> HttpResponse:
    """Take back what one step made."""
    row = access.get_structure_made(request.viewer, row_id)
    row = actions.undo_made(made=row, by=request.user)
    if row.kept:
        names = "、".join(name for name, _why in row.kept[:20])
        messages.warning(request, _("Changed or used since and left: %(names)s") % {"names": names})
    else:
        messages.success(request, _("Taken back."))
    return HttpResponseRedirect(reverse("org:structure"))


@require_http_methods(["GET", "POST"])
def set_up_post(request: Request, pk: int) -> HttpResponse:
    """Set a post up at a unit, for more or fewer people, or close it there."""
    viewer = request.viewer
    unit = access.get_visible_unit(viewer, pk)
    access.check_unit_in_scope(viewer, "org.edit", pk)
    form = EstablishmentForm(
        request.POST or None, initial={"on": clock.today(), "post": request.GET.get("post", "")}
    )

    def write(values: dict[str, Any]) -> str:
        post = queries.get_post(values.pop("post"), clock.today())
        actions.put_establishment(unit=unit, post=post, by=request.user, **values)
        return reverse("org:unit_structure", args=[pk])

    return answer_form(
        request, form, write, title=_("Set a post up"), subtitle=pick(unit.name_zh, unit.name_en),
        cancel=reverse("org:unit_structure", args=[pk]),
    )  # fmt: skip


def templates(request: Request) -> HttpResponse:
    """The templates: units and posts by kind."""
    access.check_everything(request.viewer, "org.edit")
    context = {"units": queries.list_template_units(), "posts": queries.list_template_posts()}
    return render(request, "org/templates.html", context)


@require_POST
def enter_usual_structure(request: Request) -> HttpResponse:
    """Begin with the usual templates."""
    access.check_everything(request.viewer, "org.edit")
    number = actions.enter_usual_structure(by=request.user)
    messages.success(request, _("%(n)s units of templates entered.") % {"n": number})
    return HttpResponseRedirect(reverse("org:templates"))


@require_http_methods(["GET", "POST"])
def template_unit(request: Request, row_id: int | None = None) -> HttpResponse:
    """Enter a unit of a template, or change one."""
    access.check_everything(request.viewer, "org.edit")
    found = queries.get_template_unit(row_id) if row_id is not None else None
    names = ("for_kind", "name_zh", "name_en", "kind", "code", "place")
    initial = {**{name: getattr(found, name) for name in names}, "above": found.above_id} if found else None
    form = TemplateUnitForm(request.POST or None, initial=initial)

    def write(values: dict[str, Any]) -> str:
        values["above"] = queries.get_template_unit(values["above"]) if values["above"] else None
        actions.put_template_unit(row=found, by=request.user, **values)
        return reverse("org:templates")

    return answer_form(request, form, write, title=_("Unit of a template"), cancel=reverse("org:templates"))


@require_http_methods(["GET", "POST"])
def template_post(request: Request) -> HttpResponse:
    """Ask for people in a post."""
    access.check_everything(request.viewer, "org.edit")
    form = TemplatePostForm(request.POST or None)

    def write(values: dict[str, Any]) -> str:
        values["within"] = queries.get_template_unit(values["within"]) if values["within"] else None
        values["post"] = queries.get_post(values["post"], clock.today())
        actions.put_template_post(by=request.user, **values)
        return reverse("org:templates")

    return answer_form(request, form, write, title=_("Post of a template"), cancel=reverse("org:templates"))


@require_POST
def drop_template_unit(request: Request, row_id: int) -> HttpResponse:
    """Take a unit out of a template."""
    access.check_everything(request.viewer, "org.edit")
    actions.drop_from_template(row=queries.get_template_unit(row_id), by=request.user)
    return HttpResponseRedirect(reverse("org:templates"))


@require_POST
def drop_template_post(request: Request, row_id: int) -> HttpResponse:
    """Take a post out of a template."""
    access.check_everything(request.viewer, "org.edit")
    actions.drop_from_template(row=queries.get_template_post(row_id), by=request.user)
    return HttpResponseRedirect(reverse("org:templates"))
