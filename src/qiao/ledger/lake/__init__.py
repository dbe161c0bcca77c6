"""The columnar lake: immutable Parquet files named by their content, and the engine that reads them.

A file counts only once the manifest in the database names it; until then it is an orphan that nobody reads.
"""

from qiao.ledger.lake.engine import Bounds, arrow, connect, literal, one, quoted, read_files, rows, run
from qiao.ledger.lake.store import Lake, StoredFile

__all__ = [
    "Bounds",
    "Lake",
    "StoredFile",
    "arrow",
    "connect",
    "literal",
    "one",
    "quoted",
    "read_files",
    "rows",
    "run",
]
