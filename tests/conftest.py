"""Fixtures every test may use."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from qiao.runtime import day


@pytest.fixture(autouse=True)
def _new_day() -> Iterator[None]:
    """Each test begins a day of its own, in the usual language whatever the test before asked in."""
    day.forget_day()
    translation.activate("zh-hans")
    yield
    day.forget_day()


@pytest.fixture
def cast(db):
    """The small enterprise of :mod:`tests.cast`."""
    from tests.cast import make_cast

    return make_cast()


@pytest.fixture
def log_in(client, cast):
    """``log_in("manager")`` → a client logged in as that member of the cast."""

    def as_member(member: str):
        client.force_login(cast.users[member], backend="qiao.runtime.login.backend.Backend")
        return client

    return as_member


@pytest.fixture
def call(client, cast):
    """``call(member, rights)`` → a caller with that member's token."""

    from qiao.runtime.tokens.actions import issue

    def as_member(member, rights):
        _token, secret = issue(user=cast.users[member], held=rights, name="t", rights=rights, days=1)

        def send(method, path, body=None):
            data = json.dumps(body) if body is not None else None
            return client.generic(
                method,
                f"/api/v1{path}",
                data or "",
                content_type="application/json",
                HTTP_AUTHORIZATION=f"Bearer {secret}",
            )

        return send

    return as_member


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder every account can enter: the embedded server of a root runs as somebody else, and pytest's own folders
    are private."""
    folder = Path(tempfile.mkdtemp(prefix="qiao-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data; skips where it is absent."""
    folder = Path(os.environ.get("QIAO_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("the shared data folder is not here (QIAO_SHARED)")
    return folder


def pytest_configure() -> None:
    """A cast of ten log-ins in every test must not cost ten slow hashes."""
    from django.conf import settings

    settings.QIAO_LIMITS = dict.fromkeys(
        settings.QIAO_LIMITS, 0
    )  # a test asks more in a minute than a person
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _streams_keep_the_connection(request: pytest.FixtureRequest) -> Iterator[None]:
    """A stream closed by hand would close the test's connection, as the end of a real request does.

    A live server has connections of its own; they must go back to the pool, or two browsers use it up.
    """
    from django.core.signals import request_finished
    from django.db import close_old_connections

    if request.node.get_closest_marker("browser"):
        yield
        return
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path: Path) -> None:
    """Files of one test are not those of another, nor of the next process."""
    settings.QIAO_HOME = tmp_path
