"""The monthly close from the command line."""

import argparse
import sys

NAME = "close"
HELP = "Close a month: import check, pinned inputs, indicators, tiers, summaries."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("month", nargs="+", help="such as 2021-12; several are closed in the order given")


def run(args: argparse.Namespace) -> int:
    from qiao.kernel.period import Month
    from qiao.ledger import actions

    def progress(done: int, total: int, message: str) -> None:
        print(f"  {100 * done // total if total else 0:3d} % {message}", file=sys.stderr)

    try:
        months = [Month.parse(text) for text in args.month]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for month in months:
        closed = actions.close_month(month=month, by=None, progress=progress)
        seconds = sum(step.seconds or 0 for step in closed.steps.all())
        print(f"{month} is closed by run {closed.pk}: result {closed.result_digest[:16]}, {seconds} s")
    return 0
