"""A visibly fictional enterprise to try Qiao with."""

import argparse
import sys
import time
from typing import Any

NAME = "demo"
HELP = "Load a fictional enterprise into an empty home."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pack", default="telecom", help="telecom, tobacco-city, tobacco-county, oil or electrical"
    )
    parser.add_argument(
        "--until", help="last month of the ledger, such as 2026-10 (default: the last full month)"
    )
    parser.add_argument("--seed", type=int, help="another seed gives another enterprise")
    parser.add_argument("--facts", action="store_true", help="only draw it and print its facts")


def needs_database(args: argparse.Namespace) -> bool:
    """The facts alone need none."""
    return not args.facts


def run(args: argparse.Namespace) -> int:
    from qiao.config.demo.enterprises import VOCABULARIES
    from qiao.kernel.period import Month

    if args.pack not in VOCABULARIES:
        print(f"no demo for pack {args.pack}; there are: {', '.join(sorted(VOCABULARIES))}", file=sys.stderr)
        return 2
    try:
        until = Month.parse(args.until) if args.until else None
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return _print_facts(args, until) if args.facts else _load(args, until)


def _print_facts(args: argparse.Namespace, until: Any) -> int:
    from qiao.config.demo.generate import SEED, generate, last_full_month

    demo = generate(args.pack, until=until or last_full_month(), seed=args.seed or SEED)
    print(demo.facts.as_text())
    return 0


def _load(args: argparse.Namespace, until: Any) -> int:
    from qiao.config.demo.generate import SEED
    from qiao.config.demo.loading import load
    from qiao.config.preparation import prepare
    from qiao.org.queries import list_people

    began = time.monotonic()
    prepare()
    if list_people().exists():
        print("This home has an enterprise already; name an empty one with QIAO_HOME.", file=sys.stderr)
        return 1
    demo = load(
        args.pack,
        until=until,
        seed=args.seed or SEED,
        report=lambda text: print(f"  {text}", file=sys.stderr),
    )
    print(demo.facts.as_text())
    print(f"loaded in {time.monotonic() - began:.0f} s")
    return 0
