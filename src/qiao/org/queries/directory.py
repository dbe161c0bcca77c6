"""Reads for comparing a directory with the register."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from qiao.kernel.errors import NotFound
from qiao.runtime.spans import in_force

from ..core.directory import (
    TO_UNIT,
    Known,
    Limit,
    Picture,
    Plan,
    Row,
    Rules,
    Treatment,
    compare,
)
from ..models import (
    DepartmentPlace,
    DirectoryAccount,
    DirectoryRow,
    DirectoryRun,
    DirectorySetup,
    Person,
    Posting,
)
from .organisation import get_tree

SHOWN_RUNS = 20


def find_setup(directory: str) -> DirectorySetup:
    """The settings of a directory; the usual ones, not stored, where nobody has said anything."""
    found = DirectorySetup.objects.select_related("joiner_role").filter(directory=directory).first()
    return found or DirectorySetup(directory=directory)


def rules_of(setup: DirectorySetup) -> Rules:
    """The settings as the comparison reads them."""
    return Rules(
        keys=tuple(setup.keys), fields=tuple(setup.fields), number_is_account=setup.number_is_account,
        appoints=setup.joiner_role_id is not None,
    )  # fmt: skip


def limit_of(setup: DirectorySetup) -> Limit:
    """How many may leave at once."""
    return Limit(setup.leavers_share, setup.leavers_always)


def list_departments(directory: str) -> QuerySet[DepartmentPlace]:
    """Departments the newest comparison saw, with what is done with their members."""
    return DepartmentPlace.objects.filter(directory=directory, is_there=True).select_related("unit")


def get_department(directory: str, pk: int) -> DepartmentPlace:
    """One department. Raises NotFound."""
    row = DepartmentPlace.objects.select_related("unit").filter(directory=directory, pk=pk).first()
    if row is None:
        raise NotFound
    return row


def departments_above(directory: str, ids: Iterable[str]) -> dict[str, str]:
    """Names of departments by their id."""
    rows = DepartmentPlace.objects.filter(directory=directory, department__in=list(ids))
    return dict(rows.values_list("department", "name"))


def list_treatments(directory: str, on: date) -> dict[str, Treatment]:
    """What is said of departments; a unit that does not exist on the day counts as not said."""
    units = get_tree(on).nodes
    rows = DepartmentPlace.objects.filter(directory=directory).exclude(treatment="")
    return {
        department: Treatment(treatment, unit)
        for department, treatment, unit in rows.values_list("department", "treatment", "unit_id")
        if treatment != TO_UNIT or unit in units
    }


def list_known(directory: str, on: date) -> list[Known]:
    """Everybody of the register as the comparison reads him; three queries."""
    accounts = {
        person: (account, union, gone_on)
        for person, account, union, gone_on in DirectoryAccount.objects.filter(
            directory=directory
        ).values_list("person_id", "account", "union", "gone_on")
    }
    main = dict(Posting.objects.filter(in_force(on), is_main=True).values_list("person_id", "unit_id"))
    later = set(Posting.objects.filter(starts_on__gt=on).values_list("person_id", flat=True))
    people = Person.objects.values_list("pk", "code", "name", "phone", "email", "ends_before")
    return [
        Known(
            pk, code, name, phone, email, *accounts.get(pk, ("", "", None)),
            in_service=ends is None or ends > on, ends_before=ends, unit_id=main.get(pk), later_post=pk in later,
        )
        for pk, code, name, phone, email, ends in people
    ]  # fmt: skip


def compare_directory(directory: str, picture: Picture, on: date) -> Plan:
    """A picture against the register as it stands on a day."""
    rules = rules_of(find_setup(directory))
    return compare(picture, list_known(directory, on), list_treatments(directory, on), rules)


def list_runs(directory: str) -> list[DirectoryRun]:
    """The newest comparisons."""
    rows = DirectoryRun.objects.filter(directory=directory).select_related("by", "job").defer("picture")
    return list(rows.order_by("-at", "-pk")[:SHOWN_RUNS])


def all_runs() -> QuerySet[DirectoryRun]:
    """Every comparison, for programs."""
    return DirectoryRun.objects.select_related("job").defer("picture")


def get_run(pk: int) -> DirectoryRun:
    """One comparison. Raises NotFound."""
    row = (
        DirectoryRun.objects.select_related("by", "job", "override_by").defer("picture").filter(pk=pk).first()
    )
    if row is None:
        raise NotFound
    return row


def list_rows(run_id: int) -> QuerySet[DirectoryRow]:
    """What a comparison found."""
    return DirectoryRow.objects.filter(run_id=run_id).select_related("unit_from", "unit_to")


def rows_by_id(ids: Iterable[int]) -> QuerySet[DirectoryRow]:
    """Rows by their keys, with their units."""
    return DirectoryRow.objects.filter(pk__in=list(ids)).select_related("unit_from", "unit_to")


def stored_rows(run_id: int) -> list[Row]:
    """What a comparison found, as it came from the core."""
    return [
        Row(
            row.kind, row.member, row.name, row.person_id, row.reason, row.about,
            {name: (pair[0], pair[1]) for name, pair in row.values.items()}, row.unit_from_id, row.unit_to_id,
        )
        for row in DirectoryRow.objects.filter(run_id=run_id).order_by("place")
    ]  # fmt: skip


def list_missed(unit_ids: Iterable[int] | None = None) -> QuerySet[DirectoryAccount]:
    """People missed in a directory whose hand-over waits: at these units, all when None."""
    rows = DirectoryAccount.objects.filter(
        gone_on__isnull=False, person__ends_before__isnull=True
    ).select_related("person")
    if unit_ids is not None:
        posts = Posting.objects.filter(unit_id__in=list(unit_ids), ends_before__isnull=True)
        rows = rows.filter(person_id__in=posts.values("person_id"))
    return rows.order_by("gone_on", "person__pinyin")


def main_posting(person_id: int, on: date) -> Any:
    """The main post of a person on a day, locked; None without one."""
    rows = Posting.objects.select_for_update(of=("self",)).select_related("person", "role_type", "unit")
    return rows.filter(in_force(on), person_id=person_id, is_main=True).first()
