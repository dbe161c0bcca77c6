"""Build an enterprise from somebody's files, as a folder describes it."""

import argparse
import resource
import sys
import time
from pathlib import Path

NAME = "load"
HELP = "Build an enterprise from a folder's description and the files it names."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="such as examples/iowa")
    parser.add_argument(
        "--from", dest="files", type=Path, required=True, metavar="DIR", help="where the files lie"
    )


def run(args: argparse.Namespace) -> int:
    from qiao.config.examples import load_example
    from qiao.config.preparation import prepare
    from qiao.org.queries import list_people

    began = time.monotonic()
    prepare()
    if list_people().exists():
        print("This home has an enterprise already; name an empty one with QIAO_HOME.", file=sys.stderr)
        return 1
    for feed in load_example(
        args.folder, args.files, report=lambda text: print(f"  {text}", file=sys.stderr)
    ):
        print(
            f"{feed.feed}: {feed.rows:,} rows, {feed.refused:,} refused; {feed.in_file:,} in the file, {feed.in_ledger:,} in the ledger"
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.monotonic() - began:.0f} s, {memory:,.0f} MB at most")
    return 0
