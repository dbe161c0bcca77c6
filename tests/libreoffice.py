"""LibreOffice as a second opinion on workbooks: every formula worked out anew, and what came out."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

OFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""

needs_libreoffice = pytest.mark.skipif(
    not OFFICE,
    reason="LibreOffice is not installed (apt-get install libreoffice-calc); .ci/run installs it",
)


def recalculate(paths: Sequence[Path], folder: Path, seconds: int = 120) -> list[dict[str, list[list[Any]]]]:
    """Open workbooks, let every formula be worked out, and read all sheets; a cell in error reads as "".

    Args:
        paths: Workbooks, which hold no values beside their formulas.
        folder: An empty folder to work in; LibreOffice's own profile lies there too.
    """
    out = folder / "worked-out"
    command = [
        OFFICE,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(out),
        *map(str, paths),
    ]
    done = subprocess.run(
        command, capture_output=True, timeout=seconds, check=False, env={**os.environ, "HOME": str(folder)}
    )
    found = []
    for path in paths:
        made = out / path.name
        assert made.exists(), f"{path.name} was not worked out: {done.stderr.decode(errors='replace')[-500:]}"
        book = CalamineWorkbook.from_path(str(made))
        found.append(
            {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
        )
    return found
