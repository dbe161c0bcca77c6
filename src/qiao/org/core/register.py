"""The register of staff: which lists describe a person, ages and their bands, what a certificate's days say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from qiao.kernel.errors import N_

EMPLOYMENT, EDUCATION, FIELD, TALENT = "employment", "education", "field", "talent"
QUALIFICATION, AGE, FAMILY = "qualification", "age", "family"

LISTS = MappingProxyType(
    {
        EMPLOYMENT: N_("Employment kinds"),
        EDUCATION: N_("Education"),
        FIELD: N_("Specialist fields"),
        TALENT: N_("Talent types"),
        QUALIFICATION: N_("Kinds of qualification"),
        AGE: N_("Age bands"),
        FAMILY: N_("Post families"),
    }
)
"""Lists the enterprise keeps itself, by code."""

ONE_AT_A_TIME = frozenset({EMPLOYMENT, EDUCATION})
"""Lists of which a person has one word at a time; of the others several."""

DESCRIBING = (EMPLOYMENT, EDUCATION, FIELD, TALENT)
"""Lists whose words are given to people."""


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Ages from ``youngest`` until before the next band; born after ``born_after`` until ``born_until``, both on a day.

    ``born_after`` is exclusive and None for the last band, ``born_until`` inclusive.
    """

    word_id: int
    born_after: date | None
    born_until: date


def years_before(on: date, years: int) -> date:
    """The same day so many years earlier; 28 February for a leap day that is none."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def band_ages(words: Sequence[tuple[int, int]], on: date) -> list[AgeBand]:
    """Age bands as spans of birth days on a day.

    Args:
        words: (word, youngest age) in any order.
        on: The day ages are counted on; who has his birthday that day counts the new year.

    Returns:
        The bands, youngest first.
    """
    rising = sorted(words, key=lambda word: word[1])
    oldest = [years_before(on, age) for _word, age in rising[1:]]
    ends: list[date | None] = [*oldest, None]
    return [AgeBand(word, end, years_before(on, age)) for (word, age), end in zip(rising, ends, strict=True)]


def age_on(born_on: date, on: date) -> int:
    """Full years on a day."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def state_of_certificate(*, valid_before: date | None, notice_days: int, today: date) -> str:
    """``valid``, ``ending`` (its end is within the days of notice) or ``ended``."""
    if valid_before is None or today < valid_before - timedelta(days=notice_days):
        return "valid"
    return "ending" if today < valid_before else "ended"
