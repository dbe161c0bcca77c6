"""Writes of role types: what people of a kind of post may do, how far, which protected fields they read."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import Right, list_registered
from qiao.runtime.protection import Sight, list_protected

from .. import queries
from ..access import ROLES
from ..models import RoleType


@transaction.atomic
def put_role_types(*, role_types: Iterable[Mapping[str, Any]], by: Any) -> None:
    """Enter or renew role types by code, as a pack or an import supplies them."""
    for row in role_types:
        RoleType.objects.update_or_create(
            code=row["code"], defaults={k: v for k, v in row.items() if k != "code"}
        )


@transaction.atomic
def put_role_type(*, by: Any, role_type: RoleType | None = None, **values: Any) -> RoleType:
    """Enter a role type, or change one.

    Args:
        by: The log-in.
        role_type: The one to change; None for a new one, which needs a ``code``.
        values: Columns of the role type.

    Raises:
        RuleBroken: The code is taken, a right or protected field is unknown, or nobody would be left who may change
            role types.
    """
    _check_known(values)
    row = RoleType.objects.select_for_update().get(pk=role_type.pk) if role_type else RoleType()
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleBroken(
            N_("Another role type has this code."), code="role_code_taken", field="code"
        ) from None
    if role_type is not None and not queries.is_held_everywhere(ROLES, clock.today()):
        raise RuleBroken(
            N_("Nobody would be left who may change role types of the whole enterprise."),
            code="nobody_left",
            field="rights",
        )
    return row


def _check_known(values: Mapping[str, Any]) -> None:
    strange = set(values.get("rights", ())) - {right.code for right in list_registered(Right)}
    if strange:
        raise RuleBroken(
            N_("There is no right “%(text)s”."), code="unknown_right", field="rights", text=min(strange)
        )
    fields, sights = {one.code for one in list_protected()}, {sight.code for sight in Sight}
    for code, sight in values.get("sights", {}).items():
        if code not in fields or sight not in sights:
            raise RuleBroken(
                N_("“%(text)s” is no protected field with a known sight."), code="unknown_sight", field="sights",
                text=f"{code}: {sight}",
            )  # fmt: skip
