"""Our own small supervisor of an embedded PostgreSQL server.

The server runs as our child on loopback with a password, and stops when we stop, also after ``kill -9`` of us.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from .place import DatabaseTrouble, ServerPlace, place_for

WATCH_SECONDS = 1
START_SECONDS = 60  # crash recovery of a small branch is over well before
NAME = "qiao"

# What a small branch or a laptop wants; a real server is configured by its own administrator.
TUNING = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "max_locks_per_transaction": "256",
}


@dataclass
class EmbeddedServer:
    """The embedded server of one home.

    Attributes:
        home: The enterprise's folder.
        settings: Extra ``postgres -c`` settings, for example ``{"fsync": "off"}`` in tests.
    """

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _place: ServerPlace | None = None

    @property
    def place(self) -> ServerPlace:
        if self._place is None:
            self._place = place_for(self.home)
        return self._place

    @property
    def card(self) -> Path:
        """File with port and password, readable by its owner only."""
        return self.home / "postgres.json"

    def url(self) -> str:
        """Address of the database.

        Raises:
            DatabaseTrouble: The server was never set up.
        """
        try:
            card = json.loads(self.card.read_text())
        except FileNotFoundError:
            raise DatabaseTrouble(
                f"No database in {self.home} yet: start Qiao once with `qiao up`."
            ) from None
        return f"postgresql://{NAME}:{card['password']}@127.0.0.1:{card['port']}/{NAME}"

    def is_running(self) -> bool:
        """Whether a server answers at the noted address with the noted password."""
        if not self.card.exists():
            return False
        try:
            with psycopg.connect(self._url_of("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def start(self) -> bool:
        """Start the server unless it already runs; set the cluster up on first use.

        Returns:
            True when this call started it (and this object must stop it).

        Raises:
            DatabaseTrouble: It does not come up; names the log.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with self._lock():
            if self.is_running():
                return False
            if not self.card.exists() or not self.place.data.exists():
                self._set_up()
            self._launch()
            self._prepare()
        return True

    def stop(self) -> None:
        """Stop the server if this object started it: fast shutdown, then by force."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(10)

    def poll(self) -> int | None:
        """Exit code when a server started here has ended, else None."""
        return self._process.poll() if self._process else None

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """The database's address, with the server up for the block, also after it died of a full disk."""
        started = self.start()
        ended = threading.Event()
        watch = threading.Thread(target=self._keep_up, args=(ended,), daemon=True)
        if started:
            watch.start()
        try:
            yield self.url()
        finally:
            if started:
                ended.set()
                watch.join()
                self.stop()

    def _keep_up(self, ended: threading.Event) -> None:
        """Start the server again when it ended by itself, until that succeeds; its log says why it ended."""
        while not ended.wait(WATCH_SECONDS):
            if self.poll() is None:
                continue
            with contextlib.suppress(DatabaseTrouble, OSError, psycopg.Error):
                self.start()

    # --- set-up -----------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with open(self.home / "postgres.lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _url_of(self, database: str) -> str:
        return self.url().rsplit("/", 1)[0] + f"/{database}"

    def _set_up(self) -> None:
        data = self.place.data
        if data.exists():
            raise DatabaseTrouble(
                f"{data} has no password beside it in {self.card}; move it away and start again."
            )
        draft = data.with_name("draft")  # a set-up that was killed leaves only this
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        password = secrets.token_urlsafe(24)
        password_file = data.parent / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        if self.place.uid is not None:
            for path in (data.parent, draft, password_file):
                os.chown(path, self.place.uid, self.place.gid if self.place.gid is not None else -1)
        draft.chmod(0o700)
        command = [
            str(self.place.programs / "initdb"), f"--pgdata={draft}", f"--username={NAME}", "--auth=scram-sha-256",
            f"--pwfile={password_file}", "--encoding=UTF8", "--no-instructions", *_locale(self._version()),
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, cwd="/", check=False, **self.place.run_as
        )  # type: ignore[call-overload]
        password_file.unlink()
        if done.returncode:
            raise DatabaseTrouble(f"initdb failed: {done.stderr.strip()}")
        self._write_card(password)
        draft.rename(data)

    def _write_card(self, password: str) -> None:
        draft = self.card.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps({"port": _free_port(), "password": password}))
        draft.rename(self.card)

    def _version(self) -> int:
        text = subprocess.run(
            [str(self.place.programs / "postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
        match = re.search(r"(\d+)[.\d]*", text)
        major = int(match.group(1)) if match else 0
        if major < 15:
            raise DatabaseTrouble(f"PostgreSQL 15 or later is needed, found: {text.strip()}")
        return major

    # --- start ------------------------------------------------------------------------------------------

    def _launch(self) -> None:
        """Start and wait until it answers; tries again because after a kill -9 the first start may fail."""
        log_path = self.home / "postgres.log"
        deadline = time.monotonic() + START_SECONDS
        while True:
            card = json.loads(self.card.read_text())
            if not _is_free(card["port"]):
                self._write_card(card["password"])
                card = json.loads(self.card.read_text())
            options = TUNING | {"port": str(card["port"])} | self.settings
            command = [str(self.place.programs / "postgres"), "-D", str(self.place.data)]
            for name, value in options.items():
                command += ["-c", f"{name}={value}"]
            with open(log_path, "ab") as log:
                self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                    start_new_session=True, preexec_fn=_die_with_parent, **self.place.run_as,  # type: ignore[call-overload]
                )  # fmt: skip
            while self._process.poll() is None:
                if self.is_running():
                    return
                if time.monotonic() > deadline:
                    self.stop()
                    raise DatabaseTrouble(f"PostgreSQL did not answer in {START_SECONDS} s; see {log_path}.")
                time.sleep(0.05)
            if time.monotonic() > deadline - START_SECONDS + 15:
                raise DatabaseTrouble(f"PostgreSQL ended at start; see {log_path}.")
            time.sleep(0.5)

    def _prepare(self) -> None:
        """Database and extensions; refuses a cluster in which trigram search of Chinese finds nothing."""
        with psycopg.connect(self._url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {NAME}")
        check_server(self.url())


def check_server(url: str) -> None:
    """Make the extensions and check what the searches rely on.

    Raises:
        DatabaseTrouble: The server is older than 15, lacks an extension, or its locale breaks Chinese search.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.info.server_version < 150000:
            raise DatabaseTrouble("PostgreSQL 15 or later is needed.")
        for extension in ("pg_trgm", "btree_gist"):
            try:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            except psycopg.errors.UniqueViolation:  # another process made it this instant
                pass
            except psycopg.Error as error:
                raise DatabaseTrouble(f"The extension {extension} is needed: {error}") from error
        row = connection.execute("SELECT show_trgm('张三丰')").fetchone()
        if row is None or not row[0]:
            raise DatabaseTrouble(
                "This database's LC_CTYPE is C: a search for Chinese names would find nothing. "
                "Create it with LC_CTYPE C.UTF-8."
            )


def _locale(version: int) -> list[str]:
    if version >= 17:
        return [
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8",
            "--lc-messages=C", "--lc-monetary=C", "--lc-numeric=C", "--lc-time=C",
        ]  # fmt: skip
    return ["--locale=C.UTF-8", "--lc-messages=C"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _die_with_parent() -> None:
    """Linux: a fast shutdown reaches the server even when its parent is killed. Runs after the account change,
    which would clear the wish."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(1, signal.SIGINT)
