"""The parts pages are made of. ``{% load ui %}``; every part is shown in all its states on ``/design/``.

Figures (filters; None and Incomplete become a dash with the reason on hover)::

    {{ n|number }} {{ n|number:2 }}   1,234        {{ v|money }}    1,234,567.89 (exact, unit in the heading)
    {{ v|wan }}     123.46, exact on hover          {{ v|amount }}   123.46万元, with its unit
    {{ s|share }}   12.3% (from 0-1)                {{ m|month }} {{ p|period }}   2026年11月, 2021年第4季度
    {{ d|day }} {{ d|day_with_weekday }} {{ t|instant }}     2026-11-22, 2026-11-22 周日, 2026-11-22 08:30
    {{ unit|named }}  the Chinese or English name of a row
    {{ text|say }}  translate a source text marked with N_ elsewhere

Small parts::

    {% icon "home" %}                                        names in runtime/icons.txt
    {% badge _("Lost") tone="bad" %}                         tones: good bad warn info neutral
    {% movement change fmt="share" good="up" %}              ▲ +12.3%; fmt: share number money wan; good: up down none
    {% bar share tone="info" %}                              a thin bar for a share (0-1)
    {% why url %}                                            "Why?" – opens the address in the side panel
    {% unit "money" %} {% unit "wan" %}                      元 / 万元, for headings
    {% go url label %}                                       a link that opens in the side panel

Blocks::

    {% card _("Title") subtitle="" icon="" url="" flush=False %}…{% endcard %}
    {% empty _("No customers yet") icon="users" %}text and buttons{% endempty %}
    {% notice "warn" title="" %}…{% endnotice %}
    {% field_group _("Legend") %}…{% endfield_group %}

Parts::

    {% kpi label value fmt="wan" unit="" change=… change_label=… good="up" url="" why="" hint="" %}
    {% chart chart %} {% map map %}              runtime.charts.Chart, runtime.maps.Map
    {% ranking ranking %}                        runtime.boards.Ranking: units compared, with movement
    {% tabs tabs %}                              see runtime.pages.render_record
    {% timeline entries %}                       contributions.TimelineEntry
    {% trace step %}                             kernel.trace.Step: the tree behind a figure
    {% progress job %}                           a runtime job, refreshes itself until it has ended
    {% form form submit=_("Save") cancel=url %}  a whole Django form; {% field form.name %} one field
    {% form_errors form %}                       the summary above a form laid out by hand
    {% problems items more=0 file_url="" %}      (place, message) pairs of a refused input
    {% facts pairs %}                            (label, value) pairs
    {% steps labels current %}                   where one is in a procedure of several pages
    {% defer url height="card" %}                a part loaded by htmx, with a skeleton of its size
    {% skeleton lines %}                         the grey lines themselves
    {% protected "contact.phone" phone pk %}     a protected field as the reader may see it
"""

from collections.abc import Sequence
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, Form
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_
from qiao.runtime import clock, figures, marks
from qiao.runtime.boards import Ranking
from qiao.runtime.charts import Chart
from qiao.runtime.frame import Navigation, frame_part
from qiao.runtime.i18n import pick
from qiao.runtime.i18n import say as say_text
from qiao.runtime.maps import Map
from qiao.runtime.protection import Sight, find_protected, shown
from qiao.runtime.script_texts import script_texts as texts_of_scripts

register = template.Library()

register.filter("number", marks.number)
register.filter("money", marks.money)
register.filter("wan", marks.wan)
register.filter("amount", marks.amount)
register.filter("share", marks.share)
register.filter("month", marks.text_or_missing(figures.month))
register.filter("period", marks.text_or_missing(figures.period))
register.filter("day", marks.text_or_missing(figures.day))
register.filter("day_with_weekday", marks.text_or_missing(figures.day_with_weekday))
register.filter("instant", marks.text_or_missing(figures.instant))
register.filter("yes_no", figures.yes_no)

register.simple_tag(marks.icon, name="icon")
register.simple_tag(marks.badge, name="badge")
register.simple_tag(marks.movement, name="movement")
register.simple_tag(marks.bar, name="bar")
register.simple_tag(marks.why_link, name="why")


@register.filter
def say(message: Any) -> str:
    """Translate a source text that was marked elsewhere."""
    return say_text(str(message)) if message else ""


@register.simple_tag(takes_context=True)
def again(context: Any, name: str, plain: bool = False) -> str:
    """The content of a block once more: a page's title stands in the head and above the page."""
    content = context.render_context[BLOCK_CONTEXT_KEY].get_block(name).render(context)
    return " ".join(strip_tags(content).split()) if plain else content


@register.simple_tag(takes_context=True, name="frame")
def frame_of_page(context: Any, template: str) -> SafeString:
    """A part of the frame around every page."""
    return frame_part(template, context["request"], context.get("viewer"), context.get("csrf_token"))


@register.simple_tag
def navigation_groups(navigation: Navigation) -> SafeString:
    """The sidebar's groups of entries."""
    return mark_safe("".join(marks.navigation_group(label, entries) for label, entries in navigation))


@register.simple_tag
def phone_places(navigation: Navigation) -> list[Any]:
    """Places of the bottom bar on a phone besides today and me: customers and the inbox."""
    entries = {entry.code: entry for _label, group in navigation for entry in group}
    return [entries[code] for code in ("customers", "inbox") if code in entries]


register.simple_tag(clock.today, name="today")


@register.simple_tag
def other_language() -> str:
    """The own name of the language one would switch to."""
    return next(name for code, name in settings.LANGUAGES if code != get_language())


register.simple_tag(texts_of_scripts, name="script_texts")


@register.filter
def named(row: Any) -> str:
    """What a row with a Chinese and an English name is called, in the reader's language; empty for none."""
    return pick(row.name_zh, row.name_en) if row else ""


OUTSIDE = {"wecom": N_("WeCom"), "dingtalk": N_("DingTalk"), "feishu": N_("Feishu")}


@register.filter
def outside_name(name: str) -> str:
    """What another system to log in with is called here."""
    known = OUTSIDE.get(name.lower())
    return say_text(known) if known else name


@register.filter
def tone(level: str) -> str:
    """The tone of a Django message."""
    return {"error": "bad", "warning": "warn", "success": "good"}.get(level, "info")


@register.filter
def absolute(value: Any) -> Any:
    """A number without its sign."""
    return abs(value)


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """A value of a mapping by a key that is itself a variable."""
    return mapping.get(key)


@register.simple_tag
def unit(kind: str) -> str:
    """The word for the unit of money or big money."""
    return figures.wan_unit() if kind == "wan" else figures.money_unit()


@register.simple_tag
def go(url: str, label: str, css: str = "") -> SafeString:
    """A link that opens in the side panel."""
    return format_html(
        '<a class="{2}" href="{0}" hx-get="{0}" hx-target="#q-panel-body">{1}</a>', url, label, css
    )


@register.simple_block_tag
def card(
    content: SafeString,
    title: str = "",
    subtitle: str = "",
    icon: str = "",
    url: str = "",
    flush: bool = False,
) -> SafeString:
    """A titled part of a page; ``flush`` lets a table reach the edges."""
    head = SafeString("")
    if title:
        text = format_html('<a href="{}">{}</a>', url, title) if url else title
        head = format_html(
            '<div class="q-card-head">{}<h2 class="q-card-title">{}</h2>{}</div>',
            marks.icon(icon) if icon else "",
            text,
            format_html('<div class="q-card-sub">{}</div>', subtitle) if subtitle else "",
        )
    return format_html('<section class="q-card">{}<div class="{}">{}</div></section>', head,
                       "q-card-flush" if flush else "q-card-body", content)  # fmt: skip


@register.simple_block_tag
def empty(content: SafeString, title: str, icon: str = "inbox") -> SafeString:
    """An empty state: what will stand here, who fills it, the button to begin."""
    return format_html(
        '<div class="q-empty">{}<p class="q-empty-title">{}</p><div class="q-empty-text">{}</div></div>',
        marks.icon(icon), title, content,
    )  # fmt: skip


@register.simple_block_tag
def notice(content: SafeString, tone: str = "info", title: str = "") -> SafeString:
    """A remark to the reader, in one tone."""
    return format_html(
        '<div class="q-notice q-tone-{}" role="{}">{}<div>{}{}</div></div>',
        tone, "alert" if tone == "bad" else "note", marks.icon(marks.TONE_ICONS[tone]),
        format_html("<strong>{}</strong> ", title) if title else "", content,
    )  # fmt: skip


@register.simple_block_tag
def field_group(content: SafeString, legend: str) -> SafeString:
    """Fields that belong together."""
    return format_html('<fieldset class="q-group"><legend>{}</legend>{}</fieldset>', legend, content)


@register.inclusion_tag("ui/parts/kpi.html")
def kpi(
    label: str,
    value: Any,
    *,
    fmt: str = "number",
    unit: str = "",
    change: Any = None,
    change_fmt: str = "share",
    change_label: str = "",
    good: str = "up",
    url: str = "",
    why: str = "",
    hint: str = "",
    places: int | None = None,
) -> dict[str, Any]:
    """One figure with its comparison."""
    own_unit = {"wan": figures.wan_unit, "money": figures.money_unit}.get(fmt)
    writers = {"wan": marks.wan, "money": marks.money, "share": marks.share}
    written = writers[fmt](value) if fmt in writers else marks.number(value, places)
    return {
        "label": label,
        "value": written,
        "unit": "" if figures.is_missing(value) else (own_unit() if own_unit else unit),
        "missing": figures.reason_missing(value) if figures.is_missing(value) else "",
        "change": None if change is None else marks.movement(change, fmt=change_fmt, good=good),
        "change_label": change_label,
        "url": url,
        "why": why,
        "hint": hint,
    }


@register.inclusion_tag("ui/parts/chart.html")
def chart(chart: Chart, *, table_open: bool = False) -> dict[str, Any]:
    """A chart with its table view."""
    return {"chart": chart, "key": marks.fresh_key("chart"), "table_open": table_open}


@register.inclusion_tag("ui/parts/map.html", takes_context=True)
def map(context: Any, map: Map) -> dict[str, Any]:
    """A map with its table view."""
    return {"map": map, "key": marks.fresh_key("map"), "tile_url": context.get("tile_url", "")}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(tabs: Sequence[Any]) -> dict[str, Any]:
    """Tabs of a record; each has label, url (its address), load_url (its content), here, count."""
    return {"tabs": tabs, "current": next((tab for tab in tabs if tab.here), None)}


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(entries: Sequence[Any]) -> dict[str, Any]:
    """A record's time line, newest first."""
    return {"entries": entries}


@register.inclusion_tag("ui/parts/trace.html")
def trace(step: Any, *, rule_url: str = "rulebook:version", level: int = 0) -> dict[str, Any]:
    """The tree of steps behind a figure; ``rule_url`` names the page of an article's version."""
    return {"step": marks.trace_line(step), "rule": _rule(step, rule_url), "rule_url": rule_url, "level": level,
            "next": level + 1, "parts": step.parts}  # fmt: skip


def _rule(step: Any, url_name: str) -> dict[str, str] | None:
    if not step.rule:
        return None
    try:
        url = reverse(url_name, args=[step.rule.code, step.rule.version])
    except NoReverseMatch:
        url = ""
    return {"text": f"{step.rule.code} v{step.rule.version}", "place": step.rule.place, "url": url}


@register.inclusion_tag("ui/parts/progress.html")
def progress(job: Any) -> dict[str, Any]:
    """A job's progress; asks again each second until it has ended."""
    return {"job": job}


@register.inclusion_tag("ui/parts/form.html", takes_context=True)
def form(
    context: Any,
    form: Form,
    *,
    submit: str = "",
    cancel: str = "",
    action: str = "",
    danger: bool = False,
    draft: str = "",
) -> dict[str, Any]:
    """A whole form: summary of errors, fields, buttons. ``draft``: key under which the browser keeps a draft."""
    return {"form": form, "submit": submit or _("Save"), "cancel": cancel, "action": action, "danger": danger,
            "draft": draft, "csrf_token": context.get("csrf_token")}  # fmt: skip


@register.inclusion_tag("ui/parts/form_errors.html")
def form_errors(form: Form) -> dict[str, Any]:
    """All errors of a form in one place, each leading to its field."""
    return {"form": form}


@register.inclusion_tag("ui/parts/field.html")
def field(field: BoundField) -> dict[str, Any]:
    """One field: label above, the reason for a rule below, errors in place."""
    return {"field": field, "control": marks.control(field), "kind": marks.control_kind(field)}


@register.inclusion_tag("ui/parts/problems.html")
def problems(items: Sequence[tuple[str, str]], *, more: int = 0, file_url: str = "") -> dict[str, Any]:
    """What is wrong with an input, each with its place."""
    return {"items": items, "more": more, "file_url": file_url}


@register.inclusion_tag("ui/parts/facts.html")
def facts(pairs: Sequence[tuple[str, Any]], *, columns: int = 1) -> dict[str, Any]:
    """Labels and values side by side."""
    return {"pairs": pairs, "columns": columns}


@register.inclusion_tag("ui/parts/steps.html")
def steps(labels: Sequence[str], current: int) -> dict[str, Any]:
    """Steps of a procedure, counted from 1."""
    return {"labels": [(n, label, n == current, n < current) for n, label in enumerate(labels, 1)]}


@register.inclusion_tag("ui/parts/steps.html")
def import_steps(current: int) -> dict[str, Any]:
    """The three steps of every import."""
    return steps([_("Choose a file"), _("Check"), _("Import")], current)


@register.inclusion_tag("ui/parts/ranking.html")
def ranking(ranking: Ranking) -> dict[str, Any]:
    """Units compared, with places won and lost."""
    return {"ranking": ranking}


@register.inclusion_tag("ui/parts/defer.html")
def defer(url: str, *, height: str = "card", lines: int = 4, when: str = "load") -> dict[str, Any]:
    """A part that htmx fetches; its place is kept by a skeleton so that the page does not jump."""
    return {"url": url, "height": height, "lines": lines, "when": when}


@register.simple_tag(takes_context=True)
def protected(context: Any, code: str, value: Any, pk: int) -> SafeString:
    """A protected field as the reader may see it, with the button that opens it where his role says so."""
    if value in (None, ""):
        return mark_safe("—")
    viewer, field = context["viewer"], find_protected(code)
    text = shown(viewer, code, value)
    sight = viewer.sight(code)
    if sight is Sight.OPEN and field is not None and field.scheme:
        return format_html('<a href="{}{}">{}</a>', field.scheme, value, text)
    if sight is Sight.ON_REQUEST:
        return format_html(
            '<span class="q-protected">{0} <button type="button" class="q-open-field" title="{1}" aria-label="{1}" hx-post="{2}" '
            'hx-target="closest .q-protected" hx-swap="innerHTML">{3}</button></span>',
            text, _("Show it; that you asked is noted"), reverse("protection:open", args=[code, pk]), marks.icon("eye"),
        )  # fmt: skip
    if sight is Sight.OPEN:
        return format_html("{}", text)
    return format_html(
        '<span class="q-protected" title="{}">{}</span>', _("Your role sees this masked"), text
    )


@register.simple_tag
def skeleton(lines: int = 3) -> SafeString:
    """Grey lines where content will stand."""
    return mark_safe('<div class="q-skeleton" aria-hidden="true">' + "<span></span>" * lines + "</div>")
