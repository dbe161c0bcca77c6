"""Writes of role types: what people of a kind of post may do, how far, which protected fields they read."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock
from qiao.runtime.contributions import Right, call_hooks, list_registered
from qiao.runtime.protection import Sight, list_protected

from .. import queries
from ..access import ROLES
from ..core.shipped import ROLE_TYPES
from ..models import RightDecision, RoleType

PROPOSED = ("proposed_rights", 0)


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
    before = list(row.rights)
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleBroken(
            N_("Another role type has this code."), code="role_code_taken", field="code"
        ) from None
    _remember_withdrawn(row, before, by)
    if role_type is not None and not queries.is_held_everywhere(ROLES, clock.today()):
        raise RuleBroken(
            N_("Nobody would be left who may change role types of the whole enterprise."),
            code="nobody_left",
            field="rights",
        )
    return row


@transaction.atomic
def decide_rights(*, picked: Iterable[tuple[int, str]], accept: bool, by: Any) -> int:
    """Give role types rights proposed to them, or decide against them; either way they are not proposed again.

    Args:
        picked: Role type and right; what is not proposed is left out.
        accept: Whether the role types get them.
        by: The log-in.

    Returns:
        How many were decided about.
    """
    proposed = {(one.role_id, right) for one in queries.proposed_rights() for right in one.rights}
    chosen = sorted(set(picked) & proposed)
    for role_id, right in chosen:
        if accept:
            row = RoleType.objects.select_for_update().get(pk=role_id)
            row.rights = [*row.rights, right]
            row.save(update_fields=["rights"])
        RightDecision.objects.create(
            role_type_id=role_id, right=right, accepted=accept, at=clock.now(), by=by
        )
    if not queries.proposed_rights():
        call_hooks("on_untold", source=PROPOSED)
    return len(chosen)


@transaction.atomic
def propose_again(*, decision: RightDecision, by: Any) -> None:
    """Forget that a right was decided against, so that it is proposed again; one that was given is taken away elsewhere."""
    if not decision.accepted:
        decision.delete()


def tell_of_rights(on: date) -> None:
    """Tell whoever may change role types that rights are proposed; once for the same ones."""
    proposed = queries.proposed_rights()
    if not proposed:
        return
    listed = "|".join(f"{one.code}:{','.join(one.rights)}" for one in proposed)
    call_hooks(
        "on_told",
        users=queries.users_with_right_everywhere(ROLES, on),
        event=f"rights:{hashlib.sha256(listed.encode()).hexdigest()[:16]}",
        title=N_("Rights of this version are proposed to your role types: %(number)s"),
        params={"number": sum(len(one.rights) for one in proposed)},
        url=reverse("org:proposed_rights"),
        source=PROPOSED,
    )


def _remember_withdrawn(row: RoleType, before: Collection[str], by: Any) -> None:
    """A right somebody takes from a role type on purpose is not proposed to it the next day."""
    shipped = {right for one in ROLE_TYPES if one["code"] == row.code for right in one["rights"]}
    for right in sorted((set(before) - set(row.rights)) & shipped):
        RightDecision.objects.update_or_create(
            role_type=row, right=right, defaults={"accepted": False, "at": clock.now(), "by": by}
        )


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
