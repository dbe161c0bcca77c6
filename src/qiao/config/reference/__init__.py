"""References written from the code: what they say is what runs.

Each module of this package gives one or two pages as Markdown text; :func:`write` puts them into a folder,
:func:`find_stale` names those that no longer say what the code says.
"""

import argparse
from pathlib import Path

from django.utils import translation

from . import faces, figures, house, people, policies, policy, programs, tables

PAGES = {
    "settings.md": house.settings,
    "rights.md": people.rights,
    "articles.md": policy.articles,
    "indicators.md": figures.indicators,
    "api.md": programs.operations,
    "contributions.md": faces.contributions,
    "tables.md": tables.tables,
    "policies.md": policies.english,
    "policies.zh-CN.md": policies.chinese,
}
_HEAD = "<!-- Written by `make docs` from the code. Change the code, not this page. -->\n\n"


def render(parser: argparse.ArgumentParser) -> dict[str, str]:
    """Every page by its file name, the index included.

    Args:
        parser: The command line's own.
    """
    with translation.override("en"):
        pages = {name: _HEAD + page().rstrip() + "\n" for name, page in PAGES.items()}
        pages["command-line.md"] = _HEAD + house.command_line(parser).rstrip() + "\n"
    titles = {name: text.removeprefix(_HEAD).split("\n", 1)[0].lstrip("# ") for name, text in pages.items()}
    lines = [f"- [{titles[name]}]({name})" for name in sorted(pages)]
    words = "Words are explained in the [glossary](../../GLOSSARY.md), decisions in [docs/adr](../adr)."
    pages["README.md"] = _HEAD + "\n".join(["# References", "", *lines, "", words, ""])
    return pages


def write(folder: Path, parser: argparse.ArgumentParser) -> list[str]:
    """Write the pages that changed; returns their names."""
    stale = find_stale(folder, parser)
    folder.mkdir(parents=True, exist_ok=True)
    pages = render(parser)
    for name in stale:
        if name in pages:
            (folder / name).write_text(pages[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return stale


def find_stale(folder: Path, parser: argparse.ArgumentParser) -> list[str]:
    """Names of pages that are missing, no longer true, or no longer written."""
    pages = render(parser)
    kept = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in pages.keys() | kept.keys() if pages.get(name) != kept.get(name))
