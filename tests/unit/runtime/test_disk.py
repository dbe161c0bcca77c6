"""A full disk is told by its place, whoever says it."""

import errno
import os

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


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EACCES, "Permission denied", "/x"), ValueError("x"), psycopg.errors.UniqueViolation("x")],
)
def test_other_errors_stay_what_they_are(error):
    assert find_full_disk(error) is None
