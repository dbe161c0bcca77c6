"""Small marked-up parts built in Python: they stand by the hundred on a page, where a template each would cost."""

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import structlog
from django.forms import BoundField, widgets
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from qiao.kernel.errors import N_

from . import figures
from .assets import list_icons
from .i18n import pick, say

TONE_ICONS = {
    "good": "circle-check",
    "bad": "alert-circle",
    "warn": "alert-triangle",
    "info": "info-circle",
    "neutral": "info-circle",
}
# Unit codes of traces, marked here so that their words can be translated where a step is shown.
UNIT_WORDS = (N_("customers"), N_("days"), N_("months"), N_("people"), N_("visits"), N_("lines"))
_HERE = ' class="here" aria-current="page"'
_keys = itertools.count(1)
_log = structlog.get_logger(__name__)


def fresh_key(prefix: str) -> str:
    """An id for a part that needs one; different for each part on a page and in fragments loaded later."""
    return f"{prefix}-{next(_keys)}"


@cache
def _icons() -> frozenset[str]:
    return frozenset(list_icons())


@lru_cache(2048)
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label."""
    if name not in _icons():
        _log.warning("icon_unknown", icon=name)
        name = "point"
    hidden = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="q-icon" {}><use href="{}#{}"></use></svg>', hidden, static("vendor/icons.svg"), name
    )


def missing(value: Any) -> SafeString:
    """The dash of a missing figure, with its reason for the pointer and for the screen reader."""
    reason = escape(figures.reason_missing(value))
    return mark_safe(
        f'<span class="q-missing" title="{reason}">—<span class="visually-hidden">{reason}</span></span>'
    )


def text_or_missing(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """A filter that writes a value, or the dash with its reason."""
    return lambda value: missing(value) if figures.is_missing(value) or value == "" else write(value)


def number(value: Any, places: int | None = None) -> str:
    """A number with thousands separators."""
    return missing(value) if figures.is_missing(value) or value == "" else figures.number(value, places)


def money(value: Any) -> str:
    """Money to the cent."""
    return missing(value) if figures.is_missing(value) else figures.money(value)


@lru_cache(8)
def nothing(language: str) -> SafeString:
    """The dash of a value that is simply not there, in a language; lists show it by the hundred."""
    return missing(None)


def wan(value: Any) -> str:
    """Money in big units, exact on hover."""
    return missing(value) if figures.is_missing(value) else wan_writer()(value)


def wan_writer() -> Callable[[Any], str]:
    """A function that writes money in big units for this reader: the unit is looked up once for a whole list."""
    unit, factor = escape(figures.money_unit()), figures.big_unit()

    def write(value: Any) -> str:
        short = figures.number(Decimal(value) / factor, 2)
        return mark_safe(f'<span title="{figures.money(value)} {unit}">{short}</span>')

    return write


def amount(value: Any) -> str:
    """Money with its unit, exact on hover when shortened."""
    if figures.is_missing(value):
        return missing(value)
    exact = f"{figures.money(value)} {figures.money_unit()}"
    return format_html('<span title="{}">{}</span>', exact, figures.amount(value))


def share(value: Any, places: int = 1) -> str:
    """A share in percent."""
    return missing(value) if figures.is_missing(value) else figures.share(value, places)


def why_link(url: str, label: str = "", mini: bool = False) -> SafeString:
    """The "Why?" beside a figure: opens the explanation in the side panel, or as a page without scripts.

    ``mini``: only a question mark, where it stands on every row.
    """
    address, spoken = escape(url), escape(label or _("Why? Show how this came about"))
    css, text = ("q-why q-why-mini", "?") if mini else ("q-why", escape(_("Why?")))
    return mark_safe(
        f'<a class="{css}" href="{address}" hx-get="{address}" hx-target="#q-panel-body" '
        f'aria-label="{spoken}">{text}</a>'
    )


def navigation_group(label: str, entries: Sequence[Any]) -> str:
    """A group of the sidebar: its heading and its entries, the current one marked."""
    head = f'<h2 class="q-side-group">{escape(label)}</h2>' if label else ""
    lines = "".join(
        f'<li><a href="{escape(entry.url)}"{_HERE if entry.here else ""}>{icon(entry.icon)}'
        f"<span>{escape(entry.label)}</span>{entry.count_mark}</a></li>"
        for entry in entries
    )
    return f"{head}<ul>{lines}</ul>"


def badge(text: Any, tone: str = "neutral", title: str = "") -> SafeString:
    """A word in a box."""
    hover = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="q-badge q-tone-{}"{}>{}</span>', tone, hover, text)


def movement(change: Any, fmt: str = "share", good: str = "up", places: int = 1) -> SafeString:
    """Arrow, sign and figure of a change; the colour only supports them.

    Args:
        change: The difference; a share (0-1) for fmt "share".
        fmt: share, number, money, wan.
        good: Which direction is good: up, down or none.
        places: Decimals of a share.
    """
    if figures.is_missing(change):
        return missing(change)
    writers = {"number": figures.number, "money": figures.money, "wan": figures.wan}
    text = writers[fmt](change) if fmt in writers else figures.share(change, places)
    return movement_writer(good, lambda _: text)(change)


def movement_writer(
    good: str = "up", write: Callable[[Any], str] = figures.share
) -> Callable[[Any], SafeString]:
    """A function that writes changes for this reader: the words are looked up once for a whole list."""
    up, down, well, ill = _("up"), _("down"), _("good"), _("bad")

    def mark(change: Any) -> SafeString:
        text = write(change)
        if change == 0:
            return mark_safe(f'<span class="q-move"><span aria-hidden="true">=</span> {text}</span>')
        rising = change > 0
        tone = "" if good == "none" else "q-good" if rising == (good == "up") else "q-bad"
        spoken = up if rising else down
        if tone:
            spoken = f"{spoken}, {well if tone == 'q-good' else ill}"
        return mark_safe(
            f'<span class="q-move {tone}"><span aria-hidden="true">{"▲" if rising else "▼"}</span> '
            f'{figures.signed(text, change)}<span class="visually-hidden"> {escape(spoken)}</span></span>'
        )

    return mark


def bar(value: Any, tone: str = "info", target: Any = None) -> SafeString:
    """A thin bar for a share of 0-1; drawn by SVG attributes, since the policy forbids inline style."""
    if figures.is_missing(value):
        return missing(value)
    width = round(max(0.0, min(1.0, float(value))) * 100, 1)
    goal = ""
    if target is not None:
        goal = f'<rect x="{round(min(1.0, float(target)) * 100, 1)}%" width="2" height="100%" class="q-bar-target"/>'
    return mark_safe(
        f'<svg class="q-bar q-tone-{escape(tone)}" role="img" aria-label="{figures.share(value)}">'
        f'<rect width="{width}%" height="100%"/>{goal}</svg>'
    )


_CLASSES: tuple[tuple[tuple[type, ...], str, str], ...] = (
    ((widgets.CheckboxSelectMultiple, widgets.RadioSelect), "choices", ""),
    ((widgets.CheckboxInput,), "check", "form-check-input"),
    ((widgets.Select,), "select", "form-select"),
    ((widgets.FileInput,), "file", "form-control"),
    ((widgets.Textarea,), "text", "form-control"),
    ((widgets.DateInput,), "date", "form-control"),
    ((widgets.Input,), "text", "form-control"),
)


def control_kind(field: BoundField) -> str:
    """How a field is laid out: check, choices, select, file, text."""
    widget = field.field.widget
    return next((kind for types, kind, _css in _CLASSES if isinstance(widget, types)), "other")


def control(field: BoundField) -> SafeString:
    """A field's widget in our look."""
    widget = field.field.widget
    css = next((css for types, _kind, css in _CLASSES if isinstance(widget, types)), "")
    attrs: dict[str, Any] = {}
    if css:
        own = widget.attrs.get("class", "")
        attrs["class"] = f"{own} {css}{' is-invalid' if field.errors else ''}".strip()
    if field.errors:
        described = [f"{field.auto_id}_helptext"] if field.help_text else []
        attrs["aria-describedby"] = " ".join([*described, f"{field.auto_id}_error"])
    if isinstance(widget, widgets.DateInput):
        widget.input_type = "date"
        widget.format = "%Y-%m-%d"
    return field.as_widget(attrs=attrs)


def trace_line(step: Any) -> dict[str, Any]:
    """A step of a trace as written for the reader: its sentence and its value."""
    params = {name: plain_value(value) for name, value in step.params.items()}
    return {"label": say(step.label, params), "value": step_value(step)}


def step_value(step: Any) -> str:
    """The value of a step with its unit."""
    value, unit = step.value, step.unit
    if value is None:
        return ""
    if figures.is_missing(value):
        return missing(value)
    if unit == "yuan":
        return amount(value)
    if unit == "share":
        return figures.share(value, 2)
    text = plain_value(value)
    return f"{text} {say(unit)}" if unit else text


def plain_value(value: Any) -> str:
    """A value of a trace in words: numbers separated, texts in the reader's language."""
    if value is None:
        return figures.MISSING
    if isinstance(value, bool):
        return figures.yes_no(value)
    if isinstance(value, str):
        return value
    if hasattr(value, "zh"):
        return pick(value.zh, value.en)
    if hasattr(value, "isoformat"):
        return figures.day(value)
    return figures.reason_missing(value) if figures.is_missing(value) else figures.number(value)
