"""The committed references say what the code says."""

from pathlib import Path

import pytest

from qiao.config import reference
from qiao.config.cli import build_parser

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"


def test_the_references_are_not_stale():
    assert reference.find_stale(FOLDER, build_parser()) == [], "write them anew with make docs"


def test_writing_twice_changes_nothing_and_a_changed_page_is_stale(tmp_path):
    assert len(reference.write(tmp_path, build_parser())) == len(reference.PAGES) + 2
    assert reference.write(tmp_path, build_parser()) == []
    (tmp_path / "settings.md").write_text("old", encoding="utf-8")
    (tmp_path / "gone.md").write_text("left over", encoding="utf-8")
    assert reference.find_stale(tmp_path, build_parser()) == ["gone.md", "settings.md"]
    reference.write(tmp_path, build_parser())
    assert reference.find_stale(tmp_path, build_parser()) == []


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("settings.md", "`QIAO_HOME`"),
        ("command-line.md", "`qiao close`"),
        ("rights.md", "`rulebook.approve`"),
        ("articles.md", "`ladders[].rows[].figure`"),
        ("indicators.md", "`revenue`"),
        ("api.md", "`POST /api/v1/customers/assign`"),
        ("contributions.md", "`customers:customer`"),
        ("tables.md", "`customers_customer`"),
        ("policies.md", "`APPLYFROM`"),
        ("policies.zh-CN.md", "强制分布"),
    ],
)
def test_each_reference_names_what_it_is_about(page, word):
    assert word in reference.render(build_parser())[page]
