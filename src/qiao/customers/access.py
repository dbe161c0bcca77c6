"""Which customers a person may see or change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from qiao.customers.core.duplicates import (
    DuplicatePolicy,
    Likeness,
    Marks,
    masked_name,
    score_likeness,
)
from qiao.customers.core.pool import PoolPolicy, PoolReach
from qiao.kernel.errors import N_, NotAllowed, NotFound
from qiao.org import queries as org
from qiao.org.access import Viewer
from qiao.runtime.contributions import Reach
from qiao.work.access import get_notice

from . import queries
from .models import Customer, DuplicatePair

MERGE = "customers.merge"
CLAIM = "pool.claim"
PERSONAL = "customers.personal"
# Protected fields of a file and of a person at a customer: name of the field → code.
PROTECTED_FIELDS = {"phone": "customer.phone", "tax_number": "customer.tax_number"}
PROTECTED_OF_CONTACT = {"phone": "contact.phone", "email": "contact.email"}
MOST_SHOWN = 10
NO_LIKENESS = Likeness(Decimal(0), ())


def visible(viewer: Viewer, right: str = "customers.view") -> QuerySet[Any]:
    """Customers a person may see under a right: today's home unit and today's assignment decide."""
    return queries.all_customers().filter(viewer.scope(right).as_q())


def search(rows: QuerySet[Any], text: str, viewer: Viewer) -> QuerySet[Any]:
    """Customers that hold a typed text; a phone the viewer reads masked is found whole only, a hidden one not at all."""
    return queries.search(rows, text, viewer.sight(PROTECTED_FIELDS["phone"]))


def search_contracts(rows: QuerySet[Any], text: str, viewer: Viewer) -> QuerySet[Any]:
    """Contracts whose number, title or customer holds a typed text, phones as in :func:`search`."""
    return queries.search_contracts(rows, text, viewer.sight(PROTECTED_FIELDS["phone"]))


def contracts_among(viewer: Viewer, ids: Sequence[int]) -> list[Any]:
    """Which of these contracts belong to customers in scope."""
    return queries.contracts_by_id(visible(viewer), ids)


def get_contract(viewer: Viewer, contract_id: int) -> Any:
    """One contract of a customer in scope.

    Raises:
        NotAllowed: The right is missing.
        NotFound: There is none, or its customer is out of scope.
    """
    viewer.check("customers.view")
    for found in contracts_among(viewer, [contract_id]):
        return found
    raise NotFound


def get_visible(viewer: Viewer, customer_id: int, right: str = "customers.view") -> Any:
    """One customer in scope.

    Raises:
        NotFound: There is none, or it is out of scope: the two look the same.
    """
    customer = queries.find_customer(visible(viewer, right), customer_id)
    if customer is None:
        raise NotFound
    return customer


def get_changeable(viewer: Viewer, customer_id: int, right: str = "customers.edit") -> Any:
    """One customer the person may change.

    Raises:
        NotFound: It is out of sight.
        NotAllowed: It is in sight, but the right is not held or does not reach it.
    """
    customer = get_visible(viewer, customer_id)
    if not can_change(viewer, customer, right):
        raise NotAllowed(right)
    return customer


def can_change(viewer: Viewer, customer: Any, right: str = "customers.edit") -> bool:
    """Whether the right reaches this customer."""
    return viewer.scope(right).allows(
        unit_id=customer.home_unit_id, person_ids=(customer.primary_id, customer.deputy_id)
    )


def changeable_among(viewer: Viewer, ids: Sequence[int], right: str = "customers.edit") -> set[int]:
    """Which of these customers the viewer sees and the right reaches."""
    rows = visible(viewer).filter(viewer.scope(right).as_q(), pk__in=list(ids))
    return set(rows.order_by().values_list("pk", flat=True))


def refused_edits(viewer: Viewer, ids: Sequence[int]) -> dict[int, str]:
    """Customers whose file the viewer may not change, each with the reason."""
    reached = changeable_among(viewer, ids)
    return {
        pk: N_("Your right to change files does not reach this customer.") for pk in ids if pk not in reached
    }


def followed(viewer: Viewer) -> QuerySet[Customer]:
    """Customers whose notices the viewer follows: a manager those he serves, others all in reach."""
    viewer.check("customers.view")
    rows = visible(viewer)
    return queries.served_by(rows, viewer.person_id) if viewer.profile == "manager" else rows


def notice_customers(viewer: Viewer, notice_id: int) -> QuerySet[Customer]:
    """Customers a notice for customers concerns, in the viewer's reach. Raises NotFound."""
    if not get_notice(viewer, notice_id).for_customers:
        raise NotFound
    return followed(viewer)


def check_all_among(rows: QuerySet[Customer], ids: Iterable[int]) -> None:
    """Refuse when one of the customers is not among these. Raises NotFound."""
    wanted = set(ids)
    if not wanted or rows.filter(pk__in=wanted).count() != len(wanted):
        raise NotFound


def list_parts(viewer: Viewer, person_id: int, on: date) -> list[tuple[str, str]]:
    """Customers of a person who leaves that the viewer may give to whom he chooses: key and name."""
    rows = queries.served_on(visible(viewer, "assignments.change"), person_id, on).order_by("code")
    return [(f"customer:{pk}", f"{code} {name}") for pk, code, name in rows.values_list("pk", "code", "name")]


def visible_survivor(viewer: Viewer, customer_id: int) -> int:
    """Who stands for a merged customer, in sight. Raises NotFound when it is not merged, or he is out of sight."""
    survivor_id = queries.find_survivor_id(customer_id)
    if survivor_id is None:
        raise NotFound
    return int(get_visible(viewer, survivor_id).pk)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A file that looks like another. Out of the viewer's reach its name is partly hidden and it has no address.

    Attributes:
        pk: For links; None out of reach.
        unit: Home unit, whom to ask.
        likeness: How alike, and in what.
        stored_pk: For what is stored of the pair; never shown.
    """

    pk: int | None
    name: str
    code: str
    unit: Any
    likeness: Likeness
    stored_pk: int


def look_alikes(
    viewer: Viewer, marks: Marks, policy: DuplicatePolicy | None, *, besides: int | None = None
) -> list[LookAlike]:
    """Files of the whole enterprise that look like one being entered, most alike first; none without policy."""
    if policy is None:
        return []
    ids = queries.list_candidates(marks, policy) - {besides}
    scored = [
        (row, likeness)
        for row, other in queries.list_with_marks(ids)
        if (likeness := score_likeness(marks, other, policy)).points >= policy.warn_from_points
    ]
    scored.sort(key=lambda pair: (-pair[1].points, pair[0].pk))
    return [show_masked(viewer, row, likeness) for row, likeness in scored[:MOST_SHOWN]]


def show_masked(viewer: Viewer, row: Any, likeness: Likeness) -> LookAlike:
    """A file as the viewer may see it beside another."""
    if can_change(viewer, row, "customers.view"):
        return LookAlike(row.pk, row.name, row.code, row.home_unit, likeness, row.pk)
    return LookAlike(None, masked_name(row.name), "", row.home_unit, likeness, row.pk)


def look_alikes_of_rows(
    viewer: Viewer, rows: Sequence[Mapping[str, Any]], policy: DuplicatePolicy | None
) -> list[tuple[int, int | None, LookAlike | None]]:
    """Rows of an import that look like a file of the register or like another row.

    Returns:
        (place of the row from 0, place of the other row or None, file as the viewer may see it or None), by row.
    """
    if policy is None or not rows:
        return []
    with transaction.atomic():
        queries.lay_out_pairs(policy, rows)
        scored = (
            (pair, score_likeness(pair.one, pair.other, policy))
            for chunk in queries.stream_pairs()
            for pair in chunk
        )
        alike = [(p.first, p.second, how) for p, how in scored if how.points >= policy.warn_from_points]
        queries.drop_pairs()
    known = {row.pk: row for row in queries.list_customers_by_id({b for _a, b, _how in alike if b > 0})}
    found = [
        (-a - 1, -b - 1, None) if b < 0 else (-a - 1, None, show_masked(viewer, known[b], how))
        for a, b, how in alike
    ]
    return sorted(found, key=lambda one: (one[0], one[1] or 0))


def visible_pairs(viewer: Viewer) -> QuerySet[DuplicatePair]:
    """Suspected pairs with at least one file in reach."""
    return queries.pairs_within(viewer.scope("customers.view"))


def get_decidable_pair(viewer: Viewer, pair_id: int) -> DuplicatePair:
    """A pair of which the right to merge reaches both files.

    Raises:
        NotFound: Neither is in sight.
        NotAllowed: The right does not reach both.
    """
    pair = visible_pairs(viewer).filter(pk=pair_id).first()
    if pair is None:
        raise NotFound
    if not (can_change(viewer, pair.first, MERGE) and can_change(viewer, pair.second, MERGE)):
        raise NotAllowed(MERGE)
    return pair


def get_two_to_merge(viewer: Viewer, survivor_id: int, merged_id: int) -> tuple[Any, Any]:
    """Two files the right to merge reaches. Raises NotFound, NotAllowed."""
    return get_changeable(viewer, survivor_id, MERGE), get_changeable(viewer, merged_id, MERGE)


def _pool_units(viewer: Viewer, policy: PoolPolicy | None, on: date) -> list[int] | None:
    """Home units whose customers a person finds in the pool; None for all."""
    viewer.check(CLAIM)
    if policy is None or not policy.is_on:
        return []
    if policy.reach == PoolReach.ENTERPRISE or viewer.scope(CLAIM).everything:
        return None
    tree = org.get_tree(on)
    if viewer.unit_id is None or viewer.unit_id not in tree.nodes:
        return []
    chain = tree.ancestors(viewer.unit_id)
    top = chain[1] if policy.reach == PoolReach.UNIT_ABOVE and len(chain) > 1 else chain[0]
    return list(tree.descendants(top))


def visible_pool(viewer: Viewer, policy: PoolPolicy | None, on: date) -> QuerySet[Any]:
    """Customers nobody is account manager of that a person finds in the pool; none where there is no pool."""
    return queries.pool_customers(_pool_units(viewer, policy, on), on)


def may_claim(viewer: Viewer) -> bool:
    """Whether a person serves customers himself: only who does claims them."""
    if viewer.person_id is None or not viewer.can(CLAIM):
        return False
    return bool(org.list_serving_people().filter(pk=viewer.person_id).exists())


def check_claimable(
    viewer: Viewer, customer_ids: Iterable[int], policy: PoolPolicy | None, on: date
) -> list[int]:
    """Customers of the pool a person may claim, by id; those somebody claimed today are told so by the claim itself.

    Raises:
        NotAllowed: He serves no customers.
        NotFound: One of them is not of his pool.
    """
    if not may_claim(viewer):
        raise NotAllowed(CLAIM)
    units, ids = _pool_units(viewer, policy, on), sorted(set(customer_ids))
    if not ids or queries.count_claimable(ids, units, on) != len(ids):
        raise NotFound
    return ids


def get_personal(viewer: Viewer, customer_id: int, contact_id: int) -> tuple[Any, Any]:
    """A customer and a person at it whose personal data are in reach. Raises NotFound, NotAllowed."""
    customer = get_changeable(viewer, customer_id, PERSONAL)
    return customer, queries.get_contact(customer.pk, contact_id)


def personal_reads(viewer: Viewer) -> QuerySet[Any]:
    """Who read personal data, for auditors. Raises NotAllowed."""
    viewer.check("audit.view")
    return queries.list_personal_reads()


def read_of_file(name: str) -> Callable[[Viewer, int], str]:
    """A function that reads one field of a customer in sight, for who opens it."""

    def read(viewer: Viewer, customer_id: int) -> str:
        return str(getattr(get_visible(viewer, customer_id), name))

    return read


def read_of_contact(name: str) -> Callable[[Viewer, int], str]:
    """A function that reads one field of a person at a customer in sight, for who opens it."""

    def read(viewer: Viewer, contact_id: int) -> str:
        customer = get_visible(viewer, queries.customer_of_contact(contact_id))
        return str(getattr(queries.get_contact(customer.pk, contact_id), name))

    return read


def reach_of(customer_id: int) -> Reach:
    """Where a customer stands: its home unit, and who serves it. Raises NotFound."""
    row = queries.find_customer(queries.all_customers(), customer_id)
    if row is None:
        raise NotFound
    serving = ((N_("Account manager"), row.primary_id), (N_("Deputy"), row.deputy_id))
    people = tuple((label, person) for label, person in serving if person is not None)
    units = (row.home_unit_id,) if row.home_unit_id else ()
    return Reach("customers.view", "customers.edit", units, people)
