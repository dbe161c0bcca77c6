"""Make a backup: database and folders as of one moment, without stopping anybody.

The database is dumped from an exported snapshot. Files of the lake and attachments never change and are adopted before a
row names them, so that whatever the snapshot names is on the disk already; links made at once keep it there while the
dump runs. What the snapshot names and the folders lack stops the backup: half an enterprise is none.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from qiao import __version__
from qiao.config.environment import read_environment
from qiao.runtime import clock
from qiao.runtime.contributions import KeptFolder, list_registered
from qiao.runtime.database import place_for

from .contents import CONTENTS, DATABASE, FILES, FOLDERS, FORMAT, BackupTrouble, Contents

Report = Callable[[str], None]
_NOT_THERE_YET = frozenset({"42P01", "42703"})  # PostgreSQL: no such table, no such column


def make_backup(target: Path, *, report: Report) -> Contents:
    """Write one enterprise into one file, which appears whole or not at all.

    Args:
        target: The file to write; must not exist. Only its owner may read it: it holds keys and personal data.
        report: Told each step in a sentence.

    Raises:
        BackupTrouble: The file exists, a named file of the lake is missing or damaged, or the dump failed.
    """
    if target.exists():
        raise BackupTrouble(f"{target} exists already; name another file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.QIAO_HOME) as name:
        stage = Path(name)
        contents = _stage(stage, report)
        draft = target.with_name(f".{target.name}.draft")
        try:
            _pack(stage, contents, draft, report)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
    return contents


def _stage(stage: Path, report: Report) -> Contents:
    """Links to every file and the dump, side by side, all of one snapshot."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            cursor.execute("SELECT current_setting('server_version_num')::int")
            server_version = cursor.fetchone()[0]
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY app, name")
            migrations = [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "SELECT (SELECT count(*) FROM org_person), (SELECT count(*) FROM customers_customer), "
                "(SELECT count(*) FROM ledger_lakefile WHERE live)"
            )
            people, customers, live_files = cursor.fetchone()
        named = {folder.code: _named_by(folder, report) for folder in list_registered(KeptFolder)}
        _link(stage)
        report("database: dumping")
        _dump(stage / DATABASE, snapshot)
    report("files: checking")
    members = dict(_members(stage))
    _check_named(named, members)
    return Contents(
        FORMAT, __version__, clock.now().isoformat(), server_version, migrations, members, people, customers,
        live_files,
    )  # fmt: skip


def _named_by(folder: KeptFolder, report: Report) -> frozenset[str]:
    """What the database names in a folder. One of an earlier Qiao may lack the table that would say: before an
    upgrade there is nothing of it to name."""
    try:
        with transaction.atomic():
            return frozenset(folder.list_digests())
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") not in _NOT_THERE_YET:
            raise
        report(f"{folder.folder}: this database is of an earlier Qiao that kept nothing there")
        return frozenset()


def _link(stage: Path) -> None:
    home = Path(settings.QIAO_HOME)
    for folder in list_registered(KeptFolder):
        for path in _files_below(home / folder.folder):
            copy = stage / FOLDERS / path.relative_to(home)
            copy.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, copy)
            except FileNotFoundError:  # removed this instant: if anything names it, the check says so
                continue
            except OSError:  # another file system, or one without links
                shutil.copy2(path, copy)
    for name in FILES:
        if (home / name).is_file():
            (stage / FOLDERS).mkdir(exist_ok=True)
            shutil.copy2(home / name, stage / FOLDERS / name)


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        hidden = any(part.startswith(".") or part == "staging" for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def _dump(target: Path, snapshot: str) -> None:
    """``pg_dump`` of the same snapshot; the password goes through the environment, never the command line."""
    values = connection.get_connection_params()
    command = [
        str(place_for(read_environment().home).programs / "pg_dump"), "--format=custom", "--compress=6", "--no-owner",
        "--no-privileges", f"--snapshot={snapshot}", f"--host={values.get('host') or ''}", f"--port={values.get('port') or ''}",
        f"--username={values.get('user') or ''}", f"--dbname={values['dbname']}", f"--file={target}",
    ]  # fmt: skip
    surroundings = {**os.environ, "PGPASSWORD": values.get("password") or ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
    if done.returncode:
        raise BackupTrouble(f"The database could not be dumped: {done.stderr.strip()}")


def _members(stage: Path) -> Iterator[tuple[str, tuple[str, int]]]:
    for path in sorted(stage.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield path.relative_to(stage).as_posix(), (digest, path.stat().st_size)


def _check_named(named: dict[str, frozenset[str]], members: dict[str, tuple[str, int]]) -> None:
    """Everything the database names is here with the content its name promises."""
    for folder in list_registered(KeptFolder):
        here = {
            digest for name, (digest, _) in members.items() if name.startswith(f"{FOLDERS}{folder.folder}/")
        }
        if missing := sorted(named[folder.code] - here):
            raise BackupTrouble(
                f"{len(missing)} files that the database names are missing or damaged in {folder.folder}, "
                f"the first is {missing[0]}. Run `qiao doctor --deep` and restore them from an earlier backup."
            )


def _pack(stage: Path, contents: Contents, draft: Path, report: Report) -> None:
    report(f"writing {len(contents.members)} members, {contents.size / 1e6:,.1f} MB")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:") as tar:
            head = tarfile.TarInfo(CONTENTS)
            text = contents.to_bytes()
            head.size = len(text)
            tar.addfile(head, BytesIO(text))
            for name in contents.members:
                tar.add(stage / name, name, filter=_plain)
        file.flush()
        os.fsync(file.fileno())


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the owners of this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
