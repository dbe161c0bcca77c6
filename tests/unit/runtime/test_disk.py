"""A full disk is told by its place, whoever says it."""

import errno
import os
from types import SimpleNamespace

import duckdb
import psycopg
import pytest
from django.db.utils import OperationalError

from qiao.runtime.disk import find_full_disk

TEXT = os.strerror(errno.ENOSPC)


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (OSError(errno.ENOSPC, TEXT, "/home/of/qiao/lake/staging/x"), "QIAO_HOME/lake/staging/x"),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "/elsewhere/x"), "/elsewhere/x"),
        (OSError(errno.ENOSPC, TEXT), "QIAO_HOME"),
        (duckdb.IOException(f'IO Error: Could not write file "/home/of/qiao/lake/a.parquet": {TEXT}'), "QIAO_HOME/lake/a.parquet"),
        (RuntimeError(f"{TEXT} (os error 28)"), "QIAO_HOME"),
        (psycopg.errors.DiskFull("could not extend file"), "PostgreSQL"),
    ],
)  # fmt: skip
def test_every_library_s_full_disk_is_found_with_its_place(settings, error, place):
    settings.QIAO_HOME = "/home/of/qiao"
    refusal = find_full_disk(error)
    assert refusal is not None
    assert (refusal.code, refusal.params["place"]) == ("disk_full", place)


def test_it_is_found_behind_the_error_that_wraps_it():
    error = OperationalError("could not extend file")
    error.__cause__ = psycopg.errors.DiskFull("could not extend file")
    assert find_full_disk(error).params["place"] == "PostgreSQL"


def test_a_database_that_died_for_want_of_room_is_told_from_one_that_died_otherwise(
    settings, tmp_path, monkeypatch
):
    settings.QIAO_HOME = tmp_path
    error = OperationalError("server closed the connection unexpectedly")
    assert find_full_disk(error) is None
    monkeypatch.setattr("qiao.runtime.disk.shutil.disk_usage", lambda path: SimpleNamespace(free=1 << 20))
    assert find_full_disk(error).params["place"] == "PostgreSQL"


def test_where_the_work_was_writing_is_named_when_the_error_names_no_file(settings, tmp_path):
    settings.QIAO_HOME = tmp_path
    error = OSError(errno.ENOSPC, TEXT)
    assert find_full_disk(error, at=tmp_path / "lake").params["place"] == "QIAO_HOME/lake"


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EACCES, "Permission denied", "/x"), ValueError("x"), psycopg.errors.UniqueViolation("x")],
)
def test_other_errors_stay_what_they_are(error):
    assert find_full_disk(error) is None
