"""Bring a home to this version, with a way back."""

import argparse
from pathlib import Path

NAME = "upgrade"
HELP = "Bring the enterprise to this version of Qiao: backup, migrate, check. Stop web and worker first."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say what would be done")
    parser.add_argument("--backup", type=Path, help="where to (default: QIAO_HOME/backups/before-….tar)")
    parser.add_argument("--no-backup", action="store_true", help="there is another one already")
    parser.add_argument("--while-running", action="store_true", help="although a worker is alive")


def run(args: argparse.Namespace) -> int:
    from qiao.config import upgrading
    from qiao.config.backup import BackupTrouble

    try:
        return upgrading.upgrade(
            check_only=args.check,
            backup=args.backup,
            without_backup=args.no_backup,
            while_running=args.while_running,
            report=lambda text: print(text, flush=True),
        )
    except BackupTrouble as trouble:
        raise SystemExit(str(trouble)) from None
