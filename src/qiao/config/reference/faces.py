"""What contexts contribute to places they do not know, and every page."""

from django.urls import URLPattern, URLResolver, get_resolver

from qiao.ledger.core.closing import CloseStep
from qiao.runtime.contributions import (
    HomeCard,
    Hook,
    NavItem,
    RecordTab,
    SearchSource,
    TimelineSource,
    list_registered,
)
from qiao.runtime.importing import list_kinds

from .markdown import both, code, page, table


def contributions() -> str:
    """Navigation, cards, tabs, searches, time lines, hooks, imports, steps of the close, pages."""
    blocks = ["Registered by each context's `contributes.py`; a page shows what is registered and allowed."]
    for title, headings, rows in (
        ("Navigation", ("entry", "page", "right", "group"),
         [(both(i.label), code(i.url_name), code(i.right), i.group) for i in list_registered(NavItem)]),
        ("Cards of the home page", ("card", "page", "right", "profiles"),
         [(both(i.title), code(i.url_name), code(i.right), ", ".join(sorted(i.profiles))) for i in list_registered(HomeCard)]),
        ("Tabs of records", ("record", "tab", "page", "right"),
         [(i.kind, both(i.label), code(i.url_name), code(i.right))
          for i in sorted(list_registered(RecordTab), key=lambda i: (i.kind, i.order, i.code))]),
        ("Sources of the search", ("source", "right"),
         [(both(i.label), code(i.right)) for i in list_registered(SearchSource)]),
        ("Sources of time lines", ("record", "source", "right"),
         [(i.kind, both(i.label), code(i.right)) for i in list_registered(TimelineSource)]),
        ("Hooks", ("event", "hook", "order"),
         [(code(i.event), code(i.code), i.order) for i in sorted(list_registered(Hook), key=lambda i: (i.event, i.order, i.code))]),
        ("Steps of the monthly close", ("step", "name", "order"),
         [(code(i.code), both(i.label), i.order) for i in list_registered(CloseStep)]),
        ("Imports", ("kind", "right", "columns"),
         [(code(i.code), code(i.right), ", ".join(code(f.code) + ("*" if f.required else "") for f in i.fields)) for i in list_kinds()]),
        ("Pages", ("page", "address"), _pages()),
    ):  # fmt: skip
        blocks += [f"## {title}", table(headings, rows)]
    return page("Contributions and pages", *blocks)


def _pages() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def walk(resolver: URLResolver, name: str, address: str) -> None:
        for entry in resolver.url_patterns:
            here = address + str(entry.pattern)
            if isinstance(entry, URLResolver):
                if entry.namespace != "api":
                    walk(entry, f"{name}{entry.namespace}:" if entry.namespace else name, here)
            elif isinstance(entry, URLPattern) and entry.name:
                found.append((code(name + entry.name), code("/" + here)))

    walk(get_resolver(), "", "")
    return sorted(found)
