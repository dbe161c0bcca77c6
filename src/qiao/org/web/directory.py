"""Pages of directories: what is set up, dry runs, what they found, applying; where departments belong."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qiao.kernel.errors import NotFound, RuleBroken
from qiao.org import access, actions, queries
from qiao.org.clients import CLIENTS, count_departments, is_set_up
from qiao.org.core.directory import words
from qiao.runtime.contributions import door
from qiao.runtime.i18n import pick, say, say_error
from qiao.runtime.jobs.views import panel_of
from qiao.runtime.listing import Action, render_list
from qiao.runtime.pages import answer_form
from qiao.runtime.requests import Request

from .directory_forms import PlaceForm, SetupForm
from .directory_listings import DEPARTMENTS, ROWS
from .forms import unit_choices


def _known(request: Request, directory: str) -> str:
    access.check_directory(request.viewer)
    if directory not in CLIENTS:
        raise NotFound
    return say(words.DIRECTORIES[directory])


def _state(run: Any) -> dict[str, Any]:
    return {
        "run": run,
        "state": run.standing,
        "word": say(words.STATES[run.standing]),
        "tone": words.STATE_TONES[run.standing],
        "trouble": say(run.trouble["message"], run.trouble["params"]) if run.trouble else "",
        "found": " · ".join(
            f"{say(words.KINDS[kind])} {run.counts[kind]:,}" for kind in words.KINDS if run.counts.get(kind)
        ),
    }


def directories(request: Request) -> HttpResponse:
    """The directories that can be compared."""
    access.check_directory(request.viewer)
    cards = []
    for code in CLIENTS:
        runs = queries.list_runs(code)
        open_places = queries.list_departments(code).filter(treatment="").count()
        cards.append(
            {
                "code": code, "name": say(words.DIRECTORIES[code]), "is_set_up": is_set_up(code), "open": open_places,
                "newest": _state(runs[0]) if runs else None, "nightly": say(words.NIGHTLY[queries.find_setup(code).nightly]),
            }
        )  # fmt: skip
    return render(request, "org/directories.html", {"cards": cards, "channels_url": door("channels")})


def directory(request: Request, directory: str) -> HttpResponse:
    """One directory: its dry runs and what can be done."""
    name = _known(request, directory)
    setup = queries.find_setup(directory)
    departments = queries.list_departments(directory)
    role = setup.joiner_role
    facts = [
        (_("Looked for by"), "、".join([_("User id there"), *(say(words.KEYS[key]) for key in setup.keys)])),
        (_("What is taken over"), "、".join(say(words.FIELDS[one]) for one in setup.fields) or "—"),
        (
            _("Role of who joins"),
            pick(role.name_zh, role.name_en) if role else _("none: entered without a post"),
        ),
        (
            _("May leave at once"),
            _("%(share)s %% of those known there, or %(people)s people")
            % {"share": f"{setup.leavers_share * 100:.1f}", "people": setup.leavers_always},
        ),
        (_("Every night"), say(words.NIGHTLY[setup.nightly])),
    ]
    context = {
        "code": directory, "name": name, "is_set_up": is_set_up(directory), "facts": facts,
        "runs": [_state(run) for run in queries.list_runs(directory)], "departments": departments.count(),
        "open": departments.filter(treatment="").count(), "channels_url": door("channels"),
    }  # fmt: skip
    return render(request, "org/directory.html", context)


@require_http_methods(["GET", "POST"])
def directory_setup(request: Request, directory: str) -> HttpResponse:
    """By which rules a directory is compared."""
    name = _known(request, directory)
    form = SetupForm(request.POST or None, setup=queries.find_setup(directory))
    back = reverse("org:directory", args=[directory])

    def write(values: dict[str, Any]) -> str:
        if role := values["joiner_role"]:
            access.check_may_grant(request.viewer, role.rights, role.scope_kind)
        actions.put_directory_setup(directory=directory, by=request.user, **values)
        messages.success(request, _("Saved."))
        return back

    where = {
        "keys": "second",
        "fields": "fields_taken",
        "scope_kind": "joiner_role",
        "role_type": "joiner_role",
    }
    return answer_form(
        request, form, write, fields=where, title=_("How it is compared"), subtitle=name, cancel=back
    )


@require_POST
def check_directory(request: Request, directory: str) -> HttpResponse:
    """Ask for the departments alone: whether address and secret are right."""
    _known(request, directory)
    try:
        number = count_departments(directory)
        messages.success(request, _("The directory answers: %(n)s departments.") % {"n": number})
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
    return HttpResponseRedirect(reverse("org:directory", args=[directory]))


@require_POST
def start_directory_run(request: Request, directory: str) -> HttpResponse:
    """Start a dry run."""
    _known(request, directory)
    try:
        run = actions.start_directory_run(directory=directory, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, say_error(refusal))
        return HttpResponseRedirect(reverse("org:directory", args=[directory]))
    return HttpResponseRedirect(reverse("org:directory_run", args=[run.pk]))


def departments(request: Request, directory: str) -> HttpResponseBase:
    """Departments there, and where each belongs."""
    name = _known(request, directory)
    rows = queries.list_departments(directory)
    buttons = [Action(name, reverse("org:directory", args=[directory]), icon="arrow-left")]
    return render_list(
        request, DEPARTMENTS, rows, title=_("Departments and units"),
        subtitle=_("Which unit the members of each department belong to; remembered from one comparison to the next"),
        actions=buttons, template="org/departments.html",
        context={"code": directory, "open": rows.filter(treatment="").count()},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def department(request: Request, directory: str, pk: int) -> HttpResponse:
    """Say where a department belongs."""
    _known(request, directory)
    row = queries.get_department(directory, pk)
    units = unit_choices(queries.get_tree().nodes)
    initial = {"treatment": row.treatment or ("" if not row.above else "above"), "unit": row.unit_id or ""}
    form = PlaceForm(request.POST or None, units=units, initial=initial)
    back = reverse("org:departments", args=[directory])
    above = queries.departments_above(directory, [row.above]).get(row.above, "") if row.above else ""

    def write(values: dict[str, Any]) -> str:
        unit = queries.get_unit(values["unit"]) if values["unit"] and values["treatment"] == "unit" else None
        actions.place_department(row=row, treatment=values["treatment"], unit=unit, by=request.user)
        return back

    subtitle = _("below “%(name)s”") % {"name": above} if above else ""
    return answer_form(request, form, write, title=row.name, subtitle=subtitle, cancel=back)


@require_POST
def place_by_name(request: Request, directory: str) -> HttpResponse:
    """Take departments nobody has placed for the unit called the same."""
    _known(request, directory)
    number = actions.place_by_name(directory=directory, by=request.user)
    messages.success(request, _("%(n)s departments placed by their name.") % {"n": number})
    return HttpResponseRedirect(reverse("org:departments", args=[directory]))


def directory_run(request: Request, pk: int) -> HttpResponseBase:
    """What a dry run found, row by row, and the button that applies it. ``waiting``: renewed when the job has ended."""
    access.check_directory(request.viewer)
    run = queries.get_run(pk)
    if request.GET.get("waiting"):
        is_live = run.job is not None and panel_of(run.job).is_live
        return HttpResponse(status=204, headers={} if is_live else {"HX-Refresh": "true"})
    return _show_run(request, run)


def _show_run(request: Request, run: Any, refusal: str = "") -> HttpResponseBase:
    leavers, known = run.counts.get("leave", 0), run.counts.get("known", 0)
    too_many = not queries.limit_of(queries.find_setup(run.directory)).allows(leavers, known)
    context = {
        **_state(run), "job": panel_of(run.job) if run.job else None, "name": say(words.DIRECTORIES[run.directory]),
        "kinds": [(code, say(words.KINDS[code]), run.counts[code]) for code in words.KINDS if run.counts.get(code)],
        "changes": sum(run.counts.get(code, 0) for code in words.KINDS if code != "conflict"), "too_many": too_many,
        "leavers": leavers, "known": known, "refusal": refusal, "has_counts": bool(run.counts),
    }  # fmt: skip
    answer = render_list(
        request,
        ROWS,
        queries.list_rows(run.pk),
        title=_("Dry run"),
        template="org/directory_run.html",
        context=context,
    )
    if refusal:
        answer.status_code = 422
    return answer


@require_POST
def apply_directory_run(request: Request, pk: int) -> HttpResponseBase:
    """Apply a dry run."""
    access.check_directory(request.viewer)
    run = queries.get_run(pk)
    role = queries.find_setup(run.directory).joiner_role
    try:
        if role is not None and run.counts.get("join"):
            access.check_may_grant(request.viewer, role.rights, role.scope_kind)
        actions.start_applying(run_id=pk, override=request.POST.get("override", ""), by=request.user)
    except RuleBroken as refusal:
        return _show_run(request, queries.get_run(pk), say_error(refusal))
    return HttpResponseRedirect(reverse("org:directory_run", args=[pk]))
