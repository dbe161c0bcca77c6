"""Numbers, days and other values as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from qiao.engines.formula import Value, divide

_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_FRACTION = re.compile(r"([+-]?[0-9]+)\s*/\s*([0-9]+)")


def read_number(raw: Any) -> Decimal:
    """A number as written: ``1500``, ``1,500.00``, ``85%``, ``1/3``.

    Raises:
        ValueError: It is none, or not exact (a binary float).
    """
    if isinstance(raw, (bool, float)):
        raise ValueError(raw)
    if isinstance(raw, (int, Decimal)):
        number = Decimal(raw)
    else:
        text = str(raw).strip().replace("％", "%").replace("，", ",")
        if _GROUPED.fullmatch(text.rstrip("%")):
            text = text.replace(",", "")
        if fraction := _FRACTION.fullmatch(text):
            quotient = divide(Decimal(fraction[1]), Decimal(fraction[2]))
            if not isinstance(quotient, Decimal):
                raise ValueError(raw)
            return quotient
        percent = text.endswith("%")
        try:
            number = Decimal(text[:-1].strip() if percent else text)
        except InvalidOperation:
            raise ValueError(raw) from None
        number = number.scaleb(-2) if percent else number
    if not number.is_finite() or abs(number) >= Decimal("1e24"):
        raise ValueError(raw)
    return number


def read_date(raw: Any) -> date:
    """A day as written: ``2024-03-01`` or ``2024/3/1``.

    Raises:
        ValueError: It is none.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip().replace("/", "-").replace(".", "-")
    parts = text.split("-")
    if len(parts) == 3:
        text = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}"
    return date.fromisoformat(text)


_YES = {"en": ("true", "yes", "1"), "zh": ("是",)}
_NO = {"en": ("false", "no", "0"), "zh": ("否",)}


def read_value(raw: Any, kind: str) -> Value:
    """A value of a declared kind.

    Raises:
        ValueError: It is of another kind.
    """
    if kind == "number":
        return read_number(raw)
    if kind == "date":
        return read_date(raw)
    if kind == "truth":
        if isinstance(raw, bool):
            return raw
        word = str(raw).strip().lower()
        for truth, words in ((True, _YES), (False, _NO)):
            if any(word in said for said in words.values()):
                return truth
        raise ValueError(raw)
    if kind == "any":
        try:
            return read_number(raw)
        except ValueError:
            return str(raw).strip()
    return str(raw).strip()
