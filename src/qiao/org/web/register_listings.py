"""The register of staff as a list, for one day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.org import access, queries
from qiao.org.core.register import EDUCATION, EMPLOYMENT, FIELD, QUALIFICATION, TALENT
from qiao.runtime.i18n import pick
from qiao.runtime.listing import Column, Filter, Group, Listing, opens
from qiao.runtime.requests import Request

_open = opens("org:person")


def _units(request: Request) -> list[tuple[Any, str]]:
    tree, scope = queries.get_tree(_day(request)), request.viewer.scope("org.view")
    return [(u, "　" * d + queries.unit_name(tree, u)) for u, d in tree.walk() if scope.allows(unit_id=u)]


def _day(request: Request) -> date | None:
    """The day the address asks for; the view has refused one that is none."""
    return date.fromisoformat(request.GET["on"]) if request.GET.get("on") else None


def _days(request: Request) -> list[tuple[Any, str]]:
    return [(request.GET["on"], request.GET["on"])] if request.GET.get("on") else []


def _roles(request: Request) -> list[tuple[Any, str]]:
    return list(_role_names(()).items())


def _role_names(ids: Sequence[Any]) -> dict[Any, str]:
    return {role.pk: pick(role.name_zh, role.name_en) for role in queries.list_role_types()}


def _unit_names(ids: Sequence[Any]) -> dict[Any, str]:
    tree = queries.get_tree()
    return {unit: queries.unit_name(tree, unit) for unit in ids}


def _words(code: str) -> Any:
    return lambda request: list(queries.word_names(code).items())


def _names(code: str) -> Any:
    return lambda ids: queries.word_names(code)


def _grades(request: Request) -> list[tuple[Any, str]]:
    return [(code, code) for code in queries.list_grade_codes()]


def _ages(request: Request) -> list[tuple[Any, str]]:
    """Age bands, for those who may know whose they are."""
    if not access.may_know_ages(request.viewer):
        return []
    return [(word.pk, queries.word_name(word)) for word in queries.list_words("age")]


def _link(row: Any) -> str:
    return _open(row) if row["opens"] else ""


def _filters(on: date) -> tuple[Filter, ...]:
    below = queries.get_tree(on).descendants
    return (
        Filter("unit", _("Unit"), apply=lambda rows, u: rows.filter(post__unit_id__in=below(u)), choices=_units, convert=int),
        Filter("role", _("Role type"), path="post__role_type_id", choices=_roles, convert=int),
        Filter("employment", _("Employment kind"), path="employment__word_id", choices=_words(EMPLOYMENT), convert=int),
        Filter("education", _("Education"), path="education__word_id", choices=_words(EDUCATION), convert=int),
        Filter("grade", _("Grade"), path="grade_then__grade", choices=_grades),
        Filter("field", _("Specialist field"), choices=_words(FIELD), convert=int, apply=lambda rows, w: queries.holding(rows, w, on)),
        Filter("talent", _("Talent type"), choices=_words(TALENT), convert=int, apply=lambda rows, w: queries.holding(rows, w, on)),
        Filter("qualification", _("Qualification"), choices=_words(QUALIFICATION), convert=int,
               apply=lambda rows, w: queries.qualified(rows, w, on)),
        Filter("ending", _("Certificate ends soon"), kind="yes_no", apply=lambda rows, soon: queries.ending_soon(rows, soon, on)),
        Filter("joined", _("Joined on"), kind="dates", path="starts_on"),
        Filter("age", _("Age band"), choices=_ages, convert=int, apply=lambda rows, w: queries.of_age_band(rows, w, on), shown=False),
        Filter("at", _("At the unit itself"), path="post__unit_id", choices=_units, convert=int, shown=False),
        Filter("none", _("Not noted"), choices=NOT_NOTED, apply=lambda rows, path: queries.without(rows, path), shown=False),
        Filter("on", _("As of"), choices=_days, apply=lambda rows, _value: rows, shown=False),
    )  # fmt: skip


NOT_NOTED = (
    ("post", _("Unit")), ("employment", _("Employment kind")), ("education", _("Education")),
    ("grade_then", _("Grade")), ("personal", _("Date of birth")),
)  # fmt: skip


def register_of(on: date) -> Listing:
    """The register as of a day: its filters count what was in force then."""
    return Listing(
        code="register",
        columns=(
            Column("name", _("Name"), "name", sort="pinyin", link=_link, needs=("opens",)),
            Column("code", _("Staff number"), "code", sort="", phone="line"),
            Column("unit", _("Unit"), ("post__unit__name_zh", "post__unit__name_en"), sort="", phone="line"),
            Column("role", _("Role type"), ("post__role_type__name_zh", "post__role_type__name_en"), sort="", phone="badge"),
            Column("employment", _("Employment kind"), ("employment__word__name_zh", "employment__word__name_en"), sort="", phone="line"),
            Column("education", _("Education"), ("education__word__name_zh", "education__word__name_en"), sort=""),
            Column("grade", _("Grade"), "grade_then__grade", sort=""),
            Column("fields", _("Specialist fields"), ("fields_zh", "fields_en"), sort=""),
            Column("talents", _("Talent types"), ("talents_zh", "talents_en"), sort="", shown=False),
            Column("ends_first", _("Certificate ends"), "ends_first", kind="date", sort="", hint=_("The first of his valid certificates that ends")),
            Column("joined", _("Joined on"), "starts_on", kind="date", sort="", shown=False),
        ),
        filters=_filters(on),
        groups=(
            Group("unit", _("Unit"), "post__unit_id", names=_unit_names, filter="unit", none=("none", "post")),
            Group("role", _("Role type"), "post__role_type_id", names=_role_names, filter="role"),
            Group("employment", _("Employment kind"), "employment__word_id", names=_names(EMPLOYMENT), filter="employment", none=("none", "employment")),
            Group("education", _("Education"), "education__word_id", names=_names(EDUCATION), filter="education", none=("none", "education")),
            Group("grade", _("Grade"), "grade_then__grade", names=lambda codes: {c: c for c in codes}, filter="grade", none=("none", "grade_then")),
        ),
        search_as=access.search_people,
        search_hint=_("Name, pinyin, initials, number or phone"),
        sort="name",
        export_right="org.export",
        empty_title=_("Nobody in sight"),
        empty_text=_("People in service in your units stand here with employment, education and certificates."),
        empty_icon="users",
    )  # fmt: skip
