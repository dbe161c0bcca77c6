"""Restore a backup into an empty home. Safe to be killed: the next attempt begins anew."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qiao import __version__
from qiao.config.environment import Environment
from qiao.runtime.database import EmbeddedServer, place_for
from qiao.runtime.database.embedded import check_server

from .contents import CONTENTS, DATABASE, FOLDERS, BackupTrouble, Contents, read_contents
from .versions import unknown_of

Report = Callable[[str], None]
MARK = "restoring"  # stands in a home whose restore has not ended
_OWN = frozenset({MARK, "postgres", "postgres.json", "postgres.lock", "postgres.log", "state-name"})
_WAS_EMPTY = "the database was empty"


def restore_backup(
    source: Path, environment: Environment, *, known: Collection[str], upgrade: bool, report: Report
) -> Contents:
    """Put an enterprise into an empty home.

    Args:
        source: The backup.
        environment: Names the home and, perhaps, the database server; both must be empty.
        known: Migrations this Qiao knows, ``app.name``.
        upgrade: An older backup is wanted, to be brought to this version afterwards.
        report: Told each step in a sentence.

    Raises:
        BackupTrouble: The backup is damaged or of another version, or the home or the database is not empty.
    """
    contents = read_contents(source)
    check_version(contents, known, upgrade=upgrade)
    _check_members(source, contents, report)
    home = environment.home
    _make_room(home)
    with _server(environment) as url:
        _empty_database(url, home / MARK)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as stage:
            report("files: unpacking")
            _unpack(source, Path(stage))
            for path in sorted((Path(stage) / FOLDERS).iterdir() if (Path(stage) / FOLDERS).is_dir() else ()):
                os.replace(path, home / path.name)
            report("database: restoring")
            _load(url, Path(stage) / DATABASE, home)
    (home / MARK).unlink()
    return contents


def check_version(contents: Contents, known: Collection[str], *, upgrade: bool) -> None:
    """Whether this Qiao can carry the backup.

    Raises:
        BackupTrouble: It was made by a later Qiao, or by an earlier one without ``upgrade``.
    """
    if later := unknown_of(contents.migrations, known):
        raise BackupTrouble(
            f"The backup was made by a later Qiao ({contents.version}; this is {__version__}): it knows {later[0]}"
            f"{f' and {len(later) - 1} more' if len(later) > 1 else ''}. Install that version and restore again. Nothing was changed."
        )
    missing = sorted(set(known) - set(contents.migrations))
    if missing and not upgrade:
        raise BackupTrouble(
            f"The backup was made by an earlier Qiao ({contents.version}; this is {__version__}) and lacks {len(missing)} steps, "
            f"the first is {missing[0]}. Say --upgrade to restore it and bring it to this version. Nothing was changed."
        )


def _check_members(source: Path, contents: Contents, report: Report) -> None:
    """Every member is there with its digest, before anything is written."""
    report(f"checking {len(contents.members)} members, {contents.size / 1e6:,.1f} MB")
    seen = set()
    try:
        with tarfile.open(source, "r:") as tar:
            for member in tar:
                if member.name == CONTENTS:
                    continue
                file = tar.extractfile(member)
                digest = hashlib.file_digest(file, "sha256").hexdigest() if file else ""  # type: ignore[arg-type]
                if contents.members.get(member.name) != (digest, member.size):
                    raise BackupTrouble(f"{source} is damaged: {member.name} is not what was written.")
                seen.add(member.name)
    except (tarfile.TarError, OSError) as error:
        raise BackupTrouble(f"{source} is cut off or damaged: {error}.") from error
    if missing := sorted(set(contents.members) - seen):
        raise BackupTrouble(f"{source} is cut off: {missing[0]} is missing.")


def _make_room(home: Path) -> None:
    """An empty home with the mark in it; what an attempt that was killed left is taken away."""
    mark = home / MARK
    if home.exists() and not mark.exists() and (found := sorted(path.name for path in home.iterdir())):
        raise BackupTrouble(
            f"{home} is not empty ({', '.join(found[:4])}); restore into an empty home: QIAO_HOME=… qiao restore …"
        )
    home.mkdir(parents=True, exist_ok=True)
    mark.touch()
    for path in home.iterdir():
        if path.name in _OWN:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextlib.contextmanager
def _server(environment: Environment) -> Iterator[str]:
    if environment.database_url:
        check_server(environment.database_url)
        yield environment.database_url
        return
    with EmbeddedServer(environment.home).running() as url:
        yield url


def _empty_database(url: str, mark: Path) -> None:
    """Refuse a database with tables, unless the mark says they are of an attempt that began on an empty one."""
    with psycopg.connect(url, autocommit=True) as session:
        row = session.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        if row and row[0] and mark.read_text() != _WAS_EMPTY:
            mark.unlink()
            raise BackupTrouble(
                f"The database has {row[0]} tables already; restore into an empty one. Nothing was changed."
            )
        if row and row[0]:
            session.execute("DROP SCHEMA public CASCADE")
            session.execute("CREATE SCHEMA public")
    check_server(url)
    mark.write_text(_WAS_EMPTY)


def _unpack(source: Path, stage: Path) -> None:
    with tarfile.open(source, "r:") as tar:
        tar.extractall(stage, filter="data")
    for path in stage.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _load(url: str, dump: Path, home: Path) -> None:
    """The whole dump in one transaction: a database half restored stays empty."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    password = parts.pop("password", "")
    command = [
        str(place_for(home).programs / "pg_restore"), "--exit-on-error", "--single-transaction", "--no-owner",
        "--no-privileges", "--dbname=" + make_conninfo("", **parts), str(dump),
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PGPASSWORD": password}
    )
    if done.returncode:
        raise BackupTrouble(f"The database could not be restored: {done.stderr.strip()}")
