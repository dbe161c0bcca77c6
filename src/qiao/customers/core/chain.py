"""The decision chain at a customer: who reports to whom, and where each stands on the drawn chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qiao.kernel.errors import N_, RuleBroken

DECISION_ROLES = ("initiator", "user", "influencer", "gatekeeper", "decider", "approver")

BOX_WIDTH, BOX_HEIGHT = 176, 64
GAP_X, GAP_Y = 16, 40


@dataclass(frozen=True, slots=True)
class Box:
    """A person's place on the chart: the upper left corner, in units of the drawing."""

    contact_id: int
    x: int
    y: int
    head_id: int | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and the size they need."""

    boxes: Sequence[Box]
    width: int
    height: int


def check_reports_to(heads: Mapping[int, int | None], contact_id: int | None, head_id: int | None) -> None:
    """Refuse a head that is not of this customer, or that reports to the person himself.

    Args:
        heads: Contact → whom he reports to, of one customer.
        contact_id: Who is changed; None for a new one, below whom nobody stands.
        head_id: Whom he is to report to.

    Raises:
        RuleBroken: The head is unknown, or the line would close to a circle.
    """
    if head_id is None:
        return
    if head_id not in heads:
        raise RuleBroken(N_("No such person at this customer."), code="unknown_head", field="reports_to")
    above: int | None = head_id
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == contact_id:
            raise RuleBroken(
                N_("Nobody can report to himself, nor to somebody who reports to him."),
                code="chain_cycle",
                field="reports_to",
            )
        seen.add(above)
        above = heads.get(above)


def draw(heads: Mapping[int, int | None]) -> Drawing:
    """Lay the chain out from top to bottom: everybody below his head, heads in the middle above their people."""
    below: dict[int | None, list[int]] = {}
    for contact_id, head_id in heads.items():
        below.setdefault(head_id if head_id in heads else None, []).append(contact_id)
    boxes: list[Box] = []
    right = 0

    def place(contact_id: int, head_id: int | None, depth: int) -> int:
        nonlocal right
        people = [place(one, contact_id, depth + 1) for one in below.get(contact_id, [])]
        if people:
            x = (people[0] + people[-1]) // 2
        else:
            x, right = right, right + BOX_WIDTH + GAP_X
        boxes.append(Box(contact_id, x, depth * (BOX_HEIGHT + GAP_Y), head_id))
        return x

    for top in below.get(None, []):
        place(top, None, 0)
    height = max((box.y for box in boxes), default=0) + BOX_HEIGHT
    return Drawing(boxes, max(right - GAP_X, 0), height)
