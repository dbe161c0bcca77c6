"""By what rows of imports are matched with units and people in reach, besides their codes."""

from collections.abc import Callable, Sequence
from typing import Any

from qiao.runtime.importing import MatchKey

from .. import access, queries


def unit_codes(right: str) -> Callable[[Any, Sequence[int]], dict[int, str]]:
    """(viewer, ids) → codes of the units in reach of a right."""

    def find(viewer: Any, ids: Sequence[int]) -> dict[int, str]:
        scope = viewer.scope(right)
        return {pk: code for pk, code in queries.unit_codes(ids).items() if scope.allows(unit_id=pk)}

    return find


def units_by(column: str, field: str, right: str) -> MatchKey:
    """Units matched by what stands in a column of the file, within reach of a right."""

    def find(viewer: Any, texts: Sequence[str]) -> dict[str, list[str]]:
        scope = viewer.scope(right)
        found: dict[str, list[str]] = {}
        for pk, text, code in queries.units_bearing(field, texts):
            if scope.allows(unit_id=pk):
                found.setdefault(text, []).append(code)
        return found

    return MatchKey(column, find)


def person_codes(viewer: Any, ids: Sequence[int]) -> dict[int, str]:
    """Staff numbers of people in reach of imports, by id."""
    return queries.person_codes(access.visible_people(viewer, "org.import"), ids)


def people_by(field: str) -> MatchKey:
    """People in reach matched by what stands in a column of the file; phones by their digits."""

    def find(viewer: Any, texts: Sequence[str]) -> dict[str, list[str]]:
        return queries.people_bearing(access.visible_people(viewer, "org.import"), field, texts)

    return MatchKey(field, find)
