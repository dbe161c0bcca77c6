"""Every policy of ``cases`` and every block of ``blocks`` gives exactly the rows written beside it.

The cases are published schemes stated without code; where the shared pay cases are there, every row they expect is
required of us too.
"""

import json
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from qiao.config.commands.policy import load_inputs, load_policy
from qiao.engines.policy.engine import Engine, ResultRow
from qiao.engines.policy.inputs import json_schema, read_scenarios
from qiao.engines.policy.reading import read_policy
from qiao.rulebook.core.stored import parse_yaml

HERE = Path(__file__).parent
CASES = sorted(path for path in (HERE / "cases").iterdir() if path.is_dir())
BLOCKS = sorted((HERE / "blocks").glob("*.yaml"))
SHARED = Path(os.environ.get("QIAO_SHARED", "")) / "spec" / "pay-cases"
NUMBERS = {
    "sections-whole-amount": "02",
    "one-table-three-readings": "07",
    "draws": "12",
    "decelerator-accelerator": "19",
    "payout-curve": "24",
    "commission-grid": "33",
    "trial-agent": "36",
    "pool-by-points": "43",
    "day-proration": "46",
    "forced-distribution": "54",
    "three-sixty": "55",
    "rank-prizes": "56",
    "telecom-key-account-manager": "61",
    "electrical-company": "62",
    "oil-zero-base": "63",
    "tobacco-star-ladder": "64",
    "tobacco-county": "65",
}

Key = tuple[str, str, str, str]


def rows_of(policy: Any, inputs: Any) -> dict[Key, ResultRow]:
    found: dict[Key, ResultRow] = {}
    for scenario in read_scenarios(inputs, policy):
        for row in Engine(policy, scenario).run():
            key = (scenario.name, row.person, row.period, row.item)
            assert key not in found, f"two rows for {key}"
            found[key] = row
    return found


def values_of(rows: dict[Key, ResultRow]) -> dict[Key, str]:
    return {key: row.value for key, row in rows.items()}


def same(a: str, b: Any) -> bool:
    try:
        return Decimal(a) == Decimal(str(b))
    except InvalidOperation:
        return a == str(b)


def work_out(folder: Path) -> dict[Key, ResultRow]:
    return rows_of(load_policy(folder / "policy.yaml"), load_inputs(folder / "inputs.json"))


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_a_published_scheme_gives_the_rows_written_beside_it(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    wanted = {
        (block["scenario"], row["person"], row["period"], row["item"]): row["value"]
        for block in expected
        for row in block["rows"]
    }
    assert values_of(work_out(folder)) == wanted


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared pay cases are not here (QIAO_SHARED)")
@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_a_published_scheme_gives_every_row_its_source_expects(folder):
    [path] = SHARED.glob(f"{NUMBERS[folder.name]}-*.json")
    case = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    ours = values_of(work_out(folder))
    wanted = {
        (block["scenario"], row["person"], row["period"], row["item"]): row["value"]
        for block in case["expected"]
        for row in block["rows"]
    }
    wrong = {
        key: (value, ours.get(key)) for key, value in wanted.items() if not same(ours.get(key, ""), value)
    }
    assert wrong == {}


@pytest.mark.parametrize("path", BLOCKS, ids=lambda path: path.stem)
def test_a_block_gives_the_rows_of_its_worked_example(path):
    tree: Any = parse_yaml(path.read_text(encoding="utf-8"), path.name)[0]
    ours = rows_of(read_policy(tree["policy"]), tree["inputs"])
    wanted = {(r["scenario"], r["person"], r["period"], r["item"]): r["value"] for r in tree["expected"]}
    assert values_of(ours) == wanted


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_facts_keep_to_the_published_schema(folder):
    facts = json.loads((folder / "inputs.json").read_text(encoding="utf-8"))
    jsonschema_rs.validate(json_schema(), facts)


@pytest.mark.parametrize("path", BLOCKS, ids=lambda path: path.stem)
def test_a_row_without_a_value_says_why(path):
    tree: Any = parse_yaml(path.read_text(encoding="utf-8"), path.name)[0]
    for key, row in rows_of(read_policy(tree["policy"]), tree["inputs"]).items():
        assert (row.value == "ERROR") == (row.reason is not None), key
        assert row.reason is None or len(str(row.reason)) > 5
