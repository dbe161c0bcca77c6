"""How figures, periods and dates are written, once for pages, lists, charts and exports.

Plain text only; the markup around it (hover text, colours) is the template tags' business. ``None`` and
``Incomplete`` are written as a dash, never as 0.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qiao.kernel.errors import Incomplete

from .i18n import is_chinese, say_error

MISSING = "—"
MINUS = "\N{MINUS SIGN}"

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_PART = re.compile(r"^(\d{4})([QH])(\d)$")

# Currency words: code → (Chinese, English). The big unit is 万 for Chinese readers, a thousand for English ones.
_CURRENCIES = {"CNY": ("元", "yuan"), "USD": ("美元", "USD"), "EUR": ("欧元", "EUR")}


def is_missing(value: Any) -> bool:
    """Whether there is no figure to show: nothing at all, or an Incomplete that says why."""
    return value is None or isinstance(value, Incomplete)


def reason_missing(value: Any) -> str:
    """Why a figure is missing, in the reader's language."""
    if isinstance(value, Incomplete):
        return say_error(value)
    return _("No figure for this")


def number(value: Any, places: int | None = None) -> str:
    """A number with thousands separators; ``places`` decimals, or as many as it has when None."""
    if is_missing(value):
        return MISSING
    if places is not None:  # half to even, as Decimal rounds; never "-0.0"
        text = f"{_decimal(value):,.{places}f}"
        return text if text[0] != "-" else _negative(text)
    if isinstance(value, float):
        value = Decimal(repr(value))
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.replace("-", MINUS, 1) if text.startswith("-") else text


def money(value: Any) -> str:
    """Money to the cent, without its unit: 1,234,567.89."""
    return number(value, 2)


def big_unit() -> int:
    """How many currency units one big unit holds for this reader: 10,000 (万) or 1,000."""
    return 10_000 if is_chinese() else 1_000


def wan(value: Any, places: int = 2) -> str:
    """Money in big units (万元), without its unit: 123.46."""
    if is_missing(value):
        return MISSING
    return number(Decimal(value) / big_unit(), places)


def money_unit() -> str:
    """The word for the currency unit: 元."""
    zh, en = _CURRENCIES[getattr(settings, "QIAO_CURRENCY", "CNY")]
    return zh if is_chinese() else en


def wan_unit() -> str:
    """The word for the big unit of money: 万元."""
    return f"万{money_unit()}" if is_chinese() else f"k {money_unit()}"


def amount(value: Any) -> str:
    """Money with its unit, short from 100,000 on: 123.46万元, 8,800.00元."""
    if is_missing(value):
        return MISSING
    big = abs(value) >= 100_000
    text, unit = (wan(value), wan_unit()) if big else (money(value), money_unit())
    return f"{text}{unit}" if is_chinese() else f"{text} {unit}"


def share(value: Any, places: int = 1) -> str:
    """A share (0–1) in percent: 0.1234 → 12.3%."""
    if is_missing(value):
        return MISSING
    return number(_decimal(value) * 100, places) + "%"


def signed(text: str, value: Any) -> str:
    """A formatted figure with its sign spelled out: +12.3%, −4, 0."""
    return f"+{text}" if value > 0 else text


def month(value: Any) -> str:
    """A month, from a date, a kernel Month or '2026-11': 2026年11月, Nov 2026."""
    if is_missing(value) or value == "":
        return MISSING
    if isinstance(value, date):
        return _month(value.year, value.month)
    return period(value)


def period(value: Any) -> str:
    """A month, quarter, half or year from its text form or kernel object: 2021年第4季度, Q4 2021."""
    if is_missing(value) or value == "":
        return MISSING
    text = str(value)
    if found := _MONTH.match(text):
        return _month(int(found[1]), int(found[2]))
    if found := _PART.match(text):
        year, kind, part = found[1], found[2], int(found[3])
        if not is_chinese():
            return f"{kind}{part} {year}"
        return f"{year}年第{part}季度" if kind == "Q" else f"{year}年{'上' if part == 1 else '下'}半年"
    return f"{text}年" if is_chinese() and text.isdecimal() else text


def _month(year: int, number_: int) -> str:
    return f"{year}年{number_}月" if is_chinese() else f"{_MONTHS_EN[number_ - 1]} {year}"


def day(value: date | None) -> str:
    """A date: 2026-11-22."""
    return MISSING if value is None else value.isoformat()[:10]


def day_with_weekday(value: date | None) -> str:
    """A planned day: 2026-11-22 周日, 2026-11-22 Sun."""
    if value is None:
        return MISSING
    weekday = f"周{_WEEKDAYS_ZH[value.weekday()]}" if is_chinese() else _WEEKDAYS_EN[value.weekday()]
    return f"{day(value)} {weekday}"


def instant(value: datetime | None) -> str:
    """A moment in the enterprise's time zone, to the minute: 2026-11-22 08:30."""
    if value is None:
        return MISSING
    return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")


def yes_no(value: bool | None) -> str:
    """Yes, no, or not known."""
    if value is None:
        return MISSING
    return pgettext("answer", "Yes") if value else pgettext("answer", "No")


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _negative(text: str) -> str:
    return f"{MINUS}{text[1:]}" if text.strip("-0.,") else text[1:]
