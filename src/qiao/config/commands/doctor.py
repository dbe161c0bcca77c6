"""Look over the house: what is wrong, and what to do about it."""

import argparse
import json
from dataclasses import asdict

NAME = "doctor"
HELP = "Check database, files, jobs, secrets and settings; says what to do. Exit code 1 when something is broken."
_SIGNS = {"ok": "ok     ", "warning": "warning", "fault": "FAULT  "}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--deep", action="store_true", help="also read every file of the lake")
    parser.add_argument("--json", action="store_true", help="one JSON list, for programs")


def run(args: argparse.Namespace) -> int:
    from qiao.config.doctor import examine
    from qiao.config.environment import read_environment

    found = []
    for check in examine(read_environment(), deep=args.deep):
        found.append(check)
        if not args.json:
            print(f"{_SIGNS[check.state]}  {check.code:<11} {check.found}", flush=True)
            if check.advice:
                print(f"{'':>22}{check.advice}")
    if args.json:
        print(json.dumps([asdict(check) for check in found], ensure_ascii=False, indent=1))
    return int(any(check.state == "fault" for check in found))
