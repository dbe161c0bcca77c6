from qiao.rulebook.core.diff import list_changes
from qiao.rulebook.core.stored import load_article
from qiao.rulebook.core.words import Speaker

from .fruit import KINDS, TEXT

ENGLISH = Speaker("en")


def sentences(after):
    changes = list_changes(load_article(TEXT, KINDS), load_article(after, KINDS), ENGLISH)
    return [change.sentence(ENGLISH) for change in changes]


def test_nothing_changed_says_nothing():
    assert sentences(TEXT) == []


def test_each_change_is_a_sentence_naming_its_place():
    after = (
        TEXT.replace("2021-01-01", "2022-01-01")
        .replace("days: 3", "days: 5")
        .replace("weight: 0.60", "weight: 0.70")
        .replace("{to: 10}", "{to: 20}")
        .replace("{above: 10}", "{above: 20}")
    )
    assert sentences(after) == [
        "in force from: 2021-01-01 → 2022-01-01",
        "days kept: 3 days → 5 days",
        "fruits › Apple › weight: 60 % → 70 %",
        "discounts › row 1 › kilos: up to 10 (included) → up to 20 (included)",
        "discounts › row 2 › kilos: above 10 (not included) → above 20 (not included)",
    ]


def test_rows_are_matched_by_code_so_a_new_first_row_does_not_change_the_others():
    after = TEXT.replace(
        "  fruits:\n", "  fruits:\n    - code: plum\n      title: {zh: 李, en: Plum}\n      weight: 0.1\n"
    )
    assert sentences(after) == ["fruits › Plum: added – code plum; fruit Plum; weight 10 %"]


def test_a_removed_row_and_a_new_order_are_said():
    lines = TEXT.splitlines(keepends=True)
    removed = "".join(lines[:18] + lines[21:])
    assert sentences(removed) == ["fruits › Pear: removed – code pear; fruit Pear; weight 40 %"]
    swapped = "".join(lines[:15] + lines[18:21] + lines[15:18] + lines[21:])
    assert sentences(swapped) == ["fruits: apple, pear → pear, apple"]


def test_a_note_given_for_the_first_time_is_added():
    assert sentences(TEXT + "  note: {zh: 注, en: Mind}\n") == ["note: – → Mind"]
