"""The embedded server: comes up, comes up again after kill -9, is not confused by a half-done set-up."""

import shutil
import signal
import time
from pathlib import Path

import psycopg
import pytest

from qiao.runtime.database import DatabaseTrouble, EmbeddedServer

FAST = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def home(tmp_path: Path):
    """A home other accounts can reach, and servers stopped afterwards."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="qiao-server-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_it_keeps_what_was_committed_when_killed(home):
    server = EmbeddedServer(home, {"shared_buffers": "16MB"})
    assert server.start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    server._process.send_signal(signal.SIGKILL)
    server._process.wait()

    again = EmbeddedServer(home, {"shared_buffers": "16MB"})
    with again.running() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]


def test_while_it_is_wanted_it_comes_up_again_after_it_ended(home):
    server = EmbeddedServer(home, FAST)
    with server.running() as url:
        server._process.send_signal(signal.SIGKILL)
        server._process.wait()
        deadline = time.monotonic() + 60
        while not server.is_running() and time.monotonic() < deadline:
            time.sleep(0.1)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not server.is_running()


def test_a_second_start_finds_the_first_and_leaves_it_running(home):
    first = EmbeddedServer(home, FAST)
    first.start()
    try:
        second = EmbeddedServer(home, FAST)
        assert second.start() is False
        second.stop()
        assert first.is_running()
    finally:
        first.stop()


def test_a_set_up_killed_half_way_is_begun_anew(home):
    draft = home / "postgres" / "draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")
    server = EmbeddedServer(home, FAST)
    with server.running() as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT show_trgm('张三丰') <> '{}'").fetchone() == (True,)


def test_data_without_its_password_is_not_overwritten(home):
    data = home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18")
    with pytest.raises(DatabaseTrouble, match="move it away"):
        EmbeddedServer(home, FAST).start()


def test_the_password_is_readable_by_its_owner_only_and_needed(home):
    server = EmbeddedServer(home, FAST)
    with server.running() as url:
        assert server.card.stat().st_mode & 0o077 == 0
        wrong = url.replace(url.split(":")[2].split("@")[0], "wrong")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)
