"""The lists of the organisation, declared once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from qiao.kernel.errors import N_, RuleBroken
from qiao.org import access, actions, queries
from qiao.runtime.i18n import pick
from qiao.runtime.listing import Bulk, Column, Edit, Filter, Listing, opens
from qiao.runtime.records import lists as marks
from qiao.runtime.requests import Request


def _units(request: Request) -> list[tuple[Any, str]]:
    tree = queries.get_tree()
    seen = access.visible_unit_ids(request.viewer, tree)
    return [(u, "　" * d + queries.unit_name(tree, u)) for u, d in tree.walk() if u in seen]


def _roles(request: Request) -> list[tuple[Any, str]]:
    return [(role.pk, pick(role.name_zh, role.name_en)) for role in queries.list_role_types()]


def _particular(field: str, longest: int) -> Edit:
    """A phone number or an address of mail, changed one by one."""

    def gather(ids: Sequence[int]) -> dict[int, str | None]:
        return {pk: value or None for pk, value in queries.people_values(field, ids).items()}

    def write(*, values: Mapping[int, str | None], by: Any, reason: str) -> None:
        for pk, value in values.items():
            text = value or ""
            if field == "email" and text:
                check_mail(text)
            actions.change_person(
                person=queries.get_person(pk, queries.list_people()), by=by, **{field: text}
            )

    return Edit(gather, write, access.refused_edits, right="org.edit", longest=longest, many=False)


def check_mail(text: str) -> None:
    """Refuse what is no address of mail.

    Raises:
        RuleBroken: It is none.
    """
    try:
        validate_email(text)
    except ValidationError:
        raise RuleBroken(
            N_("“%(text)s” is no e-mail address."), code="bad_mail", field="value", text=text
        ) from None


PEOPLE = Listing(
    code="people",
    columns=(
        Column("name", _("Name"), "name", sort="pinyin", link=opens("org:person")),
        Column("code", _("Staff number"), "code", sort="", phone="line"),
        Column("unit", _("Unit"), ("unit_zh", "unit_en"), sort="", phone="line"),
        Column("role", _("Role type"), ("role_zh", "role_en"), sort="", phone="badge"),
        Column(
            "phone",
            _("Phone"),
            "phone",
            sort="",
            phone="line",
            protected="person.phone",
            edit=_particular("phone", 40),
        ),
        Column(
            "email",
            _("E-mail"),
            "email",
            sort="",
            shown=False,
            protected="person.email",
            edit=_particular("email", 254),
        ),
        Column("joined", _("Joined on"), "starts_on", kind="date", sort="", shown=False),
        marks.tag_column("person"),
        marks.next_column("person"),
    ),
    filters=(
        Filter(
            "unit",
            _("Unit"),
            apply=lambda rows, u: rows.filter(unit_id__in=queries.get_tree().descendants(u)),
            choices=_units,
            convert=int,
        ),
        Filter("role", _("Role type"), apply=queries.with_role, choices=_roles, convert=int),
        marks.tag_filter("person"),
    ),
    bulk=(marks.tag_action("person"),),
    search_as=access.search_people,
    search_hint=_("Name, pinyin, initials, number or phone"),
    sort="name",
    export_right="org.edit",
    empty_title=_("Nobody in sight"),
    empty_text=_(
        "People with a post in your units stand here. They come by import or are entered one by one."
    ),
    empty_icon="users",
)

DEPARTURES = Listing(
    code="departures",
    columns=(
        Column("person", _("Person"), "person__name", sort="", link=opens("org:departure")),
        Column("on", _("First day away"), "on", kind="date", phone="line"),
        Column("unit", _("Unit"), ("unit__name_zh", "unit__name_en"), sort="", phone="line"),
        Column("successor", _("Takes over"), "successor__name", sort="", phone="line"),
        Column("reason", _("Reason"), "reason", sort=""),
        Column("undone", _("Taken back at"), "undone_at", kind="instant", sort="", phone="badge"),
    ),
    sort="-on",
    bulk=(Bulk(_("Back today"), "org:end_absences"),),
    empty_title=_("Nobody has left"),
    empty_text=_(
        "Departures stand here with what was handed over; each can be taken back while nothing changed."
    ),
    empty_icon="door-exit",
)

ABSENCES = Listing(
    code="absences",
    columns=(
        Column("person", _("Person"), "person__name", sort=""),
        Column("starts", _("Starts on"), "starts_on", kind="date", phone="line"),
        Column("until", _("Until before"), "ends_before", kind="date", sort="", phone="line"),
        Column("substitute", _("Substitute"), "substitute__name", sort="", phone="line"),
        Column("reason", _("Reason"), "reason", sort="", phone="line"),
    ),
    sort="starts",
    bulk=(),
    empty_title=_("Nobody is away"),
    empty_text=_("Leave, travel and illness stand here, with who acts meanwhile."),
    empty_icon="beach",
)
