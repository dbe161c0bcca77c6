"""Mapping files: YAML in, checked mapping out."""

import re
from pathlib import Path

import yaml

from qiao.kernel.errors import N_, BadInput, Place, Problem
from qiao.ledger.core.mapping import FeedMapping, read_mapping

_LARGEST = 200_000


class _PlainLoader(yaml.SafeLoader):
    """YAML without surprises: ``on``, ``yes`` and ``no`` are words, ``0012`` is a code, days are texts."""


_PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _starts in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _PlainLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_starts))


def load_mapping(path: Path) -> FeedMapping:
    """Read a mapping file.

    Raises:
        BadInput: It is no YAML, or says something a mapping cannot say; all problems at once.
    """
    return parse_mapping(path.read_text(encoding="utf-8"), name=path.name)


def parse_mapping(text: str, *, name: str) -> FeedMapping:
    """Read a mapping's text."""
    if len(text) > _LARGEST:
        raise BadInput([Problem(N_("This is too long for a mapping."), Place(file=name), code="mapping")])
    try:
        raw = yaml.load(text, Loader=_PlainLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file=name, row=mark.line + 1 if mark else None)
        params = {"error": str(getattr(error, "problem", error))}
        raise BadInput(
            [Problem(N_("This is not YAML: %(error)s."), place, params, code="mapping")]
        ) from error
    return read_mapping(raw, name=name)


def dump_mapping(raw: dict[str, object]) -> str:
    """A mapping's YAML, keys in their order, Chinese as it is."""
    return yaml.safe_dump(raw, allow_unicode=True, sort_keys=False)
