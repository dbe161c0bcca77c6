"""Which migrations this Qiao knows."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable

RETIRED_APPS = frozenset({"sessions"})  # an earlier Qiao had them; their tables are left alone

_ASK = """
import django, json
django.setup()
from django.db.migrations.loader import MigrationLoader
print(json.dumps(sorted(f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations)))
"""


def list_known() -> frozenset[str]:
    """Names ``app.name`` of every migration of every installed app.

    Asked in a process of its own with a home of its own: reading the settings lays a key into the home, and the one
    to restore into must stay empty until the backup is found sound.
    """
    with tempfile.TemporaryDirectory() as home:
        surroundings = {**os.environ, "QIAO_HOME": home, "DJANGO_SETTINGS_MODULE": "qiao.config.settings"}
        done = subprocess.run(
            [sys.executable, "-c", _ASK], capture_output=True, text=True, check=True, env=surroundings
        )
    return frozenset(json.loads(done.stdout))


def unknown_of(applied: Iterable[str], known: Collection[str]) -> list[str]:
    """Migrations a database went through that this Qiao does not know: it belongs to a later one."""
    return sorted(name for name in set(applied) - set(known) if name.split(".", 1)[0] not in RETIRED_APPS)
