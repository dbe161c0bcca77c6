"""What boards are made of."""

from dataclasses import dataclass

from qiao.kernel.errors import N_

SHAPES = (("chart", N_("Chart")), ("table", N_("Table")), ("figure", N_("Figure")))
WIDTHS = (3, 4, 6, 8, 12)
PROFILES = (
    ("executive", N_("Executives")),
    ("supervisor", N_("Supervisors")),
    ("hr", N_("HR and assessment")),
    ("manager", N_("Account managers")),
    ("back_office", N_("Back office")),
    ("auditor", N_("Auditors")),
    ("administrator", N_("Administrators")),
)
MOST_CARDS = 24


@dataclass(frozen=True, slots=True)
class UsualCard:
    """A card of a board that ships."""

    zh: str
    en: str
    query: str
    width: int
    shape: str


@dataclass(frozen=True, slots=True)
class UsualBoard:
    """A board that ships."""

    code: str
    zh: str
    en: str
    profiles: tuple[str, ...]
    at_home: bool
    cards: tuple[UsualCard, ...]


def read_usual(rows: object) -> tuple[UsualBoard, ...]:
    """Boards from their file's content."""
    assert isinstance(rows, list)
    return tuple(
        UsualBoard(
            row["code"], row["title"]["zh"], row["title"]["en"], tuple(row["profiles"]), bool(row.get("at_home")),
            tuple(UsualCard(c["zh"], c["en"], c["query"], c["width"], c["as"]) for c in row["cards"]),
        )
        for row in rows
    )  # fmt: skip


def move(places: list[int], number: int, by: int) -> list[int]:
    """Cards in a new order: one of them moved up (−1) or down (1); the ends stay where they are."""
    at = places.index(number)
    to = min(max(at + by, 0), len(places) - 1)
    moved = [n for n in places if n != number]
    moved.insert(to, number)
    return moved
