"""Lists of directories, declared once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qiao.kernel.errors import N_
from qiao.org import queries
from qiao.org.core.directory import words
from qiao.runtime.i18n import pick, say
from qiao.runtime.listing import Column, Filter, Listing
from qiao.runtime.listing.declare import Row
from qiao.runtime.protection import shown

SHOWN = ("number", "name", "phone", "email")
PROTECTED = {"phone": "person.phone", "email": "person.email"}


def say_values(viewer: Any, values: Mapping[str, Sequence[str]]) -> str:
    """What differs, in words, as far as the viewer may read it."""
    parts = []
    for name in SHOWN:
        if name in values:
            here, there = (_seen(viewer, name, value) for value in values[name])
            parts.append(f"{say(words.FIELDS[name])} {f'{here} → ' if here else ''}{there}")
    return " · ".join(parts)


def _seen(viewer: Any, name: str, value: str) -> str:
    return str(shown(viewer, PROTECTED[name], value)) if name in PROTECTED else value


def _differences(viewer: Any, keys: Sequence[Any]) -> dict[Any, str]:
    found = {}
    for row in queries.rows_by_id(keys):
        parts = [say_values(viewer, row.values)] if row.values else []
        if row.unit_to is not None:
            there = pick(row.unit_to.name_zh, row.unit_to.name_en)
            here = f"{pick(row.unit_from.name_zh, row.unit_from.name_en)} → " if row.unit_from else ""
            parts.insert(0, f"{say(N_('Unit'))} {here}{there}")
        found[row.pk] = " · ".join(parts)
    return found


def _person(row: Row) -> str:
    return reverse("org:person", args=[row["person_id"]]) if row["person_id"] else ""


ROWS = Listing(
    code="directory_rows",
    columns=(
        Column("name", _("Name"), "name", sort="", link=_person, needs=("person_id",)),
        Column(
            "kind", _("Kind"), lambda row: say(words.KINDS[row["kind"]]), kind="badge", needs=("kind",),
            tone=lambda row: words.TONES[row["kind"]], phone="badge",
        ),
        Column(
            "why", _("Why"), lambda row: say(words.REASONS[row["reason"]], {"about": row["about"]}),
            needs=("reason", "about"),
            wraps=True, phone="line",
        ),
        Column(
            "difference", _("Here → there"), lambda row: row["difference"], sort="", gather=_differences, wraps=True, phone="line"
        ),
        Column("member", _("User id there"), "member", sort="", phone="line"),
        Column("place", _("Order"), "place", shown=False),
    ),
    filters=(
        Filter("kind", _("Kind"), path="kind", choices=tuple(words.KINDS.items())),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    search_hint=_("Name"),
    sort="place",
    empty_title=_("Nothing to do"),
    empty_text=_("The directory and the register agree, or nothing was compared yet."),
    empty_icon="checks",
)  # fmt: skip


def _department(row: Row) -> str:
    return reverse("org:department", args=[row["directory"], row["id"]])


def _treated(row: Row) -> str:
    if row["treatment"] == "unit":
        return pick(row["unit__name_zh"], row["unit__name_en"])
    return say(words.TREATMENTS[row["treatment"]])


DEPARTMENTS = Listing(
    code="directory_departments",
    columns=(
        Column("name", _("Department there"), "name", link=_department, needs=("directory", "id")),
        Column("id", _("Department id"), "department", sort="", phone="line"),
        Column(
            "treated", _("Unit here"), _treated, needs=("treatment", "unit__name_zh", "unit__name_en"), kind="badge",
            tone=lambda row: {"": "warn", "out": "neutral"}.get(row["treatment"], "good"), phone="badge",
        ),
    ),
    filters=(
        Filter(
            "said", _("What is said"), apply=lambda rows, value: rows.filter(treatment="" if value == "open" else value),
            choices=(
                ("open", words.TREATMENTS[""]), ("unit", words.TREATMENTS["unit"]), ("above", words.TREATMENTS["above"]),
                ("out", words.TREATMENTS["out"]),
            ),
        ),
    ),
    search=lambda rows, text: rows.filter(name__icontains=text),
    search_hint=_("Name"),
    sort="name",
    empty_title=_("No departments yet"),
    empty_text=_("A dry run reads them; then each is given its unit."),
    empty_icon="sitemap",
)  # fmt: skip
