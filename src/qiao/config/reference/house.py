"""Settings and the command line."""

import argparse
import re
from typing import Any

from qiao.config.environment import Environment, OutsideLogIns, read_environment

from .markdown import code, page, table

_FIELD = re.compile(r"^        (\w+): (.+)$")
_VARIABLE = re.compile(r"``(QIAO_\w+)``")


def settings() -> str:
    """Every variable with its meaning, as the class that reads them describes it, and its default."""
    plain = read_environment({"QIAO_HOME": "/nowhere"})  # a home of its own could say another currency
    rows = _rows(Environment, plain) + _rows(OutsideLogIns, plain.outside)
    intro = "Environment variables. A malformed one stops the start with every complaint at once."
    return page("Settings", intro, table(["variable", "meaning", "default"], rows))


def _rows(kind: type, plain: Any) -> list[list[str]]:
    rows = []
    for line in re.sub(r"\n {12,}", " ", kind.__doc__ or "").splitlines():
        if (field := _FIELD.match(line)) and (variable := _VARIABLE.search(line)):
            meaning = _VARIABLE.sub("", field[2]).replace("(, ", "(").replace(" ()", "").replace("``", "`")
            rows.append([code(variable[1]), meaning, _default(field[1], getattr(plain, field[1]))])
    return rows


def _default(name: str, value: Any) -> str:
    if name == "home":
        return code(".qiao")
    if isinstance(value, bool):
        return code(int(value))
    if isinstance(value, tuple):
        return code(",".join(value))
    return code(value)


def command_line(parser: argparse.ArgumentParser) -> str:
    """Every command with its options, from the parser itself."""
    blocks = ["Exit codes: 0 done, 1 refused, 2 wrong usage. Commands use the same actions as pages and API."]
    blocks += _commands(parser, "qiao", 2)
    return page("Command line", *blocks)


def _commands(parser: argparse.ArgumentParser, name: str, level: int) -> list[str]:
    blocks = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for command, below in action.choices.items():
                blocks += [
                    f"{'#' * level} `{name} {command}`",
                    _sentence(helps.get(command, "")),
                    _options(below),
                ]
                blocks += _commands(below, f"{name} {command}", level + 1)
    return blocks


def _options(parser: argparse.ArgumentParser) -> str:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
            continue
        said = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        choices = f" One of {', '.join(map(str, action.choices))}." if action.choices else ""
        rows.append([code(said), (action.help or "").rstrip(".") + "." * bool(action.help) + choices])
    return table(["argument", "meaning"], rows) if rows else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") or not text else ".")
