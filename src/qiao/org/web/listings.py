"""The lists of the organisation, declared once."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.org import access, queries
from qiao.runtime.i18n import pick
from qiao.runtime.listing import Bulk, Column, Filter, Listing, opens
from qiao.runtime.requests import Request


def _units(request: Request) -> list[tuple[Any, str]]:
    tree = queries.get_tree()
    seen = access.visible_unit_ids(request.viewer, tree)
    return [(u, "　" * d + queries.unit_name(tree, u)) for u, d in tree.walk() if u in seen]


def _roles(request: Request) -> list[tuple[Any, str]]:
    return [(role.pk, pick(role.name_zh, role.name_en)) for role in queries.list_role_types()]


PEOPLE = Listing(
    code="people",
    columns=(
        Column("name", _("Name"), "name", sort="pinyin", link=opens("org:person")),
        Column("code", _("Staff number"), "code", sort="", phone="line"),
        Column("unit", _("Unit"), ("unit_zh", "unit_en"), sort="", phone="line"),
        Column("role", _("Role type"), ("role_zh", "role_en"), sort="", phone="badge"),
        Column("phone", _("Phone"), "phone", sort="", protected="person.phone"),
        Column("joined", _("Joined on"), "starts_on", kind="date", sort="", shown=False),
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
    ),
    search=queries.search_people,
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
