"""What people call the values of break-downs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Q

from qiao.customers import policy
from qiao.customers import queries as customers
from qiao.kernel.errors import N_
from qiao.ledger.core.analysis import NONE, REST
from qiao.ledger.core.dimensions import Sort, find_dimension
from qiao.ledger.models import Category, Product
from qiao.ledger.queries.pivoting import REST_ID
from qiao.org import queries as org
from qiao.runtime import clock, figures
from qiao.runtime.i18n import pick, say

CORE = {
    "business": N_("Core by business"),
    "profit": N_("Core by profit"),
    "both": N_("Core by business and profit"),
}
STAGES = {
    "lead": N_("Lead"), "development": N_("Development"), "filing": N_("Filing"), "credit": N_("Credit grading"),
    "service": N_("Service"), "warning": N_("Warning"), "retention": N_("Retention"), "won_back": N_("Won back"),
    "lost": N_("Lost"),
}  # fmt: skip
_WITHOUT = {
    Sort.UNIT: N_("without unit"),
    Sort.PERSON: N_("without account manager"),
    Sort.TIER: N_("without tier"),
    Sort.SEGMENT: N_("without segment"),
    Sort.CORE: N_("outside the core"),
    Sort.CATEGORY: N_("without category"),
    Sort.PRODUCT: N_("without product"),
}


def name_keys(values: Mapping[str, Iterable[Any]]) -> dict[str, dict[Any, str]]:
    """Names of values by break-down, a query a kind of record."""
    found = {}
    for code, keys in values.items():
        dimension = find_dimension(code)
        if dimension is None:
            continue
        known = [key for key in keys if key not in (None, NONE, REST, REST_ID)]
        names = {key: str(key) for key in known} | _NAMES[dimension.sort](known)
        without = say(_WITHOUT.get(dimension.sort, N_("not stated")))
        rest = say(N_("The rest"))
        found[code] = {**names, None: without, NONE: without, REST: rest, REST_ID: rest}
    return found


def tier_names() -> dict[str, str]:
    """What the articles in force call the tiers, in their order."""
    return policy.names_of("tier", clock.today())


def segment_names() -> dict[str, str]:
    """What the articles in force call the segments."""
    return policy.names_of("segment", clock.today())


def stage_names() -> dict[str, str]:
    """What the rulebook calls the stages of the life cycle, the usual words where it names none."""
    norms = policy.stage_norms(clock.today())
    named = {code: pick(norm.title.zh, norm.title.en) for code, norm in norms.items()}
    return {code: say(label) for code, label in STAGES.items()} | named


def core_names() -> dict[str, str]:
    """What the parts of the core are called."""
    return {code: say(label) for code, label in CORE.items()}


def without_name(code: str) -> str:
    """What is called what has no value of a break-down."""
    dimension = find_dimension(code)
    return say(_WITHOUT.get(dimension.sort, N_("not stated")) if dimension else "")


def list_items(kind: str, text: str, most: int) -> list[tuple[int, str]]:
    """Categories or products whose name or code holds a text."""
    model: Any = {"category": Category, "product": Product}[kind]
    rows = model.objects.order_by("code")
    if text:
        rows = rows.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text))
    return [(pk, pick(zh, en)) for pk, zh, en in rows.values_list("id", "name_zh", "name_en")[:most]]


def _of(model: type[Any]) -> Callable[[list[Any]], dict[Any, str]]:
    def names(ids: list[Any]) -> dict[Any, str]:
        rows = model.objects.filter(pk__in=ids).values_list("id", "name_zh", "name_en") if ids else ()
        return {pk: pick(zh, en) for pk, zh, en in rows}

    return names


_NAMES: dict[Sort, Callable[[list[Any]], dict[Any, str]]] = {
    Sort.UNIT: lambda ids: org.unit_names(ids),
    Sort.PERSON: lambda ids: org.people_names(ids),
    Sort.CUSTOMER: lambda ids: customers.customer_names(ids),
    Sort.CATEGORY: _of(Category),
    Sort.PRODUCT: _of(Product),
    Sort.TIER: lambda codes: tier_names(),
    Sort.SEGMENT: lambda codes: segment_names(),
    Sort.STAGE: lambda codes: stage_names(),
    Sort.CORE: lambda codes: core_names(),
    Sort.WORD: lambda words: {},
    Sort.PERIOD: lambda names: {name: figures.period(name) for name in names},
}
