"""The manual of the policy format: prose in both languages, around tables written from the code and worked examples that
the tests run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import translation

from qiao.engines.formula.functions import FUNCTIONS, Function
from qiao.engines.policy.inputs import TABLES
from qiao.engines.policy.words import REACHES, WORDS
from qiao.rulebook.core.stored import parse_yaml
from qiao.runtime.i18n import say

from .markdown import table

HERE = Path(__file__).parent
BLOCKS = HERE.parents[3] / "tests" / "spec" / "blocks"
_HEADINGS = {
    "en": ("policy", "facts", "results", "name", "kind", "meaning", "function", "takes", "column"),
    "zh": ("政策", "事实", "结果", "名称", "类型", "含义", "函数", "参数", "列"),
}


def english() -> str:
    """The manual in English."""
    return _page("en")


def chinese() -> str:
    """The manual in Chinese."""
    with translation.override("zh-hans"):
        return _page("zh")


def _page(language: str) -> str:
    text = (HERE / f"policies.{language}.md").read_text(encoding="utf-8")
    parts = {
        "blocks": _blocks(language),
        "words": _words(language),
        "reaches": "\n".join(f"- `{reach.name}` – {_after(say(reach.says))}" for reach in REACHES.values()),
        "functions": _functions(language),
        "tables": _facts(language),
    }
    for name, part in parts.items():
        text = text.replace("{" + name + "}", part)
    return text


def _after(text: str) -> str:
    """A function's line with its call as code."""
    call, _, meaning = text.replace("：", ": ").partition("): ")
    return f"`{call})`: {meaning}" if meaning else text


def _words(language: str) -> str:
    said = _HEADINGS[language]
    return table([said[3], said[4], said[5]], [[f"`{w.name}`", w.kind, say(w.says)] for w in WORDS.values()])


def _functions(language: str) -> str:
    said = _HEADINGS[language]
    rows = [[f"`{function.name}`", _takes(function), say(function.says)] for function in FUNCTIONS.values()]
    return table([said[6], said[7], said[5]], rows)


def _takes(function: Function) -> str:
    kinds = [kind for kind in function.takes if kind != "…"]
    said = [kind if n < function.least else f"[{kind}]" for n, kind in enumerate(kinds)]
    return ", ".join(said) + (" …" if function.most is None else "")


def _facts(language: str) -> str:
    said = _HEADINGS[language]
    parts = []
    for name, columns in TABLES.items():
        rows = [[f"`{c.name}`{' *' if c.needed else ''}", c.kind, say(c.says)] for c in columns]
        parts.append(f"### `{name}`\n\n{table([said[8], said[4], said[5]], rows)}")
    return "\n\n".join(parts)


def _blocks(language: str) -> str:
    return "\n\n".join(_block(path, language) for path in sorted(BLOCKS.glob("*.yaml")))


def _block(path: Path, language: str) -> str:
    """One block: what it is, its policy as written, its facts and results as tables."""
    source = path.read_text(encoding="utf-8")
    tree: Any = parse_yaml(source, path.name)[0]
    said = _HEADINGS[language]
    lines = source.split("\n")
    begins = lines.index("policy:") + 1
    ends = next(n for n, line in enumerate(lines) if line.startswith("inputs:"))
    policy = "\n".join(line[2:] for line in lines[begins:ends])
    facts = [
        f"`{name}`\n\n{_rows(rows)}"
        for scenario in tree["inputs"]
        for name, rows in scenario.items()
        if name != "scenario"
    ]
    results = _rows([{k: row[k] for k in ("person", "period", "item", "value")} for row in tree["expected"]])
    return "\n\n".join(
        [
            f"### {tree['title'][language]}",
            tree["says"][language],
            f"{said[0]}:\n\n```yaml\n{policy}\n```",
            f"{said[1]}:",
            *facts,
            f"{said[2]}:\n\n{results}",
        ]
    )


def _rows(rows: list[dict[str, Any]]) -> str:
    headings = list(dict.fromkeys(key for row in rows for key in row))
    return table(headings, [[row.get(heading) for heading in headings] for row in rows])
