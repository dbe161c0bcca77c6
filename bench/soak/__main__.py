"""``python -m bench.soak``: each part prints one line with OK, FAILED or SKIPPED; a failure ends with exit code 1."""

import argparse
import os
import sys
import time
from collections.abc import Callable

from bench.soak import disk, kills, servers, volume
from bench.soak.house import Broken, embedded_house

PARTS = ("kills", "disk", "volume", "servers")


def main(arguments: list[str]) -> int:
    """Run the parts asked for."""
    args = _parse(arguments)
    failed = []
    for part in args.only or PARTS:
        print(f"{part} …", flush=True)
        began = time.monotonic()
        try:
            outcome, text = _run(part, args)
        except Broken as error:
            outcome, text = "FAILED", str(error)
            failed.append(part)
        print(f"{part}: {outcome} ({time.monotonic() - began:.0f} s) {text}", flush=True)
    return 1 if failed else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone; may be repeated")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument(
        "--database-url",
        default=os.environ.get("QIAO_SOAK_DATABASE_URL", ""),
        help="a PostgreSQL server of another version, where databases may be made (QIAO_SOAK_DATABASE_URL)",
    )
    return parser.parse_args(arguments)


def _run(part: str, args: argparse.Namespace) -> tuple[str, str]:
    def with_house(work: Callable[..., str], *values: int) -> str:
        with embedded_house() as house:
            return work(house, *values)

    if part == "kills":
        return "OK", with_house(kills.run, args.kills, args.seed)
    if part == "volume":
        return "OK", with_house(volume.run, args.lines)
    if part == "disk":
        reason = disk.why_not()
        return ("SKIPPED", reason) if reason else ("OK", disk.run())
    if not args.database_url:
        return "SKIPPED", "name a server of another version: --database-url or QIAO_SOAK_DATABASE_URL"
    return "OK", servers.run(args.database_url, args.seed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
