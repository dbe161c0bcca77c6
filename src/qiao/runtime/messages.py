"""Texts for people: found in the sources, kept in catalogues, compiled for Django.

Source texts are English; every app keeps its own ``locale/zh_Hans/LC_MESSAGES/django.po``, the plain packages
(kernel, engines, config) have theirs in runtime's. Compiled catalogues are made at set-up and never committed.

``python -m qiao.runtime.messages`` compiles; ``… update`` first adds texts found in the sources to the
catalogues (with an empty translation, which a test refuses) and drops those no longer there.
"""

import ast
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
FALLBACK = "runtime"  # whose catalogue serves packages that are no app

# Markers: name → places of (context, singular, plural) among the arguments.
_MARKERS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_CALL = re.compile(r"(?<![\w.])(_|n?p?gettext)\(")
_SAY = re.compile(r"""\bsay\(\s*"((?:[^"\\]|\\.)*)"\s*\)""")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A marked text.

    Attributes:
        text: Its English source.
        place: Where it stands, ``customers/web/views.py:12``.
        context: Translation context, or empty.
        plural: Its plural, or empty.
    """

    text: str
    place: str
    context: str = ""
    plural: str = ""


class BadMark(ValueError):
    """A translation marker around something that is no plain text."""


def list_apps(package: Path = PACKAGE) -> list[Path]:
    """Folders with a catalogue of their own."""
    return sorted(path.parents[2].parent for path in package.glob(f"*/{CATALOGUE}"))


def catalogue_of(source: Path, package: Path = PACKAGE) -> Path:
    """The catalogue a source file's texts belong to: its app's, else runtime's."""
    own = package / source.relative_to(package).parts[0]
    is_app = (own / "apps.py").exists()
    return (own if is_app else package / FALLBACK) / CATALOGUE


def find_texts(package: Path = PACKAGE) -> Iterator[tuple[Path, SourceText]]:
    """Every marked text of Python files and templates, with the file it stands in.

    Raises:
        BadMark: A marker around a computed text.
    """
    for path in sorted(package.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from ((path, text) for text in _in_python(path, package))
    for path in sorted((*package.rglob("templates/**/*.html"), *package.rglob("templates/**/*.txt"))):
        yield from ((path, text) for text in _in_template(path, package))


def find_script_texts(package: Path = PACKAGE) -> Iterator[SourceText]:
    """Texts our scripts say; they are translated through ``qiao.runtime.script_texts``."""
    for path in sorted(package.glob("*/static/qiao/*.js")):
        for found in _SAY.finditer(path.read_text()):
            line = path.read_text()[: found.start()].count("\n") + 1
            yield SourceText(found[1].replace('\\"', '"'), f"{path.relative_to(package)}:{line}")


def _in_python(path: Path, package: Path) -> Iterator[SourceText]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in _MARKERS:
                yield from _read_call(node, f"{path.relative_to(package)}:{node.lineno}", name)


def _in_template(path: Path, package: Path) -> Iterator[SourceText]:
    from django.utils.translation.template import templatize

    # Turns the template into lines of marker calls between X-ed out text.
    content = templatize(path.read_text(), origin=str(path))
    for start in _CALL.finditer(content):
        call = _parse_call(content, start.start())
        if call is not None:
            line = content[: start.start()].count("\n") + 1
            yield from _read_call(call, f"{path.relative_to(package)}:{line}", start[1])


def _parse_call(content: str, start: int) -> ast.Call | None:
    end = start
    while (end := content.find(")", end) + 1) > 0:
        try:
            tree = ast.parse(content[start:end].strip(), mode="eval")
        except SyntaxError:
            continue
        return tree.body if isinstance(tree.body, ast.Call) else None
    return None


def _read_call(node: ast.Call, place: str, name: str) -> Iterator[SourceText]:
    context, singular, plural = _MARKERS[name]
    if len(node.args) <= singular or not isinstance(
        node.args[singular], ast.Constant | ast.JoinedStr | ast.BinOp
    ):
        return  # a marker passed on, such as say() translating what was marked elsewhere
    wanted = [context, singular, plural]
    values = ["" if n is None else _constant(node.args[n], place) for n in wanted]
    if values[1]:
        yield SourceText(values[1], place, values[0], values[2])


def _constant(node: ast.expr, place: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise BadMark(f"{place}: only a plain text can be marked for translation, fill its places afterwards")


def read_catalogue(path: Path) -> polib.POFile:
    """A catalogue, or an empty one with its head."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": "zh_Hans",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def update_catalogues(package: Path = PACKAGE) -> int:
    """Bring the catalogues in line with the sources; returns how many texts still lack a translation."""
    wanted: dict[Path, dict[tuple[str, str], SourceText]] = {}
    for path, text in find_texts(package):
        wanted.setdefault(catalogue_of(path, package), {}).setdefault((text.context, text.text), text)
    lacking = 0
    for path, texts in wanted.items():
        catalogue = read_catalogue(path)
        known = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue}
        for key in known.keys() - texts.keys():
            catalogue.remove(known[key])
        for key, text in texts.items():
            if key not in known:
                catalogue.append(_entry(text))
        catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))
        lacking += len(catalogue.untranslated_entries())
    return lacking


def _entry(text: SourceText) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.text, msgctxt=text.context or None)
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, {0: ""}
    if "%(" in text.text:
        entry.flags.append("python-format")
    return entry


def compile_catalogues(package: Path = PACKAGE) -> int:
    """Compile every catalogue that changed; returns how many."""
    compiled = 0
    for app in list_apps(package):
        source = app / CATALOGUE
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as draft:
            draft.write(polib.pofile(str(source)).to_binary())
        Path(draft.name).chmod(0o644)
        Path(draft.name).replace(target)  # whole or not at all: tests start several at once
        compiled += 1
    return compiled


def main(arguments: list[str]) -> int:
    """Compile, after bringing the catalogues in line when asked to ``update``."""
    if arguments == ["update"]:
        lacking = update_catalogues()
        if lacking:
            print(f"{lacking} texts lack a translation; look for an empty msgstr.", file=sys.stderr)
    compile_catalogues()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
