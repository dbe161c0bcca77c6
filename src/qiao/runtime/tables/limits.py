"""How much of a file is accepted before it counts as hostile or as a mistake."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on an uploaded table; each refusal names the bound that was passed.

    Attributes:
        file_bytes: Size of the file as it lies on disk.
        rows: Rows below the heading.
        columns: Columns of the heading row.
        cell_characters: Length of one cell; 32,767 is Excel's own limit.
        grid_cells: Last row × last column of a sheet: one stray cell far out makes a reader allocate
            the whole grid.
        unpacked_bytes: Size of a workbook's parts after unpacking.
        unpacked_ratio: Unpacked size ÷ packed size of one part; deflate reaches 1,032 on
            zeros, real sheets stay below 60.
        parts: Files inside a workbook.
    """

    file_bytes: int = 200 * 1024 * 1024
    rows: int = 1_048_576
    columns: int = 512
    cell_characters: int = 32_767
    grid_cells: int = 20_000_000
    unpacked_bytes: int = 1024 * 1024 * 1024
    unpacked_ratio: int = 200
    parts: int = 2_000
