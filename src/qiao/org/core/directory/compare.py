"""A directory's picture against the register: who joins, is known, moves, changes, leaves, is back, and what is unclear.

The rule, in this order: a member is the person noted with his user id. Without such a person he is looked for by the keys
of the settings – staff number, phone, e-mail –, and the first key anybody fits decides. By phone or e-mail the name must
agree too and the staff number must not differ, since members change these themselves. Whoever does not fit one person alone
is named and left as he is; so is whoever he might be. Nobody leaves who was never noted with a user id there.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .picture import Member, Picture
from .rules import Places, Rules, Treatment

JOIN, LINK, MOVE, CHANGE, LEAVE, RETURN, CONFLICT = (
    "join", "link", "move", "change", "leave", "return", "conflict",
)  # fmt: skip
KINDS = (CONFLICT, LEAVE, JOIN, MOVE, RETURN, LINK, CHANGE)
UNSURE_KEYS = frozenset({"phone", "email"})


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the register, as far as the comparison needs him.

    Attributes:
        id, code, name, phone, email: His file.
        account: His user id there, empty when none is noted.
        union: His second id there.
        gone_on: Since when he is missed there; his hand-over waits.
        in_service: Whether he is on the day.
        ends_before: First day he is away, where his leaving is registered.
        unit_id: Unit of his main post on the day; None without one.
        later_post: A post of his begins later.
    """

    id: int
    code: str
    name: str
    phone: str = ""
    email: str = ""
    account: str = ""
    union: str = ""
    gone_on: date | None = None
    in_service: bool = True
    ends_before: date | None = None
    unit_id: int | None = None
    later_post: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do, or one thing unclear.

    Attributes:
        kind: One of ``KINDS``.
        member: User id there; empty for none.
        name: What he is called: there for who joins, else here.
        person_id: The person; None for who joins or is not known.
        reason: Why, a code of ``REASONS`` in words.
        about: What the reason speaks of: a department, a name, a user id; of who is entered or noted his second id.
        values: Field → (here, there).
        unit_from, unit_to: Units of a move; ``unit_to`` of who joins.
    """

    kind: str
    member: str
    name: str
    person_id: int | None = None
    reason: str = ""
    about: str = ""
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unit_from: int | None = None
    unit_to: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a comparison found.

    Attributes:
        rows: In order of kind, name and id.
        same: Members who are known and need nothing.
        out: Members whose departments are left out and whom nobody is noted as: they are not looked for.
        waiting: People missed there whose hand-over waits already.
        never_seen: People in service nobody there was ever found to be.
        known: People in service noted with a user id: of them the limit takes its share.
    """

    rows: tuple[Row, ...]
    same: int
    out: int
    waiting: int
    never_seen: int
    known: int

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each kind, those without rows included."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in KINDS}

    @property
    def is_unsure(self) -> bool:
        """Whether somebody was found by what members change themselves: a person should look before it is applied."""
        return any(row.kind == LINK and row.reason in UNSURE_KEYS for row in self.rows)


def compare(picture: Picture, people: Sequence[Known], said: Mapping[str, Treatment], rules: Rules) -> Plan:
    """Compare a directory with the register.

    Args:
        picture: The whole directory.
        people: Everybody in service, and who left; order does not matter.
        said: Department id → what is done with its members.
        rules: Settings.

    Returns:
        The plan; applied, the same comparison proposes nothing more of what it did.
    """
    return _Comparison(picture, sorted(people, key=lambda one: one.id), said, rules).plan()


class _Comparison:
    def __init__(
        self, picture: Picture, people: Sequence[Known], said: Mapping[str, Treatment], rules: Rules
    ) -> None:
        self.members = picture.members
        self.people = people
        self.places = Places(picture.departments, said)
        self.rules = rules
        self.by_account = {key: one for one in people for key in (one.union, one.account) if key}
        self.met: set[int] = set()
        self.rows: list[Row] = []
        self.held: set[int] = set()
        self.same = self.out = 0
        self.indexes: dict[str, dict[str, list[Known]]] = {}
        self.numbers: Counter[str] | None = None

    def plan(self) -> Plan:
        looked: list[Member] = []
        for member in self.members:
            person = self._noted(member) if member.is_active else None
            if person is not None:
                self._known(member, person)
            elif member.is_active:
                looked.append(member)
        self._look(looked)
        waiting = self._leavers()
        order = {kind: place for place, kind in enumerate(KINDS)}
        rows = sorted(
            self.rows, key=lambda row: (order[row.kind], row.name, row.member, row.person_id or 0, row.reason)
        )
        served = [one for one in self.people if one.in_service]
        linked = {row.person_id for row in rows if row.kind == LINK}
        return Plan(
            tuple(rows), self.same, self.out, waiting,
            sum(not one.account and one.id not in linked and one.id not in self.held for one in served),
            sum(bool(one.account) for one in served),
        )  # fmt: skip

    # Members noted with their user id

    def _noted(self, member: Member) -> Known | None:
        """The person noted with his user id, or with his second id where directories log people in by that."""
        return self.by_account.get(member.id) or self.by_account.get(member.union or member.id)

    def _known(self, member: Member, person: Known) -> None:
        if person.id in self.met:
            self._conflict(member, "known_otherwise", person, about=person.account)
            return
        self.met.add(person.id)
        if not person.in_service:
            self._conflict(member, "left_already", person, about=str(person.ends_before or ""))
            return
        if not member.name:
            self._conflict(member, "no_name", person)
            return
        before = len(self.rows)
        if person.gone_on is not None:
            self.rows.append(Row(RETURN, member.id, person.name, person.id, "there_again"))
        if person.account != member.id or (member.union and person.union != member.union):
            self.rows.append(Row(LINK, member.id, person.name, person.id, "second_id", member.union))
        self._differences(member, person)
        self.same += len(self.rows) == before

    def _differences(self, member: Member, person: Known) -> None:
        values = {
            name: (getattr(person, name), getattr(member, name))
            for name in self.rules.fields
            if getattr(member, name)
            and normal(name, getattr(person, name)) != normal(name, getattr(member, name))
        }
        if values:
            self.rows.append(Row(CHANGE, member.id, person.name, person.id, "differs", values=values))
        if person.unit_id is None or person.ends_before is not None:
            return  # without a post there is nothing to move; who leaves is not moved any more
        placed = self.places.place(member, person.unit_id)
        if placed.trouble:
            self._conflict(member, placed.trouble, person, about=placed.department)
        elif placed.unit_id not in (None, person.unit_id):
            if person.later_post:
                self._conflict(member, "later_post", person)
                return
            self.rows.append(
                Row(
                    MOVE, member.id, person.name, person.id, "department",
                    unit_from=person.unit_id, unit_to=placed.unit_id,
                )
            )  # fmt: skip

    # Members nobody is noted with

    def _look(self, members: Iterable[Member]) -> None:
        wanted: dict[int, list[tuple[Member, Known, str]]] = {}
        for member in members:
            if self.places.place(member, None).out:
                self.out += 1
                continue
            found, key = self._candidates(member)
            if not found:
                self._join(member)
            elif len(found) > 1:
                names = "、".join(f"{one.name} {one.code}" for one in found)
                self._conflict(member, "two_people", *found, about=names)
            else:
                wanted.setdefault(found[0].id, []).append((member, found[0], key))
        for rivals in wanted.values():
            if len(rivals) > 1:
                ids = "、".join(member.id for member, _person, _key in rivals)
                for member, person, _key in rivals:
                    self._conflict(member, "two_members", person, about=ids)
            else:
                self._link(*rivals[0])

    def _candidates(self, member: Member) -> tuple[list[Known], str]:
        for key in self.rules.keys:
            value = normal(key, self.rules.number_of(member) if key == "number" else getattr(member, key))
            found = self._index(key).get(value, []) if value else []
            if found:
                return found, key
        return [], ""

    def _index(self, key: str) -> Mapping[str, list[Known]]:
        """People by a key; who left is found by his number alone: phones go to others."""
        if key not in self.indexes:
            index: dict[str, list[Known]] = {}
            for one in self.people:
                value = normal(key, one.code if key == "number" else getattr(one, key))
                if value and (one.in_service or key == "number"):
                    index.setdefault(value, []).append(one)
            self.indexes[key] = index
        return self.indexes[key]

    def _link(self, member: Member, person: Known, key: str) -> None:
        number = self.rules.number_of(member)
        if person.account:
            self._conflict(member, "known_otherwise", person, about=person.account)
        elif not person.in_service:
            self._conflict(member, "left_already", person, about=str(person.ends_before or ""))
        elif not member.name:
            self._conflict(member, "no_name", person)
        elif key in UNSURE_KEYS and normal("name", member.name) != normal("name", person.name):
            self._conflict(member, f"other_name_{key}", person, about=person.name)
        elif key in UNSURE_KEYS and number and normal("number", number) != normal("number", person.code):
            self._conflict(member, "other_number", person, about=person.code)
        else:
            self.rows.append(Row(LINK, member.id, person.name, person.id, key, member.union))
            self._differences(member, person)

    def _join(self, member: Member) -> None:
        placed = self.places.place(member, None)
        if not member.name:
            self._conflict(member, "no_name")
        elif placed.trouble:
            self._conflict(member, placed.trouble, about=placed.department)
        elif not self.rules.number_of(member):
            self._conflict(member, "no_number")
        elif self._taken(member):
            self._conflict(member, "number_taken", about=self.rules.number_of(member))
        else:
            values = {
                name: ("", getattr(member, name)) for name in ("phone", "email") if getattr(member, name)
            }
            values["number"] = ("", self.rules.number_of(member))
            reason = "joins_with_post" if self.rules.appoints else "joins"
            self.rows.append(
                Row(JOIN, member.id, member.name, None, reason, member.union, values, unit_to=placed.unit_id)
            )

    def _taken(self, member: Member) -> bool:
        """Whether his number is somebody's already (where numbers are no key), or another newcomer's."""
        number = normal("number", self.rules.number_of(member))
        return number in self._index("number") or self._newcomers()[number] > 1

    def _newcomers(self) -> Mapping[str, int]:
        if self.numbers is None:
            self.numbers = Counter(
                normal("number", self.rules.number_of(one))
                for one in self.members
                if one.is_active and self._noted(one) is None
            )
        return self.numbers

    # People nobody there is

    def _leavers(self) -> int:
        waiting = 0
        shut = {key for one in self.members if not one.is_active for key in (one.id, one.union)}
        for one in self.people:
            missed = one.account and one.id not in self.met
            if not missed or not one.in_service or one.ends_before is not None or one.id in self.held:
                continue
            if one.gone_on is not None:
                waiting += 1
                continue
            reason = "shut_there" if one.account in shut else "not_there"
            self.rows.append(Row(LEAVE, one.account, one.name, one.id, reason, unit_from=one.unit_id))
        return waiting

    def _conflict(self, member: Member, reason: str, *people: Known, about: str = "") -> None:
        self.held.update(one.id for one in people)
        person = people[0] if len(people) == 1 else None
        self.rows.append(
            Row(
                CONFLICT, member.id, member.name or (person.name if person else member.id),
                person.id if person else None, reason, about,
            )
        )  # fmt: skip


def normal(key: str, value: str) -> str:
    """A value as it is compared: width and case aside, of a phone its digits without the country's 86."""
    text = unicodedata.normalize("NFKC", value).strip()
    if key == "phone":
        digits = re.sub(r"\D", "", text)
        return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    if key == "name":
        return re.sub(r"\s+", " ", text)
    return text.casefold()
