"""An enterprise goes into one file while it is used, and comes back whole or not at all."""

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings

from qiao.config.backup import BackupTrouble, Contents, make_backup, read_contents, restore_backup
from qiao.config.backup.restoring import check_version
from qiao.config.backup.versions import list_known
from qiao.config.environment import read_environment
from qiao.runtime.contributions import KeptFolder, register, unregister
from qiao.runtime.database import EmbeddedServer

pytestmark = pytest.mark.django_db  # asks for the database the fixture reads
COMMAND = [sys.executable, "-c", "from qiao.config.cli import main; raise SystemExit(main())"]
NOTE = "kept as it is"


def silent(text: str) -> None:
    """Progress nobody reads."""


def qiao(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process and a home of its own, on an embedded server."""
    surroundings = {key: value for key, value in os.environ.items() if key != "QIAO_DATABASE_URL"}
    surroundings |= {"QIAO_HOME": str(home), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, env=surroundings, timeout=240
    )


def known() -> set[str]:
    """Migrations this Qiao knows."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def restore(source: Path, home: Path, *, upgrade: bool = False) -> Contents:
    """In this process, into a home of its own."""
    environment = read_environment({"QIAO_HOME": str(home)})
    return restore_backup(source, environment, known=known(), upgrade=upgrade, report=silent)


@pytest.fixture(scope="module")
def house(open_folder, django_db_setup, django_db_blocker):
    """A folder with a backup of the test's database, which is only read, and one file of a lake."""
    home = open_folder / "home"
    lake = home / "lake" / "dimensions"
    lake.mkdir(parents=True)
    (lake / "note.parquet").write_text(NOTE)
    (home / "secret_key").write_text("k" * 60)
    with django_db_blocker.unblock(), override_settings(QIAO_HOME=home):
        make_backup(open_folder / "one.tar", report=silent)
    return open_folder


def rewritten(source: Path, target: Path, change) -> Path:
    """A copy of a backup with its contents or members changed: ``change(name, bytes)`` → bytes or None."""
    with tarfile.open(source) as old, tarfile.open(target, "w:") as new:
        for member in old:
            data = change(member.name, old.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, BytesIO(data))
    return target


def later(name: str, data: bytes) -> bytes:
    if name != "contents.json":
        return data
    values = json.loads(data)
    return json.dumps(
        values | {"version": "9.9", "migrations": [*values["migrations"], "org.9999_tomorrow"]}
    ).encode()


def earlier(name: str, data: bytes) -> bytes:
    if name != "contents.json":
        return data
    values = json.loads(data)
    return json.dumps(values | {"migrations": values["migrations"][:-1]}).encode()


def test_a_backup_is_read_by_its_owner_only_and_says_what_it_holds(house):
    path = house / "one.tar"
    assert path.stat().st_mode & 0o777 == 0o600
    contents = read_contents(path)
    assert "home/lake/dimensions/note.parquet" in contents.members
    assert "home/secret_key" in contents.members
    assert set(contents.migrations) == known() == list_known()


def test_it_comes_back_into_an_empty_home_and_goes_on_from_there(house):
    target = house / "back"
    done = qiao(target, "restore", str(house / "one.tar"))
    assert done.returncode == 0, done.stderr
    assert (target / "lake" / "dimensions" / "note.parquet").read_text() == NOTE
    assert (target / "secret_key").read_text() == "k" * 60
    assert not (target / "restoring").exists()
    looked = qiao(target, "doctor", "--json")
    found = {check["code"]: check for check in json.loads(looked.stdout)}
    assert found["migrations"]["state"] == found["files"]["state"] == found["search"]["state"] == "ok"
    with pytest.raises(BackupTrouble, match="not empty"):
        restore(house / "one.tar", target)


def test_a_restore_that_was_killed_is_done_again_from_the_start(house):
    target = house / "killed"
    (target / "lake").mkdir(parents=True)
    target.chmod(0o755)
    (target / "restoring").write_text("the database was empty")
    (target / "lake" / "half").write_text("left behind")
    with EmbeddedServer(target).running() as url, psycopg.connect(url) as session:
        session.execute("CREATE TABLE half (id int)")
        session.commit()
    restore(house / "one.tar", target)
    assert not (target / "lake" / "half").exists()
    assert (target / "lake" / "dimensions" / "note.parquet").read_text() == NOTE
    with EmbeddedServer(target).running() as url, psycopg.connect(url) as session:
        assert session.execute("SELECT to_regclass('half'), to_regclass('org_person')").fetchone() == (
            None,
            "org_person",
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (later, "later Qiao"),
        (earlier, "--upgrade"),
        (lambda name, data: data[:-1] + b"?" if name.endswith("note.parquet") else data, "damaged"),
        (lambda name, data: None if name == "database.dump" else data, "cut off"),
    ],
    ids=["made by a later version", "made by an earlier version", "a changed byte", "a missing member"],
)
def test_what_cannot_be_restored_is_refused_before_anything_is_written(house, change, words):
    broken = rewritten(house / "one.tar", house / "broken.tar", change)
    with pytest.raises(BackupTrouble, match=words):
        restore(broken, house / "nothing")
    assert not (house / "nothing").exists()


def test_a_file_that_is_no_backup_is_named(tmp_path):
    (tmp_path / "a.tar").write_text("something else")
    for name in ("a.tar", "absent.tar"):
        with pytest.raises(BackupTrouble, match=name):
            read_contents(tmp_path / name)


def test_an_earlier_backup_is_taken_when_asked_for(house):
    contents = read_contents(house / "one.tar")
    check_version(contents, [*contents.migrations, "org.9999_tomorrow"], upgrade=True)


@pytest.mark.django_db(transaction=True)
def test_a_named_file_that_is_missing_stops_the_backup(house, django_db_blocker):
    folder = KeptFolder("test", "elsewhere", lambda: ["ab" * 32])
    register(folder)
    try:
        with (
            django_db_blocker.unblock(),
            override_settings(QIAO_HOME=house / "home"),
            pytest.raises(BackupTrouble, match="abab"),
        ):
            make_backup(house / "never.tar", report=silent)
    finally:
        unregister(folder)
    assert not (house / "never.tar").exists()
    assert not list((house / "home").glob(".backup-*"))


def test_a_backup_never_writes_over_another_file(house):
    with pytest.raises(BackupTrouble, match="exists already"):
        make_backup(house / "one.tar", report=silent)
