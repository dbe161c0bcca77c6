"""A workbook's live formulas come to what the engine came to, to the cent, on policies and facts at random.

LibreOffice starts slowly, so all examples go into one book and are worked out in one run. Numbers within 1e-9 of where a
rounding or a comparison turns are flagged in the book and left out here, and must stay few.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qiao.engines.formula.values import is_failure
from qiao.engines.policy.engine import Engine, ResultRow
from qiao.engines.policy.inputs import read_scenarios
from qiao.engines.policy.reading import read_policy
from qiao.engines.policy.workbook import Book
from qiao.engines.policy.workbook.parts import LEFT_OUT, TOP
from qiao.kernel.errors import BadInput
from qiao.kernel.text import Text
from qiao.runtime.tables.books import write_book
from tests.libreoffice import needs_libreoffice, recalculate
from tests.property.policies import facts, policies

EXAMPLES = 250
Run = tuple[str, Engine, list[ResultRow]]


def examples(count: int) -> tuple[list[Run], dict[str, tuple[Any, Any]]]:
    """Policies that can be read, worked out; and their trees by name, to say what went wrong."""
    runs: list[Run] = []
    trees: dict[str, tuple[Any, Any]] = {}

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(tree=policies(), scenario=facts(), extra=st.none())
    def gather(tree, scenario, extra):
        try:
            policy = read_policy(tree)
            (read,) = read_scenarios([scenario], policy)
        except BadInput:
            return
        name = f"{len(runs) + 1:04d}"
        engine = Engine(policy, read)
        runs.append((name, engine, engine.run()))
        trees[name] = (tree, scenario)

    gather()
    return runs, trees


def agrees(found: Any, engine: Any, within: Decimal) -> bool:
    """Whether a cell holds what the engine has; a cell in error reads as an empty text."""
    if is_failure(engine):
        return found in ("", LEFT_OUT)
    if isinstance(engine, bool):
        return found is engine
    if isinstance(engine, Decimal):
        return (
            isinstance(found, (int, float))
            and not isinstance(found, bool)
            and abs(Decimal(found) - engine) <= within
        )
    if isinstance(engine, date):
        return str(found)[:10] == engine.isoformat()
    return str(found) == engine


def disagreements(book: Book, sheets: dict[str, list[list[Any]]], trees: dict[str, Any]) -> list[str]:
    """Every result and every step that came out otherwise, with its policy and facts."""
    found = []
    largest: dict[str, Decimal] = {}
    for line in book.steps:
        if isinstance(line.engine, Decimal):
            largest[line.scenario] = max(largest.get(line.scenario, Decimal(1)), abs(line.engine))
    for n, line in enumerate(book.steps):
        if line.engine is None or line.near:
            continue
        value = sheets["步骤"][TOP + n][7]
        within = Decimal("1e-9") * max(Decimal(1), largest.get(line.scenario, Decimal(1)))
        if not agrees(value, line.engine, within):
            where = f"{line.scenario} {line.title.zh} {line.person} {line.period} {line.event}"
            found.append(
                f"step H{TOP + n + 1} {where}: {line.said} = {line.formula}: {value!r}, {line.engine}"
            )
    for n, result in enumerate(book.results):
        if result.is_near or not result.is_live:
            continue
        value, word = sheets["结果"][TOP + n][6], sheets["结果"][TOP + n][8]
        within = Decimal("1e-9") * max(Decimal(1), largest.get(result.scenario, Decimal(1)))
        within = within if result.places is None else Decimal("0.001").scaleb(min(0, 2 - result.places))
        if not agrees(value, result.engine, within) or (result.places is not None and word != "一致 agrees"):
            where = f"{result.scenario} {result.person} {result.period} {result.item}"
            found.append(f"result {where}: {result.live}: {value!r}, {result.engine} ({word})")
    first = next(iter(found), "")
    name = first.split(" ")[2 if first.startswith("step") else 1] if first else ""
    return [*found, json.dumps(trees[name], ensure_ascii=False, default=str)] if name in trees else found


@needs_libreoffice
def test_a_workbook_worked_out_by_libreoffice_agrees_with_the_engine(tmp_path):
    runs, trees = examples(EXAMPLES)
    assert len(runs) > EXAMPLES / 2
    book = write_book(tmp_path / "random.xlsx", Text("随机", "random"), runs)
    (sheets,) = recalculate([tmp_path / "random.xlsx"], tmp_path)
    wrong = disagreements(book, sheets, trees)
    assert not wrong, "\n".join([f"{len(wrong)} disagree", *wrong[:12], wrong[-1]])
    flagged = sum(result.is_near for result in book.results)
    assert flagged < len(book.results) / 5, f"{flagged} of {len(book.results)} flagged"
    assert sum(not line.live for line in book.steps) < len(book.steps) / 20
