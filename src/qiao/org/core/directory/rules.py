"""By which rules a directory is compared with the register: settings of the enterprise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .picture import Department, Member

KEYS = ("number", "phone", "email")
FIELDS = ("name", "phone", "email")
# What is done with the members of a department.
TO_UNIT, AS_ABOVE, LEFT_OUT = "unit", "above", "out"
TREATMENTS = (TO_UNIT, AS_ABOVE, LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Rules:
    """How members are matched and what is taken over.

    Attributes:
        keys: By what a member without a noted user id is looked for, in this order; some of ``KEYS``.
        fields: Particulars taken over when they differ; some of ``FIELDS``.
        number_is_account: The user id there is the staff number.
        appoints: Whoever joins gets a post in the unit of his department.
    """

    keys: tuple[str, ...] = KEYS
    fields: tuple[str, ...] = FIELDS
    number_is_account: bool = False
    appoints: bool = False

    def number_of(self, member: Member) -> str:
        """The staff number a member has, empty when the directory tells none."""
        return member.number or (member.id if self.number_is_account else "")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many may leave in one go: ``always`` people, or ``share`` of those known there when that is more."""

    share: Decimal
    always: int

    def allows(self, leavers: int, known: int) -> bool:
        """Whether so many of so many may leave without a word."""
        return leavers <= max(self.always, int(self.share * known))


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done with the members of a department; ``unit_id`` with ``unit`` alone."""

    kind: str
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a member belongs here.

    Attributes:
        unit_id: The unit; None when he is left out or it cannot be said.
        out: All his departments are left out.
        trouble: Why it cannot be said: department_open, nowhere or several_departments; else empty.
        department: The department in question.
    """

    unit_id: int | None = None
    out: bool = False
    trouble: str = ""
    department: str = ""


class Places:
    """Departments and what is said of each."""

    def __init__(self, departments: Sequence[Department], said: Mapping[str, Treatment]) -> None:
        self._departments = {one.id: one for one in departments}
        self._said = said

    def resolve(self, department_id: str) -> Treatment | None:
        """What holds for a department, through those above it where it says so; None when nobody has said."""
        passed: set[str] = set()
        here = department_id
        while here in self._departments and here not in passed:
            passed.add(here)
            found = self._said.get(here)
            if found is None or found.kind != AS_ABOVE:
                return found
            here = self._departments[here].parent_id
        return None

    def place(self, member: Member, unit_now: int | None) -> Placed:
        """Where a member belongs.

        The main department decides. Where the directory names none, those that are not left out must agree on a unit,
        or one of them is the unit he is posted to now.

        Args:
            member: The member.
            unit_now: Unit of his main post today.
        """
        if not member.departments:
            return Placed(trouble="nowhere")
        chosen = (
            (member.main_department,) if member.main_department in member.departments else member.departments
        )
        found = {one: self.resolve(one) for one in chosen}
        for one, said in found.items():
            if said is None:
                return Placed(trouble="department_open", department=self.name(one))
        units = {said.unit_id for said in found.values() if said is not None and said.unit_id is not None}
        if not units:
            return Placed(out=True)
        if len(units) == 1:
            return Placed(units.pop())
        if unit_now in units:
            return Placed(unit_now)
        return Placed(
            trouble="several_departments", department=self._names(one for one in chosen if found[one])
        )

    def name(self, department_id: str) -> str:
        """What a department is called there."""
        found = self._departments.get(department_id)
        return found.name or department_id if found else department_id

    def _names(self, ids: Iterable[str]) -> str:
        return "、".join(self.name(one) for one in ids)
