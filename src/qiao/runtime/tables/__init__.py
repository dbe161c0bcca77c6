"""Tables that people upload and download: read safely, refused clearly, written without surprises.

``open_table`` reads CSV, TSV and XLSX of any usual encoding into text cells with row numbers and cell
addresses. Nothing in a file is ever executed; a file that cannot be trusted is refused with the place where
it goes wrong.
"""

from qiao.runtime.tables.addresses import cell_address, column_letters, safe_name
from qiao.runtime.tables.encodings import detect_encoding
from qiao.runtime.tables.limits import Limits
from qiao.runtime.tables.reading import Row, Table, list_sheets, open_table
from qiao.runtime.tables.writing import (
    PROBLEM_HEADER,
    disarm,
    rearm,
    write_csv,
    write_error_file,
    write_xlsx,
)

__all__ = [
    "PROBLEM_HEADER",
    "Limits",
    "Row",
    "Table",
    "cell_address",
    "column_letters",
    "detect_encoding",
    "disarm",
    "list_sheets",
    "open_table",
    "rearm",
    "safe_name",
    "write_csv",
    "write_error_file",
    "write_xlsx",
]
