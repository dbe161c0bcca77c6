"""Every published scheme and every worked example as one workbook: LibreOffice comes to what the engine comes to."""

import json
from pathlib import Path

from qiao.config.cli import main
from qiao.config.commands.policy import load_inputs, load_policy
from qiao.engines.policy.engine import Engine
from qiao.engines.policy.inputs import read_scenarios
from qiao.engines.policy.reading import read_policy
from qiao.kernel.text import Text
from qiao.rulebook.core.stored import parse_yaml
from qiao.runtime.tables.books import write_book
from tests.libreoffice import disagreements, needs_libreoffice, recalculate, what_excel_refuses

HERE = Path(__file__).parent


def worked_out():
    """Name, engine and rows of every scenario there is."""
    pairs = [
        (folder.name, load_policy(folder / "policy.yaml"), load_inputs(folder / "inputs.json"))
        for folder in sorted((HERE / "cases").iterdir())
        if folder.is_dir()
    ]
    for path in sorted((HERE / "blocks").glob("*.yaml")):
        tree, _ = parse_yaml(path.read_text(encoding="utf-8"), path.name)
        pairs.append((path.stem, read_policy(tree["policy"]), tree["inputs"]))
    for name, policy, inputs in pairs:
        for scenario in read_scenarios(inputs, policy):
            engine = Engine(policy, scenario)
            yield f"{name}/{scenario.name}", engine, engine.run()


@needs_libreoffice
def test_the_published_schemes_come_out_alike_in_a_workbook(tmp_path):
    path = tmp_path / "schemes.xlsx"
    book = write_book(path, Text("方案", "schemes"), worked_out())
    (sheets,) = recalculate([path], tmp_path)
    assert not what_excel_refuses(book)
    wrong = disagreements(book, sheets)
    assert not wrong, "\n".join([f"{len(wrong)} disagree", *wrong[:20]])
    assert len(book.results) > 400
    assert sum(result.is_near for result in book.results) < 20
    fixed = {line.note.en for line in book.steps if not line.live and line.note is not None}
    assert fixed == {"several currencies"}


def test_the_command_writes_the_book_beside_its_answer(tmp_path, capsys):
    case, path = HERE / "cases" / "payout-curve", tmp_path / "书.xlsx"
    asked = ["--policy", str(case / "policy.yaml"), "--inputs", str(case / "inputs.json")]
    assert main(["policy", "run", *asked, "--book", str(path)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)
    assert "书.xlsx: 9 results" in said.err
    assert path.exists()


def test_a_name_or_a_place_that_will_not_do_is_said(tmp_path, capsys):
    case = HERE / "cases" / "payout-curve"
    asked = ["--policy", str(case / "policy.yaml"), "--inputs", str(case / "inputs.json")]
    assert main(["policy", "run", *asked, "--book", str(tmp_path / "book.csv")]) == 1
    assert "ends in .xlsx" in capsys.readouterr().err
    assert main(["policy", "run", *asked, "--book", str(tmp_path / "nowhere" / "book.xlsx")]) == 1
    assert "cannot be written" in capsys.readouterr().err
