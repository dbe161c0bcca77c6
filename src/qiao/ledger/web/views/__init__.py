"""Pages of the ledger."""

from .analysis import (
    analysis,
    analysis_cell,
    analysis_filter,
    analysis_mail,
    analysis_prepare,
    analysis_remove,
    analysis_save,
    analysis_stop,
)
from .closing import run, runs
from .figures import catalogue, figures, indicator, person, unit, why
from .imports import (
    batch,
    batch_errors,
    batches,
    check_batch,
    drop_batch,
    feed,
    feeds,
    new_batch,
    new_feed,
    undo_batch,
    write_batch,
)
from .lines import customer, customer_brief, lines

__all__ = [
    "analysis",
    "analysis_cell",
    "analysis_filter",
    "analysis_mail",
    "analysis_prepare",
    "analysis_remove",
    "analysis_save",
    "analysis_stop",
    "batch",
    "batch_errors",
    "batches",
    "catalogue",
    "check_batch",
    "customer",
    "customer_brief",
    "drop_batch",
    "feed",
    "feeds",
    "figures",
    "indicator",
    "lines",
    "new_batch",
    "new_feed",
    "person",
    "run",
    "runs",
    "undo_batch",
    "unit",
    "why",
    "write_batch",
]
