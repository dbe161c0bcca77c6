"""What a directory shows: departments and members, whole or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qiao.kernel.errors import N_, RuleBroken


@dataclass(frozen=True, slots=True)
class Department:
    """A department there. ``parent_id`` is empty at the top."""

    id: str
    name: str
    parent_id: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A member there.

    Attributes:
        id: His user id.
        name: Empty where the directory tells none.
        departments: Ids of those he belongs to, in order of the id.
        main_department: The one the directory calls his main one; empty where it calls none so.
        union: The second id some directories log people in by.
        number, phone, email: Empty where the directory tells none: that is not known, it is not taken away here.
        is_active: False for who was shut or has left there.
    """

    id: str
    name: str
    departments: tuple[str, ...] = ()
    main_department: str = ""
    union: str = ""
    number: str = ""
    phone: str = ""
    email: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A directory at one moment, departments and members in order of their ids."""

    departments: tuple[Department, ...]
    members: tuple[Member, ...]

    def as_json(self) -> dict[str, Any]:
        """To be stored."""
        return {
            "departments": [[d.id, d.name, d.parent_id] for d in self.departments],
            "members": [
                [m.id, m.name, list(m.departments), m.main_department, m.union, m.number, m.phone, m.email, m.is_active]
                for m in self.members
            ],
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Picture":
        """What :meth:`as_json` gave."""
        return cls(
            tuple(Department(*row) for row in kept["departments"]),
            tuple(Member(one, name, tuple(where), *rest) for one, name, where, *rest in kept["members"]),
        )


def build_picture(departments: Iterable[Department], members: Iterable[Member]) -> Picture:
    """A picture from what was read, in any order; a member read in several departments is one.

    Raises:
        RuleBroken: It shows no department or nobody – as after a change of what the app may see –, or a member came
            twice with different particulars: he changed while it was read.
    """
    places = {one.id: one for one in departments}
    found: dict[str, Member] = {}
    for one in members:
        known = found.get(one.id)
        where = tuple(sorted({*one.departments, *(known.departments if known else ())}))
        if known is not None and replace(known, departments=()) != replace(one, departments=()):
            raise RuleBroken(
                N_("The directory changed while it was read: member %(member)s. Read it again."),
                code="directory_moved", member=one.id,
            )  # fmt: skip
        found[one.id] = replace(one, departments=where)
    if not places or not any(one.is_active for one in found.values()):
        raise RuleBroken(
            N_("The directory shows nobody. Look at what the app may see there; nothing was compared."),
            code="directory_empty",
        )
    return Picture(
        tuple(places[key] for key in sorted(places)),
        tuple(found[key] for key in sorted(found)),
    )
