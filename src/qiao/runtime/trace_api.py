"""The tree of steps behind a figure, as the API gives it."""

from typing import Any

from ninja import Schema

from qiao.kernel.errors import Incomplete
from qiao.kernel.text import Text
from qiao.kernel.trace import Step

from .i18n import pick, say_error
from .marks import trace_line


class RuleOut(Schema):
    """The rule a step followed: article, version and place inside it."""

    code: str
    version: int
    place: str


class StepOut(Schema):
    """One step in words. ``value`` is exact; null where the step has none or misses a fact, named in ``missing``."""

    label: str
    value: str | None
    unit: str
    missing: str | None
    rule: RuleOut | None
    parts: list["StepOut"]

    @staticmethod
    def resolve_label(step: Step) -> str:
        return str(trace_line(step)["label"])

    @staticmethod
    def resolve_value(step: Step) -> str | None:
        if step.value is None or isinstance(step.value, Incomplete):
            return None
        return pick(step.value.zh, step.value.en) if isinstance(step.value, Text) else str(step.value)

    @staticmethod
    def resolve_missing(step: Step) -> str | None:
        return say_error(step.value) if isinstance(step.value, Incomplete) else None


def reason_of(stored: Any) -> str | None:
    """Why a stored result is missing, in words; None where it is not."""
    return say_error(Incomplete(stored["reason"], stored["params"], stored["code"])) if stored else None
