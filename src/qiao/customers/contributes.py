"""What customers add elsewhere."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, override

from qiao.kernel.errors import N_
from qiao.kernel.text import Text
from qiao.org import directory
from qiao.rulebook.core.kinds import NameSource
from qiao.runtime.audit.queries import as_seen
from qiao.runtime.contributions import (
    HandOver,
    Hook,
    NavItem,
    PrintSource,
    QuickAction,
    RecordFact,
    RecordKind,
    RecordTab,
    Right,
    SearchHit,
    SearchSource,
    TimelineEntry,
    TimelineSource,
    list_registered,
    register,
)
from qiao.runtime.i18n import say
from qiao.runtime.importing import register as register_import
from qiao.runtime.protection import ProtectedField, Sight, mask_mailbox, mask_number
from qiao.runtime.records.actions import merging_of
from qiao.runtime.search import CANDIDATES, closeness

from . import access, actions, importing, paper, queries
from .core.assignment import DEPUTIES
from .core.duplicates import DUPLICATES
from .core.life_cycle import LIFE_CYCLE
from .core.personal import PERSONAL_DATA
from .core.pool import PUBLIC_POOL


def _label(viewer: Any, pk: int) -> str | None:
    found = queries.find_customer(access.visible(viewer), pk)
    return found.name if found else None


def _labels(viewer: Any, pks: Sequence[int]) -> dict[int, str]:
    return queries.names_within(access.visible(viewer), pks)


def _serving(pk: int) -> list[int]:
    """Log-ins of who serves a customer."""
    return directory.users_of(queries.list_serving(pk))


def _can_change(viewer: Any, pk: int) -> bool:
    found = queries.find_customer(access.visible(viewer), pk)
    return found is not None and access.can_change(viewer, found)


def _itself(pk: int) -> int:
    return pk


def _search(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    rows = access.search(access.visible(viewer), text, viewer).order_by()[:CANDIDATES]
    best = sorted(
        rows.values_list("name", "code", "pk"), key=lambda row: closeness(text, name=row[0], code=row[1])
    )
    return [
        SearchHit(name, reverse("customers:customer", args=[pk]), code) for name, code, pk in best[:limit]
    ]


def _search_contacts(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    rows = queries.search_contacts(access.visible(viewer), text)[:CANDIDATES]
    best = sorted(rows, key=lambda row: closeness(text, name=row[0]))
    return [
        SearchHit(name, f"{reverse('customers:customer', args=[pk])}?tab=people", customer)
        for name, customer, pk in best[:limit]
    ]


def _search_contracts(viewer: Any, text: str, limit: int) -> list[SearchHit]:
    rows = queries.find_contracts(access.visible(viewer), text)[:CANDIDATES]
    best = sorted(rows, key=lambda row: closeness(text, name=row[1], code=row[0]))
    return [
        SearchHit(f"{number} {title}", reverse("customers:contract_page", args=[pk]), customer)
        for number, title, customer, pk in best[:limit]
    ]


def _timeline(viewer: Any, pk: int, limit: int) -> list[TimelineEntry]:
    """Hand-overs and changes to the file."""
    kinds = {"insert": N_("entered"), "update": N_("changed"), "delete": N_("removed")}
    return [
        TimelineEntry(
            at=event.at,
            title=f"{event.what} {say(kinds[event.kind])}",
            text=" · ".join(f"{c.field}: {c.after}" for c in event.changes[:4] if c.after not in (None, "")),
            icon="edit",
            source=event.who,
        )
        for event in as_seen(viewer, queries.list_changes(pk, limit))
    ]


def _contract_labels(viewer: Any, pks: Sequence[int]) -> dict[int, str]:
    """Whoever sees a customer sees its contracts."""
    if not viewer.can("customers.view"):
        return {}
    return {row.pk: f"{row.number} {row.title}" for row in access.contracts_among(viewer, pks)}


def _contract_label(viewer: Any, pk: int) -> str | None:
    return _contract_labels(viewer, [pk]).get(pk)


def _contract_customer(viewer: Any, pk: int) -> int | None:
    return next((row.customer_id for row in access.contracts_among(viewer, [pk])), None)


def _can_change_contract(viewer: Any, pk: int) -> bool:
    customer = _contract_customer(viewer, pk)
    return customer is not None and _can_change(viewer, customer)


def _serving_of_contract(pk: int) -> list[int]:
    customer = queries.customer_of_contract(pk)
    return _serving(customer) if customer is not None else []


def _segment_of_contract(pk: int) -> str:
    customer = queries.customer_of_contract(pk)
    return queries.segment_of(customer) if customer is not None else ""


FACTS = (
    RecordFact("customer", "note", N_("Note on a contact"), queries.last_notes),
    RecordFact("customer", "stage", N_("Change of stage"), queries.last_stages),
    RecordFact("customer", "order", N_("Order or bill"), queries.last_orders),
)


def _in_chinese(label: str) -> str:
    with override("zh-hans"):
        return gettext(label)


def _facts() -> list[str]:
    return [fact.code for fact in list_registered(RecordFact) if fact.kind == "customer"]


def _fact_titles() -> dict[str, Text]:
    kinds = [fact for fact in list_registered(RecordFact) if fact.kind == "customer"]
    return {fact.code: Text(_in_chinese(fact.label), fact.label) for fact in kinds}


register(
    DEPUTIES,
    LIFE_CYCLE,
    DUPLICATES,
    PUBLIC_POOL,
    PERSONAL_DATA,
    *FACTS,
    NameSource("customer_fact", _facts, _fact_titles),
    Right("customers.view", N_("See customers")),
    Right("customers.edit", N_("Change customer files")),
    Right("customers.import", N_("Import customers")),
    Right("customers.export", N_("Export customer lists")),
    Right("customers.merge", N_("Merge customers and decide on duplicates")),
    Right("customers.personal", N_("See and keep personal data of contacts")),
    Right("pool.claim", N_("Claim customers from the public pool")),
    Right("assignments.change", N_("Change who serves a customer")),
    Hook("on_new_day", "customers.pool", actions.look_at_idle),
    Hook("on_new_day", "customers.personal", actions.propose_erasures),
    NavItem(
        "personal_reads",
        N_("Reads of personal data"),
        "customers:personal_reads",
        "eye",
        "audit.view",
        918,
        group=N_("System"),
    ),
    NavItem("customers", N_("Customers"), "customers:customers", "building-store", "customers.view", 100),
    RecordKind(
        "customer", N_("Customer"), "customers:customer", _label, icon="building-store", labels_of=_labels,
        followers_of=_serving, can_change=_can_change, segment_of=queries.segment_of, reach_of=access.reach_of,
        changeable=access.changeable_among, segments_of=queries.segments_of,
    ),
    RecordKind(
        "contract", N_("Contract"), "customers:contract_page", _contract_label, icon="file-text",
        labels_of=_contract_labels, followers_of=_serving_of_contract, can_change=_can_change_contract,
        segment_of=_segment_of_contract,
    ),
    PrintSource("contract", "file", "customers.view", 10, paper.contract_sheets),
    ProtectedField(
        "contact.phone", N_("Phone of a contact"), access.read_of_contact("phone"), "customer",
        queries.customer_of_contact,
        column="customers.Contact.phone", mask=mask_number, scheme="tel:", order=10,
    ),
    ProtectedField(
        "contact.email", N_("E-mail of a contact"), access.read_of_contact("email"), "customer",
        queries.customer_of_contact,
        column="customers.Contact.email", mask=mask_mailbox, scheme="mailto:", order=11,
    ),
    ProtectedField(
        "customer.phone", N_("Phone of a customer"), access.read_of_file("phone"), "customer", _itself,
        column="customers.Customer.phone", mask=mask_number, default=Sight.OPEN, scheme="tel:", order=20,
    ),
    ProtectedField(
        "customer.tax_number", N_("Tax number of a customer"), access.read_of_file("tax_number"), "customer", _itself,
        column="customers.Customer.tax_number", mask=mask_number, default=Sight.OPEN, order=21,
    ),
    RecordTab("notice", "customers", N_("Customers"), "customers:notice_tab", "customers.view", 20),
    PrintSource("customer", "file", "customers.view", 10, paper.list_sheets),
    RecordTab("customer", "overview", N_("Overview"), "customers:overview", "customers.view", 10),
    RecordTab("customer", "people", N_("People"), "customers:people", "customers.view", 20),
    RecordTab("customer", "sites", N_("Sites"), "customers:sites", "customers.view", 30),
    RecordTab("customer", "contracts", N_("Contracts"), "customers:contract_tab", "customers.view", 50),
    RecordTab("customer", "service", N_("Who serves"), "customers:service", "customers.view", 60),
    RecordTab("customer", "history", N_("History"), "customers:history", "customers.view", 900),
    SearchSource("customers", N_("Customers"), "customers.view", 10, _search),
    SearchSource("contacts", N_("People at customers"), "customers.view", 15, _search_contacts),
    SearchSource("contracts", N_("Contracts"), "customers.view", 40, _search_contracts),
    QuickAction("new_customer", N_("New customer"), "customers:new", "customers.edit", 10),
    TimelineSource("customer", "changes", N_("Changes"), "customers.view", _timeline),
    HandOver(
        "customers",
        10,
        queries.count_in_hand,
        actions.hand_over_customers,
        actions.take_customers_back,
        access.list_parts,
    ),
    *actions.MERGINGS,
    merging_of("customer"),
    Hook("on_new_day", "customers.roll_over", actions.roll_over),
    Hook("on_unit_closed", "customers.homes", actions.close_unit_homes),
)  # fmt: skip
register_import(importing.KIND)
