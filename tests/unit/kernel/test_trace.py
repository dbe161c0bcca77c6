import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.kernel.errors import Incomplete
from qiao.kernel.text import Text
from qiao.kernel.trace import RuleRef, Step, from_json, to_json

words = st.text(min_size=1, max_size=8)
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.decimals(allow_nan=False),
    st.dates(),
    st.builds(Text, words, words),
)
values = plain | st.builds(Incomplete, words, st.dictionaries(words, plain, max_size=2), words)
rules = st.none() | st.builds(RuleRef, words, st.integers(1), words)
steps = st.recursive(
    st.builds(Step, words, values, words, st.dictionaries(words, values, max_size=2), rules),
    lambda inner: st.builds(
        Step, words, values, words, rule=rules, parts=st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)


@given(steps)
def test_a_tree_survives_being_stored_as_json(step):
    assert from_json(json.loads(json.dumps(to_json(step)))) == step


def test_decimals_keep_their_places_and_bools_stay_bools():
    stored = to_json(Step("spend", Decimal("3000.10"), parts=(Step("met", True),)))
    back = from_json(json.loads(json.dumps(stored)))
    assert str(back.value) == "3000.10"
    assert back.parts[0].value is True


def test_floats_are_refused():
    with pytest.raises(TypeError, match="exact values only"):
        to_json(Step("spend", 0.1))  # type: ignore[arg-type]


def test_an_unknown_stored_value_is_refused():
    with pytest.raises(ValueError, match="not a stored trace value"):
        from_json({"label": "x", "value": {"float": 1}})


def test_the_rules_of_a_tree_are_listed_once_each_in_the_order_met():
    a, b = RuleRef("tiers", 1, "tiers[0]"), RuleRef("core", 2)
    tree = Step("top", rule=b, parts=(Step("x", rule=a), Step("y", date(2021, 1, 1), rule=b)))
    assert tree.rules() == (b, a)
