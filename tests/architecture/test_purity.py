"""What import-linter cannot see: clocks, files and forbidden names in pure code, banned module names."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "qiao"
BANNED_NAMES = {"utils", "helpers", "common", "misc", "base"}
BANNED_CALLS = {"open", "eval", "exec", "compile", "__import__", "input", "print"}
BANNED_METHODS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today")}


def pure_files() -> Iterator[Path]:
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if (parts[0] in {"kernel", "engines"} or "core" in parts[:-1]) and path.name != "bench.py":
            yield path


def offences(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        call = node.func
        if isinstance(call, ast.Name) and call.id in BANNED_CALLS:
            yield f"line {node.lineno}: {call.id}()"
        if isinstance(call, ast.Attribute):
            owner = call.value
            name = (
                owner.id
                if isinstance(owner, ast.Name)
                else owner.attr
                if isinstance(owner, ast.Attribute)
                else ""
            )
            if (name, call.attr) in BANNED_METHODS:
                yield f"line {node.lineno}: {name}.{call.attr}()"


def test_there_is_pure_code_to_look_at():
    assert sum(1 for _ in pure_files()) > 10


def test_pure_code_asks_no_clock_and_opens_no_file():
    found = [f"{p.relative_to(SOURCE)} {o}" for p in pure_files() for o in offences(ast.parse(p.read_text()))]
    assert found == []


def test_a_planted_offence_is_seen():
    planted = "from datetime import date\ndef f():\n    return date.today(), open('x'), eval('1')"
    assert len(list(offences(ast.parse(planted)))) == 3


def test_no_module_has_a_name_that_says_nothing():
    found = [str(p.relative_to(SOURCE)) for p in SOURCE.rglob("*.py") if p.stem in BANNED_NAMES]
    assert found == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(p.relative_to(SOURCE))
        for p in sorted(SOURCE.rglob("*.py"))
        if p.read_text().strip() and ast.get_docstring(ast.parse(p.read_text())) is None
        and "migrations" not in p.parts and p.name != "apps.py"
    ]  # fmt: skip
    assert silent == []


def test_no_context_asks_the_machine_for_the_day():
    """Everybody asks runtime.clock, so that a demonstration or a test can fix the day."""
    allowed = {"runtime/clock.py"}
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        if name in allowed or "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        found += [f"{name} {o}" for o in offences(tree) if ".today()" in o or ".now()" in o or "utcnow" in o]
    assert found == []
