"""Policies on their own: check a policy file, work it out on a file of facts. No database, no web."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qiao.engines.policy.engine import ResultRow
from qiao.engines.policy.inputs import from_sheets, json_schema
from qiao.engines.policy.model import Policy
from qiao.engines.policy.nodes import to_json, to_lines
from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.kernel.text import Text
from qiao.rulebook.core.policies import Trial, read_facts_text, read_policy_text, work_out

NAME = "policy"
HELP = "Check a policy file, or work it out on a file of facts; needs no database."
NEEDS_DATABASE = False


def configure(parser: argparse.ArgumentParser) -> None:
    below = parser.add_subparsers(dest="what", metavar="check | run | schema", required=True)
    check = below.add_parser("check", help="say everything wrong with a policy file; exit 1 when anything is")
    check.add_argument("file", type=Path, metavar="FILE", help="the policy, YAML")
    run_ = below.add_parser("run", help="print the results as JSON")
    run_.add_argument("--policy", type=Path, required=True, metavar="POLICY", help="the policy, YAML")
    run_.add_argument(
        "--inputs",
        type=Path,
        required=True,
        metavar="INPUTS",
        help="the facts: JSON, YAML or a workbook (xlsx)",
    )
    run_.add_argument(
        "--trace",
        nargs="?",
        const="json",
        choices=("json", "text"),
        help="with every step behind every result; text prints them as indented lines instead of JSON",
    )
    run_.add_argument(
        "--book",
        type=Path,
        metavar="FILE.xlsx",
        help="also write a workbook of live formulas in which a reader works the results out himself",
    )
    below.add_parser("schema", help="print the JSON Schema of a file of facts")
    for command in (check, run_):
        command.add_argument(
            "--language", choices=("en", "zh"), default="en", help="language of errors and reasons"
        )


def run(args: argparse.Namespace) -> int:
    try:
        if args.what == "schema":
            json.dump(json_schema(), sys.stdout, indent=1)
            print()
            return 0
        if args.what == "check":
            policy = load_policy(args.file)
            print(
                f"{args.file.name}: {policy.title.zh} – {len(policy.items)} items, {len(policy.tables)} tables"
            )
            return 0
        return _run(args)
    except BrokenPipeError:  # the reader has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - so that closing says nothing
        return 0
    except BadInput as refusal:
        for problem in refusal.problems:
            print(_said_problem(problem, args.language), file=sys.stderr)
        return 1


def _run(args: argparse.Namespace) -> int:
    policy = load_policy(args.policy)
    results = []
    trials = work_out(policy, load_inputs(args.inputs))
    if args.book is not None:
        _write_book(args.book, policy, trials, args.language)
    for trial in trials:
        if args.trace == "text":
            for row in trial.rows:
                print(f"{trial.scenario} · {row.person} · {row.period} · {row.item} = {row.value}")
                print("\n".join(to_lines(row.node, depth=1)))
            continue
        told = [_told(row, trace=args.trace == "json", language=args.language) for row in trial.rows]
        results.append({"scenario": trial.scenario, "rows": told})
    if args.trace != "text":
        json.dump(results, sys.stdout, ensure_ascii=False, indent=1)
        print()
    return 0


def _write_book(path: Path, policy: Policy, trials: Sequence[Trial], language: str) -> None:
    from qiao.engines.policy.workbook import TooManySteps
    from qiao.runtime.tables.books import write_book

    place = Place(file=path.name)
    if path.suffix.lower() != ".xlsx":
        raise BadInput([Problem(N_("a workbook’s name ends in .xlsx"), place)])
    try:
        runs = [(trial.scenario, trial.engine, trial.rows) for trial in trials]
        book = write_book(path, policy.title, runs, lambda why: _said(why.reason, dict(why.params), language))
    except TooManySteps:
        raise BadInput([Problem(N_("more steps than a worksheet holds; give fewer facts"), place)]) from None
    except OSError as error:
        why = {"why": error.strerror}
        raise BadInput([Problem(N_("cannot be written: %(why)s"), place, why)]) from None
    near = sum(result.is_near for result in book.results)
    fixed = sum(not line.live for line in book.steps)
    print(
        f"{path.name}: {len(book.results)} results, {len(book.steps)} steps, {fixed} not live, "
        f"{near} too near a rounding tie to compare",
        file=sys.stderr,
    )


def _told(row: ResultRow, *, trace: bool, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {"person": row.person, "period": row.period, "item": row.item, "value": row.value}
    if row.reason is not None:
        told["reason"] = _said(row.reason.reason, row.reason.params, language)
    if trace:
        told["trace"] = to_json(row.node)
    return told


def load_policy(path: Path) -> Policy:
    """Read and check a policy file.

    Raises:
        BadInput: Every problem, with the file's lines.
    """
    return read_policy_text(_text_of(path), file=path.name)


def load_inputs(path: Path) -> Any:
    """Read a file of facts as a plain tree: JSON, YAML, or a workbook with one sheet a table.

    Raises:
        BadInput: The file is missing, or is none of these.
    """
    if path.suffix.lower() == ".xlsx":
        from qiao.runtime.tables.limits import Limits
        from qiao.runtime.tables.sheets import read_sheets

        if not path.is_file():
            raise BadInput([Problem(N_("there is no such file"), Place(file=path.name))])
        return from_sheets(read_sheets(path, name=path.name, limits=Limits()))
    return read_facts_text(_text_of(path), file=path.name)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(
            [Problem(N_("cannot be read: %(why)s"), Place(file=path.name), {"why": error.strerror})]
        ) from None
    except UnicodeDecodeError:
        raise BadInput([Problem(N_("not UTF-8 text"), Place(file=path.name))]) from None


def _said_problem(problem: Problem, language: str) -> str:
    where = str(problem.place)
    said = _said(problem.message, problem.params, language)
    return f"{where}: {said}" if where else said


def _said(message: str, params: Mapping[str, Any], language: str) -> str:
    """A message in the reader's language; words and messages within it too."""
    if language == "en":
        plain = {
            name: value.said_in("en") if isinstance(value, Text) else value for name, value in params.items()
        }
        return message % plain if plain else message
    import django
    from django.utils import translation

    from qiao.runtime.messages import compile_catalogues

    compile_catalogues()
    django.setup()
    from qiao.runtime.i18n import say

    with translation.override("zh-hans"):
        return say(message, dict(params))
