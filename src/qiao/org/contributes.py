"""What the organisation adds elsewhere."""

from typing import Any

from django.urls import reverse

from qiao.kernel.errors import N_, NotAllowed, NotFound
from qiao.runtime import clock, figures
from qiao.runtime.contributions import (
    Door,
    Hook,
    NavItem,
    PrintSource,
    QuickAction,
    RecordKind,
    RecordTab,
    Right,
    SearchHit,
    SearchSource,
    Sheet,
    find_registered,
    register,
)
from qiao.runtime.i18n import pick, say
from qiao.runtime.importing import register as register_import
from qiao.runtime.protection import ProtectedField, Sight, mask_mailbox, mask_number, shown
from qiao.runtime.search import CANDIDATES, closeness, words_match

from . import access, actions, directory, importing, outside, queries


def _person_label(viewer: Any, pk: int) -> str | None:
    try:
        return str(access.get_visible_person(viewer, pk).name)
    except (NotAllowed, NotFound):
        return None


def _unit_label(viewer: Any, pk: int) -> str | None:
    try:
        unit = access.get_visible_unit(viewer, pk)
    except (NotAllowed, NotFound):
        return None
    return pick(unit.name_zh, unit.name_en)


def _can_change_person(viewer: Any, pk: int) -> bool:
    try:
        return bool(access.get_editable_person(viewer, pk))
    except (NotAllowed, NotFound):
        return False


def _can_change_unit(viewer: Any, pk: int) -> bool:
    return bool(viewer.scope("org.edit").allows(unit_id=pk))


def _person_sheets(viewer: Any, pk: int) -> list[Sheet]:
    row = access.get_visible_person(viewer, pk)
    pairs = [
        (say(N_("Name")), row.name),
        (say(N_("Staff number")), row.code),
        (say(N_("Phone")), shown(viewer, "person.phone", row.phone)),
        (say(N_("E-mail")), shown(viewer, "person.email", row.email)),
        (say(N_("Joined on")), figures.day(row.starts_on)),
    ]
    heads = [say(text) for text in (N_("Unit"), N_("Role type"), N_("Starts on"), N_("Until before"))]
    posts = [
        (pick(p.unit.name_zh, p.unit.name_en), pick(p.role_type.name_zh, p.role_type.name_en), figures.day(p.starts_on), figures.day(p.ends_before))
        for p in queries.list_postings(pk)
    ]  # fmt: skip
    return [Sheet(say(N_("Particulars")), pairs), Sheet(say(N_("Posts")), heads=heads, rows=posts)]


def _itself(pk: int) -> int:
    return pk


def _has_reach(kind: str) -> bool:
    found = find_registered(RecordKind, kind)
    return found is not None and found.reach_of is not None


def _search(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    rows = access.search_people(access.visible_people(viewer), text, viewer).order_by("pinyin", "id")[
        :CANDIDATES
    ]
    best = sorted(rows, key=lambda row: closeness(text, name=row.name, code=row.code))[:limit]
    return [SearchHit(row.name, reverse("org:person", args=[row.pk]), row.code) for row in best]


def _search_units(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    tree = queries.get_tree()
    seen = access.visible_unit_ids(viewer, tree)
    found = [
        node
        for pk, node in tree.nodes.items()
        if pk in seen and (words_match(text, node.name_zh, node.name_en) or text.lower() == node.code.lower())
    ]
    found.sort(key=lambda node: closeness(text, name=pick(node.name_zh, node.name_en), code=node.code))
    return [
        SearchHit(pick(node.name_zh, node.name_en), reverse("org:unit", args=[node.id]), node.code)
        for node in found[:limit]
    ]


def _post_label(viewer: Any, pk: int) -> str | None:
    """Posts are the whole enterprise's: whoever sees the organisation sees them."""
    if not viewer.can("org.view"):
        return None
    try:
        row = queries.get_post(pk, clock.today())
    except NotFound:
        return None
    return pick(row.name_zh, row.name_en)


register(
    outside.RULE,
    Right("org.view", N_("See units and people")),
    Right("org.edit", N_("Change units, people and postings")),
    Right("org.absences", N_("Note absences of others")),
    Right("org.export", N_("Export lists of staff")),
    Right(access.PERSONAL, N_("See personal particulars of staff")),
    Right(access.LABOUR_COST, N_("See and enter labour cost of units")),
    Right(access.ROLES, N_("Change role types, their rights and protected fields")),
    Right(access.WHO_SEES, N_("See who can see a record and why"), scoped=False),
    Right(access.LOOK, N_("Look at Qiao as a colleague sees it, reading only")),
    Right(access.GRANT, N_("Grant rights for a time")),
    Right("org.import", N_("Import units and people")),
    Right(access.DIRECTORY, N_("Compare the register with WeCom and DingTalk and apply it")),
    Door("end_look", "org:end_look"),
    NavItem("people", N_("People"), "org:people", "users", "org.view", 510, group=N_("Organisation")),
    NavItem(
        "register",
        N_("Register of staff"),
        "org:register",
        "list-details",
        "org.view",
        512,
        group=N_("Organisation"),
    ),
    NavItem(
        "headcount",
        N_("Headcount"),
        "org:headcount",
        "chart-bar",
        "org.view",
        514,
        group=N_("Organisation"),
        profiles=frozenset({"supervisor", "executive", "hr", "back_office", "auditor", "administrator"}),
    ),
    NavItem(
        "labour_costs",
        N_("Labour cost"),
        "org:labour_costs",
        "coins",
        access.LABOUR_COST,
        518,
        group=N_("Organisation"),
    ),
    NavItem(
        "posts", N_("Posts and duties"), "org:posts", "briefcase", "org.view", 522, group=N_("Organisation")
    ),
    NavItem(
        "structure",
        N_("Structure"),
        "org:structure",
        "hierarchy-2",
        "org.view",
        505,
        group=N_("Organisation"),
        profiles=frozenset({"supervisor", "executive", "hr", "administrator"}),
    ),
    NavItem("talents", N_("Talents"), "org:talents", "bulb", "org.view", 516, group=N_("Organisation")),
    NavItem(
        "words", N_("Lists of words"), "org:words", "file-text", "org.edit", 540, group=N_("Organisation")
    ),
    NavItem("units", N_("Units"), "org:units", "sitemap", "org.view", 500, group=N_("Organisation")),
    NavItem(
        "roles", N_("Role types"), "org:role_types", "id-badge-2", "org.edit", 520, group=N_("Organisation")
    ),
    NavItem("grants", N_("Granted rights"), "org:grants", "key", access.GRANT, 525, group=N_("Organisation")),
    NavItem("looks", N_("Looks as a colleague"), "org:looks", "eye", "audit.view", 919, group=N_("System")),
    NavItem(
        "calendar",
        N_("Working calendar"),
        "org:calendar",
        "calendar",
        "org.view",
        530,
        group=N_("Organisation"),
    ),
    NavItem("absences", N_("Absences"), "org:absences", "beach", "", 535, group=N_("Organisation")),
    NavItem(
        "departures",
        N_("Departures"),
        "org:departures",
        "door-exit",
        "org.edit",
        537,
        group=N_("Organisation"),
    ),
    NavItem(
        "directories",
        N_("Directories"),
        "org:directories",
        "address-book",
        access.DIRECTORY,
        545,
        group=N_("Organisation"),
    ),
    Hook("on_new_day", "org.log_ins", actions.close_log_ins),
    Hook("on_new_day", "org.rights", actions.tell_of_rights),
    Hook("on_new_day", "org.directory", actions.queue_nights),
    directory.DIRECTORY,
    RecordKind(
        "person",
        N_("Person"),
        "org:person",
        _person_label,
        icon="user",
        can_change=_can_change_person,
        reach_of=access.reach_of_person,
        changeable=access.editable_among,
    ),
    RecordKind(
        "unit", N_("Unit"), "org:unit", _unit_label, icon="building-community", can_change=_can_change_unit
    ),
    RecordKind(
        "post",
        N_("Post"),
        "org:post",
        _post_label,
        icon="briefcase",
        can_change=lambda viewer, pk: viewer.scope("org.edit").everything,
    ),
    ProtectedField(
        "person.phone",
        N_("Phone of a colleague"),
        access.read_of_person("phone"),
        "person",
        _itself,
        column="org.Person.phone",
        mask=mask_number,
        default=Sight.OPEN,
        scheme="tel:",
        order=30,
    ),
    ProtectedField(
        "person.email",
        N_("E-mail of a colleague"),
        access.read_of_person("email"),
        "person",
        _itself,
        column="org.Person.email",
        mask=mask_mailbox,
        default=Sight.OPEN,
        scheme="mailto:",
        order=31,
    ),
    PrintSource("person", "file", "", 10, _person_sheets),
    RecordTab("", "sight", N_("Who sees this"), "org:who_sees", access.WHO_SEES, 950, _has_reach),
    RecordTab("person", "overview", N_("Overview"), "org:person_overview", "", 10),
    RecordTab("person", "register", N_("Staff file"), "org:person_register", "", 20),
    RecordTab("person", "history", N_("History"), "org:person_history", "org.view", 900),
    RecordTab("unit", "overview", N_("Overview"), "org:unit_overview", "org.view", 10),
    RecordTab("unit", "history", N_("History"), "org:unit_history", "org.view", 900),
    SearchSource("people", N_("People"), "org.view", 20, _search),
    SearchSource("units", N_("Units"), "org.view", 30, _search_units),
    QuickAction("new_person", N_("New person"), "org:new_person", "org.edit", 30),
)
register_import(importing.UNITS)
register_import(importing.PEOPLE)
register_import(importing.REGISTER)
register_import(importing.LABOUR_COSTS)
