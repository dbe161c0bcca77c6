"""A million rows of a list written as a file, against XlsxWriter with constant memory; memory that each adds."""

import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.house import enterprise, measured

ROWS = 1_000_000


def rows() -> Iterator[dict[str, Any]]:
    """Rows as a list reads them, one at a time."""
    for number in range(ROWS):
        yield {
            "name": f"云桥机械有限公司{number}", "code": f"K{number:07d}", "unit": "甲县公司", "amount": Decimal(number) / 7,
            "since": date(2020, 1, 1), "share": 0.25, "stage": "service",
        }  # fmt: skip


def peak_mb() -> float:
    """The most memory the process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run() -> None:
    """Print seconds and memory for each kind of file."""
    with enterprise(), tempfile.TemporaryDirectory() as folder:
        import xlsxwriter

        from qiao.runtime.listing import Column
        from qiao.runtime.listing.export import write_file

        kinds = {"amount": "money", "since": "date", "share": "share"}
        columns = tuple(
            Column(code, code, code, kind=kinds.get(code, "text"))  # type: ignore[arg-type]
            for code in ("name", "code", "unit", "amount", "since", "share", "stage")
        )
        for kind in ("csv", "xlsx"):
            before = peak_mb()
            with measured() as ours:
                write_file(rows(), columns, path=Path(folder) / f"list.{kind}", kind=kind)
            size = (Path(folder) / f"list.{kind}").stat().st_size / 1e6
            print(
                f"{ROWS:,} rows as {kind}: {ours.wall:.1f} s, {size:.0f} MB, memory +{peak_mb() - before:.0f} MB"
            )
        before, began = peak_mb(), time.perf_counter()
        book = xlsxwriter.Workbook(str(Path(folder) / "peer.xlsx"), {"constant_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate(rows()):
            for place, value in enumerate(row.values()):
                sheet.write(number, place, str(value) if isinstance(value, date) else value)
        book.close()
        print(
            f"XlsxWriter, constant memory: {time.perf_counter() - began:.1f} s, memory +{peak_mb() - before:.0f} MB"
        )
