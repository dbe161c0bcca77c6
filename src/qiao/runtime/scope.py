"""Who may see which rows: one object under lists, pages, exports, jobs, lake queries and API.

A scope is built by ``org`` from a person's postings and turned here into a database filter or a DuckDB predicate.
It denies by default: the empty scope shows nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

PERSON_COLUMNS = ("primary_id", "deputy_id")


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows one person may see under one right.

    Attributes:
        everything: All rows.
        unit_ids: Rows whose home unit is one of these; units below are already included.
        person_id: Rows this person serves, as primary or deputy; None when he serves none.

    Source: requirement 14.5.
    """

    everything: bool = False
    unit_ids: frozenset[int] = frozenset()
    person_id: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether no row at all is visible."""
        return not self.everything and not self.unit_ids and self.person_id is None

    def __or__(self, other: "Scope") -> "Scope":
        """What either shows. Both belong to the same person."""
        if self.everything or other.everything:
            return Scope(everything=True)
        return Scope(
            unit_ids=self.unit_ids | other.unit_ids,
            person_id=self.person_id if self.person_id is not None else other.person_id,
        )

    def as_q(self, *, unit: str = "home_unit_id", persons: Sequence[str] = PERSON_COLUMNS) -> Q:
        """A filter for a queryset.

        Args:
            unit: Field with the row's home unit.
            persons: Fields with the people who serve the row.
        """
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        if self.unit_ids:
            condition |= Q(**{f"{unit}__in": sorted(self.unit_ids)})
        if self.person_id is not None:
            for person in persons:
                condition |= Q(**{person: self.person_id})
        return condition

    def as_sql(
        self, *, unit: str = "home_unit_id", persons: Sequence[str] = PERSON_COLUMNS
    ) -> tuple[str, list[int]]:
        """The same rows as a predicate for DuckDB.

        Returns:
            An SQL condition with ``?`` places and their values. Column names come from code, never from users.
        """
        if self.everything:
            return "TRUE", []
        terms: list[str] = []
        values: list[int] = []
        if self.unit_ids:
            terms.append(f"{unit} IN ({', '.join('?' * len(self.unit_ids))})")
            values += sorted(self.unit_ids)
        if self.person_id is not None:
            terms += [f"{person} = ?" for person in persons]
            values += [self.person_id] * len(persons)
        # A NULL comparison is unknown, which a WHERE reads as false: as in the queryset.
        return (f"({' OR '.join(terms)})", values) if terms else ("FALSE", [])

    def allows(self, *, unit_id: int | None, person_ids: Sequence[int | None] = ()) -> bool:
        """Whether a row with this home unit and these people is visible."""
        if self.everything:
            return True
        if unit_id is not None and unit_id in self.unit_ids:
            return True
        return self.person_id is not None and self.person_id in person_ids


NOTHING = Scope()
EVERYTHING = Scope(everything=True)
