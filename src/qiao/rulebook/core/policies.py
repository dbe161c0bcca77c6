"""Policies as files: read with the lines of their faults, worked out within bounds, told as plain rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qiao.engines.policy.engine import Engine, ResultRow
from qiao.engines.policy.inputs import Scenario, read_scenarios
from qiao.engines.policy.model import Policy
from qiao.engines.policy.reading import read_policy
from qiao.kernel.errors import N_, BadInput, Place, Problem, RuleBroken

from .stored import parse_yaml, place_problem


@dataclass(frozen=True, slots=True)
class Trial:
    """What a policy gives on one scenario; ``engine`` worked it out and knows every step."""

    scenario: str
    rows: Sequence[ResultRow]
    engine: Engine


def read_policy_text(text: str, *, file: str = "") -> Policy:
    """Read and check a policy's text.

    Raises:
        BadInput: Every problem, with its line and path.
    """
    tree, lines = parse_yaml(text, file)
    try:
        return read_policy(tree)
    except BadInput as refusal:
        raise BadInput([place_problem(problem, lines, file) for problem in refusal.problems]) from None


def read_facts_text(text: str, *, file: str = "") -> Any:
    """Read facts as a plain tree: JSON when the text begins like it, YAML otherwise.

    Raises:
        BadInput: It is neither.
    """
    if text.lstrip()[:1] not in ("[", "{") and not file.lower().endswith(".json"):
        return parse_yaml(text, file)[0]
    try:
        return json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        place = Place(file=file, row=error.lineno)
        raise BadInput([Problem(N_("not JSON: %(why)s"), place, {"why": error.msg})]) from None
    except (RecursionError, ValueError) as error:  # nested without end; a number of many thousand digits
        raise BadInput(
            [Problem(N_("not JSON: %(why)s"), Place(file=file), {"why": str(error)[:80]})]
        ) from None


def exact(tree: Any) -> Any:
    """A tree with its binary floats as the shortest decimals that mean the same, as they were written."""
    if isinstance(tree, float):
        return Decimal(repr(tree))
    if isinstance(tree, dict):
        return {name: exact(inner) for name, inner in tree.items()}
    return [exact(inner) for inner in tree] if isinstance(tree, list) else tree


def work_out(policy: Policy, facts: Any, *, most: int | None = None) -> list[Trial]:
    """Work a policy out on facts.

    Args:
        facts: A plain tree of scenarios.
        most: How many values may be worked out; None without bound.

    Raises:
        BadInput: The facts do not fit the policy; every fault named.
        RuleBroken: More values than ``most``.
    """
    scenarios = read_scenarios(facts, policy)
    engines = [(scenario, Engine(policy, scenario)) for scenario in scenarios]
    if most is not None and (size := sum(_size(policy, s, engine) for s, engine in engines)) > most:
        message = N_(
            "%(size)s values would be worked out, at most %(most)s here; larger ones go by the command line"
        )
        raise RuleBroken(message, code="too_large", size=size, most=most)
    return [Trial(scenario.name, engine.run(), engine) for scenario, engine in engines]


def _size(policy: Policy, scenario: Scenario, engine: Engine) -> int:
    """About how many values working it out takes: items for every person and period and for every event, and events times
    events where an item per event looks at the others."""
    people, periods = max(1, len(engine.facts.people)), max(1, len(engine.facts.periods.given))
    events = len(scenario.events)
    per_event = sum(item.per == "event" for item in policy.items.values())
    return len(policy.items) * people * (periods + people // 50) + per_event * events * (1 + events // 50)
