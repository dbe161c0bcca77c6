"""A customer's file on paper."""

from typing import Any

from qiao.kernel.errors import N_
from qiao.org import queries as org
from qiao.runtime import clock, figures
from qiao.runtime.contributions import Sheet
from qiao.runtime.i18n import say
from qiao.runtime.protection import shown

from . import access, policy, queries


def list_sheets(viewer: Any, pk: int) -> list[Sheet]:
    """Who the customer is, whom one speaks to, where he is, who serves him, under which contracts."""
    row = access.get_visible(viewer, pk)
    return [_file(viewer, row), _contacts(viewer, pk), _sites(pk), _service(pk), _contracts(pk)]


def _heads(*texts: str) -> list[str]:
    return [say(text) for text in texts]


def _file(viewer: Any, row: Any) -> Sheet:
    segments = policy.names_of("segment", clock.today())
    pairs = [
        (N_("Customer number"), row.code),
        (N_("Short name"), row.short_name),
        (N_("Segment"), segments.get(row.segment, row.segment)),
        (N_("Industry"), row.industry),
        (N_("Kind"), row.kind),
        (N_("Home unit"), org.unit_name(org.get_tree(), row.home_unit_id)),
        (N_("Account manager"), row.primary.name if row.primary else ""),
        (N_("Deputy"), row.deputy.name if row.deputy else ""),
        (N_("Customer since"), figures.day(row.starts_on)),
        (N_("Phone"), shown(viewer, "customer.phone", row.phone)),
        (N_("Tax number"), shown(viewer, "customer.tax_number", row.tax_number)),
    ]
    return Sheet(
        say(N_("Customer file")), [(say(label), str(value or figures.MISSING)) for label, value in pairs]
    )


def _contacts(viewer: Any, pk: int) -> Sheet:
    rows = [
        (
            one.name,
            one.title,
            shown(viewer, "contact.phone", one.phone),
            shown(viewer, "contact.email", one.email),
        )
        for one in queries.list_contacts(pk)
    ]
    heads = _heads(N_("Name"), N_("Title"), N_("Phone"), N_("E-mail"))
    return Sheet(say(N_("People at the customer")), heads=heads, rows=rows)


def _sites(pk: int) -> Sheet:
    rows = [(one.name, one.address) for one in queries.list_sites(pk)]
    return Sheet(say(N_("Sites")), heads=_heads(N_("Name"), N_("Address")), rows=rows)


def _service(pk: int) -> Sheet:
    roles = {"primary": say(N_("Account manager")), "deputy": say(N_("Deputy"))}
    rows = [
        (
            roles.get(one.role, one.role),
            one.person.name,
            figures.day(one.starts_on),
            figures.day(one.ends_before),
        )
        for one in queries.list_assignments(pk)
    ]
    heads = _heads(N_("Role"), N_("Person"), N_("Starts on"), N_("Until before"))
    return Sheet(say(N_("Who serves")), heads=heads, rows=rows)


def _contracts(pk: int) -> Sheet:
    rows = [
        (
            one.number, one.title, figures.day(one.starts_on), figures.day(one.ends_before),
            figures.MISSING if one.amount_yuan is None else figures.money(one.amount_yuan),
        )
        for one in queries.list_contracts(pk)
    ]  # fmt: skip
    heads = _heads(
        N_("Contract number"), N_("Contract title"), N_("Starts on"), N_("Until before"), N_("Amount in yuan")
    )
    return Sheet(say(N_("Contracts")), heads=heads, rows=rows)


def contract_sheets(viewer: Any, pk: int) -> list[Sheet]:
    """What a contract says."""
    row = access.get_contract(viewer, pk)
    pairs = [
        (N_("Customer"), row.customer.name),
        (N_("Contract number"), row.number),
        (N_("Kind"), row.kind or figures.MISSING),
        (N_("Amount in yuan"), figures.money(row.amount_yuan)),
        (N_("Starts on"), figures.day(row.starts_on)),
        (N_("Until before"), figures.day(row.ends_before)),
        (N_("Terms"), row.terms or figures.MISSING),
    ]
    return [Sheet(say(N_("Contract")), [(say(label), value) for label, value in pairs])]
