"""Gathering what is wrong with a policy: every fault with its path (``items.pay.value``), none hiding another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from qiao.kernel.errors import N_, BadInput, Place, Problem


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: str, message: str, code: str = "invalid", **params: Any) -> None:
        """Note a fault at a path."""
        self.found.append(Problem(message, Place(column=path), params, code))

    def raise_any(self) -> None:
        """Raise everything found, if anything was."""
        if self.found:
            raise BadInput(self.found)


class Part:
    """One mapping of the tree being read; what nobody asked for by :meth:`done` is a fault."""

    def __init__(self, tree: Any, path: str, faults: Faults) -> None:
        self.path, self.faults = path, faults
        if tree is not None and not isinstance(tree, Mapping):
            faults.add(path, N_("a list of named fields should stand here"))
            tree = None
        self.tree: Mapping[str, Any] = tree or {}
        self.asked: set[str] = set()

    def at(self, name: str) -> str:
        """Path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether the field is filled."""
        return self.tree.get(name) is not None

    def raw(self, name: str, default: Any = None) -> Any:
        """The field as it stands."""
        self.asked.add(name)
        value = self.tree.get(name)
        return default if value is None else value

    def text(self, name: str, default: str = "") -> str:
        """The field as text."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, (Mapping, list)):
            self.faults.add(self.at(name), N_("a plain value should stand here"))
            return default
        return str(value).strip()

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """The field as one of several words."""
        value = self.text(name, default)
        if value not in choices:
            self.faults.add(
                self.at(name),
                N_("“%(value)s” is none of %(choices)s"),
                value=value,
                choices=", ".join(filter(None, choices)),
            )
            return default
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """The field as yes or no."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word not in ("true", "yes", "false", "no"):
            self.faults.add(self.at(name), N_("“%(raw)s” is neither yes nor no"), raw=word)
            return default
        return word in ("true", "yes")

    def parts(self, name: str) -> dict[str, Any]:
        """A field of named fields, in the order written."""
        value = self.raw(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.faults.add(self.at(name), N_("a list of named fields should stand here"))
            return {}
        return {str(key): inner for key, inner in value.items()}

    def rows(self, name: str) -> list[Any]:
        """A field that is a list."""
        value = self.raw(name)
        if value is None:
            return []
        if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence):
            self.faults.add(self.at(name), N_("a list should stand here"))
            return []
        return list(value)

    def done(self, known: Sequence[str] = ()) -> None:
        """Fault every field nobody asked for."""
        for name in self.tree:
            if name in self.asked:
                continue
            choices = [*self.asked, *known]
            close = get_close_matches(str(name), choices, 1)
            if close:
                self.faults.add(
                    self.at(str(name)),
                    N_("there is no field “%(name)s”; did you mean “%(close)s”?"),
                    name=name,
                    close=close[0],
                )
            else:
                self.faults.add(self.at(str(name)), N_("there is no field “%(name)s” here"), name=name)
