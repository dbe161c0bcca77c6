"""The file of a policy's workbook: texts are texts, formulas carry no value, nothing half-written is left."""

import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from qiao.engines.policy.engine import Engine
from qiao.engines.policy.inputs import read_scenarios
from qiao.engines.policy.reading import read_policy
from qiao.kernel.text import Text
from qiao.runtime.tables import books
from qiao.runtime.tables.books import write_book

POLICY = {
    "policy": "p",
    "measures": {"x": {"title": {"zh": "=1+1", "en": "@x"}}, "ok": {"kind": "truth", "missing": "yes"}},
    "items": {
        "out": {"title": {"zh": "+分", "en": "-score"}, "value": "x * 2 + 0.001", "round": "0.01"},
        "said": {"value": 'person & "!"'},
        "lacks": {"value": "x + 1", "when": 'person = "=cmd()"'},
    },
}
FACTS = {
    "scenario": "=s",
    "measures": [{"measure": "x", "person": "=cmd()", "period": "p", "value": "1.5"}],
    "people": [{"person": "=cmd()"}, {"person": "b"}],
}


@pytest.fixture
def runs():
    policy = read_policy(POLICY)
    (scenario,) = read_scenarios([FACTS], policy)
    engine = Engine(policy, scenario)
    return [(scenario.name, engine, engine.run())]


def sheets_of(path):
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]


def test_nothing_a_user_wrote_is_a_formula(tmp_path, runs):
    path = tmp_path / "book.xlsx"
    write_book(path, Text("=题", "+title"), runs)
    formulas = [found for sheet in sheets_of(path) for found in re.findall(r"<f>(.*?)</f>", sheet)]
    assert len(formulas) > 10
    assert not [found for found in formulas if "cmd" in re.sub(r"&quot;.*?&quot;|\".*?\"", "", found)]
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("结果").to_python()
    assert rows[0][0] == "=题 +title"
    assert rows[3][:2] == ["=s", "=cmd()"]


def test_no_value_is_stored_beside_a_formula(tmp_path, runs):
    path = tmp_path / "book.xlsx"
    write_book(path, Text("书"), runs)
    stored = [found for sheet in sheets_of(path) for found in re.findall(r"</f><v>(.*?)</v>", sheet)]
    assert set(stored) == {""}


def test_sheets_stand_in_order_with_both_languages(tmp_path, runs):
    path = tmp_path / "book.xlsx"
    write_book(path, Text("书"), runs, say=lambda why: f"缺：{why}")
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["结果", "步骤", "表", "事实"]
    results = book.get_sheet_by_name("结果").to_python()
    assert results[2][5:7] == ["引擎值\nengine", "公式值\nlive"]
    assert any(str(cell).startswith("缺：") for row in results for cell in row)
    facts = book.get_sheet_by_name("事实").to_python()
    assert [row[6] for row in facts[3:] if row[7] == "x" and row[3] == "=cmd()"] == [1.5]


def test_what_goes_wrong_leaves_no_file(tmp_path, runs, monkeypatch):
    def breaks(*_):
        raise RuntimeError("full")

    monkeypatch.setattr(books, "_write_facts", breaks)
    with pytest.raises(RuntimeError):
        write_book(tmp_path / "book.xlsx", Text("书"), runs)
    assert not (tmp_path / "book.xlsx").exists()
    assert not list(tmp_path.glob("*.part"))
