"""The list of managers' loads, declared once."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qiao.org import queries as org
from qiao.runtime.listing import Column, Filter, Listing


def _units(request: Any) -> list[tuple[Any, str]]:
    viewer = request.viewer
    tree, scope = org.get_tree(), viewer.scope("rating.view")
    seen = [(u, d) for u, d in tree.walk() if scope.everything or u in scope.unit_ids]
    top = min((d for _u, d in seen), default=0)
    return [(unit, "　" * (depth - top) + org.unit_name(tree, unit)) for unit, depth in seen]


def _below(rows: Any, unit_id: int) -> Any:
    return rows.filter(unit_id__in=org.get_tree().descendants(unit_id))


LOADS = Listing(
    code="loads",
    columns=(
        Column("person", _("Account manager"), "person__name", sort="person__pinyin"),
        Column("unit", _("Unit"), ("unit__name_zh", "unit__name_en"), sort="", phone="line"),
        Column("accounts", _("Accounts"), "accounts", kind="number", phone="line"),
        Column(
            "load", _("Load"), "load", kind="share", phone="value", hint=_("100 % is a manager exactly full by the ratios in force"),
            why=lambda row: reverse("rating:load_why", args=[row["id"]]),
        ),
        Column(
            "over", _("State"), lambda row: _("over") if row["is_over"] else _("within"), kind="badge", needs=("is_over",),
            tone=lambda row: "bad" if row["is_over"] else "good", phone="badge",
        ),
        Column("unread", _("Without ratio"), "unread", kind="number", hint=_("Accounts whose tier or figure is missing")),
    ),
    filters=(
        Filter("unit", _("Unit"), apply=_below, choices=_units, convert=int),
        Filter("over", _("Over"), kind="yes_no", path="is_over"),
    ),
    sort="-load",
    export_right="customers.export",
    empty_title=_("No loads yet"),
    empty_text=_("The monthly close reads how full every account manager is by the staffing ratios in force."),
    empty_icon="scale",
)  # fmt: skip
