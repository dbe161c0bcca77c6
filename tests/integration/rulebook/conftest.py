"""Names the packs use that come from contexts above the rulebook."""

import pytest

from qiao.rulebook import queries


@pytest.fixture
def indicators(monkeypatch):
    """The indicator names the packs refer to, whoever contributes them."""
    outside = {**queries.get_outside_names(), "indicator": lambda: ["revenue", "margin"]}
    monkeypatch.setattr(queries, "get_outside_names", lambda: outside)
