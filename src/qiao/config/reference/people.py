"""Rights and the role types an enterprise starts with."""

from qiao.org.core.shipped import ROLE_TYPES
from qiao.runtime.contributions import Right, list_registered

from .markdown import both, code, page, table

_REACH = {
    "self": "customers he serves",
    "unit": "his unit",
    "unit_and_below": "his unit and below",
    "chosen": "chosen units",
    "all": "everything",
}


def rights() -> str:
    """Rights, who holds them, how far each role reaches."""
    held = {
        right.code: [role["code"] for role in ROLE_TYPES if right.code in role["rights"]]
        for right in list_registered(Right)
    }
    rows = [
        [
            code(right.code),
            both(right.label),
            "by data scope" if right.scoped else "whole enterprise",
            ", ".join(held[right.code]) or "—",
        ]
        for right in list_registered(Right)
    ]
    roles = [
        [code(role["code"]), f"{role['name_en']} {role['name_zh']}", role["duties_en"], role["profile"], _REACH[role["scope_kind"]],
         "yes" if role["serves_customers"] else ""]
        for role in ROLE_TYPES
    ]  # fmt: skip
    return page(
        "Roles and rights",
        "What a person may do follows from the posts he holds today; nothing is allowed that no post grants. "
        "The reach of a right is the data scope of the post, for lists, pages, exports, jobs and API alike.",
        "## Role types\n\nRows an enterprise starts with; they are data and may be changed.",
        table(["code", "name", "duties", "home page", "data scope", "serves customers"], roles),
        "## Rights",
        table(["right", "what it allows", "reach", "role types that start with it"], rows),
    )
