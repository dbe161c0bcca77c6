"""Every text a person may see is marked, and every marked text has its Chinese."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import polib
import pytest

from qiao.runtime import messages
from qiao.runtime.script_texts import TEXTS

HAN = re.compile(r"[\u3400-\u9fff]")
PLACES = re.compile(r"%\(\w+\)s")
# Chinese that is data or a format, not a text of a page.
CHINESE_IS_MEANT = re.compile(
    r"config/(settings|cli)\.py"  # names of the languages, of the product
    r"|config/demo/.*|runtime/design/.*"  # invented enterprises and customers
    r"|runtime/(figures\.py|formats/.*)"  # 年, 月, 万: how figures are written
    r"|(.*/)?importing(/.*)?\.py|runtime/tables/.*|ledger/feeds/.*"  # headings and dates as people's files write them
    r"|engines/policy/workbook/.*"  # headings and notes of a workbook, which carries both languages side by side
    r"|ledger/core/(catalogue|gallery)\.py"  # names and definitions in both languages, side by side
    r"|runtime/(database/embedded|search)\.py"  # the probe of the trigram search, the range of Chinese characters
)
# Words that read the same in every language, or are shown in their own.
SAME_EVERYWHERE = {"Qiao", "CSV", "XLSX", "API", "OpenAPI", "WGS", "AA", "A", "B", "C", "v"}


@pytest.fixture(scope="module")
def catalogues() -> dict[Path, polib.POFile]:
    return {app: polib.pofile(str(app / messages.CATALOGUE)) for app in messages.list_apps()}


@pytest.fixture(scope="module")
def chinese(catalogues) -> dict[tuple[str, str], str]:
    """What Django makes of all catalogues together: (context, text) → Chinese."""
    return {
        (entry.msgctxt or "", entry.msgid): (entry.msgstr_plural or {0: entry.msgstr})[0]
        for catalogue in catalogues.values()
        for entry in catalogue
        if not entry.fuzzy
    }


def test_every_marked_text_has_its_chinese(chinese):
    lacking = [
        f"{text.place}: {text.text!r}"
        for _path, text in messages.find_texts()
        if not chinese.get((text.context, text.text))
    ]
    assert not lacking, "run `python -m qiao.runtime.messages update`, then translate:\n" + "\n".join(lacking)


def test_nothing_is_fuzzy(catalogues):
    fuzzy = [f"{app.name}: {entry.msgid!r}" for app, c in catalogues.items() for entry in c if entry.fuzzy]
    assert not fuzzy


def test_a_text_has_one_chinese_wherever_it_is_kept(catalogues):
    """Django merges all catalogues: of two translations of one text, either might be shown."""
    meanings = defaultdict(set)
    for app, catalogue in catalogues.items():
        for entry in catalogue:
            if entry.translated():
                meanings[(entry.msgctxt, entry.msgid)].add(
                    (app.name, (entry.msgstr_plural or {0: entry.msgstr})[0])
                )
    torn = {k: v for k, v in meanings.items() if len({chinese for _app, chinese in v}) > 1}
    assert not torn, f"give them different sources or a context: {torn}"


def test_a_translation_keeps_the_places_of_its_source(catalogues):
    wrong = []
    for app, catalogue in catalogues.items():
        for entry in catalogue:
            for target in (entry.msgstr_plural or {0: entry.msgstr}).values():
                known = set(PLACES.findall(entry.msgid)) | set(PLACES.findall(entry.msgid_plural))
                if target and not set(PLACES.findall(target)) <= known:
                    wrong.append(f"{app.name}: {entry.msgid!r} → {target!r}")
                if target and entry.msgid.count("%(") > target.count("%(") and not entry.msgid_plural:
                    wrong.append(f"{app.name}: a place is lost: {entry.msgid!r} → {target!r}")
    assert not wrong


def test_texts_of_scripts_are_known_to_the_server():
    said = {text.text: text.place for text in messages.find_script_texts()}
    assert set(said) - set(TEXTS) == set(), "add them to qiao.runtime.script_texts"
    assert set(TEXTS) - set(said) == set(), "no script says these any more"


def _visible(source: str) -> list[str]:
    """The literal words of a template a person would see, attributes read aloud included."""
    source = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", " ", source, flags=re.DOTALL
    )
    source = re.sub(r"\{% block body_class %\}.*?\{% endblock %\}", " ", source)
    source = re.sub(r"\{% blocktranslate.*?\{% endblocktranslate %\}", " ", source, flags=re.DOTALL)
    source = re.sub(r"\{[%{].*?[%}]\}", " ", source, flags=re.DOTALL)
    source = re.sub(r"<(script|style|code|kbd)\b.*?</\1>", " ", source, flags=re.DOTALL)
    spoken = re.findall(r"""(?:aria-label|placeholder|title|alt)=(?:"([^"]*)"|'([^']*)')""", source)
    plain = re.sub(r"<[^>]*>", "\n", source)
    plain = re.sub(r"&\w+;", " ", plain)
    return [part.strip() for part in (*plain.split("\n"), *(a or b for a, b in spoken)) if part.strip()]


def _unmarked(words: str) -> list[str]:
    return [w for w in re.findall(r"[A-Za-z]{2,}|[\u3400-\u9fff]+", words) if w not in SAME_EVERYWHERE]


def test_templates_show_no_unmarked_words():
    found = []
    for path in sorted(messages.PACKAGE.rglob("templates/**/*.html")):
        if "design" in path.parts:
            continue
        for words in _visible(path.read_text()):
            if left := _unmarked(words):
                found.append(f"{path.relative_to(messages.PACKAGE)}: {words[:80]!r} ({', '.join(left)})")
    assert not found, "mark them with {% translate %}:\n" + "\n".join(found)


def _texts_of_code(tree: ast.AST) -> list[ast.Constant]:
    """String constants besides docstrings and values handed over as Chinese (``name_zh=…``, ``{"zh": …}``)."""
    meant: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            meant.add(id(node.value))
        if isinstance(node, ast.keyword) and (node.arg or "").endswith("zh"):
            meant |= {id(inner) for inner in ast.walk(node.value)}
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and str(key.value).endswith("zh"):
                    meant |= {id(inner) for inner in ast.walk(value)}
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in meant
    ]


def test_code_shows_no_chinese_of_its_own():
    """Source texts are English; Chinese belongs into catalogues and into data."""
    found = []
    for path in sorted(messages.PACKAGE.rglob("*.py")):
        name = str(path.relative_to(messages.PACKAGE))
        if CHINESE_IS_MEANT.fullmatch(name) or "migrations" in path.parts:
            continue
        for node in _texts_of_code(ast.parse(path.read_text())):
            if HAN.search(node.value):
                found.append(f"{name}:{node.lineno}: {node.value[:60]!r}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("<p>Hello</p>", True),
        ("<p>你好</p>", True),
        ('<input placeholder="Search">', True),
        ('<p>{% translate "Hello" %}: {{ name }} · —</p>', False),
        ('<p>{% blocktranslate with n=3 %}Hello {{ n }}{% endblocktranslate %}</p>', False),
        ("<p>CSV, XLSX</p>", False),
    ],
)  # fmt: skip
def test_the_search_for_unmarked_words_finds_them(source, caught):
    assert bool([w for words in _visible(source) for w in _unmarked(words)]) is caught


def test_a_planted_text_is_found_in_code_and_template(tmp_path):
    app = tmp_path / "planted"
    (app / "templates/planted").mkdir(parents=True)
    (app / "apps.py").write_text("")
    (app / "views.py").write_text(
        'a = _("one")\nb = pgettext("c", "two")\nc = ngettext("three", "threes", n)\n'
    )
    (app / "templates/planted/a.html").write_text(
        '{% load i18n %}{% translate "four" %}{% card _("five") %}'
        "{% blocktranslate with n=m trimmed %}\n  six {{ n }}\n{% endblocktranslate %}"
    )
    found = {(text.context, text.text) for _path, text in messages.find_texts(tmp_path)}
    assert found == {("", "one"), ("c", "two"), ("", "three"), ("", "four"), ("", "five"), ("", "six %(n)s")}


def test_a_marker_around_a_computed_text_is_refused(tmp_path):
    (tmp_path / "a.py").write_text('x = _(f"hello {name}")\n')
    with pytest.raises(messages.BadMark, match=r"a\.py:1"):
        list(messages.find_texts(tmp_path))
