"""Units, people and customers from the command line: the same dry run, the same writing as the import page."""

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import Any

NAME = "import"
HELP = "Import a table: dry run, then written; known records are updated. Or take an import back."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", help="customers, labour_costs, people, register or units")
    parser.add_argument("file", type=Path, nargs="?", help="CSV or XLSX; UTF-8 or GB18030")
    parser.add_argument(
        "--as", dest="user", required=True, metavar="LOG-IN", help="in whose name, within whose scope"
    )
    parser.add_argument(
        "--undo", type=int, metavar="IMPORT", help="take this import back instead of reading a file"
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="HEADING=FIELD",
        help="which field a heading is; without a field the column is left out",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
    parser.add_argument(
        "--mode", choices=("both", "create", "update"), default="both", help="what is written"
    )
    parser.add_argument("--key", default="", help="column by which rows are matched; the number without it")
    parser.add_argument(
        "--empty",
        choices=("leave", "clear"),
        default="leave",
        help="what an empty cell does to what stands there",
    )
    parser.add_argument("--errors", type=Path, metavar="PATH", help="where to put the error file")


def run(args: argparse.Namespace) -> int:
    from django.utils import translation

    from qiao.org.access import viewer_of
    from qiao.runtime.importing import actions, fields_of, get_kind, list_kinds
    from qiao.runtime.importing.options import check_columns, read_options
    from qiao.runtime.login.queries import find_log_in

    user = find_log_in(args.user)
    if user is None:
        print(f"there is no log-in {args.user}", file=sys.stderr)
        return 2
    known = [kind.code for kind in list_kinds()]
    if args.kind not in known:
        print(f"{args.kind} cannot be imported; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    if args.undo is not None:
        return _undo(args, user, viewer_of(user))
    if args.file is None or not args.file.is_file():
        print(f"there is no file {args.file}", file=sys.stderr)
        return 2
    if bad := [one for one in args.column if "=" not in one]:
        print(f"write --column HEADING=FIELD, not {bad[0]}", file=sys.stderr)
        return 2
    kind = get_kind(args.kind)
    viewer_of(user).check(kind.right)
    viewer = viewer_of(user)
    columns = {heading: field for heading, _, field in (one.rpartition("=") for one in args.column)}
    given = {"columns": columns, "mode": args.mode, "key": args.key, "empty": args.empty}
    options = read_options(kind, given, viewer)
    check_columns(options, fields_of(kind, viewer))
    with translation.override(user.language or "zh-hans"):
        with args.file.open("rb") as file:
            chunks = iter(lambda: file.read(1 << 20), b"")
            row = actions.receive(kind=kind, name=args.file.name, chunks=chunks, by=user, options=options)
        _wait_for(row)
        _say(row)
        if row.state != "ready":
            _keep_errors(row, args.errors)
            return 1
        if args.dry_run:
            return 0
        row.job = actions.start_commit(run_id=row.pk, by=user).job
        _wait_for(row)
        _say_end(row)
    return 0 if row.state == "written" else 1


def _undo(args: argparse.Namespace, user: Any, viewer: Any) -> int:
    """Take an import of the kind back, in sight of the one who asks."""
    from django.utils import translation

    from qiao.kernel.errors import NotFound
    from qiao.runtime.i18n import say
    from qiao.runtime.importing import actions, get_kind, queries

    viewer.check(get_kind(args.kind).right)
    row = queries.get_run(viewer, args.undo)
    if row.kind != args.kind:
        raise NotFound
    with translation.override(user.language or "zh-hans"):
        row = actions.start_undo(run_id=row.pk, by=user)
        _wait_for(row)
        if row.state != "undone":
            why = row.job.error if row.job else ""
            print(f"import {row.pk} is not taken back: {why}", file=sys.stderr)
            return 1
        for name, reason in row.kept:
            print(f"{name}: {say(reason)}", file=sys.stderr)
        print(f"import {row.pk} is taken back; {row.kept_count:,} records left as they are")
    return 0


def _wait_for(row: Any) -> None:
    """Do the import's job here, unless a worker has taken it already; then wait for that."""
    from qiao.runtime.jobs.queue import run_job

    run_job(row.job_id)
    row.job.refresh_from_db()
    while row.job.state in {"waiting", "running", "cancelling"}:
        time.sleep(0.2)
        row.job.refresh_from_db()
    row.refresh_from_db()


def _say(row: Any) -> None:
    from qiao.runtime.i18n import say

    if row.job.error:
        print(row.job.error, file=sys.stderr)
    for problem in row.problems:
        print(f"{problem['place']}: {say(problem['message'], problem['params'])}", file=sys.stderr)
    if row.rows is not None:
        print(
            f"import {row.pk}: {row.rows:,} rows, {row.created:,} new, {row.updated:,} changed, "
            f"{row.unchanged:,} unchanged, {row.refused:,} refused"
        )


def _say_end(row: Any) -> None:
    if row.state == "written":
        print(f"import {row.pk} is written")
    else:
        print(f"import {row.pk} is not written: {row.job.error}", file=sys.stderr)


def _keep_errors(row: Any, wanted: Path | None) -> None:
    from qiao.runtime.importing.actions import error_file_of

    path = error_file_of(row)
    if path.exists():
        print(f"refused rows: {shutil.copyfile(path, wanted) if wanted else path}")
