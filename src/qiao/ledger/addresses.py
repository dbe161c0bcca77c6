"""Questions of free analysis from the text of an address."""

from urllib.parse import parse_qsl

from qiao.kernel.errors import N_, RuleBroken
from qiao.ledger.core.analysis import MOST_CHARACTERS, Analysis, Fault, read_parts


def read_query(text: str) -> tuple[Analysis, list[Fault]]:
    """A question from its address. What is not known any more is left out and told, never silently.

    Raises:
        RuleBroken: It is longer than any question.
    """
    if len(text) > MOST_CHARACTERS:
        raise RuleBroken(N_("This address is too long."), code="too_long")
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text.lstrip("?")):
        values.setdefault(name, []).append(value.replace("\x00", ""))
    return read_parts(values)


def read_exactly(text: str) -> Analysis:
    """A question from its address, nothing of it left out.

    Raises:
        RuleBroken: It names what is not known, or asks for what cannot be.
    """
    asked, faults = read_query(text)
    if faults:
        raise faults[0].refusal
    return asked
