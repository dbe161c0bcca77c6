"""Bring an enterprise back from its backup, into an empty home."""

import argparse
import os
from pathlib import Path

NAME = "restore"
HELP = "Restore a backup into an empty home (QIAO_HOME) and, if one is named, an empty database."
NEEDS_DATABASE = False


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file `qiao backup` wrote")
    parser.add_argument(
        "--upgrade", action="store_true", help="bring a backup of an earlier Qiao to this version"
    )


def run(args: argparse.Namespace) -> int:
    from qiao.config.backup import BackupTrouble, restore_backup
    from qiao.config.backup.versions import list_known
    from qiao.config.environment import read_environment

    environment = read_environment()
    try:
        contents = restore_backup(
            args.file.absolute(),
            environment,
            known=list_known(),
            upgrade=args.upgrade,
            report=lambda text: print(f"  {text}", flush=True),
        )
    except BackupTrouble as trouble:
        raise SystemExit(str(trouble)) from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.config.settings")
    from qiao.config.house import database_up
    from qiao.config.preparation import prepare

    with database_up():
        prepare()
    print(
        f"{environment.home}: {contents.people:,} people, {contents.customers:,} customers as of {contents.made_at}. "
        "Start it with `qiao up`, after `qiao doctor`. What was sent since then may be sent again."
    )
    return 0
