"""Writes about the settings of a directory and what is done with its departments."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from qiao.kernel.errors import N_, RuleBroken
from qiao.runtime import clock

from ... import queries
from ...clients import CLIENTS
from ...core.directory import AS_ABOVE, FIELDS, KEYS, TO_UNIT, TREATMENTS, Department
from ...models import DepartmentPlace, DirectorySetup, Unit


def check_directory_known(directory: str) -> None:
    """Refuse a directory that cannot be read.

    Raises:
        RuleBroken: It is none of them.
    """
    if directory not in CLIENTS:
        raise RuleBroken(N_("There is no such directory."), code="no_such_directory", field="directory")


@transaction.atomic
def put_directory_setup(*, directory: str, by: Any, **values: Any) -> DirectorySetup:
    """Say by which rules a directory is compared.

    Args:
        directory: wecom or dingtalk.
        by: The log-in.
        values: Columns of :class:`DirectorySetup`.

    Raises:
        RuleBroken: A key or field is unknown or named twice, or a limit is out of bounds.
    """
    check_directory_known(directory)
    for name, known in (("keys", KEYS), ("fields", FIELDS)):
        chosen = list(values.get(name, ()))
        if len(set(chosen)) != len(chosen) or set(chosen) - set(known):
            raise RuleBroken(
                N_("Choose among %(known)s, each once."), code="unknown_choice", field=name, known=", ".join(known)
            )  # fmt: skip
    if not 0 <= values.get("leavers_share", 0) <= 1:
        raise RuleBroken(N_("A share lies between 0 and 100 %%."), code="share_range", field="leavers_share")
    DirectorySetup.objects.select_for_update().filter(directory=directory).first()
    row, _made = DirectorySetup.objects.update_or_create(directory=directory, defaults=values)
    return row


@transaction.atomic
def place_department(*, row: DepartmentPlace, treatment: str, unit: Unit | None, by: Any) -> DepartmentPlace:
    """Say what is done with the members of a department; an empty treatment takes it back.

    Raises:
        RuleBroken: The unit is missing or not needed, or there is no department above.
    """
    if treatment not in ("", *TREATMENTS):
        raise RuleBroken(N_("There is no such treatment."), code="no_such_treatment", field="treatment")
    if (treatment == TO_UNIT) != (unit is not None):
        raise RuleBroken(N_("Name the unit the department is."), code="department_unit", field="unit")
    if unit is not None and unit.pk not in queries.get_tree(clock.today()).nodes:
        raise RuleBroken(
            N_("The unit does not exist on %(on)s."), code="unit_absent", field="unit", on=clock.today()
        )
    if treatment == AS_ABOVE and not row.above:
        raise RuleBroken(N_("No department stands above this one."), code="department_top", field="treatment")
    found = DepartmentPlace.objects.select_for_update().get(pk=row.pk)
    found.treatment, found.unit = treatment, unit
    found.save(update_fields=["treatment", "unit"])
    return found


@transaction.atomic
def place_by_name(*, directory: str, by: Any) -> int:
    """Take the departments nobody has placed for the one unit that is called the same. Returns how many."""
    units: dict[str, list[int]] = {}
    for node in queries.get_tree(clock.today()).nodes.values():
        for name in {node.name_zh, node.name_en} - {""}:
            units.setdefault(name.casefold(), []).append(node.id)
    made = 0
    rows = DepartmentPlace.objects.select_for_update().filter(
        directory=directory, is_there=True, treatment=""
    )
    for row in rows:
        fits = units.get(row.name.casefold(), [])
        if len(fits) == 1:
            row.treatment, row.unit_id = TO_UNIT, fits[0]
            row.save(update_fields=["treatment", "unit"])
            made += 1
    return made


def remember_departments(directory: str, departments: Iterable[Department]) -> None:
    """Note which departments there are; what was said of them stays."""
    seen = {one.id: one for one in departments}
    kept = {row.department: row for row in DepartmentPlace.objects.filter(directory=directory)}
    DepartmentPlace.objects.bulk_create(
        DepartmentPlace(directory=directory, department=one.id, name=one.name, above=one.parent_id)
        for one in seen.values()
        if one.id not in kept
    )
    for key, row in kept.items():
        one = seen.get(key)
        now = (one.name, one.parent_id, True) if one else (row.name, row.above, False)
        if now != (row.name, row.above, row.is_there):
            row.name, row.above, row.is_there = now
            row.save(update_fields=["name", "above", "is_there"])
