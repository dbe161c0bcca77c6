"""Directories from the command line: the same dry run, the same applying as the pages."""

import argparse
import sys
import time
from typing import Any

NAME = "directory"
HELP = "Compare the register with WeCom or DingTalk: check the connection, dry run, apply a dry run."


def configure(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="step", metavar="step", required=True)
    for step, text in (
        ("check", "ask for the departments alone"),
        ("dry-run", "read all, say what would change"),
    ):
        one = below.add_parser(step, help=text)
        one.add_argument("directory", choices=("wecom", "dingtalk"))
        _whose(one)
    apply = below.add_parser("apply", help="apply a dry run as a whole")
    apply.add_argument("run", type=int, help="number of the dry run")
    apply.add_argument("--override", default="", metavar="REASON", help="why more people leave than usual")
    _whose(apply)


def _whose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="user", required=True, metavar="LOG-IN", help="in whose name")


def run(args: argparse.Namespace) -> int:
    from django.utils import translation

    from qiao.org import access
    from qiao.runtime.login.queries import find_log_in

    user = find_log_in(args.user)
    if user is None:
        print(f"there is no log-in {args.user}", file=sys.stderr)
        return 2
    viewer = access.viewer_of(user)
    access.check_directory(viewer)
    with translation.override(user.language or "zh-hans"):
        if args.step == "check":
            return _check(args.directory)
        return _dry_run(args.directory, user) if args.step == "dry-run" else _apply(args, user, viewer)


def _check(directory: str) -> int:
    from qiao.org.clients import count_departments

    print(f"{directory} answers: {count_departments(directory):,} departments")
    return 0


def _dry_run(directory: str, user: Any) -> int:
    from qiao.org import actions, queries
    from qiao.org.core.directory import words
    from qiao.runtime.i18n import say

    row = actions.start_directory_run(directory=directory, by=user)
    _wait_for(row)
    if row.state != "ready":
        print(row.job.error if row.job else row.state, file=sys.stderr)
        return 1
    for one in queries.stored_rows(row.pk):
        what, why = say(words.KINDS[one.kind]), say(words.REASONS[one.reason], {"about": one.about})
        print(f"{what}\t{one.name}\t{one.member}\t{why}")
    counts = ", ".join(f"{number:,} {kind}" for kind, number in row.counts.items() if number)
    print(f"dry run {row.pk}: {counts}")
    return 0


def _apply(args: argparse.Namespace, user: Any, viewer: Any) -> int:
    from qiao.org import access, actions, queries

    row = queries.get_run(args.run)
    role = queries.find_setup(row.directory).joiner_role
    if role is not None:
        access.check_may_grant(viewer, role.rights, role.scope_kind)
    row = actions.start_applying(run_id=args.run, override=args.override, by=user)
    _wait_for(row)
    if row.state != "applied":
        print(f"dry run {row.pk} is not applied: {row.job.error if row.job else row.state}", file=sys.stderr)
        return 1
    print(f"dry run {row.pk} is applied")
    return 0


def _wait_for(row: Any) -> None:
    """Do the job here, unless a worker has taken it already; then wait for that."""
    from qiao.runtime.jobs.queue import run_job

    run_job(row.job_id)
    row.job.refresh_from_db()
    while row.job.state in {"waiting", "running", "cancelling"}:
        time.sleep(0.2)
        row.job.refresh_from_db()
    row.refresh_from_db()
