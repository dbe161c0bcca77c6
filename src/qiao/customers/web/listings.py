"""The lists of customers, declared once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from qiao.customers import access, queries
from qiao.org import queries as org
from qiao.runtime import clock
from qiao.runtime.listing import (
    Bulk,
    Calendar,
    Column,
    Filter,
    Group,
    Kanban,
    Listing,
    Places,
    opens,
)
from qiao.runtime.records import lists as marks

from . import edits, places
from .forms import CONTRACT_LABELS, CONTRACT_TONES, PERSONAL_LABELS

ACTIVITY = (("active", _("Active")), ("new", _("New")), ("silent", _("Silent")), ("lost", _("Lost")))
NONE_LABELS = {"tier": _("without tier"), "segment": _("without segment")}
_TONES = {"active": "good", "new": "info", "silent": "warn", "lost": "bad"}


def unit_choices(request: HttpRequest) -> list[tuple[Any, str]]:
    """Units within the viewer's reach, indented as the tree stands."""
    viewer = request.viewer  # type: ignore[attr-defined]
    tree, scope = org.get_tree(), viewer.scope("customers.view")
    seen = [(u, d) for u, d in tree.walk() if scope.everything or u in scope.unit_ids]
    top = min((d for _u, d in seen), default=0)
    return [(unit, "　" * (depth - top) + org.unit_name(tree, unit)) for unit, depth in seen]


def _below(rows: Any, unit_id: int) -> Any:
    return rows.filter(home_unit_id__in=org.get_tree().descendants(unit_id))


NONE = "-"  # in an address: customers without a tier, a segment


def _offered(codes: Sequence[str], names: Mapping[str, str], none: Any) -> Any:
    pairs = [*((code, names.get(code, code)) for code in codes), (NONE, str(none))]
    return lambda request: pairs


def _with_code(path: str) -> Any:
    def apply(rows: Any, code: str) -> Any:
        return queries.without_code(rows, path) if code == NONE else rows.filter(**{path: code})

    return apply


def _asked_unit(request: HttpRequest) -> list[tuple[Any, str]]:
    """The one unit the address names, where it is within reach."""
    return [(u, name.strip()) for u, name in unit_choices(request) if str(u) == request.GET.get("home")]


def _asked_person(request: HttpRequest) -> list[tuple[Any, str]]:
    """The one person the address names, for the words of the filter."""
    text = request.GET.get("primary", "")
    return list(org.people_names([int(text)]).items()) if text.isdecimal() and len(text) < 19 else []


def _known(names: Mapping[str, str]) -> Any:
    return lambda codes: names


def _unit_names(ids: Sequence[Any]) -> dict[Any, str]:
    tree = org.get_tree()
    return {unit: org.unit_name(tree, unit) for unit in ids}


def named(tiers: Mapping[str, str], segments: Mapping[str, str], stages: Mapping[str, str]) -> Listing:
    """The list of customers with codes shown by the names the rulebook gives them."""

    def tier(row: Any) -> str:
        return tiers.get(row["current__tier"] or "", row["current__tier"] or "")

    def segment(row: Any) -> str:
        return segments.get(row["segment"], row["segment"])

    def stage(row: Any) -> str:
        return str(stages.get(row["stage"], row["stage"]))

    values: dict[str, Any] = {
        "stage": (stage, ("stage",)),
        "tier": (tier, ("current__tier",)),
        "segment": (segment, ("segment",)),
    }
    columns = tuple(
        replace(column, value=values[column.code][0], needs=values[column.code][1])
        if column.code in values
        else column
        for column in CUSTOMERS.columns
    )
    editing = edits.stage(tuple(stages.items()))
    columns = tuple(replace(c, edit=editing) if c.code == "stage" else c for c in columns)
    names, codes = {"tier": tiers, "segment": segments}, queries.list_codes()
    filters = tuple(
        replace(one, choices=_offered(codes[one.code], names[one.code], NONE_LABELS[one.code]))
        if one.code in names
        else one
        for one in CUSTOMERS.filters
    )
    filters = tuple(
        replace(one, choices=tuple(stages.items())) if one.code == "stage" else one for one in filters
    )
    known = {**names, "stage": stages}
    groups = tuple(
        replace(one, names=_known(known[one.code])) if one.code in known else one for one in CUSTOMERS.groups
    )
    return replace(CUSTOMERS, columns=columns, filters=filters, groups=groups)


def _activity_text(row: Any) -> str:
    return str(dict(ACTIVITY).get(row["current__activity"], ""))


CUSTOMERS = Listing(
    code="customers",
    columns=(
        Column("name", _("Name"), "name", sort="pinyin", link=opens("customers:customer")),
        Column("code", _("Customer number"), "code", phone="line"),
        Column("tier", _("Tier"), "current__tier", kind="badge", phone="badge", sort=""),
        Column("activity", _("Activity"), _activity_text, kind="badge", needs=("current__activity",), phone="badge",
               tone=lambda row: _TONES.get(row["current__activity"] or "", "neutral")),
        Column("revenue", _("Month's revenue"), "current__revenue_yuan", kind="wan", sort="", hint=_("Revenue of the newest closed month")),
        Column("revenue_12", _("12 months' revenue"), "current__revenue_12_yuan", kind="wan", phone="value", sort_key="current__customer_id",
               hint=_("Revenue of twelve months to the newest closed one")),
        Column("change", _("Movement"), "current__change_share", kind="movement", sort="", hint=_("Newest three months against the same a year before")),
        Column("last_order", _("Last order"), "current__last_order_on", kind="date", sort="", shown=False),
        Column("unit", _("Unit"), ("home_unit__name_zh", "home_unit__name_en"), sort=""),
        Column("primary", _("Account manager"), "primary__name", sort="", phone="line"),
        Column("deputy", _("Deputy"), "deputy__name", sort="", shown=False),
        Column("stage", _("Life-cycle stage"), "stage", kind="badge", sort="", shown=False, phone="line"),
        Column("segment", _("Segment"), "segment", sort="", shown=False),
        Column("industry", _("Industry"), "industry", sort="", shown=False, phone="line", edit=edits.file_field("industry", 60)),
        Column("kind", _("Kind"), "kind", sort="", shown=False, edit=edits.file_field("kind", 40)),
        Column("since", _("Customer since"), "starts_on", kind="date", sort="", shown=False),
        marks.tag_column("customer"),
        marks.next_column("customer"),
    ),
    filters=(
        Filter("unit", _("Unit"), apply=_below, choices=unit_choices, convert=int),
        Filter("tier", _("Tier"), apply=_with_code("current__tier"), choices=()),
        Filter("activity", _("Activity"), path="current__activity", choices=ACTIVITY),
        Filter("segment", _("Segment"), apply=_with_code("segment"), choices=()),
        Filter("stage", _("Life-cycle stage"), path="stage", choices=()),
        Filter("missing", _("Nobody serves"), apply=lambda rows, role: queries.without_server(rows, role),
               choices=(("primary", _("without account manager")), ("deputy", _("without deputy")))),
        marks.tag_filter("customer"),
        Filter("home", _("Home unit"), path="home_unit_id", choices=_asked_unit, convert=int, shown=False),
        Filter("primary", _("Account manager"), path="primary_id", choices=_asked_person, convert=int, shown=False),
    ),
    groups=(
        Group("tier", _("Tier"), "current__tier", names=lambda codes: {}, filter="tier", none=("tier", NONE)),
        Group("segment", _("Segment"), "segment", names=lambda codes: {}, filter="segment", none=("segment", NONE)),
        Group("stage", _("Life-cycle stage"), "stage", names=lambda codes: {}, filter="stage"),
        Group("unit", _("Home unit"), "home_unit_id", names=_unit_names, filter="home"),
        Group("primary", _("Account manager"), "primary_id", names=org.people_names, filter="primary", none=("missing", "primary")),
    ),
    summed="revenue_12",
    views=(
        Kanban("stage", "stage", card=("tier", "revenue_12", "primary")),
        Places(places.markers, queries.count_with_place, places.squares, value_label=_("Tier")),
    ),
    search_as=access.search,
    search_hint=_("Name, pinyin, initials, number or phone"),
    sort="name",
    export_right="customers.export",
    bulk=(
        Bulk(_("Change who serves"), "customers:assign", "assignments.change"),
        Bulk(_("Move to another unit"), "customers:move", "assignments.change"),
        marks.tag_action("customer"),
    ),
    empty_title=_("No customers in sight"),
    empty_text=_("Customers of your units and those you serve stand here. They come by import or are entered one by one."),
    empty_icon="building-store",
)  # fmt: skip


NOTICE_STATES = (("open", _("To be told")), ("told", _("Told")), ("acknowledged", _("Acknowledged")))
_NOTICE_TONES = {"open": "warn", "told": "info", "acknowledged": "good"}


def notice_listing(notice_id: int) -> Listing:
    """Customers with the state of a notice."""
    names = dict(NOTICE_STATES)
    return Listing(
        code="notice_customers",
        columns=(
            Column("name", _("Name"), "name", sort="pinyin", link=opens("customers:customer")),
            Column(
                "state", _("State"), lambda row: str(names[row["notice_state"]]), kind="badge", needs=("notice_state",),
                tone=lambda row: _NOTICE_TONES[row["notice_state"]], phone="badge",
            ),
            Column("phone", _("Phone"), "phone", sort="", phone="line", protected="customer.phone"),
            Column("manager", _("Account manager"), "primary__name", sort="", phone="line"),
            Column("told", _("Told at"), "told_at", kind="instant", sort=""),
            Column("acknowledged", _("Acknowledged at"), "acknowledged_at", kind="instant", sort=""),
        ),
        filters=(Filter("state", _("State"), path="notice_state", choices=NOTICE_STATES),),
        search_as=access.search,
        search_hint=_("Name, pinyin, initials, number or phone"),
        sort="name",
        bulk=(
            Bulk(_("Note as told"), "customers:notice_told", args=(notice_id,)),
            Bulk(_("Note as acknowledged"), "customers:notice_acknowledged", args=(notice_id,)),
        ),
        empty_title=_("No customers"),
        empty_icon="building-store",
    )  # fmt: skip


WITHIN = (("30", _("within 30 days")), ("60", _("within 60 days")), ("90", _("within 90 days")), ("180", _("within 180 days")))  # fmt: skip

CONTRACTS = Listing(
    code="contracts",
    columns=(
        Column("title", _("Contract title"), "title", sort="", link=opens("customers:contract_page")),
        Column("customer", _("Customer"), "customer__name", sort="customer__pinyin", link=opens("customers:customer", "customer_id"),
               needs=("customer_id",), phone="line"),
        Column("number", _("Contract number"), "number"),
        Column("kind", _("Kind"), "kind", sort="", shown=False),
        Column("state", _("State"), lambda row: str(CONTRACT_LABELS[row["state"]]), kind="badge", needs=("state",),
               tone=lambda row: CONTRACT_TONES[row["state"]], phone="badge"),
        Column("amount", _("Amount in yuan"), "amount_yuan", kind="money", phone="value"),
        Column("starts", _("Starts on"), "starts_on", kind="date"),
        Column("ends", _("Until before"), "ends_before", kind="date", phone="line"),
        Column("notice", _("Days of notice"), "notice_days", kind="number", sort="", shown=False),
        Column("manager", _("Account manager"), "customer__primary__name", sort=""),
        Column("unit", _("Unit"), ("customer__home_unit__name_zh", "customer__home_unit__name_en"), sort=""),
    ),
    filters=(
        Filter("state", _("State"), path="state", choices=tuple(CONTRACT_LABELS.items())),
        Filter("ends", _("Until before"), kind="dates", path="ends_before", shown=False),
        Filter("within", _("Ends"), apply=lambda rows, days: queries.ending_within(rows, days, clock.today()),
               choices=WITHIN, convert=int),
        Filter("unit", _("Unit"), apply=lambda rows, unit: rows.filter(customer__home_unit_id__in=org.get_tree().descendants(unit)),
               choices=unit_choices, convert=int),
    ),
    views=(Calendar("ends", filter="ends", card=("customer", "amount")),),
    search_as=access.search_contracts,
    search_hint=_("Number, title or customer"),
    sort="ends",
    export_right="customers.export",
    empty_title=_("No contracts in sight"),
    empty_text=_("Contracts are entered on the customer's file."),
    empty_icon="file-text",
)  # fmt: skip


def pool_listing(may_claim: bool, tiers: Mapping[str, str]) -> Listing:
    """Customers of the public pool; who serves customers claims them from here."""
    return Listing(
        code="pool",
        columns=(
            Column("name", _("Name"), "name", sort="pinyin"),
            Column("code", _("Customer number"), "code", phone="line"),
            Column("unit", _("Home unit"), ("home_unit__name_zh", "home_unit__name_en"), sort="", phone="line"),
            Column("tier", _("Tier"), lambda row: tiers.get(row["current__tier"] or "", row["current__tier"] or ""), kind="badge",
                   needs=("current__tier",), phone="badge"),
            Column("revenue_12", _("12 months' revenue"), "current__revenue_12_yuan", kind="wan", phone="value", sort_key="current__customer_id"),
            Column("last_order", _("Last order"), "current__last_order_on", kind="date", sort=""),
            Column("since", _("Without account manager since"), "served_until", kind="date", sort="", phone="line"),
        ),
        search_as=access.search,
        search_hint=_("Name, pinyin, initials, number or phone"),
        sort="name",
        bulk=(Bulk(_("Claim"), "customers:claim"),) if may_claim else (),
        empty_title=_("The pool is empty"),
        empty_text=_("Customers nobody is account manager of stand here, where the rulebook opens a public pool."),
        empty_icon="users",
    )  # fmt: skip


READ_HOW = {"page": _("Page"), "api": _("Programming interface"), "export": _("Taken out")}

PERSONAL_READS = Listing(
    code="personal_reads",
    columns=(
        Column("at", _("At"), "at", kind="instant"),
        Column("user", _("Who"), "user__username", sort="", phone="line"),
        Column("customer", _("Customer"), "customer__name", sort="", phone="line"),
        Column("contact", _("Contact"), lambda row: str(row["contact_id"]), needs=("contact_id",)),
        Column("fields", _("What"), lambda row: "、".join(str(dict(PERSONAL_LABELS)[f]) for f in row["fields"]), needs=("fields",)),
        Column("how", _("How"), lambda row: str(READ_HOW[row["how"]]), needs=("how",), phone="badge"),
    ),
    sort="-at",
    export_right="audit.view",
    empty_title=_("Nobody has read personal data"),
    empty_text=_("Every look at data kept with consent is noted here."),
    empty_icon="eye",
)  # fmt: skip
