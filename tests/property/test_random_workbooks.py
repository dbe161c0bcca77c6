"""A workbook's live formulas come to what the engine came to, to the cent, on policies and facts at random.

LibreOffice starts slowly, so all examples go into one book and are worked out in one run. Numbers within 1e-9 of where a
rounding or a comparison turns are flagged in the book and left out here, and must stay few.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qiao.engines.policy.engine import Engine, ResultRow
from qiao.engines.policy.inputs import read_scenarios
from qiao.engines.policy.reading import read_policy
from qiao.engines.policy.workbook import Book, plan_book
from qiao.engines.policy.workbook.parts import TOP
from qiao.kernel.errors import BadInput
from qiao.kernel.text import Text
from qiao.runtime.tables.books import write_book, write_planned
from tests.libreoffice import agrees, disagreements, needs_libreoffice, recalculate, what_excel_refuses
from tests.property.policies import facts, policies

EXAMPLES = 160
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


def changed(tree: dict[str, Any], scenario: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A policy without what fixes places by values, and its facts with every score and amount otherwise."""
    items = {code: {k: v for k, v in item.items() if k != "when"} for code, item in tree["items"].items()}
    measures = [
        {**row, "value": str(Decimal(2 * n % 131))} if row["measure"] == "score" else row
        for n, row in enumerate(scenario["measures"], start=17)
    ]
    events = [{**row, "amount": str(37 * n), "kind": "deal"} for n, row in enumerate(scenario["events"])]
    return {**tree, "items": items}, {**scenario, "measures": measures, "events": events}


def entered(book: Book) -> dict[tuple[str, ...], Any]:
    """What stands in the input cells, by what they are."""
    return {(x.scenario, x.sort.en, x.said, x.person, x.period, x.event): x.entered for x in book.facts}


def reentered(trees: dict[str, tuple[Any, Any]]) -> tuple[Book, Book]:
    """The book on some facts, with other facts written into its input cells; and the book on those from the start."""
    before: list[Run] = []
    after: list[Run] = []
    for name, (tree, scenario) in trees.items():
        if "WITH(" in str(tree):  # what is as it were otherwise is fixed where it has no value
            continue
        plain, other = changed(tree, scenario)
        policy = read_policy(plain)
        for runs, facts_of in ((before, scenario), (after, other)):
            (read,) = read_scenarios([facts_of], policy)
            engine = Engine(policy, read)
            runs.append((name, engine, engine.run()))
    title = Text("改数", "changed")
    book, wanted = plan_book(title, before), plan_book(title, after)
    values = entered(wanted)
    for line in book.facts:
        key = (line.scenario, line.sort.en, line.said, line.person, line.period, line.event)
        line.entered = values.get(key, line.entered)
    return book, wanted


@needs_libreoffice
def test_a_reader_who_changes_facts_gets_what_the_engine_gets_on_them(tmp_path):
    _, trees = examples(EXAMPLES // 2)
    book, wanted = reentered(trees)
    path = tmp_path / "changed.xlsx"
    write_planned(path, book)
    (sheets,) = recalculate([path], tmp_path)
    results = {(r.scenario, r.person, r.period, r.item): r for r in wanted.results}
    assert len(results) > 100
    moved, wrong = 0, []
    for n, planned in enumerate(book.results):
        result = results.get((planned.scenario, planned.person, planned.period, planned.item))
        if result is None or result.is_near or planned.is_near or not planned.is_live:
            continue
        value = sheets["结果"][TOP + n][6]
        moved += result.engine != planned.engine
        size = abs(result.engine) if isinstance(result.engine, Decimal) else Decimal(1)
        within = Decimal("1e-7") * max(Decimal(1), size)
        if not agrees(value, result.engine, within):
            tree = json.dumps(trees[planned.scenario], ensure_ascii=False, default=str)
            wrong.append(
                f"{planned.scenario} {planned.person} {planned.period} {planned.item}: {value!r}, "
                f"{result.engine} (before {planned.engine}) {tree}"
            )
    assert moved > 10
    assert not wrong, "\n".join([f"{len(wrong)} disagree", *wrong[:6]])


@needs_libreoffice
def test_a_workbook_worked_out_by_libreoffice_agrees_with_the_engine(tmp_path):
    runs, trees = examples(EXAMPLES)
    assert len(runs) > EXAMPLES / 2
    book = write_book(tmp_path / "random.xlsx", Text("随机", "random"), runs)
    (sheets,) = recalculate([tmp_path / "random.xlsx"], tmp_path)
    assert not what_excel_refuses(book)
    wrong = disagreements(book, sheets)
    named = next((tree for name, tree in trees.items() if wrong and f" {name} " in wrong[0]), None)
    said = json.dumps(named, ensure_ascii=False, default=str)
    assert not wrong, "\n".join([f"{len(wrong)} disagree", *wrong[:12], said])
    flagged = sum(result.is_near for result in book.results)
    assert flagged < len(book.results) / 5, f"{flagged} of {len(book.results)} flagged"
    assert sum(not line.live for line in book.steps) < len(book.steps) / 20
