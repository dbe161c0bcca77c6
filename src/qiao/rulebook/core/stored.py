"""The canonical text of an article: YAML without anchors, tags or surprises.

Scalars are taken as the text somebody wrote (YAML would read ``0.10`` as a float, ``on`` as true and ``1:30``
as 90), so the typed reading decides what they are. Writing the article read gives the same text back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from qiao.kernel.errors import N_, BadInput, Place, Problem

from .article import Article
from .faults import Fault, join
from .kinds import Kinds
from .shape import Misshapen, Tree, read_tree, to_tree

LONGEST_TEXT = 1_000_000
_DEEPEST = 20
_LONGEST_ROW = 80
_WIDTH = 110
_NOTHING = ("", "~", "null")


def load_article(text: str, kinds: Kinds, *, file: str = "") -> Article[Any]:
    """Read an article from its stored text.

    Args:
        text: YAML.
        kinds: The kinds known.
        file: Name for the places of problems.

    Raises:
        BadInput: Every problem, each with file, line and field.
    """
    tree, lines = parse_yaml(text, file)
    try:
        return read_article(tree, kinds)
    except Misshapen as refusal:
        raise BadInput([problem_at(fault, lines, file) for fault in refusal.faults]) from None


def read_article(tree: Tree, kinds: Kinds) -> Article[Any]:
    """Read an article from a plain tree (a form's or the API's as well as YAML's).

    Raises:
        Misshapen: With every fault; places inside the content start at ``body``.
    """
    kind = tree.get("kind") if isinstance(tree, Mapping) else None
    if not isinstance(kind, str) or kind not in kinds:
        known = ", ".join(kind.code for kind in kinds)
        message = N_("“%(kind)s” is no kind of article; known: %(known)s")
        raise Misshapen([Fault("kind", message, {"kind": kind or "", "known": known})])
    wanted: Any = Article[kinds.get(kind).body_type]  # type: ignore[misc]
    article: Article[Any] = read_tree(wanted, tree)
    return article


def dump_article(article: Article[Any]) -> str:
    """The canonical text of an article."""
    return yaml.dump(
        to_tree(article),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=None,  # rows of plain values on one line each, everything else spread out
        width=_WIDTH,
    )


def problem_at(fault: Fault, lines: Mapping[str, int], file: str) -> Problem:
    """A fault as a problem of the input: at the line where its field, or the nearest field above it,
    stands.
    """
    path = fault.path
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return Problem(fault.message, Place(file=file, row=lines.get(path), column=fault.path), fault.params)


def place_problem(problem: Problem, lines: Mapping[str, int], file: str) -> Problem:
    """A problem that knows only its path, at the line where that path, or the nearest above it, stands."""
    found = problem_at(Fault(problem.place.column, problem.message, problem.params), lines, file)
    return replace(problem, place=found.place)


def parse_yaml(text: str, file: str) -> tuple[Tree, dict[str, int]]:
    """YAML as a plain tree, and the line (from 1) each path stands on.

    Raises:
        BadInput: It is not YAML, or it is hostile.
    """
    if len(text) > LONGEST_TEXT:
        raise BadInput([Problem(N_("the text is longer than any article"), Place(file=file))])
    try:
        _refuse_hostile(text, file)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(file=file, row=mark.line + 1 if mark else None)
        raise BadInput([Problem(N_("not YAML: %(why)s"), place, {"why": error.problem})]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise BadInput([Problem(N_("not YAML: %(why)s"), Place(file=file), {"why": str(error)})]) from None
    lines: dict[str, int] = {}
    faults: list[Fault] = []
    tree = _plain(node, "", lines, faults)
    if faults:
        raise BadInput([problem_at(fault, lines, file) for fault in faults])
    return tree, lines


def _refuse_hostile(text: str, file: str) -> None:
    """Anchors let a few lines unfold into gigabytes, deep nesting makes the parser crawl; articles need
    neither.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        mark = event.start_mark
        place = Place(file=file, row=mark.line + 1 if mark else None)
        if isinstance(event, yaml.AliasEvent):
            raise BadInput([Problem(N_("an article has no anchors and aliases"), place)])
        if depth > _DEEPEST:
            raise BadInput([Problem(N_("nested more deeply than any article"), place)])


def _plain(node: yaml.Node | None, path: str, lines: dict[str, int], faults: list[Fault]) -> Tree:
    if node is None:
        return None
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(row, join(path, n), lines, faults) for n, row in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        tree: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            place = join(path, name)
            if name in tree:
                faults.append(Fault(place, N_("“%(name)s” stands here twice"), {"name": name}))
            lines.setdefault(place, key.start_mark.line + 1)
            tree[name] = _plain(value, place, lines, faults)
        return tree
    assert isinstance(node, yaml.ScalarNode)
    return None if node.style is None and node.value in _NOTHING else str(node.value)


class _Dumper(yaml.SafeDumper):
    """Numbers as written, dates as ISO, rows of a list indented under their field."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node: yaml.MappingNode = super().represent_mapping(tag, mapping, flow_style)
        length = sum(
            len(part.value) for pair in node.value for part in pair if isinstance(part, yaml.ScalarNode)
        )
        if length > _LONGEST_ROW:
            node.flow_style = False
        return node


def _write_decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = f"{number:f}"
    tag = "tag:yaml.org,2002:float" if "." in text else "tag:yaml.org,2002:int"
    return dumper.represent_scalar(tag, text)


def _write_date(dumper: yaml.SafeDumper, day: date) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", day.isoformat())


_Dumper.add_representer(Decimal, _write_decimal)
_Dumper.add_representer(date, _write_date)


def load_articles(texts: Mapping[str, str], kinds: Kinds) -> list[Article[Any]]:
    """Read a pack: every file, and every problem of every file at once.

    Args:
        texts: Stored text by file name.

    Raises:
        BadInput: Problems of all files, in order of their names.
    """
    articles: list[Article[Any]] = []
    problems: list[Problem] = []
    for file, text in sorted(texts.items()):
        try:
            articles.append(load_article(text, kinds, file=file))
        except BadInput as refusal:
            problems += refusal.problems
    if problems:
        raise BadInput(problems)
    return articles


def lines_of(text: str) -> dict[str, int]:
    """The line (from 1) of every path in a stored text, for pointing at faults found later.

    Raises:
        BadInput: The text is not YAML.
    """
    return parse_yaml(text, "")[1]


def problems_of(faults: Iterable[Fault], text: str, file: str = "") -> list[Problem]:
    """Faults of an article that was read from a text, at their lines."""
    lines = lines_of(text)
    return [problem_at(fault, lines, file) for fault in faults]
