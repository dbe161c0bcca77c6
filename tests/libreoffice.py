"""LibreOffice as a second opinion on workbooks: every formula worked out anew, and what came out."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from qiao.engines.formula.values import is_failure
from qiao.engines.policy.workbook import Book
from qiao.engines.policy.workbook.parts import LEFT_OUT, TOP

OFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""

needs_libreoffice = pytest.mark.skipif(
    not OFFICE,
    reason="LibreOffice is not installed (apt-get install libreoffice-calc); .ci/run installs it",
)


def what_excel_refuses(book: Book) -> list[str]:
    """Formulas beyond Excel's limits, which LibreOffice does not have: 8192 characters, 64 levels of brackets."""
    found = []
    for line in book.steps:
        deepest = depth = 0
        for sign in re.sub(r'"(?:[^"]|"")*"', "", line.formula):
            depth += (sign == "(") - (sign == ")")
            deepest = max(deepest, depth)
        if len(line.formula) > 8190 or deepest > 64 or depth:
            found.append(f"{line.scenario} {line.title.zh}: {len(line.formula)} characters, {deepest} deep")
    return found


def recalculate(paths: Sequence[Path], folder: Path, seconds: int = 300) -> list[dict[str, list[list[Any]]]]:
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


def agrees(found: Any, engine: Any, within: Decimal) -> bool:
    """Whether a cell holds what the engine has; a cell in error reads as an empty text."""
    if is_failure(engine):
        return found in ("", LEFT_OUT)
    if isinstance(engine, bool):
        return found is engine
    if isinstance(engine, Decimal):
        return (
            isinstance(found, (int, float))
            and not isinstance(found, bool)
            and abs(Decimal(found) - engine) <= within
        )
    if isinstance(engine, date):
        return str(found)[:10] == engine.isoformat()
    return str(found) == engine


def disagreements(book: Book, sheets: dict[str, list[list[Any]]]) -> list[str]:
    """Every result and every step that came out otherwise; what is flagged is left out."""
    found = []
    largest: dict[str, Decimal] = {}
    for line in book.steps:
        if isinstance(line.engine, Decimal):
            largest[line.scenario] = max(largest.get(line.scenario, Decimal(1)), abs(line.engine))
    for n, line in enumerate(book.steps):
        if line.engine is None or line.near:
            continue
        value = sheets["步骤"][TOP + n][7]
        within = Decimal("1e-9") * max(Decimal(1), largest.get(line.scenario, Decimal(1)))
        if not agrees(value, line.engine, within):
            where = f"{line.scenario} {line.title.zh} {line.person} {line.period} {line.event}"
            found.append(
                f"step H{TOP + n + 1} {where}: {line.said} = {line.formula}: {value!r}, {line.engine}"
            )
    for n, result in enumerate(book.results):
        if result.is_near or not result.is_live:
            continue
        value, word = sheets["结果"][TOP + n][6], sheets["结果"][TOP + n][8]
        within = Decimal("1e-9") * max(Decimal(1), largest.get(result.scenario, Decimal(1)))
        within = within if result.places is None else Decimal("0.001").scaleb(min(0, 2 - result.places))
        if not agrees(value, result.engine, within) or (result.places is not None and word != "一致 agrees"):
            where = f"{result.scenario} {result.person} {result.period} {result.item}"
            found.append(f"result {where}: {result.live}: {value!r}, {result.engine} ({word})")
    return found
