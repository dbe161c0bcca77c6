"""What a new version changes, in words a person can approve by."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from qiao.kernel.errors import N_

from .article import Article
from .faults import join
from .terms import Term, terms_of
from .words import Speaker, is_record, row_label

_HEADING = ("title", "scope", "starts_on", "ends_before", "document_number", "source", "assumption")


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        path: Place in the article.
        where: The same place in words, outermost first.
        before, after: The value in words; empty where there was or is none.
    """

    path: str
    where: tuple[str, ...]
    before: str
    after: str

    def sentence(self, speaker: Speaker) -> str:
        """``Tiers › Key account › monthly spend: above 3,000 → above 5,000``."""
        params = {"where": " › ".join(self.where), "before": self.before, "after": self.after}
        if not self.before:
            return speaker.say(N_("%(where)s: added – %(after)s"), params)
        if not self.after:
            return speaker.say(N_("%(where)s: removed – %(before)s"), params)
        return speaker.say(N_("%(where)s: %(before)s → %(after)s"), params)


def list_changes(before: Article[Any], after: Article[Any], speaker: Speaker) -> list[Change]:
    """Everything that differs between two versions of an article, in the order of the article.

    Rows with a code are compared with the row of the same code, wherever it moved; others by position.
    """
    return [
        *(c for c in _records(before, after, "", (), speaker) if c.path.split(".")[0] in _HEADING),
        *_records(before.body, after.body, "body", (), speaker),
    ]


def _records(before: Any, after: Any, path: str, where: tuple[str, ...], speaker: Speaker) -> list[Change]:
    changes: list[Change] = []
    if type(before) is not type(after):
        return [Change(path, where, _say(before, Term(""), speaker), _say(after, Term(""), speaker))]
    for f, described in terms_of(after):
        if f.name == "body":
            continue
        label = (*where, speaker.say(described.label))
        changes += _values(
            getattr(before, f.name), getattr(after, f.name), described, join(path, f.name), label, speaker
        )
    return changes


def _values(
    before: Any, after: Any, described: Term, path: str, where: tuple[str, ...], speaker: Speaker
) -> list[Change]:
    if before == after:
        return []
    if (
        isinstance(before, tuple)
        and isinstance(after, tuple)
        and any(is_record(row) for row in before + after)
    ):
        return _rows(before, after, path, where, speaker)
    if is_record(before) and is_record(after):
        return _records(before, after, path, where, speaker)
    return [Change(path, where, _say(before, described, speaker), _say(after, described, speaker))]


def _rows(
    before: tuple[Any, ...], after: tuple[Any, ...], path: str, where: tuple[str, ...], speaker: Speaker
) -> list[Change]:
    old = {_row_key(row, n): row for n, row in enumerate(before)}
    new = {_row_key(row, n): (n, row) for n, row in enumerate(after)}
    changes: list[Change] = []
    for key, (n, row) in new.items():
        here, label = join(path, n), (*where, row_label(row, n, speaker))
        if key in old:
            changes += _records(old[key], row, here, label, speaker)
        else:
            changes.append(Change(here, label, "", _say(row, Term(""), speaker)))
    for n, (key, row) in enumerate(old.items()):
        if key not in new:
            changes.append(
                Change(path, (*where, row_label(row, n, speaker)), _say(row, Term(""), speaker), "")
            )
    kept_before = [key for key in old if key in new]
    kept_after = [key for key in new if key in old]
    if kept_before != kept_after:
        changes.append(
            Change(path, where, *(", ".join(map(str, keys)) for keys in (kept_before, kept_after)))
        )
    return changes


def _row_key(row: Any, number: int) -> str | int:
    names = {f.name for f in fields(row)} if is_record(row) else set()
    return row.code if "code" in names else number


def _say(value: Any, described: Term, speaker: Speaker) -> str:
    return speaker.value(value, described)
