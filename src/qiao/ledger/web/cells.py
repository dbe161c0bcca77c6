"""The lines behind a cell of an analysis, within the reader's reach; for the page and the interface alike."""

from typing import Any

from qiao.ledger import access, queries
from qiao.ledger.addresses import read_exactly
from qiao.ledger.core.analysis import NONE
from qiao.runtime.scope import EVERYTHING


def lines_of_cell(viewer: Any, since: str, until: str, query: str) -> tuple[queries.Filter, Any, None]:
    """Which lines a cell stands on. The customers' months were found within the reader's reach.

    Raises:
        RuleBroken: The cell's address names what is not known.
    """
    asked = read_exactly(query)
    months = queries.find_cell_months(asked, access.analysis_reach(viewer, asked))
    one = {
        code: [int(v) for v in asked.filters.get(code, ()) if v != NONE] for code in ("category", "product")
    }
    chosen = queries.Filter(
        since, until, months=months, category_ids=one["category"] or None, product_ids=one["product"] or None,
        without=tuple(code for code in one if NONE in asked.filters.get(code, ())),
    )  # fmt: skip
    return chosen, EVERYTHING, None
