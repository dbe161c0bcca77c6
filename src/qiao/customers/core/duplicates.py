"""Whether two files are of one customer: what is alike counts points. Requirement 5.1."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from qiao.kernel.errors import N_
from qiao.kernel.geo import Point, distance_km
from qiao.rulebook.core.kinds import ArticleKind
from qiao.rulebook.core.terms import term

CENT_OF_POINT = Decimal("0.01")
SHORTEST_PHONE = 7
SHORTEST_TAX_NUMBER = 8
_SHORTEST_CONTAINED = 4
# Beside letters, digits and Han characters nothing tells two names apart.
_NOISE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class DuplicatePolicy:
    """What makes two files look like one customer.

    Attributes:
        name_points: For names that are the same; a part of it for names alike.
        name_from_share: Names less alike than this count nothing.
        phone_points, tax_points, place_points: For the same number, and for places near each other.
        other_tax_points: Taken off when both have a tax number and they differ.
        near_metres: How far apart two places are still near.
        warn_from_points: From here on entry and import are warned of it.
        pair_from_points: From here two files stand in the list of suspected pairs.
        contained_share: What a name that is a part of the other is worth against the same name.
        light_share: Weight of the words below against all of the name.
        most_alike: A number or place more files than this share tells nothing and is not compared.
        light_words: Words many names have: legal forms, trades.

    Source: article kind ``duplicates``, requirement 5.1.
    """

    name_points: Decimal = term(N_("points for the same name"), at_least=0)
    name_from_share: Decimal = term(N_("names count from a likeness of"), unit="share", at_least=0, at_most=1)
    phone_points: Decimal = term(N_("points for the same phone"), at_least=0)
    tax_points: Decimal = term(N_("points for the same tax number"), at_least=0)
    place_points: Decimal = term(N_("points for places near each other"), at_least=0)
    other_tax_points: Decimal = term(N_("points off for different tax numbers"), at_least=0)
    near_metres: int = term(N_("near is within metres"), at_least=1)
    warn_from_points: Decimal = term(N_("warn on entry from points"), above=0)
    pair_from_points: Decimal = term(N_("suspect a pair from points"), above=0)
    contained_share: Decimal = term(
        N_("worth of a name within the other"), unit="share", at_least=0, at_most=1
    )
    light_share: Decimal = term(N_("weight of light words"), unit="share", at_least=0, at_most=1)
    most_alike: int = term(N_("ignore what more files share than"), at_least=2)
    light_words: tuple[str, ...] = term(N_("light words"), default=())


DUPLICATES = ArticleKind(
    code="duplicates",
    label=N_("Duplicates"),
    help=N_("When two files look like the same customer: on entry, on import and in the list of pairs."),
    body_type=DuplicatePolicy,
    order=70,
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a file is compared by.

    Attributes:
        names: Name and short name as written.
        phones: Numbers of the customer and its people, digits only.
        tax_number: Without blanks, in capitals; empty when not known.
        place: Main site; None when not known.
        address: Of the main site, as :func:`qiao.customers.core.place.place_key` compares it.
    """

    names: tuple[str, ...]
    phones: frozenset[str] = frozenset()
    tax_number: str = ""
    place: Point | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two files are. ``reasons``: what was alike and its points, such as ``("phone", 40)``."""

    points: Decimal
    reasons: tuple[tuple[str, Decimal], ...]


def digits_of(text: str) -> str:
    """The digits of a phone number; empty when too few to tell anybody by."""
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    return digits if len(digits) >= SHORTEST_PHONE else ""


@lru_cache(maxsize=200_000)
def plain_name(name: str) -> str:
    """A name without what people write differently: width, case, blanks, brackets."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name).lower())


@lru_cache(maxsize=200_000)
def own_words(name: str, light_words: tuple[str, ...]) -> str:
    """What of a name is its own: without light words, unless nothing else is left."""
    plain = plain_name(name)
    rest = plain
    for word in sorted((plain_name(word) for word in light_words), key=len, reverse=True):
        rest = rest.replace(word, "") if word else rest
    return rest or plain


def name_likeness(one: str, other: str, policy: DuplicatePolicy) -> float:
    """How alike two names are, 0 to 1: their own words count most, one within the other a stated part."""
    own_one, own_other = own_words(one, policy.light_words), own_words(other, policy.light_words)
    own = fuzz.ratio(own_one, own_other) / 100
    if min(len(own_one), len(own_other)) >= _SHORTEST_CONTAINED:
        own = max(own, fuzz.partial_ratio(own_one, own_other) / 100 * float(policy.contained_share))
    whole = fuzz.ratio(plain_name(one), plain_name(other)) / 100
    light = float(policy.light_share)
    return own * (1 - light) + whole * light


def score_likeness(one: Marks, other: Marks, policy: DuplicatePolicy) -> Likeness:
    """Add up what two files have alike.

    Returns:
        Points to two places (half to even), never below 0, with what they come from, most first.

    Source: article kind ``duplicates``.
    """
    found: list[tuple[str, Decimal]] = []
    alike = max((name_likeness(a, b, policy) for a in one.names for b in other.names if a and b), default=0.0)
    if alike >= float(policy.name_from_share):
        found.append(("name", _points(policy.name_points, alike)))
    if one.phones & other.phones:
        found.append(("phone", policy.phone_points))
    if one.tax_number and other.tax_number:
        same = one.tax_number == other.tax_number
        found.append(("tax", policy.tax_points) if same else ("other_tax", -policy.other_tax_points))
    if _are_near(one, other, policy):
        found.append(("place", policy.place_points))
    reasons = sorted((reason for reason in found if reason[1]), key=lambda reason: -reason[1])
    total = sum((points for _what, points in reasons), Decimal(0))
    return Likeness(max(total, Decimal(0)).quantize(CENT_OF_POINT), tuple(reasons))


def _are_near(one: Marks, other: Marks, policy: DuplicatePolicy) -> bool:
    if one.address is not None and one.address == other.address:
        return True
    if one.place is None or other.place is None:
        return False
    return distance_km(one.place, other.place) * 1000 <= policy.near_metres


def _points(most: Decimal, share: float) -> Decimal:
    # The likeness of names is float; it is cut to four places before anything is decided by it.
    return (most * Decimal(f"{share:.4f}")).quantize(CENT_OF_POINT)


def masked_name(name: str) -> str:
    """A name partly hidden, for who may not see the customer: enough to ask its unit, not enough to copy."""
    shown = 2 if len(name) >= _SHORTEST_CONTAINED + 2 else 1
    end = name[-shown:] if len(name) > 2 * shown else ""
    return f"{name[:shown]}{'＊' * min(max(len(name) - len(name[:shown]) - len(end), 1), 6)}{end}"
