"""Headcount: a unit and those below it by what people are described by, as of a day, and month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.kernel.errors import N_, NotAllowed, RuleBroken
from qiao.kernel.period import Month
from qiao.org import access, queries
from qiao.org.core.headcount import MonthOfStaff, roll_up
from qiao.org.core.register import AGE, EDUCATION, EMPLOYMENT
from qiao.runtime import figures
from qiao.runtime.charts import Chart, Series
from qiao.runtime.i18n import pick, say
from qiao.runtime.listing import Column, Filter, Listing, render_list
from qiao.runtime.requests import Request

from .register import read_day

BY_LABELS = {
    "employment": N_("Employment kind"),
    "education": N_("Education"),
    "role": N_("Role type"),
    "age": N_("Age band"),
    "grade": N_("Grade"),
}
MONTHS = 24
PARTS = {"employment": "employment", "education": "education", "grade": "grade_then", "age": "personal"}


@dataclass(frozen=True, slots=True)
class Part:
    """A unit below (with all below it), or the unit itself without them."""

    unit_id: int
    name: str
    itself: bool


@dataclass(frozen=True)
class Headcount:
    """Staff of a unit counted.

    Attributes:
        unit_id: The unit.
        on: The day.
        by: What it is counted by.
        values: Values in order with their names; None for what is not noted.
        parts: Rows.
        counts: People by (unit, value); for the unit itself by (−unit, value).
    """

    unit_id: int
    on: date
    by: str
    values: tuple[tuple[Any, str], ...]
    parts: tuple[Part, ...]
    counts: Mapping[tuple[int, Any], int]

    def count(self, part: Part, value: Any) -> int:
        """People of a row and a value."""
        return self.counts.get((-part.unit_id if part.itself else part.unit_id, value), 0)

    def total(self, value: Any) -> int:
        """People of the whole unit with a value."""
        return self.counts.get((self.unit_id, value), 0)


def find_unit(viewer: Any, asked: str) -> int:
    """The unit asked for, or the topmost in the viewer's reach.

    Raises:
        NotAllowed: The right is missing, or reaches no unit.
        NotFound: It is out of reach.
    """
    viewer.check("org.view")
    if asked.isdecimal() and len(asked) < 19:
        unit: int = access.get_visible_unit(viewer, int(asked)).pk
        access.check_unit_in_scope(viewer, "org.view", unit)
        return unit
    tree, scope = queries.get_tree(), viewer.scope("org.view")
    for unit_id, _depth in tree.walk():
        if scope.allows(unit_id=unit_id):
            return unit_id
    raise NotAllowed("org.view")


def count(viewer: Any, *, unit_id: int, by: str, on: date) -> Headcount:
    """Staff of a unit as of a day.

    Raises:
        NotAllowed: Ages are asked for by who may not know whose they are.
        RuleBroken: There is nothing of this name to count by.
    """
    if by not in queries.STAFF_BY:
        raise RuleBroken(N_("There is nothing of this name to count by."), code="count_by", field="by")
    if by == "age":
        access.check_age_bands(viewer)
    tree = queries.get_tree(on)
    counted = queries.count_staff(access.visible_staff(viewer, on), by, on)
    totals = dict(roll_up(tree, counted))
    totals |= {(-unit, value): n for unit, value, n in counted if unit == unit_id}
    here = {value for unit, value in totals if abs(unit) == unit_id}
    names = {value: name for value, name in _names(by).items() if value in here}
    # A word put out of use still names whoever it describes; a value nobody names stands by its own text.
    names |= {value: str(value) for value in here if value is not None and value not in names}
    values = (*names.items(), *([(None, _("Not noted"))] if None in here else []))
    children = [u for u in tree.children(unit_id) if viewer.scope("org.view").allows(unit_id=u)]
    parts = [Part(u, queries.unit_name(tree, u), False) for u in children]
    own = queries.unit_name(tree, unit_id)
    parts.append(Part(unit_id, f"{own} · {_('itself')}" if children else own, True))
    return Headcount(unit_id, on, by, values, tuple(parts), totals)


def _names(by: str) -> dict[Any, str]:
    if by == "role":
        return {role.pk: pick(role.name_zh, role.name_en) for role in queries.list_role_types()}
    if by == "grade":
        return {code: code for code in queries.list_grade_codes()}
    return dict(queries.word_names({"employment": EMPLOYMENT, "education": EDUCATION, "age": AGE}[by]))


def drill(found: Headcount, value: Any, part: Part | None = None) -> str:
    """The register narrowed to the people behind a figure."""
    asked: dict[str, Any] = {"on": found.on.isoformat()}
    unit = part.unit_id if part else found.unit_id
    asked |= {"at": unit} if part and part.itself else {"unit": unit}
    if value is not None:
        asked[found.by] = value
    elif found.by in PARTS:
        asked["none"] = PARTS[found.by]
    return f"{reverse('org:register')}?{urlencode(asked)}"


def headcount(request: Request) -> HttpResponseBase:
    """Headcount of a unit: a chart, the parts as a table, the months."""
    viewer = request.viewer
    on = read_day(request.GET.get("on", ""))
    unit_id = find_unit(viewer, request.GET.get("unit", ""))
    found = count(viewer, unit_id=unit_id, by=request.GET.get("by_what") or "employment", on=on)
    months = months_of(viewer, unit_id, on)
    year = [row for row in months if row.month.year == on.year]
    context = {
        "unit_id": unit_id, "unit_name": queries.unit_name(queries.get_tree(on), unit_id), "on": on, "by": found.by,
        "units": _unit_choices(request), "choices": [(c, say(n)) for c, n in _by_choices(viewer)],
        "all": sum(found.total(value) for value, _name in found.values), "drill_all": drill_all(found),
        "joined": sum(row.joined for row in year), "left": sum(row.left for row in year), "year": str(on.year),
        "chart": chart_of(found), "trend": trend_of(months), "empty": not found.values,
    }  # fmt: skip
    return render_list(
        request,
        _listing(found),
        _rows(found),
        title=_("Headcount"),
        template="org/headcount.html",
        context=context,
    )


def drill_all(found: Headcount) -> str:
    """Everybody of the unit."""
    asked = urlencode({"on": found.on.isoformat(), "unit": found.unit_id})
    return f"{reverse('org:register')}?{asked}"


def months_of(viewer: Any, unit_id: int, on: date) -> list[MonthOfStaff]:
    """Joiners, leavers and headcount of the months up to a day's."""
    last, scope = Month.containing(on), viewer.scope("org.view")
    units = [u for u in queries.get_tree(on).descendants(unit_id) if scope.allows(unit_id=u)]
    return queries.follow_staff(units, list(Month.range(last - (MONTHS - 1), last)))


def _by_choices(viewer: Any) -> list[tuple[str, str]]:
    return [(c, n) for c, n in BY_LABELS.items() if c != "age" or access.may_know_ages(viewer)]


def _unit_choices(request: Request) -> list[tuple[Any, str]]:
    tree, scope = queries.get_tree(), request.viewer.scope("org.view")
    return [(u, "　" * d + queries.unit_name(tree, u)) for u, d in tree.walk() if scope.allows(unit_id=u)]


def chart_of(found: Headcount) -> Chart | None:
    """The unit by value; each bar leads to the people behind it."""
    if not found.values:
        return None
    return Chart(
        _("Staff by %(by)s, %(day)s") % {"by": say(BY_LABELS[found.by]), "day": figures.day(found.on)},
        [name for _value, name in found.values],
        [Series(_("People"), [found.total(value) for value, _name in found.values])],
        kind="bars",
        unit=_("people"),
        links=[drill(found, value) for value, _name in found.values],
        axis=say(BY_LABELS[found.by]),
        height="small",
    )


def trend_of(months: Sequence[MonthOfStaff]) -> Chart:
    """Who joined and left, month by month."""
    return Chart(
        _("Joined and left by month"),
        [figures.month(str(row.month)) for row in months],
        [
            Series(_("Joined"), [row.joined for row in months]),
            Series(_("Left"), [row.left for row in months], role="comparison"),
        ],
        kind="bars",
        unit=_("people"),
        axis=_("Month"),
        height="small",
    )


def _listing(found: Headcount) -> Listing:
    def link(value: Any) -> Any:
        return lambda row: row["links"][value] if row[_code(value)] else ""

    columns = [
        Column("name", _("Unit"), "name", link=lambda row: row["url"]),
        Column("all", _("All"), "all", kind="number", link=lambda row: row["links"]["all"], phone="value"),
    ]
    columns += [
        Column(_code(value), name, _code(value), kind="number", link=link(value), phone="line")
        for value, name in found.values
    ]
    filters = (
        Filter("unit", gettext_lazy("Unit"), choices=_unit_choices, apply=_as_it_is, shown=False),
        Filter("by_what", gettext_lazy("Counted by"), choices=tuple(BY_LABELS.items()), apply=_as_it_is, shown=False),
        Filter("on", gettext_lazy("As of"), choices=_asked_day, apply=_as_it_is, shown=False),
    )  # fmt: skip
    return Listing(
        code=f"headcount_{found.by}",
        columns=tuple(columns),
        filters=filters,
        key="unit",
        export_right="org.export",
        empty_title=_("Nobody in sight"),
        empty_text=_("People with a main post at the unit are counted here."),
        empty_icon="users",
    )


def _as_it_is(rows: Any, _value: Any) -> Any:
    return rows


def _asked_day(request: Request) -> list[tuple[Any, str]]:
    return [(request.GET["on"], request.GET["on"])] if request.GET.get("on") else []


def _code(value: Any) -> str:
    return f"v{'' if value is None else value}"


def _rows(found: Headcount) -> list[dict[str, Any]]:
    here = reverse("org:headcount")
    rows = []
    for part in found.parts:
        numbers = {value: found.count(part, value) for value, _name in found.values}
        asked = urlencode({"unit": part.unit_id, "by_what": found.by, "on": found.on.isoformat()})
        at = urlencode({"on": found.on.isoformat(), "at" if part.itself else "unit": part.unit_id})
        rows.append(
            {
                "unit": part.unit_id,
                "name": part.name,
                "url": "" if part.itself else f"{here}?{asked}",
                "all": sum(numbers.values()),
                "links": {
                    "all": f"{reverse('org:register')}?{at}",
                    **{value: drill(found, value, part) for value in numbers},
                },
                **{_code(value): number for value, number in numbers.items()},
            }
        )
    return rows
