"""Search keys: what a person types finds the record."""

import re

import pytest

from qiao.runtime.search import initials_of, like_pattern, pinyin_of, search_key, spaced


def finds(typed: str, key: str) -> bool:
    """LIKE, in Python."""
    parts, pattern = [], like_pattern(typed)
    while pattern:
        if pattern[0] == "\\":
            parts.append(re.escape(pattern[1]))
            pattern = pattern[2:]
        else:
            parts.append({"%": ".*", "_": "."}.get(pattern[0], re.escape(pattern[0])))
            pattern = pattern[1:]
    return re.fullmatch("".join(parts), key, re.DOTALL) is not None


KEY = search_key(names=["重庆长江银行A座", "重江行"], codes=["K-0012", "13900001234"])


@pytest.mark.parametrize(
    "typed",
    [
        "重庆",
        "长江",
        "江银",
        "chongqing",
        "changjiang",
        "cqcj",
        "yinhang",
        "a座",
        "0012",
        "K-0012",
        "1234",
        "重江行",
        " 重 庆 ",
    ],
)
def test_every_way_of_typing_finds_it(typed):
    assert finds(typed, KEY)


@pytest.mark.parametrize("typed", ["c", "cq", "k", "重", "13"])
def test_one_or_two_letters_find_what_begins_with_them(typed):
    assert finds(typed, KEY)


@pytest.mark.parametrize("typed", ["庆重", "q", "34", "zhongqing", "重银", "0013", "座重"])
def test_what_is_not_in_it_does_not(typed):
    assert not finds(typed, KEY)


def test_wildcards_in_what_is_typed_are_plain_characters():
    key = search_key(names=["折扣100%店_一"], codes=[])
    assert finds("100%", key)
    assert finds("店_", key)
    assert not finds("1%0", key)
    assert not finds("店一", key)


def test_readings_follow_their_neighbours():
    assert pinyin_of("长江 长大") == "changjiangzhangda"
    assert initials_of("ABC 北京2店") == "abcbj2d"


def test_blank_text_has_no_key():
    assert spaced("  ") == ""
    assert search_key(names=[""], codes=[""]) == ""
