"""Write the references from the code."""

import argparse
import sys
from pathlib import Path

NAME = "docs"
HELP = "Write the references in docs/reference from the code."
NEEDS_DATABASE = False


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--to", type=Path, default=Path("docs/reference"), help="folder (default docs/reference)"
    )
    parser.add_argument(
        "--check", action="store_true", help="only say which pages are stale; exit 1 when one is"
    )


def run(args: argparse.Namespace) -> int:
    import django

    from qiao.runtime.messages import compile_catalogues

    compile_catalogues()
    django.setup()
    from qiao.config import reference

    if args.check:
        stale = reference.find_stale(args.to, args.parser)
        if stale:
            print(f"stale: {', '.join(stale)}; write them anew with make docs", file=sys.stderr)
        return int(bool(stale))
    changed = reference.write(args.to, args.parser)
    print(f"{args.to}: {', '.join(changed) if changed else 'nothing changed'}")
    return 0
