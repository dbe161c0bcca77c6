"""The decision chain as a drawing: boxes coloured by attitude, dots for influence, thicker lines for stronger ties."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qiao.customers.core.chain import BOX_HEIGHT, BOX_WIDTH, GAP_Y, Box, draw

from . import forms

MARGIN = 4
_TONES = {2: "good", 1: "good", 0: "neutral", -1: "warn", -2: "bad"}
_NAME_MOST, _ROLE_MOST = 10, 13


@dataclass(frozen=True, slots=True)
class Drawn:
    """A person as drawn; ``line``: the points up to his head."""

    contact: Any
    box: Box
    tone: str
    name: str
    role: str
    dots: str
    text_x: int
    name_y: int
    role_y: int
    dots_y: int
    line: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing with its size."""

    people: Sequence[Drawn]
    view_box: str
    width: int
    height: int
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def chart_of(contacts: Sequence[Any]) -> Chart | None:
    """The chart of a customer's people; None where nothing of a chain is known."""
    if not any(one.decision_role or one.reports_to_id or one.influence for one in contacts):
        return None
    drawing = draw({one.pk: one.reports_to_id for one in contacts})
    by_id, places = {one.pk: one for one in contacts}, {box.contact_id: box for box in drawing.boxes}
    people = [_drawn(by_id[box.contact_id], box, places.get(box.head_id or 0)) for box in drawing.boxes]
    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    return Chart(people, f"{-MARGIN} {-MARGIN} {width} {height}", width, height)


def _drawn(contact: Any, box: Box, head: Box | None) -> Drawn:
    role = str(forms.DECISION_LABELS.get(contact.decision_role, "") or contact.title)
    return Drawn(
        contact, box, _TONES.get(contact.attitude, "neutral"),
        _cut(contact.name, _NAME_MOST), _cut(role, _ROLE_MOST),
        "●" * contact.influence + "○" * (5 - contact.influence) if contact.influence else "",
        box.x + 12, box.y + 21, box.y + 39, box.y + 56, _line(box, head),
    )  # fmt: skip


def _line(box: Box, head: Box | None) -> str:
    if head is None:
        return ""
    middle, above = box.x + BOX_WIDTH // 2, head.x + BOX_WIDTH // 2
    bend = box.y - GAP_Y // 2
    return f"{above},{head.y + BOX_HEIGHT} {above},{bend} {middle},{bend} {middle},{box.y}"


def _cut(text: str, most: int) -> str:
    # Latin letters are about half as wide as Chinese ones.
    most = most * 2 if text.isascii() else most
    return text if len(text) <= most else text[: most - 1] + "…"
