"""Bring a home to this version: nothing running, a backup, the migrations, a look at what came of it."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from qiao import __version__
from qiao.config.backup import BackupTrouble, make_backup
from qiao.config.backup.versions import unknown_of
from qiao.config.health import list_live_workers
from qiao.config.preparation import prepare
from qiao.runtime import clock

Report = Callable[[str], None]


def upgrade(
    *, check_only: bool, backup: Path | None, without_backup: bool, while_running: bool, report: Report
) -> int:
    """Migrate a home to this version.

    Args:
        check_only: Only report what would be done.
        backup: Where the backup goes; beside the data when None.
        without_backup: Make none.
        while_running: Go on although a worker is alive.
        report: Told each step in a sentence.

    Returns:
        Exit code.

    Raises:
        BackupTrouble: The backup failed, or the database belongs to a later Qiao; nothing was changed.
    """
    pending, unknown = list_pending()
    if unknown:
        raise BackupTrouble(
            f"The database was brought to a later Qiao than this one ({__version__}): it knows {unknown[0]}. "
            "Install that version. Nothing was changed."
        )
    report(f"Qiao {__version__}: {len(pending)} steps to do" + (": " + ", ".join(pending) if pending else ""))
    if check_only:
        return 0
    if pending and (alive := list_live_workers()) and not while_running:
        raise BackupTrouble(
            f"{len(alive)} worker(s) are alive. Stop web and worker first, or say --while-running. Nothing was changed."
        )
    if pending and not without_backup:
        stamp = clock.now().strftime("%Y%m%d-%H%M%S")
        target = backup or Path(settings.QIAO_HOME) / "backups" / f"before-{__version__}-{stamp}.tar"
        make_backup(target, report=lambda text: report(f"  {text}"))
        report(f"backup: {target}")
    prepare()
    left, _ = list_pending()
    report("done" if not left else f"{len(left)} steps are left: {', '.join(left)}")
    return int(bool(left))


def list_pending() -> tuple[list[str], list[str]]:
    """Migrations still to do, and migrations the database knows and this Qiao does not."""
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known |= {key for migration in executor.loader.disk_migrations.values() for key in migration.replaces}
    unknown = unknown_of(
        map(".".join, executor.loader.applied_migrations), {f"{app}.{name}" for app, name in known}
    )
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan], unknown
