"""Every icon named anywhere is among those that ship."""

import re

from qiao.runtime.assets import list_icons
from qiao.runtime.contributions import NavItem, list_registered
from qiao.runtime.marks import TONE_ICONS
from qiao.runtime.messages import PACKAGE

IN_TEMPLATE = re.compile(r"""\{%\s*icon\s+"([a-z0-9-]+)"|\bicon="([a-z0-9-]+)\"""")
IN_CODE = re.compile(r"""\b(?:empty_)?icon="([a-z0-9-]+)\"""")


def test_every_icon_ships():
    named = {item.icon: f"navigation {item.code}" for item in list_registered(NavItem)}
    named |= dict.fromkeys(TONE_ICONS.values(), "marks")
    for path in PACKAGE.rglob("templates/**/*.html"):
        for first, second in IN_TEMPLATE.findall(path.read_text()):
            named[first or second] = path.name
    for path in PACKAGE.rglob("*.py"):
        named |= dict.fromkeys(IN_CODE.findall(path.read_text()), path.name)
    assert len(named) > 20
    unknown = {name: place for name, place in named.items() if name not in list_icons()}
    assert not unknown, "add them to runtime/icons.txt"
