"""The table of an analysis as a mail carries it: what its reader may see at the moment it is sent."""

from typing import Any

from django.template.loader import render_to_string

from qiao.kernel.errors import NotAllowed, NotFound, RuleBroken
from qiao.ledger import access, queries
from qiao.ledger.addresses import read_exactly
from qiao.ledger.pivot_showing import show
from qiao.runtime.contributions import get_directory

MOST_LINES = 40


def render_mail(user_id: int, saved_id: int) -> tuple[str, str] | None:
    """Plain text and HTML of a saved analysis, within the reader's own reach.

    Args:
        user_id: Whose mail it is.
        saved_id: The saved analysis.

    Returns:
        None where he may not see it any more, or it cannot be answered: the mail's text says why.
    """
    try:
        viewer = get_directory().viewer_of(user_id)
        viewer.check(access.VIEW)
        asked = read_exactly(access.get_saved(viewer, saved_id).query)
        table = queries.answer(asked, access.analysis_reach(viewer, asked))
    except (NotAllowed, NotFound, RuleBroken):
        return None
    shown = show(table, most_lines=MOST_LINES)
    return _as_text(shown), render_to_string("ledger/analysis_in_mail.html", shown)


def _as_text(shown: dict[str, Any]) -> str:
    heads = [f"{head.text} ({head.unit})" if head.unit else head.text for head in shown["heads"]]
    rows = [[str(shown["corner"]), *map(str, heads)]]
    rows += [
        ["  " * line.depth + str(line.label), *(str(cell["text"]) for cell in line.cells)]
        for line in shown["lines"]
    ]
    return "\n".join([str(shown["period_text"]), *("\t".join(row) for row in rows)])
