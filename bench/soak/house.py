"""Enterprises to be cruel to: a home, a database on the embedded or a named server, and children that work in it."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qiao.runtime.database import EmbeddedServer
from qiao.runtime.database.embedded import check_server

SERVER_SECONDS = 120


class Broken(Exception):
    """A promise did not hold."""


@dataclass
class Child:
    """A child at work in a house."""

    pid: int
    number: int


@dataclass
class House:
    """An enterprise's home and database. Work in it is done by children, so that they can be killed.

    Attributes:
        home: Its ``QIAO_HOME``.
        server: The embedded server, or None when the database is on a named one.
        named_url: Address of the database on a named server.
    """

    home: Path
    server: EmbeddedServer | None = None
    named_url: str = ""
    _nursery: subprocess.Popen[str] | None = None
    _nursery_url: str = ""
    _answers: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="qiao-soak-answers-")))
    _count: int = 0

    @property
    def url(self) -> str:
        return self.server.url() if self.server else self.named_url

    def start_child(self, *arguments: str) -> Child:
        """A child that has begun its work. One at a time."""
        nursery = self._open_nursery()
        self._count += 1
        self._pipe(nursery.stdin).write(json.dumps([self._count, *arguments]) + "\n")
        self._pipe(nursery.stdin).flush()
        return Child(int(self._pipe(nursery.stdout).readline()), self._count)

    def wait(self, child: Child, what: str = "") -> dict[str, Any]:
        """A child's answer once it has ended.

        Raises:
            Broken: It did not end well.
        """
        code = self.bury(child)
        if code:
            complaint = (self._answers / f"{child.number}.err").read_text()
            raise Broken(f"{what or 'a child'} ended with {code}: {complaint.strip()[-1500:]}")
        return dict(json.loads((self._answers / f"{child.number}.json").read_text()))

    def ask(self, *arguments: str) -> dict[str, Any]:
        """Start a child and wait for its answer."""
        return self.wait(self.start_child(*arguments), " ".join(arguments))

    def kill(self, child: Child) -> bool:
        """kill -9; whether it was in time."""
        os.kill(child.pid, signal.SIGKILL)
        return self.bury(child) == -signal.SIGKILL

    def bury(self, child: Child) -> int:
        """Wait for a child's end; its exit code."""
        assert self._nursery is not None
        self._pipe(self._nursery.stdin).write("\n")
        self._pipe(self._nursery.stdin).flush()
        return int(self._pipe(self._nursery.stdout).readline())

    def kill_server(self) -> None:
        """kill -9 of the embedded server, and its start as after a power cut."""
        if self.server is None:
            return
        pid = int((self.server.place.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        while self.server.is_running():
            time.sleep(0.02)
        self.await_server()

    def await_server(self) -> None:
        """Until the embedded server answers again; its keeper starts it.

        Raises:
            Broken: It does not come up.
        """
        deadline = time.monotonic() + SERVER_SECONDS
        while self.server is not None and not self.server.is_running():
            if time.monotonic() > deadline:
                raise Broken(f"the database did not come up again in {SERVER_SECONDS} s")
            time.sleep(0.1)

    def close(self) -> None:
        """End the nursery."""
        if self._nursery is not None:
            self._pipe(self._nursery.stdin).close()
            self._nursery.wait(30)
            self._nursery = None
        shutil.rmtree(self._answers, ignore_errors=True)

    def _open_nursery(self) -> subprocess.Popen[str]:
        if self._nursery is not None and self._nursery_url == self.url:
            return self._nursery
        if self._nursery is not None:  # the server came up again at another port
            self._pipe(self._nursery.stdin).close()
            self._nursery.wait(30)
        self._nursery_url = self.url
        environment = os.environ | {
            "QIAO_HOME": str(self.home),
            "QIAO_TODAY": "2026-11-22",
            "QIAO_DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "qiao.config.settings",
        }
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "bench.soak.child", str(self._answers)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self._nursery

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


@contextlib.contextmanager
def embedded_house(home: Path | None = None) -> Iterator[House]:
    """A house with the embedded server, durable as for users; gone afterwards."""
    folder = home or Path(tempfile.mkdtemp(prefix="qiao-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    server = EmbeddedServer(folder)
    house = House(folder, server)
    try:
        with server.running():
            yield house
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def named_house(url: str) -> Iterator[House]:
    """A house whose database is made on a named server, and dropped afterwards."""
    name = f"qiao_soak_{os.getpid()}"
    folder = Path(tempfile.mkdtemp(prefix="qiao-soak-"))
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    account = f"{parts.get('user', '')}:{parts.get('password', '')}"
    own = f"postgresql://{account}@{parts.get('host', '127.0.0.1')}:{parts.get('port', 5432)}/{name}"
    house = House(folder, named_url=own)
    try:
        check_server(own)
        yield house
    finally:
        house.close()
        with psycopg.connect(make_conninfo(url), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(folder, ignore_errors=True)


def server_version(url: str) -> str:
    """Such as ``15.18``."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return str(row[0]).split()[0] if row else "?"
