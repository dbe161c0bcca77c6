"""Loaded before anything else: gives every test run an enterprise home and a database server of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

IS_CONTROLLER = "PYTEST_XDIST_WORKER" not in os.environ
TODAY = "2026-11-22"


def _prepare() -> None:
    if not IS_CONTROLLER:
        return
    home = Path(tempfile.mkdtemp(prefix="qiao-test-"))
    home.chmod(0o755)
    (home / "static").mkdir()
    os.environ["QIAO_HOME"] = str(home)
    os.environ["QIAO_TODAY"] = TODAY
    os.environ.pop("QIAO_DEBUG", None)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    if "QIAO_DATABASE_URL" not in os.environ:
        from qiao.runtime.database import EmbeddedServer

        # A test's data need not survive a power cut.
        fast = {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "120",
        }
        server = EmbeddedServer(home, fast)
        server.start()
        atexit.register(server.stop)


_prepare()
