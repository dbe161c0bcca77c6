"""Writes of the ledger: feeds, imports, products, closes."""

from qiao.ledger.actions.closing import close_month, resume_close, start_close
from qiao.ledger.actions.feeds import put_feed
from qiao.ledger.actions.importing import (
    check_batch,
    collect_orphans,
    drop_batch,
    import_file,
    receive_file,
    start_check,
    undo_batch,
    write_batch,
)
from qiao.ledger.actions.products import import_products

__all__ = [
    "check_batch",
    "close_month",
    "collect_orphans",
    "drop_batch",
    "import_file",
    "import_products",
    "put_feed",
    "receive_file",
    "resume_close",
    "start_check",
    "start_close",
    "undo_batch",
    "write_batch",
]
