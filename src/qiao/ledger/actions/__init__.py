"""Writes of the ledger: feeds, imports, products, closes."""

from qiao.ledger.actions.closing import close_month, resume_close, start_close
from qiao.ledger.actions.cubing import prepare_closes, prepare_run, start_preparing
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
from qiao.ledger.actions.saving import (
    remove_analysis,
    save_analysis,
    send_mail,
    subscribe,
    unsubscribe,
)

__all__ = [
    "check_batch",
    "close_month",
    "collect_orphans",
    "drop_batch",
    "import_file",
    "import_products",
    "prepare_closes",
    "prepare_run",
    "put_feed",
    "receive_file",
    "remove_analysis",
    "resume_close",
    "save_analysis",
    "send_mail",
    "start_check",
    "start_close",
    "start_preparing",
    "subscribe",
    "undo_batch",
    "unsubscribe",
    "write_batch",
]
