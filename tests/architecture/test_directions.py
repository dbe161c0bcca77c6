"""The directions of the house hold, and each contract catches a violation planted in a copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

# contract → (file, line that breaks it)
VIOLATIONS = {
    "Contexts only look down": ("org/queries/organisation.py", "import qiao.customers.queries"),
    "Inside a context": ("customers/queries/register.py", "import qiao.customers.actions"),
    "Inside web": ("customers/web/forms.py", "import qiao.customers.web.views"),
    "Pure code": ("kernel/money.py", "import random"),
    "Kernel is standard library only": ("kernel/money.py", "import numpy"),
    "Web faces of different contexts": ("customers/web/views.py", "import qiao.org.web.forms"),
    "Only config composes web faces": ("customers/importing.py", "import qiao.org.web.forms"),
    "No cycles among siblings": ("runtime/clock.py", "import qiao.runtime.day"),
    "The ORM stays behind": ("customers/importing.py", "import qiao.customers.models"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "NO_COLOR": "1", "COLUMNS": "400"}
    return subprocess.run(
        [LINT, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code and its contracts in a folder of their own, without templates and static files."""
    ignore = shutil.ignore_patterns("static", "templates", "locale", "__pycache__", "*.egg-info", "packs")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignore)
    shutil.copy(ROOT / ".importlinter", tmp_path / ".importlinter")
    return tmp_path


def test_all_directions_hold():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_violation_is_caught(contract: str, copy: Path):
    name, line = VIOLATIONS[contract]
    path = copy / "src" / "qiao" / name
    path.write_text(path.read_text() + f"\n\ndef planted() -> None:\n    {line}\n")
    done = lint(copy)
    assert done.returncode != 0
    broken = [row for row in done.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(row.startswith(contract) for row in broken), done.stdout[-3000:]
