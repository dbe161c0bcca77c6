"""Names a person recognises: spreadsheet addresses and display names of files."""

import unicodedata

_LONGEST_NAME = 120


def column_letters(index: int) -> str:
    """Spreadsheet letters of a column.

    Args:
        index: Zero-based column number; 0 is ``A``, 26 is ``AA``.
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_address(row: int, index: int) -> str:
    """Address of a cell, for example ``C7``.

    Args:
        row: Row number as a person counts, from 1.
        index: Zero-based column number.
    """
    return f"{column_letters(index)}{row}"


def safe_name(name: str) -> str:
    """A file name fit to be shown and stored: no folders, no control or direction-changing characters.

    The name is only ever shown; no path is built from it.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    kept = kept.strip(" .")
    return kept[:_LONGEST_NAME] or "upload"
