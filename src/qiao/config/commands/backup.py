"""Save the whole enterprise as one file, while it runs."""

import argparse
from pathlib import Path

NAME = "backup"
HELP = "Save database, lake and files as of one moment into one file, while Qiao runs."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="the file to write, such as qiao-2026-11-22.tar; must not exist"
    )


def run(args: argparse.Namespace) -> int:
    from qiao.config.backup import BackupTrouble, make_backup

    try:
        contents = make_backup(args.file.absolute(), report=lambda text: print(f"  {text}", flush=True))
    except BackupTrouble as trouble:
        raise SystemExit(str(trouble)) from None
    print(
        f"{args.file}: {contents.people:,} people, {contents.customers:,} customers, {len(contents.members):,} members, "
        f"{args.file.stat().st_size / 1e6:,.1f} MB. It holds keys and personal data: keep it as you keep the server."
    )
    return 0
