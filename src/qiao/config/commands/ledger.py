"""Facts from the command line: feeds and imports."""

import argparse
import sys
from pathlib import Path
from typing import Any

from qiao.kernel.errors import Place
from qiao.kernel.money import yuan_from_cents

NAME = "ledger"
HELP = "Feeds and imports of facts."


def configure(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="what", metavar="what", required=True)
    feed = below.add_parser("feed", help="enter or better a feed's mapping")
    feed.add_argument("mapping", type=Path, help="YAML file")
    load = below.add_parser("import", help="import a file of facts: dry run, then written")
    load.add_argument("feed", help="code of the feed")
    load.add_argument("file", type=Path)
    load.add_argument("--mode", choices=["replace", "append"], help="what happens to months already there")
    load.add_argument("--dry-run", action="store_true", help="only say what would happen")
    load.add_argument(
        "--without-rejected", action="store_true", help="write the good rows although some are refused"
    )
    undo = below.add_parser("undo", help="take a written import back")
    undo.add_argument("number", type=int)
    products = below.add_parser("products", help="import products and categories")
    products.add_argument("file", type=Path)
    products.add_argument(
        "columns", nargs="+", help="field=heading; fields: code name name_en category category_name unit"
    )
    below.add_parser("collect", help="remove files of the lake that nothing names")


def run(args: argparse.Namespace) -> int:
    return _COMMANDS[args.what](args)


def _feed(args: argparse.Namespace) -> int:
    from qiao.ledger import actions

    text = args.mapping.read_text(encoding="utf-8")
    feed = actions.put_feed(mapping_text=text, name=args.mapping.name, by=None)
    print(f"feed {feed.code}: {feed.fact} by {feed.grain}, precedence {feed.precedence}, {feed.mode}")
    return 0


def _import(args: argparse.Namespace) -> int:
    from qiao.ledger import actions, queries
    from qiao.ledger.actions.importing import error_file_of

    def progress(done: int, total: int, message: str) -> None:
        print(f"  {done}/{total} {message}", file=sys.stderr)

    feed = queries.get_feed(args.feed)
    batch = actions.import_file(
        feed=feed, path=args.file, by=None, mode=args.mode, dry_run=True, progress=progress
    )
    _say(batch)
    errors = error_file_of(batch)
    if errors:
        print(f"refused rows: {errors}")
    if batch.state != "checked" or args.dry_run:
        return 0 if batch.state == "checked" else 1
    actions.write_batch(batch_id=batch.pk, by=None, without_rejected=args.without_rejected)
    print(f"import {batch.pk} is written")
    return 0


def _say(batch: Any) -> None:
    for problem in batch.problems:
        print(f"{problem['place']}: {problem['message'] % problem['params']}", file=sys.stderr)
    report = batch.report
    if not report:
        return
    print(
        f"import {batch.pk}: {report['rows']:,} rows, {report['accepted']:,} accepted, {report['rejected']:,} refused"
    )
    amount, refunds = yuan_from_cents(report["amount_cents"]), yuan_from_cents(report["refunds_cents"])
    print(f"amount {amount:,}, of it refunds {refunds:,}")
    for problem in report["problems"]:
        example = {**problem["params"], **problem["examples"][0]}
        place = Place(batch.file_name, example.get("sheet", ""), example["row"], example["column"])
        print(f"  {problem['rows']:,} × {place}: {problem['message'] % example}")
    if report["gaps"]:
        print(f"months without facts: {', '.join(report['gaps'])}")


def _undo(args: argparse.Namespace) -> int:
    from qiao.ledger import actions, queries

    queries.get_batch(args.number)
    actions.undo_batch(batch_id=args.number, by=None)
    print(f"import {args.number} is undone")
    return 0


def _products(args: argparse.Namespace) -> int:
    from qiao.ledger import actions

    columns = dict(pair.split("=", 1) for pair in args.columns if "=" in pair)
    if not {"code", "name"} <= set(columns):
        print("name at least code=… and name=…", file=sys.stderr)
        return 2
    counts = actions.import_products(path=args.file, name=args.file.name, columns=columns, by=None)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 0


def _collect(args: argparse.Namespace) -> int:
    from qiao.ledger import actions

    print(f"{actions.collect_orphans()} files removed")
    return 0


_COMMANDS = {"feed": _feed, "import": _import, "undo": _undo, "products": _products, "collect": _collect}
