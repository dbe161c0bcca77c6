"""Drafting an article as a form: what the page shows, and what a filled form leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qiao.kernel.errors import N_, NotFound
from qiao.runtime.i18n import say

from .. import queries
from ..core import editing as form
from ..core.article import Article
from ..core.faults import Fault, join
from ..core.shape import Misshapen, to_tree
from ..core.stored import dump_article, parse_yaml, read_article
from . import showing


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form of one article.

    Attributes:
        kind: Its kind.
        code: Of an article that has versions; empty for a new one.
        base: The version it starts from, or None.
        before: The newest approved version, which it is compared with, or None.
    """

    kind: Any
    code: str
    base: Any
    before: Any

    @property
    def wanted(self) -> Any:
        """The type of the whole article."""
        body: Any = self.kind.body_type
        return Article[body]

    @property
    def skip(self) -> tuple[str, ...]:
        """Fields nobody types: the kind, and the code of an article that has one."""
        return form.FIXED if self.code else ("kind",)

    def start(self, on: date) -> dict[str, Any]:
        """What stands in the form at first: the open draft, or the newest version with a first day to come."""
        if self.base is None:
            return {"starts_on": on.isoformat()}
        tree: dict[str, Any] = parse_yaml(self.base.text, "")[0]  # type: ignore[assignment]
        if self.base is self.before or self.base.state != "draft":
            tree |= {"starts_on": on.isoformat(), "ends_before": None}
        return tree

    def taken(self, filled: Mapping[str, list[str]]) -> dict[str, Any]:
        """The article a filled form says, as a tree."""
        fixed = {"kind": self.kind.code} | ({"code": self.code} if self.code else {})
        return fixed | form.take_up(self.wanted, filled, skip=self.skip)

    def read(self, tree: dict[str, Any]) -> tuple[Article[Any] | None, list[Fault]]:
        """The article of a tree and everything that stands against it."""
        try:
            article = read_article(tree, queries.get_kinds())
        except Misshapen as refusal:
            return None, list(refusal.faults)
        faults = showing.list_faults(article)
        if self.before and article.starts_on <= self.before.starts_on:
            message = N_("The new version must start after %(start)s, when the version before it starts.")
            faults.append(Fault("starts_on", message, {"start": self.before.starts_on}))
        return article, faults

    def parts(self, tree: dict[str, Any], faults: list[Fault]) -> tuple[form.Part, ...]:
        """The fields, with messages at their places."""
        speaker = queries.get_speaker()
        sheet = form.Sheet(speaker, self._spaces(), self._names(tree), form.faults_by_place(faults, speaker))
        return form.lay_out(self.wanted, tree, sheet, skip=self.skip)

    def _bodies(self) -> list[Any]:
        """Contents to learn from which names stand where: this article's and those the packs bring."""
        texts = [text for pack in queries.list_packs() for text in queries.read_pack(pack).values()]
        articles = [queries.read_text(text) for text in texts]
        bodies = [article.body for article in articles if article.kind == self.kind.code]
        return [*([queries.policy_of(self.base).body] if self.base else []), *bodies]

    def _spaces(self) -> dict[str, str]:
        """Which list of names each place chooses from."""
        return {
            form.pattern_of(join("body", use.path)): use.name.space
            for body in self._bodies()
            for use in self.kind.refers(body)
        }

    def _names(self, tree: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
        """Names to choose from: what this form defines, the other articles and the contexts give."""
        kinds, language = queries.get_kinds(), queries.get_speaker().language
        found: dict[str, dict[str, str]] = {}
        for space, code, title in self._own_names(tree):
            found.setdefault(space, {})[code] = title
        for other in queries.list_approved():
            if other.code != self.code:
                for name in kinds.get(other.kind).defines(other.body):
                    said = name.title.said_in(language) if name.title else name.code
                    found.setdefault(name.space, {}).setdefault(name.code, said)
        for space, titles in queries.list_outside_titles().items():
            for code, text in titles.items():
                found.setdefault(space, {}).setdefault(code, text.said_in(language) if text else code)
        return {space: list(names.items()) for space, names in found.items()}

    def _own_names(self, tree: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Names the rows of this form give, half-filled as they may be."""
        given = {}
        for body in self._bodies():
            named = {name.code: name.space for name in self.kind.defines(body)}
            for pattern, row in _coded_rows(to_tree(body), "body"):
                if row["code"] in named:
                    given[pattern] = named[row["code"]]
        language = "zh" if queries.get_speaker().language.startswith("zh") else "en"
        for pattern, row in _coded_rows(tree.get("body"), "body"):
            if pattern in given and row["code"]:
                title = row.get("title") or {}
                yield given[pattern], row["code"], title.get(language) or title.get("zh") or row["code"]


def _coded_rows(tree: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(place without row numbers, row) of every row that has a code."""
    if isinstance(tree, list):
        for row in tree:
            yield from _coded_rows(row, f"{path}[]")
    elif isinstance(tree, Mapping):
        if isinstance(tree.get("code"), str):
            yield path, tree
        for name, value in tree.items():
            yield from _coded_rows(value, f"{path}.{name}")


def open_sheet(*, code: str, kind: str) -> Sheet:
    """The form of an article with versions, or of a new one of a kind.

    Raises:
        NotFound: There is no such article or kind.
    """
    kinds = queries.get_kinds()
    if not code:
        if kind not in kinds:
            raise NotFound
        return Sheet(kinds.get(kind), "", None, None)
    base = queries.find_draft(code) or queries.list_versions(code).first()
    if base is None:
        raise NotFound
    return Sheet(kinds.get(base.kind), code, base, queries.find_newest_approved(code))


def context_of(
    sheet: Sheet, tree: dict[str, Any], faults: list[Fault], article: Article[Any] | None
) -> dict[str, Any]:
    """Everything the page shows."""
    parts = sheet.parts(tree, faults)
    shown = form.places_shown(parts)
    loose = [
        f
        for f in faults
        if not any(f.path == place or f.path.startswith((f"{place}.", f"{place}[")) for place in shown)
    ]
    title = article.title.said_in(queries.get_speaker().language) if article else ""
    return {
        "kind": say(sheet.kind.label),
        "help": say(sheet.kind.help) if sheet.kind.help else "",
        "title": title,
        "base": sheet.base,
        "code": sheet.code,
        "heading": [part for part in parts if part.path != "body"],
        "content": next(part for part in parts if part.path == "body"),
        "loose": [say(fault.message, fault.params) for fault in loose],
        "problems": len(faults),
        "lower": [(word, say(label)) for word, label in form.LOWER],
        "upper": [(word, say(label)) for word, label in form.UPPER],
    }


def text_of(article: Article[Any]) -> str:
    """The stored form of an article."""
    return dump_article(article)


def change_rows(tree: dict[str, Any], do: str) -> bool:
    """Add or take away a row when that was asked for; whether it was."""
    verb, _, path = do.partition(":")
    if verb == "add":
        form.with_row(tree, path)
    elif verb == "remove":
        form.without_row(tree, path)
    return verb in {"add", "remove"}
