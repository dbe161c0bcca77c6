"""A home made by the Qiao of the commit in ``FROM`` goes on under this one: same customers, same closed figures."""

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import psycopg
import pytest

from qiao.runtime.database import EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]
FROM = (Path(__file__).parent / "FROM").read_text().strip()
COMMAND = "from qiao.config.cli import main; raise SystemExit(main())"
SMALL = """
import functools, os
from pathlib import Path
from qiao.runtime.database import EmbeddedServer
server = EmbeddedServer(Path(os.environ["QIAO_HOME"]))
server.start()
try:
    os.environ["DJANGO_SETTINGS_MODULE"] = "qiao.config.settings"
    import django
    django.setup()
    from qiao.config.demo import loading
    from qiao.config.preparation import prepare
    from qiao.kernel.period import Month
    prepare()
    loading.generate = functools.partial(loading.generate, customers=200)
    loading.CLOSED_MONTHS = 1
    loading.load("telecom", until=Month(2026, 10), report=print)
finally:
    server.stop()
"""
COUNTED = (
    "SELECT (SELECT count(*) FROM customers_customer), (SELECT count(*) FROM org_person), "
    "(SELECT count(*) FROM customers_assignment), (SELECT count(*) FROM ledger_figure), "
    "(SELECT sum(numerator) FROM ledger_figure), (SELECT string_agg(result_digest, ',' ORDER BY id) FROM ledger_run)"
)


def run(code: str, home: Path, source: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A process of the given source in a home of its own."""
    surroundings = {key: value for key, value in os.environ.items() if key != "QIAO_DATABASE_URL"}
    surroundings |= {"QIAO_HOME": str(home), "PYTHONPATH": str(source)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, env=surroundings,
        cwd=home.parent, timeout=600,
    )  # fmt: skip


def counted(home: Path) -> tuple[object, ...]:
    with EmbeddedServer(home).running() as url, psycopg.connect(url) as session:
        return session.execute(COUNTED).fetchone()


@pytest.fixture(scope="module")
def old_source(tmp_path_factory) -> Path:
    """The code of the commit, as git keeps it."""
    packed = subprocess.run(["git", "archive", FROM, "src"], capture_output=True, cwd=ROOT, check=False)
    if packed.returncode:
        pytest.skip(f"this checkout does not hold commit {FROM[:7]} (a shallow clone, or no git)")
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder / "src"


def test_an_old_home_is_upgraded_with_a_backup_and_keeps_what_it_knew(old_source, open_folder):
    home = open_folder / "home"
    made = run(SMALL, home, old_source)
    assert made.returncode == 0, made.stderr
    before = counted(home)
    assert before[0] == 200

    done = run(COMMAND, home, ROOT / "src", "upgrade")
    assert done.returncode == 0, done.stderr
    assert "done" in done.stdout
    assert counted(home) == before
    looked = run(COMMAND, home, ROOT / "src", "doctor", "--deep", "--json")
    found = {check["code"]: check["state"] for check in json.loads(looked.stdout)}
    assert found["migrations"] == found["files"] == found["backups"] == "ok"

    (backup,) = (home / "backups").glob("before-*.tar")
    refused = run(COMMAND, open_folder / "again", ROOT / "src", "restore", str(backup))
    assert refused.returncode == 1
    assert "--upgrade" in refused.stderr
    taken = run(COMMAND, open_folder / "again", ROOT / "src", "restore", str(backup), "--upgrade")
    assert taken.returncode == 0, taken.stderr
    assert counted(open_folder / "again") == before
