"""What is worth asking at a customer before a visit: from what the file leaves open. Requirement 5.1."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Known:
    """What the file says.

    Attributes:
        open_roles: Contact roles nobody holds, in words.
        has_decider: Whether it is known who decides or approves.
        unread: People whose attitude is not known.
        against: People of influence who are reserved or against us.
        ending: Contracts that end soon: title and day.
        stage_exceeded: Whether it has been in its stage longer than the norm.
        has_business: Whether any business in use is noted.
        falls: Whether revenue fell against a year before.
        has_place: Whether a main site with coordinates is noted.
    """

    open_roles: Sequence[str] = ()
    has_decider: bool = False
    unread: Sequence[str] = ()
    against: Sequence[str] = ()
    ending: Sequence[tuple[str, date]] = ()
    stage_exceeded: bool = False
    has_business: bool = False
    falls: bool = False
    has_place: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Something to find out: a code with what it is about."""

    code: str
    params: dict[str, object] = field(default_factory=dict)


def list_questions(known: Known) -> list[Question]:
    """What to ask, the most pressing first: what may be lost, then who decides, then what is missing on file."""
    found = [
        Question("contract", {"title": title, "day": day})
        for title, day in sorted(known.ending, key=lambda one: one[1])
    ]
    if known.falls:
        found.append(Question("falls"))
    if known.stage_exceeded:
        found.append(Question("stage"))
    found += [Question("against", {"name": name}) for name in known.against]
    if not known.has_decider:
        found.append(Question("decider"))
    found += [Question("role", {"role": role}) for role in known.open_roles]
    found += [Question("attitude", {"name": name}) for name in known.unread]
    if not known.has_business:
        found.append(Question("business"))
    if not known.has_place:
        found.append(Question("place"))
    return found
