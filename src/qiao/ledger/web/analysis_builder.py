"""The builder of an analysis: what may be chosen, with the address each choice leads to."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.customers import queries as customers
from qiao.customers.access import search as find_customers
from qiao.kernel.errors import NotFound
from qiao.kernel.period import Month
from qiao.ledger import access
from qiao.ledger.core.analysis import NONE, Analysis
from qiao.ledger.core.catalogue import CATALOGUE
from qiao.ledger.core.dimensions import DIMENSIONS, Dimension, Sort, find_dimension, is_known_by
from qiao.ledger.core.mailing import EVERY
from qiao.ledger.pivot_showing import dimension_name, level_kinds
from qiao.ledger.queries import labels
from qiao.ledger.queries.cubes import newest_closed
from qiao.ledger.writing import name_of
from qiao.org import queries as org
from qiao.org.access import search_people as find_people
from qiao.runtime import figures

MOST_OFFERED = 60
BY = {
    "month": gettext_lazy("Month"), "quarter": gettext_lazy("Quarter"), "half": gettext_lazy("Half-year"),
    "year": gettext_lazy("Year"),
}  # fmt: skip
COMPARE = {
    "": gettext_lazy("nothing"), "before": gettext_lazy("the period before"), "year": gettext_lazy("a year before"),
    "average": gettext_lazy("the average of the lines"),
}  # fmt: skip
CHART = {
    "": gettext_lazy("what suits"), "line": gettext_lazy("Lines"), "bar": gettext_lazy("Bars"),
    "stacked": gettext_lazy("Stacked"), "heat": gettext_lazy("Heat map"), "none": gettext_lazy("No chart"),
}  # fmt: skip
SORT = {
    "value": gettext_lazy("largest first"), "-value": gettext_lazy("smallest first"),
    "change": gettext_lazy("risen most first"), "-change": gettext_lazy("fallen most first"),
    "name": gettext_lazy("by name"),
}  # fmt: skip
LAST = (1, 2, 3, 4, 6, 8, 12, 13, 18, 24, 36)
TOP = (0, 5, 10, 20, 30, 50, 100)


class SaveForm(forms.Form):
    """A name for the question as it stands."""

    query = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    shared = forms.BooleanField(
        label=gettext_lazy("For all who see figures"),
        required=False,
        help_text=gettext_lazy("Everybody sees it with the figures within his own reach, never with yours."),
    )


class MailForm(forms.Form):
    """How often one gets an analysis."""

    every = forms.ChoiceField(label=gettext_lazy("How often"), choices=EVERY)
    at = forms.TimeField(
        label=gettext_lazy("At"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy(
            "It comes into your inbox and over the channels you chose, with the figures within your reach."
        ),
    )


def choices(asked: Analysis) -> dict[str, Any]:
    """What the builder offers beside the question as it stands."""
    used = asked.dimensions
    offered = offered_dimensions()
    free = [d for d in offered if d.code not in (*asked.rows, *asked.columns)]
    newest = newest_closed()
    return {
        "indicator_chips": [
            _chip(name_of(one), _drop(asked, "indicators", one.code)) for one in _chosen(asked)
        ],
        "row_chips": [_chip(dimension_name(code), _drop(asked, "rows", code)) for code in asked.rows],
        "column_chips": [
            _chip(dimension_name(code), _drop(asked, "columns", code)) for code in asked.columns
        ],
        "more_indicators": [
            (one.code, name_of(one))
            for one in CATALOGUE
            if one.code not in asked.indicators and is_known_by(one, used)
        ],
        "more_dimensions": [(d.code, dimension_name(d.code)) for d in free],
        "more_filters": [("within", dimension_name("within"))]
        + [(d.code, dimension_name(d.code)) for d in offered if d.sort is not Sort.PERIOD],
        "by_choices": [(code, label, code == asked.by) for code, label in BY.items()],
        "last_choices": [
            (n, _("the last %(n)s") % {"n": n}, n == asked.last and not asked.since) for n in _last(asked)
        ],
        "compare_choices": [(code, label, code == asked.compare) for code, label in COMPARE.items()],
        "chart_choices": [(code, label, code == asked.chart) for code, label in CHART.items()],
        "sort_choices": [(code, label, code == asked.sort) for code, label in _sorts(asked)],
        "top_choices": [(n, _("the first %(n)s") % {"n": n} if n else _("all"), n == asked.top) for n in TOP],
        "hidden": hidden(asked),
        "said": say_asked(asked),
        "swapped": replace(asked, rows=asked.columns, columns=asked.rows[:2]).query()
        if asked.columns
        else "",
        "newest": figures.month(newest) if newest else "",
        "month_most": str(newest or Month(2999, 12)),
    }


def say_asked(asked: Analysis) -> str:
    """The question in one line, for when the builder is folded away."""
    parts = [", ".join(name_of(one) for one in _chosen(asked))]
    parts += [", ".join(map(dimension_name, codes)) for codes in (asked.rows, asked.columns) if codes]
    return " · ".join(part for part in parts if part)


def _last(asked: Analysis) -> list[int]:
    return sorted({*LAST, asked.last})


def _sorts(asked: Analysis) -> list[tuple[str, Any]]:
    return [(code, label) for code, label in SORT.items() if asked.compare or "change" not in code]


def _chosen(asked: Analysis) -> list[Any]:
    by_code = {one.code: one for one in CATALOGUE}
    return [by_code[code] for code in asked.indicators]


def _chip(name: str, without: str) -> dict[str, str]:
    return {"name": name, "without": without}


def _drop(asked: Analysis, part: str, code: str) -> str:
    """The question without one of its parts; empty where it would ask nothing."""
    if part == "indicators":
        left = tuple(c for c in asked.indicators if c != code)
        return replace(asked, indicators=left).query() if left else ""
    if part == "rows":
        return replace(asked, rows=tuple(c for c in asked.rows if c != code)).query()
    return replace(asked, columns=tuple(c for c in asked.columns if c != code)).query()


def hidden(asked: Analysis) -> list[tuple[str, str]]:
    """What a form carries along: everything its own fields do not choose."""
    pairs = [("i", code) for code in asked.indicators]
    pairs += [("r", code) for code in asked.rows] + [("c", code) for code in asked.columns]
    return pairs + [(f"f.{code}", value) for code, values in asked.filters.items() for value in values]


def offered_dimensions() -> list[Dimension]:
    """Break-downs there is anything for today."""
    levels = level_kinds()
    return [d for d in DIMENSIONS if not d.code.startswith("unit") or d.code == "unit" or d.code in levels]


def filter_choices(viewer: Any, asked: Analysis, code: str, text: str) -> dict[str, Any]:
    """Values of one break-down, those chosen first.

    Raises:
        NotFound: There is no such break-down.
    """
    dimension = find_dimension(code)
    if dimension is None or dimension.sort is Sort.PERIOD:
        raise NotFound
    chosen = asked.filters.get(code, ())
    named = labels.name_keys({code: [int(v) if dimension.is_whole and v.isdecimal() else v for v in chosen]})[
        code
    ]
    ticked = [(v, named.get(int(v) if dimension.is_whole and v.isdecimal() else v, v)) for v in chosen]
    found = [
        (value, name)
        for value, name in _OFFERED[dimension.sort](viewer, code, text.strip())
        if value not in chosen
    ]
    others = {key: value for key, value in asked.filters.items() if key != code}
    return {
        "name": dimension_name(code),
        "of": code,
        "ticked": ticked,
        "found": found[:MOST_OFFERED],
        "more": len(found) > MOST_OFFERED,
        "searched": dimension.sort in _SEARCHED,
        "q": text,
        "hidden": hidden(replace(asked, filters=others)),
        "rest": [(n, v) for n, v in _single(asked) if v],
    }


def _single(asked: Analysis) -> list[tuple[str, str]]:
    return [("by", asked.by), ("last", "" if asked.since else str(asked.last)), ("since", asked.since),
            ("until", asked.until), ("cmp", asked.compare), ("sort", asked.sort), ("chart", asked.chart),
            ("top", str(asked.top) if asked.top else "")]  # fmt: skip


def _units(viewer: Any, code: str, text: str) -> list[tuple[str, str]]:
    tree, scope = org.get_tree(), viewer.scope(access.VIEW)
    wanted = int(code[4:]) if code.startswith("unit") and code[4:].isdecimal() else None
    seen = [(u, d) for u, d in tree.walk() if scope.everything or u in scope.unit_ids]
    top = min((d for _u, d in seen), default=0)
    names = [(u, d, org.unit_name(tree, u)) for u, d in seen if wanted is None or d + 1 == wanted]
    indent = wanted is None and not text
    return [
        (str(u), ("　" * (d - top) if indent else "") + name)
        for u, d, name in names
        if text.lower() in name.lower()
    ]


def _people(viewer: Any, code: str, text: str) -> list[tuple[str, str]]:
    scope = viewer.scope(access.VIEW)
    people = org.list_serving_people(None if scope.everything else scope.unit_ids)
    if text:
        people = find_people(people, text, viewer)
    own = [] if text or viewer.person_id is None else [(viewer.person_id, viewer.name)]
    rows = list(people.order_by("name").values_list("pk", "name")[: MOST_OFFERED + 1])
    return [(str(pk), name) for pk, name in dict([*own, *rows]).items()]


def _customers(viewer: Any, code: str, text: str) -> list[tuple[str, str]]:
    rows = access.visible_customers(viewer)
    rows = find_customers(rows, text, viewer) if text else rows.order_by("id")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[: MOST_OFFERED + 1]]


def _of_ledger(kind: str) -> Any:
    def offered(viewer: Any, code: str, text: str) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in labels.list_items(kind, text, MOST_OFFERED + 1)]

    return offered


def _words(names: Any) -> Any:
    def offered(viewer: Any, code: str, text: str) -> list[tuple[str, str]]:
        found = [*names().items(), (NONE, labels.without_name(code))]
        return [(value, name) for value, name in found if text.lower() in name.lower()]

    return offered


_OFFERED: dict[Sort, Any] = {
    Sort.UNIT: _units,
    Sort.PERSON: _people,
    Sort.CUSTOMER: _customers,
    Sort.CATEGORY: _of_ledger("category"),
    Sort.PRODUCT: _of_ledger("product"),
    Sort.TIER: _words(labels.tier_names),
    Sort.SEGMENT: _words(labels.segment_names),
    Sort.STAGE: _words(labels.stage_names),
    Sort.CORE: _words(labels.core_names),
    Sort.WORD: _words(lambda: {word: word for word in customers.list_industries()}),
}
_SEARCHED = frozenset({Sort.UNIT, Sort.PERSON, Sort.CUSTOMER, Sort.CATEGORY, Sort.PRODUCT, Sort.WORD})
